// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "decode.h"
#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

TEST_CASE("a 997 Hz stereo tone at -23 dBFS measures -23 LUFS (EBU Tech 3341, case 1)") {
  const TestFolder folder;
  const std::string path =
      folder.make("-f lavfi -i \"aevalsrc='0.07079*sin(2*PI*1000*t)|0.07079*sin(2*PI*1000*t)':s=48000:d=20\" -c:a pcm_s24le", "a.wav");
  const KeptRun run = transcode_file(path, "aac 64k\n");
  REQUIRE(run.result);
  REQUIRE(run.result->loudness);
  CHECK(run.result->loudness->integrated_lufs == Approx(-23.0).margin(0.1));
  CHECK(run.result->loudness->true_peak_dbtp == Approx(-23.0).margin(0.2));
  CHECK(run.track("aac-64").ended.loudness->integrated_lufs == Approx(-23.0).margin(0.1));
}

TEST_CASE("silence has no loudness") {
  const TestFolder folder;
  const KeptRun run = transcode_file(folder.make("-f lavfi -i anullsrc=r=48000:d=2", "a.wav"), "aac 64k\n");
  REQUIRE(run.result);
  CHECK_FALSE(run.result->loudness);
}

TEST_CASE("samples are changed only when asked: then to -14 LUFS") {
  const TestFolder folder;
  const std::string path = folder.make("-f lavfi -i \"aevalsrc='0.07*sin(2*PI*1000*t)|0.07*sin(2*PI*1000*t)':s=48000:d=4\"", "a.flac");
  const auto source = probe(path);
  REQUIRE(source);
  const auto plans = plan_ladder(*source, *parse_ladder("ladder x\nflac\n", "x"));
  REQUIRE(plans);
  KeepingSink sink;
  TranscodeJob job;
  job.inputs = {path};
  job.renditions = *plans;
  job.sinks = {&sink};
  job.normalise_loudness = true;
  const auto result = transcode(job);
  REQUIRE(result);
  REQUIRE(result->loudness);
  CHECK(result->loudness->integrated_lufs == Approx(-14.0).margin(0.1));
  double peak = 0;
  for (const double sample : decode_samples(sink.tracks[0])) peak = std::max(peak, std::abs(sample));
  CHECK(20 * std::log10(peak) == Approx(-14.0).margin(0.3));
}
