// SPDX-License-Identifier: Apache-2.0
// What a client asks to be left out of a manifest: ?codecs=aac,h264&max_bandwidth=800000&max_height=720
//   codecs         names (media::name_of) or RFC 6381 four-character codes. It narrows only the kinds that it names:
//                  codecs=h264 leaves the audio alone. Text is never filtered.
//   max_bandwidth  bit/s that a client has for all that it plays together
//   max_height     lines
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "media/presentation.h"

namespace segue::manifests {

struct Filter {
  std::vector<media::Codec> codecs;  // empty: all
  std::uint64_t max_bandwidth_bps = UINT64_MAX;
  std::uint32_t max_height = UINT32_MAX;

  [[nodiscard]] bool keeps_all() const noexcept { return codecs.empty() && max_bandwidth_bps == UINT64_MAX && max_height == UINT32_MAX; }
  [[nodiscard]] bool keeps(const media::Rendition& rendition) const noexcept;
  [[nodiscard]] bool names(media::TrackKind kind) const noexcept;  // whether `codecs` narrows this kind
};

// `query` is what stands behind the '?', percent-encoded; empty: a filter that keeps all. CMCD (CTA-5004) is passed over.
// Error: the unknown key, or the key and its bad value. Bounded: kMaxQueryBytes.
[[nodiscard]] Result<Filter> parse_filter(std::string_view query);

// The tracks that a filter keeps, in the presentation's order. Error: nothing playable is left, or nothing of a kind that `codecs` names.
using TrackList = std::vector<const media::Track*>;
[[nodiscard]] Result<TrackList> select(const media::Presentation& presentation, const Filter& filter);

inline constexpr std::size_t kMaxQueryBytes = 2048;  // CMCD included; longer ones are not ours

}  // namespace segue::manifests
