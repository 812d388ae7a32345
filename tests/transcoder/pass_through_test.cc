// SPDX-License-Identifier: Apache-2.0
#include "decode.h"
#include "media.h"
#include "tests/catch.h"
#include "transcoder/dolby.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

const std::string kNoise = "-f lavfi -i \"anoisesrc=a=0.2:c=pink:s=3:r=48000:d=2\" -ac 2 ";

std::size_t packets_of(const std::string& path) {
  const std::string command =
      "ffprobe -v error -count_packets -select_streams a:0 -show_entries stream=nb_read_packets -of csv=p=0 '" + path + "'";
  std::FILE* pipe = popen(command.c_str(), "r");
  std::size_t count = 0;
  if (pipe == nullptr || std::fscanf(pipe, "%zu", &count) != 1) count = 0;
  if (pipe != nullptr) pclose(pipe);
  return count;
}

}  // namespace

TEST_CASE("AAC at a rung goes through untouched, its priming and padding told") {
  const TestFolder folder;
  const std::string path = folder.make(kNoise + "-c:a aac -b:a 128k", "a.m4a");
  const KeptRun run = transcode_file(path, "aac 64k 128k\n");
  REQUIRE(run.result);
  REQUIRE(run.has("aac-source"));
  const KeptTrack& track = run.track("aac-source");
  CHECK(track.samples.size() == packets_of(path));
  CHECK(track.ended.lead_in == 1024);
  CHECK(track.duration() - track.ended.lead_in - track.ended.tail == 96000);
  CHECK(run.result->programmes[0].sample_count == 96000);
}

TEST_CASE("AAC whose priming nobody tells is encoded anew: passed through, it would be heard") {
  const TestFolder folder;
  const std::string encoded = kNoise + "-c:a aac -b:a 128k ";
  for (const auto& [options, name] : {std::pair{"", "a.aac"}, {"", "a.ts"}, {"-use_editlist 0 ", "a.m4a"}}) {
    INFO(name);
    const KeptRun run = transcode_file(folder.make(encoded + options, name), "aac 128k\n");
    REQUIRE(run.result);
    CHECK_FALSE(run.has("aac-source"));
    CHECK(run.track("aac-128").ended.lead_in == 1024);
  }
}

TEST_CASE("ALAC goes through beside its FLAC") {
  const TestFolder folder;
  const std::string path = folder.make(kNoise + "-c:a alac", "a.m4a");
  const KeptRun run = transcode_file(path, "aac 128k\nflac\n");
  REQUIRE(run.result);
  const KeptTrack& track = run.track("alac");
  CHECK(track.begun.config.size() == 24);
  CHECK(track.duration() == 96000);
  CHECK(track.ended.tail == 0);
  CHECK(track.samples[0].duration == 4096);
}

TEST_CASE("surround AC-3 and E-AC-3 go through with the record that MP4 wants") {
  const TestFolder folder;
  for (const auto& [codec, name] : {std::pair{"ac3", "a.ac3"}, {"eac3", "a.eac3"}}) {
    const std::string path =
        folder.make("-f lavfi -i \"anoisesrc=r=48000:d=1\" -af \"pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0\" -c:a " +
                        std::string(codec) + " -b:a 448k",
                    name);
    const KeptRun run = transcode_file(path, "aac 128k\n");
    REQUIRE(run.result);
    const KeptTrack& track = run.track(codec);
    CHECK(track.samples.size() == packets_of(path));
    CHECK(track.samples[0].duration == 1536);
    if (track.begun.codec == media::Codec::ac3) CHECK(track.begun.config == media::CodecConfig{0x10, 0x3D, 0xE0});
    if (track.begun.codec == media::Codec::eac3) CHECK(track.begun.config == media::CodecConfig{0x0E, 0x00, 0x20, 0x0F, 0x00});
  }
}

TEST_CASE("a lossy stereo source off the rungs is not passed through") {
  const TestFolder folder;
  const KeptRun run = transcode_file(folder.make(kNoise + "-c:a aac -b:a 96k", "a.m4a"), "aac 64k 128k\n");
  REQUIRE(run.result);
  CHECK_FALSE(run.has("aac-source"));
}
