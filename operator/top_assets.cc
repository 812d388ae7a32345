// SPDX-License-Identifier: Apache-2.0
#include "operator/top_assets.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace segue::oper {
namespace {

using Json = nlohmann::json;

// Cache-Status of this edge stands last (RFC 9211 2).
bool is_hit(std::string_view cache_status) {
  const std::size_t own = cache_status.rfind(", ");
  return (own == std::string_view::npos ? cache_status : cache_status.substr(own)).find("; hit") != std::string_view::npos;
}

}  // namespace

std::string_view asset_of(std::string_view target) noexcept {
  constexpr std::string_view kStart = "/v/";
  if (!target.starts_with(kStart)) return {};
  target.remove_prefix(kStart.size());
  const std::size_t end = target.find('/');
  return end == std::string_view::npos || end > 200 ? std::string_view() : target.substr(0, end);
}

void TopAssets::take(std::string_view line, std::int64_t now) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return;
  const auto uri = json.find("uri"), bytes = json.find("bytes"), cache = json.find("cache");
  if (uri == json.end() || !uri->is_string() || bytes == json.end() || !bytes->is_number_unsigned()) return;
  const std::string asset(asset_of(uri->get_ref<const std::string&>()));
  if (asset.empty()) return;
  Step& step = steps_[static_cast<std::size_t>(now / kStepSeconds) % kSteps];
  if (step.number != now / kStepSeconds) step = {now / kStepSeconds, {}};
  if (step.assets.size() >= kMostAssets && !step.assets.contains(asset)) return;
  AssetCounts& counts = step.assets[asset];
  const bool hit = cache != json.end() && cache->is_string() && is_hit(cache->get_ref<const std::string&>());
  const auto size = bytes->get<std::uint64_t>();
  ++counts.requests;
  counts.bytes += size;
  counts.hits += hit ? 1 : 0;
  counts.hit_bytes += hit ? size : 0;
}

std::vector<AssetCounts> TopAssets::top(std::size_t most, std::int64_t now) const {
  std::unordered_map<std::string, AssetCounts> sums;
  for (const Step& step : steps_) {
    if (step.number <= now / kStepSeconds - static_cast<std::int64_t>(kSteps)) continue;
    for (const auto& [asset, counts] : step.assets) {
      AssetCounts& sum = sums[asset];
      sum.requests += counts.requests;
      sum.hits += counts.hits;
      sum.bytes += counts.bytes;
      sum.hit_bytes += counts.hit_bytes;
    }
  }
  std::vector<AssetCounts> all;
  for (auto& [asset, counts] : sums) {
    counts.asset = asset;
    all.push_back(std::move(counts));
  }
  std::sort(all.begin(), all.end(), [](const AssetCounts& a, const AssetCounts& b) {
    return a.requests != b.requests ? a.requests > b.requests : a.asset < b.asset;
  });
  if (all.size() > most) all.resize(most);
  return all;
}

}  // namespace segue::oper
