// SPDX-License-Identifier: Apache-2.0
#include "manifests/plain_text.h"

#include <algorithm>

namespace segue::manifests {

TextRates text_rates(const media::Track& track) noexcept {
  const media::Rendition& rendition = track.rendition;
  if (!is_plain_text(track)) return {rendition.peak_bps, rendition.average_bps};
  const media::Ticks length = std::max<media::Ticks>(1, track.segments.end());
  const auto bits = static_cast<media::Ticks>(rendition.webvtt.size_bytes * 8);
  const auto bps = static_cast<std::uint64_t>(media::rescale(bits, length, rendition.track.timescale, media::Round::up));
  return {bps, bps};
}

}  // namespace segue::manifests
