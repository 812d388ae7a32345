// SPDX-License-Identifier: Apache-2.0
// Streams of a source seldom end together; renditions of a presentation do (Apple 8.3).
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

#include "decode.h"
#include "media.h"
#include "tests/catch.h"
#include "transcoder/sample_count.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

const std::string kLadder = "aac 64k 128k\nh264 144p crf 40 max 300k preset ultrafast\n";
const std::string kEncode = "-c:v libx264 -preset ultrafast -g 50 ";

std::string pictures(const std::string& seconds) { return "-f lavfi -i testsrc2=s=160x120:r=25:d=" + seconds + " "; }
std::string sound(const std::string& seconds) { return "-f lavfi -i \"sine=f=1000:r=48000:d=" + seconds + "\" "; }

double programme_seconds(const KeptTrack& track) {
  const media::TrackConfig& config = track.ended;
  return static_cast<double>(track.duration() - config.lead_in - config.tail) / config.timescale;
}

// Loudest sample between two instants of the programme.
double loudest(const KeptTrack& track, double from, double to) {
  const std::vector<double> samples = decode_samples(track);
  const double rate = track.ended.timescale;
  double peak = 0;
  for (auto i = static_cast<std::size_t>(track.ended.lead_in + from * rate); i < static_cast<std::size_t>(track.ended.lead_in + to * rate);
       ++i)
    peak = std::max(peak, std::abs(samples.at(i)));
  return peak;
}

}  // namespace

TEST_CASE("sound that ends before the pictures goes on as silence") {
  const TestFolder folder;
  const KeptRun run = transcode_file(folder.make(pictures("4") + sound("1.5") + kEncode + "-c:a pcm_s16le", "a.mkv"), kLadder);
  REQUIRE(run.result);
  const KeptTrack& track = run.track("aac-40");
  CHECK(programme_seconds(track) == 4.0);
  CHECK(loudest(track, 1.0, 1.4) > 0.05);
  CHECK(loudest(track, 1.6, 4.0) < 0.001);
  CHECK(run.result->programmes[0].duration == media::Rational{192000, 48000});
}

TEST_CASE("pictures that end before the sound stand still until it ends") {
  const TestFolder folder;
  const KeptRun run = transcode_file(folder.make(pictures("1") + sound("3.51") + kEncode + "-c:a pcm_s16le", "a.mkv"), kLadder);
  REQUIRE(run.result);
  CHECK(programme_seconds(run.track("aac-40")) == Approx(3.51));
  const DecodedPictures made = decode_pictures(run.track("h264-120"));
  REQUIRE(made.count == 88);
  CHECK(made.mean_luma[40] == Approx(made.mean_luma[87]).margin(0.01));
}

TEST_CASE("a second language that is shorter ends with the first") {
  const TestFolder folder;
  const std::string path = folder.make(
      sound("3") + sound("1") + "-map 0 -map 1 -c:a pcm_s16le -metadata:s:a:0 language=eng -metadata:s:a:1 language=fre", "a.mkv");
  const KeptRun run = transcode_file(path, kLadder);
  REQUIRE(run.result);
  CHECK(programme_seconds(run.track("aac-40")) == 3.0);
  CHECK(programme_seconds(run.track("aac-40-fr")) == 3.0);
  CHECK(loudest(run.track("aac-40-fr"), 1.1, 3.0) < 0.001);
}

TEST_CASE("a second language that begins later begins later, with pictures or without") {
  const TestFolder folder;
  const std::string path = folder.make(
      sound("3") + "-itsoffset 1 " + sound("1") + "-map 0 -map 1 -c:a pcm_s16le -metadata:s:a:0 language=eng -metadata:s:a:1 language=fre",
      "a.mkv");
  const KeptRun run = transcode_file(path, kLadder);
  REQUIRE(run.result);
  CHECK(loudest(run.track("aac-40-fr"), 0, 0.95) < 0.001);
  CHECK(loudest(run.track("aac-40-fr"), 1.1, 1.9) > 0.05);
}

TEST_CASE("packets that are copied cannot be followed by silence or begin later: such a pass-through is not ended") {
  const TestFolder folder;
  const std::string ac3 = kEncode + "-c:a ac3 -b:a 128k -ac 2 ";
  struct Case {
    std::string name, input;
    bool copied;
  };
  for (const Case& one : {Case{"together.mkv", pictures("2") + sound("2"), true}, Case{"short.mkv", pictures("3") + sound("2"), false},
                          Case{"late.mkv", pictures("3") + "-itsoffset 0.5 " + sound("2.5"), false}}) {
    INFO(one.name);
    const KeptRun run = transcode_file(folder.make(one.input + ac3, one.name), kLadder);
    if (!run.result) FAIL(run.result.error().message);
    REQUIRE(run.has("ac3"));
    CHECK(run.track("ac3").has_ended == one.copied);
    CHECK(run.track("aac-128").has_ended);
  }
}

TEST_CASE("HE-AAC with an edit list is as long as its edit says, copied and encoded anew") {
  const KeptRun run = transcode_file("transcoder/data/he-aac-edit-5058.mp4", "aac 64k\nopus 64k\n");
  if (!run.result) FAIL(run.result.error().message);
  const KeptTrack& copied = run.track("aac-he-source");
  CHECK(copied.has_ended);
  CHECK(copied.ended.lead_in == 5058);
  CHECK(copied.samples.size() == 62);
  CHECK(run.result->programmes[0].sample_count == 121848);
  CHECK(programme_seconds(copied) == Approx(2.763).margin(0.00005));
  CHECK(programme_seconds(run.track("aac-64")) == Approx(2.763).margin(0.00005));
}

