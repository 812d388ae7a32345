// SPDX-License-Identifier: Apache-2.0
// Covers in sizes: each size of a picture is made once and kept as a file, the oldest ones making room. Pictures in the store never change,
// so what is kept is never wrong. Any thread; one picture is scaled at a time, so that a client that opens a wall of covers does not take
// the machine.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "media/result.h"
#include "service/http/message.h"

namespace segue::covers {

inline constexpr std::uint64_t kKeptBytes = 256ULL << 20;       // some ten thousand covers
inline constexpr std::int64_t kSmallest = 16, kLargest = 2000;  // pixels; larger wishes get the picture itself

class Covers {
 public:
  // `store` is read, `folder` is made when something is kept there.
  Covers(std::string store, std::string folder, std::uint64_t kept_bytes = kKeptBytes);

  // The picture at `address` ("/v/<asset>/g<n>/cover.jpg") with a longer side of `side` pixels, never larger than it is; 0: as it is.
  // nullopt: no such file. Error: it is no picture, or cannot be read.
  [[nodiscard]] Result<std::optional<service::http::Response>> response(const std::string& address, std::int64_t side);

 private:
  using Bytes = std::shared_ptr<const std::string>;
  [[nodiscard]] Result<Bytes> scaled(const std::string& path, const std::string& kept, std::uint32_t side);
  void keep(const std::string& kept, const std::string& bytes);
  void make_room();

  std::string store_, folder_;
  std::uint64_t most_;
  std::optional<std::uint64_t> kept_bytes_;  // counted when first needed
  std::mutex mutex_;
};

}  // namespace segue::covers
