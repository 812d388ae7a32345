// SPDX-License-Identifier: Apache-2.0
// The origin reads heads of files that anybody may have put there.
#include <cstdlib>

#include "media/bandwidth.h"
#include "media/limits.h"
#include "media/track_head.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue;
  const auto head = media::parse_track_head({data, size});
  if (head && head->needed != 0 && (head->needed <= size || head->needed > media::kMaxTrackHeadBytes)) std::abort();
  if (head && head->needed == 0) {
    const media::SegmentIndex& segments = head->track.segments;
    const std::uint32_t timescale = head->track.rendition.track.timescale;
    if (segments.size() < 2000 && media::average_bandwidth(segments, timescale) >
                                      media::peak_bandwidth(segments, timescale, media::target_duration(segments, timescale)))
      std::abort();
  }
  return 0;
}
