// SPDX-License-Identifier: Apache-2.0
// Which of a song's renditions a client gets: its best one as it is when the client plays that, else the first wish that another one
// fulfils. Nothing is encoded: the ladder was made when the song was ingested. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/opensubsonic/client_info.h"
#include "media/asset.h"

namespace segue::opensubsonic {

struct Stream {  // one rendition, one way
  std::string protocol = "http", container, codec, profile;
  std::int64_t channels = 0, bps = 0, sample_rate = 0, bit_depth = 0;
  std::string rendition;  // its id
};
// Over http FLAC is a .flac and anything else an MP4; over hls all are MP4.
[[nodiscard]] Stream stream_of(const media::Rendition& rendition, std::string_view protocol);

struct Decision {
  Stream source;
  bool can_direct_play = false;
  std::vector<std::string> reasons;  // why not: one for each direct play profile that failed
  std::optional<Stream> transcoded;
};
// `source`: what `stream` sends when nothing is asked for; one of the asset's.
[[nodiscard]] Decision decide(const media::Asset& asset, const media::Rendition& source, const ClientInfo& client);

// transcodeParams: what the decision comes back as. "aac-128.http"
[[nodiscard]] std::string params_of(const Stream& stream);
struct Params {
  std::string rendition, protocol;
};
[[nodiscard]] std::optional<Params> parse_params(std::string_view text);

}  // namespace segue::opensubsonic
