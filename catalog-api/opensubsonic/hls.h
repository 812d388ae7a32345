// SPDX-License-Identifier: Apache-2.0
// hls.m3u8: a multivariant playlist of what fits the bit rates that a client names, over the same media playlists and segments as our own.
// Players go on from there without our parameters: media addresses need none, or carry their token.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/opensubsonic/call.h"
#include "media/asset.h"

namespace segue::opensubsonic {

Reply hls(Call& call);

struct BitRate {  // "320", "1000@480x360"
  std::int64_t kbps = 0;
  std::uint32_t height = 0;  // 0: any
};
// nullopt: not one.
[[nodiscard]] std::optional<BitRate> parse_bit_rate(std::string_view text) noexcept;

// For each rate the best rendition below it (the smallest where none is), each once, in the asset's order. No rates: all of them.
// Sound and picture are chosen apart; with pictures the rate is what both may take.
[[nodiscard]] std::vector<media::Rendition> renditions_for(const media::Asset& asset, const std::vector<BitRate>& rates);

// The playlist of these renditions of `asset`, from `seconds` on. `folder`: where the asset lies on the gateway.
[[nodiscard]] Result<std::string> hls_text(const media::Asset& asset, const std::vector<media::Rendition>& renditions,
                                           const std::string& folder, std::int64_t seconds);

[[nodiscard]] service::http::Response hls_response(std::string text);

}  // namespace segue::opensubsonic
