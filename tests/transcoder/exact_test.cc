// SPDX-License-Identifier: Apache-2.0
// Sample-exact: what is heard between lead_in and tail is the source's programme, not one sample more or less, none shifted.
#include "decode.h"
#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

// Noise under a slow swell: every shift by a sample shows.
std::string noise(const std::string& options) {
  return "-f lavfi -i \"anoisesrc=a=0.3:c=pink:s=7:" + options + "\" -ac 2 -af \"tremolo=f=3:d=0.8,lowpass=6000\"";
}

// The programme's samples alone.
std::vector<double> programme(const KeptTrack& track) {
  const auto channels = static_cast<std::ptrdiff_t>(track.begun.audio.channels);
  std::vector<double> all = decode_samples(track);
  all.erase(all.begin(), all.begin() + channels * track.ended.lead_in);
  all.resize(all.size() - static_cast<std::size_t>(channels * track.ended.tail));
  return all;
}

void check_lossy(const KeptTrack& track, const std::vector<double>& source) {
  REQUIRE(track.has_ended);
  const std::vector<double> heard = programme(track);
  CHECK(heard.size() == source.size());
  CHECK(track.duration() == track.ended.lead_in + static_cast<media::Ticks>(heard.size() / 2) + track.ended.tail);
  CHECK(track.samples.front().dts == 0);
  CHECK(best_offset(heard, source, 2, 0, 40) == 0);
}

}  // namespace

TEST_CASE("AAC, Opus and FLAC of a WAV keep every sample in its place") {
  const TestFolder folder;
  const std::string path = folder.make(noise("r=48000:d=2.345"), "a.wav");
  const KeptRun run = transcode_file(path, "aac 64k 128k\nopus 96k\nflac\n");
  REQUIRE(run.result);
  const std::vector<double> source = decode_file(path);
  check_lossy(run.track("aac-64"), source);
  check_lossy(run.track("aac-128"), source);
  check_lossy(run.track("opus-96"), source);
  CHECK(run.track("aac-64").ended.lead_in == run.track("aac-128").ended.lead_in);
  CHECK(programme(run.track("flac")) == source);
  REQUIRE(run.result->programmes.size() == 1);
  CHECK(run.result->programmes[0].sample_count == static_cast<media::Ticks>(source.size() / 2));
  CHECK(run.result->programmes[0].loudness.has_value());
}

TEST_CASE("a 44.1 kHz source: AAC and FLAC at its rate, Opus resampled to round(n * 48000 / 44100) samples") {
  const TestFolder folder;
  const std::string path = folder.make(noise("r=44100:d=1.777"), "a.flac");
  const KeptRun run = transcode_file(path, "aac 128k\nopus 96k\nflac\n");
  REQUIRE(run.result);
  const std::vector<double> source = decode_file(path);
  check_lossy(run.track("aac-128"), source);
  CHECK(programme(run.track("flac")) == source);
  const std::size_t expected = static_cast<std::size_t>(media::rescale(static_cast<media::Ticks>(source.size() / 2), 44100, 48000));
  const std::vector<double> heard = programme(run.track("opus-96"));
  CHECK(heard.size() == expected * 2);
  std::vector<double> resampled = decode_file(path, "-ar 48000");
  CHECK(best_offset(heard, resampled, 2, 0, 40) == 0);
}
