// SPDX-License-Identifier: Apache-2.0
// The origin reads heads of files that anybody may have put there; `segue package` reads anybody's moov.
#include <cstdlib>
#include <vector>

#include "media/bandwidth.h"
#include "media/limits.h"
#include "media/track_head.h"
#include "packager/mp4_copy.h"

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
  const auto movie = packager::read_movie({data, size}, 0, 1 << 20);
  if (!movie) return 0;
  for (const packager::Mp4Track& track : movie->tracks) {
    packager::SampleRef sample;
    auto walk = track.samples.walk();
    while (walk.next(sample)) {
      if (sample.offset + sample.size > 1 << 20) std::abort();
    }
    const auto plan = packager::plan_copy(track);
    if (plan && plan->sample_count == 0) std::abort();
  }
  return 0;
}
