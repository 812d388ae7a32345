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

namespace {

const std::string kFragments = " -strict -2 -movflags frag_keyframe+empty_moov+delay_moov ";

// `source` without its first samples, as many frames of two channels.
std::vector<double> from(const std::vector<double>& source, std::ptrdiff_t first) { return {source.begin() + 2 * first, source.end()}; }

}  // namespace

TEST_CASE("a fragmented MP4 that was copied from the middle of a song begins where its edit list says, and ends with it") {
  const TestFolder folder;
  struct Case {
    std::string name, codec;
  };
  for (const Case& one : {Case{"s.flac", "-sample_fmt s16 -c:a flac"}, Case{"s.m4a", "-c:a alac"}}) {
    INFO(one.name);
    const std::string song = folder.make(noise("r=48000:d=3") + ' ' + one.codec, one.name);
    const std::string path = folder.make("-ss 1.03 -i '" + song + "' -c copy" + kFragments, "f.mp4");
    const KeptRun run = transcode_file(path, "aac 128k\nflac\n");
    if (!run.result) FAIL(run.result.error().message);
    const std::vector<double> source = from(decode_file(song), 49440);
    // ffmpeg's command line moves the first packet's time to 0: all of the pre-roll is in what it decodes.
    const std::vector<double> decoded = decode_file(path);
    CHECK(decoded.size() > source.size());
    CHECK(from(decoded, static_cast<std::ptrdiff_t>(decoded.size() - source.size()) / 2) == source);
    CHECK(programme(run.track("flac")) == source);
    check_lossy(run.track("aac-128"), source);
    if (run.has("alac")) CHECK(programme(run.track("alac")) == source);
    CHECK(run.has("alac") == (one.name == "s.m4a"));
  }
}

TEST_CASE("MP3 and AC-3 in a fragmented MP4 lose their priming, and nothing else") {
  const TestFolder folder;
  for (const char* codec : {"libmp3lame", "ac3"}) {
    INFO(codec);
    const std::string wav = folder.make(noise("r=48000:d=3"), "s.wav");
    const std::string path = folder.make("-i '" + wav + "' -b:a 256k -c:a " + codec + kFragments, "f.mp4");
    const KeptRun run = transcode_file(path, "aac 128k\n");
    if (!run.result) FAIL(run.result.error().message);
    const std::vector<double> source = decode_file(wav), heard = programme(run.track("aac-128"));
    CHECK(heard.size() >= source.size());
    CHECK(heard.size() < source.size() + 2 * 1536);  // the padding, where FFmpeg does not tell the last sample's duration
    CHECK(best_offset(heard, source, 2, 0, 40) == 0);
    if (run.has("ac3")) CHECK(run.track("ac3").ended.lead_in == 256);
  }
}
