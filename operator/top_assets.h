// SPDX-License-Identifier: Apache-2.0
// Which assets are asked for most, from the lines of an edge's access log: the last minutes, in steps. Pure; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace segue::oper {

struct AssetCounts {
  std::string asset;
  std::uint64_t requests = 0, hits = 0, bytes = 0, hit_bytes = 0;
};

class TopAssets {
 public:
  static constexpr std::int64_t kStepSeconds = 10;
  static constexpr std::size_t kSteps = 30;           // five minutes
  static constexpr std::size_t kMostAssets = 20'000;  // in a step; further ones are not counted

  // A line that is no answer about an asset is passed over. `now`: Unix seconds, never before the last.
  void take(std::string_view line, std::int64_t now);
  // By requests, the most first.
  [[nodiscard]] std::vector<AssetCounts> top(std::size_t most, std::int64_t now) const;

 private:
  struct Step {
    std::int64_t number = -1;
    std::unordered_map<std::string, AssetCounts> assets;
  };
  std::array<Step, kSteps> steps_;
};

// "kindred-3f" of "/v/kindred-3f/g1/flac/1.m4s"; empty: not an asset's address.
[[nodiscard]] std::string_view asset_of(std::string_view target) noexcept;

}  // namespace segue::oper
