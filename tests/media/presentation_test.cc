// SPDX-License-Identifier: Apache-2.0
#include "media/presentation.h"

#include "tests/catch.h"

using namespace segue::media;

namespace {

Track of_segments(Codec codec, std::initializer_list<SegmentIndex::Size> sizes) {
  Track track;
  track.rendition.track.codec = codec;
  track.rendition.track.timescale = 1000;
  for (const SegmentIndex::Size& size : sizes) track.segments.append(size.bytes, size.duration);
  return track;
}

}  // namespace

TEST_CASE("peaks are of sets of segments about as long as the target duration that all playlists share") {
  // Sound that is loud for a second: by its own target of 1 s the peak is that second, by the pictures' 4 s two seconds together.
  std::vector<Track> tracks = {of_segments(Codec::aac, {{2000, 1000}, {500, 1000}, {500, 1000}, {500, 1000}}),
                               of_segments(Codec::h264, {{4000, 4000}}), of_segments(Codec::webvtt, {{100, 1000}, {20, 1000}})};
  CHECK(shared_target(tracks) == 4);
  settle_peaks(tracks);
  CHECK(tracks[0].rendition.peak_bps == 10'000);
  CHECK(tracks[1].rendition.peak_bps == 8'000);
  CHECK(tracks[2].rendition.peak_bps == 800);  // subtitles keep a target of their own
  settle_peaks({tracks.data(), 1});
  CHECK(tracks[0].rendition.peak_bps == 16'000);
}