TEST_CASE("a fragmented MP4 begins where its edit list says, and ends with its last sample") {
  const TestFolder folder;
  const std::string burst = "-f lavfi -i \"aevalsrc='0.5*sin(2*PI*1000*t)*gte(t,0.5)':s=48000:d=2.003\" ";
  const std::string fragments = " -movflags frag_keyframe+empty_moov+delay_moov -frag_duration 500000 -f mp4";
  struct Case {
    std::string codec;
    std::int64_t most;  // AAC: a version of FFmpeg that does not tell the last sample's duration leaves the padding
  };
  for (const Case& one : {Case{"aac", 96144 + 1023}, Case{"flac -strict -2", 96144}, Case{"alac", 96144}, Case{"libopus", 96144 + 959}}) {
    INFO(one.codec);
    const KeptRun run = transcode_file(folder.make(burst + "-c:a " + one.codec + fragments, "a.mp4"), "aac 64k\n");
    if (!run.result) FAIL(run.result.error().message);
    CHECK(run.result->programmes[0].sample_count >= 96144);
    CHECK(run.result->programmes[0].sample_count <= one.most);
    const KeptTrack& track = run.track("aac-40");
    CHECK(loudest(track, 0, 0.495) < 0.1);
    CHECK(loudest(track, 0.5, 0.505) > 0.3);
  }
}

TEST_CASE("FLAC and WavPack with an ID3v1 tag behind them are whole") {
  const TestFolder folder;
  for (const char* name : {"a.flac", "a.wv"}) {
    INFO(name);
    const std::string path = folder.make(sound("1.5"), name);
    std::ofstream(path, std::ios::binary | std::ios::app) << "TAG" << std::string(125, ' ');
    const KeptRun run = transcode_file(path, "flac\n");
    if (!run.result) FAIL(run.result.error().message);
    CHECK(run.result->programmes[0].sample_count == 72000);
  }
}

TEST_CASE("a FLAC frame whose header is damaged is a broken one, also where nobody tells how long the song is") {
  const TestFolder folder;
  std::ifstream in(folder.make(sound("1.5") + "-frame_size 4800", "whole.flac"), std::ios::binary);
  std::string song((std::istreambuf_iterator<char>(in)), {});
  song[21] = static_cast<char>(song[21] & 0xF0);  // STREAMINFO's total of samples, 36 bits
  song.replace(22, 4, 4, '\0');
  const auto run = [&](const std::string& bytes) {
    std::ofstream(folder.path("changed.flac"), std::ios::binary) << bytes;
    return transcode_file(folder.path("changed.flac"), "flac\n").result;
  };
  const auto whole = run(song + "TAG" + std::string(125, ' '));
  if (!whole) FAIL(whole.error().message);
  CHECK(whole->programmes[0].sample_count == 72000);
  const std::size_t first = song.find("\xFF\xF8"), eighth = song.find(song.substr(first, 4) + '\x07', first);
  REQUIRE(eighth != std::string::npos);
  std::string damaged = song;
  damaged[eighth + 4] = '\x55';
  const auto broken = run(damaged);
  REQUIRE_FALSE(broken);
  CHECK(broken.error().message.find("expected decodable packets, found 1 of ") != std::string::npos);
}

TEST_CASE("an MP3 with something else behind it is whole, and one whose frames break off is not") {
  const TestFolder folder;
  const std::string path = folder.make(sound("1.5") + "-b:a 96k", "whole.mp3");
  std::ifstream in(path, std::ios::binary);
  const std::string song((std::istreambuf_iterator<char>(in)), {}), tag = "TAG" + std::string(125, ' ');
  std::string page;
  for (int i = 0; i < 100; ++i) page += "<html>404 not found</html>";
  const auto samples = [&](const std::string& bytes) {
    const std::string changed = folder.path("changed.mp3");
    std::ofstream(changed, std::ios::binary) << bytes;
    const KeptRun run = transcode_file(changed, "aac 64k\n");
    return run.result ? run.result->programmes[0].sample_count : -1;
  };
  CHECK(samples(song) == 72000);
  // FFmpeg does not believe a LAME tag that counts far fewer bytes than there are: the padding stays.
  const std::vector<std::string> behind = {std::string(20'000, '\0'), page};
  for (const std::string& junk : behind) {
    CHECK(samples(song + junk) >= 72000);
    CHECK(samples(song + junk) < 72000 + 1152);
  }
  CHECK(samples(song + "LYRICSBEGININD0000200LYR00006hello\n000031LYRICS200" + tag) == 72000);
  CHECK(samples(song.substr(0, song.size() - 100)) == -1);
  CHECK(samples(song.substr(0, 8000) + std::string(20'000, '\0') + song.substr(8000)) == -1);
}

TEST_CASE("samples are counted at one rate through changes of rate") {
  SampleCount count(44100);
  count.add(44100, 44100);
  count.add(24000, 48000);
  count.add(24000, 48000);
  count.add(1, 44100);
  CHECK(count.total() == 88201);
  CHECK(count.seconds() == media::Rational{88201, 44100});
}
