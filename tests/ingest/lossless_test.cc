// SPDX-License-Identifier: Apache-2.0
// The FLAC rendition is the source, bit for bit, whatever its depth, rate, channels and container; read back by FFmpeg.
#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;

namespace {

struct Case {
  std::string name, rate, channels, encode;
  int depth;  // of the rendition
};

// MD5 of the samples, at 32 bits: two that differ in their least bit differ here.
std::string samples_of(const std::string& path, const Sandbox& sandbox) {
  const Output output = sandbox.shell("ffmpeg -nostdin -v error -i '" + path + "' -map 0:a:0 -c:a pcm_s32le -f md5 -");
  INFO(output.err);
  CHECK(output.exit_code == 0);
  return output.out;
}

// Noise that uses every bit of 24: what is cut off to 16 would be seen.
std::string source_of(const Case& one) {
  const std::string noise = "random(0)*1.6-0.8";
  std::string all = noise;
  for (int i = 1; i < std::stoi(one.channels); ++i) all += "|random(" + std::to_string(i) + ")*1.6-0.8";
  return "-f lavfi -i \"aevalsrc=exprs=" + all + ":s=" + one.rate + ":d=1.237\" " + one.encode;
}

}  // namespace

TEST_CASE("lossless sources of every depth, rate and container are in their FLAC rendition bit for bit") {
  const Sandbox sandbox;
  const std::vector<Case> cases = {
      {"cd.flac", "44100", "2", "-sample_fmt s16", 16},
      {"studio.flac", "96000", "2", "-sample_fmt s32 -bits_per_raw_sample 24", 24},
      {"high.wav", "192000", "1", "-c:a pcm_s24le", 24},
      {"low.wav", "22050", "1", "-c:a pcm_u8", 16},
      {"apple.m4a", "48000", "2", "-c:a alac -sample_fmt s32p", 24},
      {"old.aiff", "88200", "2", "-c:a pcm_s24be", 24},
      {"hybrid.wv", "48000", "2", "-c:a wavpack -sample_fmt s16p", 16},
      {"surround.wav", "48000", "6", "-c:a pcm_s24le", 24},
      {"true.tta", "44100", "2", "-c:a tta -sample_fmt s32", 24},
  };
  std::vector<Sandbox::Source> sources;
  for (const Case& one : cases) sources.push_back({sandbox.make(source_of(one), one.name), 1.237});
  const auto lines = sandbox.publish_all("ladder lossless\nflac\n", sources);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& one = cases[i];
    const Json& line = lines[i];
    INFO(one.name);
    CHECK(samples_of(line["folder"].get<std::string>() + "/flac.cmfa", sandbox) == samples_of(sources[i].path, sandbox));
    const Output depth = sandbox.shell("ffprobe -v error -show_entries stream=bits_per_raw_sample -of csv=p=0 '" +
                                       line["folder"].get<std::string>() + "/flac.cmfa'");
    CHECK(std::stoi(depth.out) == one.depth);
  }
  sandbox.check_store();
  sandbox.check_nothing_left();
}
