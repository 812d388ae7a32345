// SPDX-License-Identifier: Apache-2.0
// HEVC and AV1 on request, and what becomes of HDR and interlaced sources.
#include "decode.h"
#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

std::vector<media::Ticks> sync_pictures(const KeptTrack& track) {
  std::vector<media::Ticks> found;
  for (const KeptSample& sample : track.samples) {
    if (sample.sync) found.push_back(sample.pts / sample.duration);
  }
  return found;
}

const std::vector<media::Ticks> kGrid = {0, 25, 50, 100};
const std::string kClip = "-f lavfi -i testsrc2=s=160x120:r=25:d=5 -c:v libx264 -preset ultrafast";

}  // namespace

TEST_CASE("HEVC keeps the grid and can be read from its configuration record") {
  const TestFolder folder;
  const KeptRun run = transcode_file(folder.make(kClip, "a.mp4"), "hevc 120p crf 30 max 300k preset ultrafast\n");
  REQUIRE(run.result);
  CHECK(sync_pictures(run.track("hevc-120")) == kGrid);
  CHECK(decode_pictures(run.track("hevc-120")).count == 125);
  CHECK(media::codec_string(media::Codec::hevc, run.track("hevc-120").begun.config));
}

TEST_CASE("AV1 keeps the grid and can be read from its configuration record") {
  const TestFolder folder;
  const KeptRun run = transcode_file(folder.make(kClip, "a.mp4"), "av1 120p crf 50 max 300k preset 12\n");
  REQUIRE(run.result);
  CHECK(sync_pictures(run.track("av1-120")) == kGrid);
  CHECK(decode_pictures(run.track("av1-120")).count == 125);
  const auto name = media::codec_string(media::Codec::av1, run.track("av1-120").begun.config);
  REQUIRE(name);
  CHECK(name->starts_with("av01.0.0"));
}

TEST_CASE("HDR10 and HLG stay 10 bit in HEVC and become SDR in H.264") {
  struct Row {
    std::string transfer;
    int code;  // ITU-T H.273 table 3
    media::VideoRange range;
  };
  for (const Row& row : {Row{"smpte2084", 16, media::VideoRange::pq}, Row{"arib-std-b67", 18, media::VideoRange::hlg}}) {
    INFO(row.transfer);
    const TestFolder folder;
    const std::string path = folder.make(
        "-f lavfi -i testsrc2=s=160x120:r=25:d=1 -vf format=yuv420p10le,setparams=color_primaries=bt2020:color_trc=" + row.transfer +
            ":colorspace=bt2020nc -c:v libx265 -preset ultrafast -color_primaries bt2020 -color_trc " + row.transfer +
            " -colorspace bt2020nc -x265-params log-level=none:transfer=" + row.transfer,
        "hdr.mp4");
    const KeptRun run = transcode_file(path, "hevc 120p crf 30 max 300k preset ultrafast\nh264 120p crf 30 max 300k preset ultrafast\n");
    REQUIRE(run.result);
    const KeptTrack &hevc = run.track("hevc-120"), &avc = run.track("h264-120");
    CHECK(hevc.begun.video.range == row.range);
    CHECK(hevc.begun.video.transfer == row.code);
    CHECK(decode_pictures(hevc).bit_depth == 10);
    CHECK(avc.begun.video.range == media::VideoRange::sdr);
    CHECK(avc.begun.video.transfer == 1);
    CHECK(decode_pictures(avc).bit_depth == 8);
  }
}

TEST_CASE("an interlaced source loses its combs, not its rate") {
  const TestFolder folder;
  const std::string path = folder.make(
      "-f lavfi -i testsrc2=s=160x120:r=50:d=1 -vf tinterlace=interleave_top,fieldorder=tff -c:v mpeg2video -flags +ilme+ildct -q:v 3",
      "a.ts");
  const auto source = probe(path);
  REQUIRE(source);
  CHECK(source->streams.at(0).interlaced);
  const KeptRun run = transcode_file(path, "h264 120p crf 30 max 300k preset ultrafast\n");
  REQUIRE(run.result);
  CHECK(decode_pictures(run.track("h264-120")).count == 25);
}
