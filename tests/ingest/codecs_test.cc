// SPDX-License-Identifier: Apache-2.0
// Codecs beside the presets', written into track files by the real program and read back by a reader that is not ours.
#include <algorithm>
#include <cstdint>

#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;

namespace {

struct Expected {
  std::string id, codecs;  // as asset.json names them, or how that begins
  std::string name, tag;   // as ffprobe does
  std::uint32_t channels = 0, height = 0;
};

struct Case {
  std::string path;
  double seconds;
  std::vector<Expected> renditions;  // all of them
};

const std::string kPictures = "-f lavfi -i testsrc2=s=160x120:r=25:d=3 ";
const std::string kSound = "-f lavfi -i anoisesrc=a=0.2:c=pink:s=3:r=48000:d=3 ";
const std::string kSurround = "-af \"pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0\" ";

Json first_stream(const Sandbox& sandbox, const std::string& path, double& seconds) {
  const Output probed = sandbox.shell("exec ffprobe -v error -show_streams -show_format -of json '" + path + "'");
  INFO(probed.err);
  CHECK(probed.exit_code == 0);
  CHECK(probed.err.empty());
  const Json all = Json::parse(probed.out);
  REQUIRE(all["streams"].size() == 1);
  seconds = std::stod(all["format"]["duration"].get<std::string>());
  return all["streams"][0];
}

void check_track_file(const Sandbox& sandbox, const std::string& folder, const Json& rendition, const Expected& expected) {
  INFO(expected.id);
  CHECK(rendition["codecs"].get<std::string>().starts_with(expected.codecs));
  const std::string path = folder + '/' + rendition["file"].get<std::string>();
  double seconds = 0;
  const Json stream = first_stream(sandbox, path, seconds);
  CHECK(stream["codec_name"] == expected.name);
  CHECK(stream["codec_tag_string"] == expected.tag);
  CHECK(stream.value("channels", 0U) == expected.channels);
  CHECK(stream.value("height", 0U) == expected.height);
  // FFmpeg 5.1 counts priming and padding as well: it ignores edit lists in fragments.
  const double scale = rendition["timescale"], programme = rendition["duration"].get<double>() / scale;
  CHECK(seconds >= programme - 0.0001);
  CHECK(seconds <= programme + (rendition["lead_in"].get<double>() + rendition["tail"].get<double>()) / scale + 0.0001);
  // Each access unit decodes.
  const Output decoded = sandbox.shell("exec ffmpeg -nostdin -v error -i '" + path + "' -f null -");
  CHECK(decoded.exit_code == 0);
  CHECK(decoded.err.empty());
}

}  // namespace

TEST_CASE("HEVC, AV1, HE-AAC, AC-3, E-AC-3 and ALAC are in their track files what asset.json says") {
  const Sandbox sandbox;
  const Expected stereo{"aac-64", "mp4a.40.2", "aac", "mp4a", 2, 0}, mono{"aac-40", "mp4a.40.2", "aac", "mp4a", 1, 0};
  const Expected hevc{"hevc-120", "hvc1.1.6.L", "hevc", "hvc1", 0, 120}, av1{"av1-120", "av01.0.0", "av1", "av01", 0, 120};
  const std::vector<Case> cases = {
      {sandbox.make(kPictures + kSound + kSurround + "-c:v libx264 -preset ultrafast -c:a ac3 -b:a 448k", "surround.mkv"),
       3.008,
       {hevc, av1, stereo, {"ac3", "ac-3", "ac3", "ac-3", 6, 0}}},
      {sandbox.make(kPictures + kSound + kSurround + "-c:v libx264 -preset ultrafast -c:a eac3 -b:a 384k", "eac3.mkv"),
       3.008,
       {hevc, av1, stereo, {"eac3", "ec-3", "eac3", "ec-3", 6, 0}}},
      {sandbox.make(kSound + "-c:a alac", "alac.m4a"),
       3,
       {mono, {"alac", "alac", "alac", "alac", 1, 0}, {"flac", "fLaC", "flac", "fLaC", 1, 0}}},
      {"transcoder/data/he-aac-edit-5058.mp4", 2.763, {stereo, {"aac-he-source", "mp4a.40.5", "aac", "mp4a", 2, 0}}},
  };
  std::vector<Sandbox::Source> sources;
  for (const Case& one : cases) sources.push_back({one.path, one.seconds});
  const auto lines = sandbox.publish_all(
      "ladder codecs\naac 64k\nflac\nhevc 120p crf 40 max 300k preset ultrafast\nav1 120p crf 55 max 300k preset 12\n", sources);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& one = cases[i];
    const Json& line = lines[i];
    INFO(one.path);
    const Json made = sandbox.asset(line["asset"])["renditions"];
    CHECK(made.size() == one.renditions.size());
    for (const Expected& expected : one.renditions) {
      const auto found = std::find_if(made.begin(), made.end(), [&](const Json& rendition) { return rendition["id"] == expected.id; });
      REQUIRE(found != made.end());
      check_track_file(sandbox, line["folder"], *found, expected);
    }
  }
  sandbox.check_store();
  sandbox.check_nothing_left();
}
