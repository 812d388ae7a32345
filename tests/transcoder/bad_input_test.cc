// SPDX-License-Identifier: Apache-2.0
// What is broken is refused with one line that names the file; nothing hangs, nothing grows.
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>

#include "decode.h"
#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

// "" when the file went through.
std::string failure(const std::string& path) {
  const KeptRun run = transcode_file(path, "aac 64k\nflac\nh264 120p crf 40 max 300k preset ultrafast\n");
  return run.result ? "" : run.result.error().message;
}

bool is_one_line_about(const std::string& message, const std::string& name) {
  return message.find('\n') == std::string::npos && message.find(name) != std::string::npos && message.size() < 400;
}

}  // namespace

TEST_CASE("a file cut at any 4 KiB boundary is refused") {
  const TestFolder folder;
  const std::string tone = "-f lavfi -i \"anoisesrc=a=0.2:s=1:r=44100:d=2\" ";
  const std::string film = "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -f lavfi -i sine=d=2 -preset ultrafast ";
  const std::vector<std::string> whole = {folder.make(tone, "a.wav"),
                                          folder.make(tone, "a.flac"),
                                          folder.make(tone + "-b:a 96k", "a.mp3"),
                                          folder.make(tone + "-c:a aac", "a.m4a"),
                                          folder.make(tone + "-c:a libvorbis", "a.ogg"),
                                          folder.make(tone + "-c:a libopus", "a.opus"),
                                          folder.make(tone, "a.aiff"),
                                          folder.make(tone, "a.wv"),
                                          folder.make(tone + "-c:a alac", "b.m4a"),
                                          folder.make(film, "a.mp4"),
                                          folder.make(film + "-movflags +faststart", "b.mp4"),
                                          folder.make(film, "a.mkv"),
                                          folder.make(film + "-c:v libvpx -c:a libvorbis", "a.webm")};
  for (const std::string& path : whole) {
    INFO(path);
    CHECK(failure(path) == "");
    const std::string bytes = read(path);
    const std::string extension = path.substr(path.rfind('.'));
    const std::size_t step = std::max<std::size_t>(1, bytes.size() / 4096 / 12) * 4096;  // a dozen of the boundaries, and the last one
    std::vector<std::size_t> cuts = {bytes.size() / 4096 * 4096};
    for (std::size_t cut = 4096; cut < bytes.size(); cut += step) cuts.push_back(cut);
    for (const std::size_t cut : cuts) {
      if (cut == 0 || cut >= bytes.size()) continue;
      INFO("cut at " << cut << " of " << bytes.size());
      const std::string message = failure(write(folder.path("cut" + extension), bytes.substr(0, cut)));
      CHECK(message != "");
      CHECK(is_one_line_about(message, "cut" + extension));
    }
  }
}

TEST_CASE("a list of files is refused before one of them is opened") {
  const TestFolder folder;
  const std::string held = folder.path("held");  // opening it would wait for a writer
  REQUIRE(::mkfifo(held.c_str(), 0600) == 0);
  for (const char* name : {"held", "list.txt"}) {  // the list in itself: without end
    const std::string message = failure(write(folder.path("list.txt"), "ffconcat version 1.0\nfile " + std::string(name) + "\n"));
    CHECK(message.find("a file of kind concat") != std::string::npos);
  }
}

TEST_CASE("random bytes under every extension are refused") {
  const TestFolder folder;
  std::mt19937 random(7);
  std::string bytes(60'000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  for (const char* extension : {"mp3",  "flac", "wav", "aiff", "m4a", "aac", "ogg", "opus", "wv",  "mkv",  "mp4", "mov",
                                "webm", "ts",   "ac3", "dts",  "avi", "wma", "ape", "txt",  "jpg", "m3u8", "gif"}) {
    const std::string name = std::string("random.") + extension;
    INFO(name);
    const std::string message = failure(write(folder.path(name), bytes));
    CHECK(message != "");
    CHECK(is_one_line_about(message, name));
  }
}

TEST_CASE("what is no media file is named for what it is") {
  const TestFolder folder;
  CHECK(failure(write(folder.path("empty.mp3"), "")).find("expected a media file, found an empty one") != std::string::npos);
  CHECK(failure(folder.path("")).find("found a directory") != std::string::npos);
  CHECK(failure(folder.path("none.mp3")).find("No such file") != std::string::npos);
  CHECK(failure("/dev/zero").find("found a device") != std::string::npos);
  CHECK(failure(write(folder.path("text.mp3"), std::string(5000, 'x'))) != "");
  CHECK(failure(write(folder.path("list.m3u8"), "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n")) != "");
  CHECK(failure(write(folder.path("list.ffconcat"), "ffconcat version 1.0\nfile /etc/passwd\n")) != "");
  CHECK(failure(folder.make("-f lavfi -i testsrc2=s=64x64:d=1 -frames:v 1", "still.png")) != "");
}

TEST_CASE("a wrong extension does no harm, nor does a name with a newline and an emoji") {
  const TestFolder folder;
  const std::string path = folder.make("-f lavfi -i sine=d=1", "tone.flac");
  const std::string odd = folder.path("a\nb \xF0\x9F\x8E\xB5.mp3");
  std::filesystem::copy_file(path, odd);
  CHECK(failure(odd) == "");
  const std::string colon = folder.path("http:tone.mp3");
  std::filesystem::copy_file(path, colon);
  CHECK(failure(colon) == "");
  const std::string broken = folder.path("a\nb.flac");
  write(broken, "fLaC");
  CHECK(is_one_line_about(failure(broken), "a\\x0Ab.flac"));
}

TEST_CASE("samples that are no numbers are refused, by the first of them") {
  const TestFolder folder;
  struct Row {
    const char *expression, *codec, *name, *message;
  };
  const std::vector<Row> table = {
      {"if(gte(n,9600),0/0,0.1*sin(900*t))", "pcm_f32le", "nan.wav", "sample 9600: expected a finite number, found nan"},
      {"if(eq(n,47999),1/0,0.1*sin(900*t))", "pcm_f64le", "last.wav", "sample 47999: expected a finite number, found infinity"},
      {"if(eq(n,0),-1/0,0.1*sin(900*t))|0.1*sin(800*t)", "pcm_f32be", "first.aiff", "sample 0: expected a finite number, found infinity"},
      {"0.1*sin(900*t)|if(eq(n,30000),0/0,0.1*sin(800*t))", "wavpack", "right.wv", "sample 30000: expected a finite number, found nan"},
  };
  for (const Row& row : table) {
    const std::string source = "-f lavfi -i \"aevalsrc='" + std::string(row.expression) + "':s=48000:d=1\" -c:a " + row.codec;
    const std::string message = failure(folder.make(source, row.name));
    INFO(row.name << ": " << message);
    CHECK(is_one_line_about(message, row.name));
    CHECK(message.find(row.message) != std::string::npos);
  }
  CHECK(failure(folder.make("-f lavfi -i \"aevalsrc='2*sin(900*t)':s=48000:d=1\" -c:a pcm_f32le", "loud.wav")) == "");
}

TEST_CASE("absurd headers are refused in bounded memory") {
  const TestFolder folder;
  std::string wav = read(folder.make("-f lavfi -i sine=d=1", "tone.wav"));
  std::string channels = wav;
  channels[22] = '\xFF', channels[23] = '\x7F';
  CHECK(failure(write(folder.path("channels.wav"), channels)) != "");
  std::string rate = wav;
  rate[24] = rate[25] = rate[26] = '\xFF', rate[27] = '\x7F';
  CHECK(failure(write(folder.path("rate.wav"), rate)) != "");
  std::string nothing = wav.substr(0, 44);
  nothing[40] = nothing[41] = nothing[42] = nothing[43] = 0;
  CHECK(failure(write(folder.path("nothing.wav"), nothing)) != "");
}

TEST_CASE("an encrypted film is said to be protected") {
  const TestFolder folder;
  const std::string path = folder.make(
      "-f lavfi -i testsrc2=s=64x64:d=1 -c:v libx264 -encryption_scheme cenc-aes-ctr -encryption_key 76a6c65c5ea762046bd749a2e632ccbb "
      "-encryption_kid a7e61c373e219033c21091fa607bf3b8",
      "drm.mp4");
  const std::string message = failure(path);
  CHECK(message.find("protected") != std::string::npos);
}

TEST_CASE("Dolby Vision whose colours nobody here can convert is refused rather than shown in green and purple") {
  const TestFolder folder;
  std::string bytes =
      read(folder.make("-f lavfi -i testsrc2=s=64x64:d=0.4 -vf setsar=1 -c:v libx265 -x265-params log-level=none", "plain.mp4"));
  CHECK(failure(write(folder.path("a.mp4"), bytes)) == "");
  const std::size_t box = bytes.find("pasp");
  REQUIRE(box != std::string::npos);
  for (const auto& [profile, refused] :
       {std::pair{5, true}, {8, false}}) {  // dvcC: version 1.0, 7 bits of profile, level 1, RPU and base layer
    bytes.replace(box, 8, std::string("dvcC\1\0", 6) + static_cast<char>(profile << 1) + '\x0D');
    const std::string message = failure(write(folder.path("b.mp4"), bytes));
    INFO(message);
    CHECK((message.find("Dolby Vision profile 5") != std::string::npos) == refused);
  }
}

TEST_CASE("a recording whose clock starts anew goes on, its sound with its pictures") {
  const TestFolder folder;
  const auto part = [&](const std::string& name, int tone, const std::string& starts) {
    return read(folder.make("-f lavfi -i testsrc2=s=64x64:r=25:d=2 -f lavfi -i sine=f=" + std::to_string(tone) +
                                ":r=48000:d=2 -c:v mpeg2video -c:a mp2 -output_ts_offset " + starts,
                            name));
  };
  struct Row {
    const char *name, *first, *second;
  };
  for (const Row& row :
       {Row{"back.ts", "5000", "10"}, Row{"on.ts", "10", "5000"}, Row{"little.ts", "30", "10"}, Row{"same.mpg", "1", "1"}}) {
    INFO(row.name);
    const std::string file = row.name, form = file.substr(file.find('.'));
    const std::string both = part("a" + form, 500, row.first) + part("b" + form, 3000, row.second);
    const KeptRun run = transcode_file(write(folder.path(file), both), "aac 64k\nh264 120p crf 40 max 300k preset ultrafast\n");
    if (!run.result) FAIL(run.result.error().message);
    const media::Rational length = run.result->programmes[0].duration;
    CHECK(static_cast<double>(length.num) / static_cast<double>(length.den) == Approx(4.0).margin(0.15));
    // Crossings of zero tell the tone: 500 Hz, then 3,000 Hz, at any moment of its two seconds.
    const KeptTrack& sound = run.sinks[0].tracks.at(0);
    const std::vector<double> samples = decode_samples(sound);
    const auto tone = [&](double second) {
      const auto from = static_cast<std::size_t>(second * 48000) + sound.ended.lead_in;
      int crossings = 0;
      for (std::size_t i = from; i < from + 4800; ++i) crossings += samples.at(i) >= 0 && samples.at(i + 1) < 0 ? 1 : 0;
      return crossings * 10;
    };
    for (const double second : {0.2, 1.0, 1.7}) CHECK(tone(second) == Approx(500).margin(20));
    for (const double second : {2.3, 3.0, 3.7}) CHECK(tone(second) == Approx(3000).margin(20));
  }
}

TEST_CASE("a recording may begin between key frames and end inside a packet") {
  const TestFolder folder;
  const std::string film = "-f lavfi -i testsrc2=s=160x120:r=25:d=6 -f lavfi -i sine=r=48000:d=6 ";
  for (const auto& [options, name] : {std::pair<std::string, std::string>{"-c:v libx264 -preset ultrafast -g 100 -c:a aac", "h264.ts"},
                                      {"-c:v mpeg2video -g 100 -c:a mp2", "mpeg2.ts"},
                                      {"-c:v mpeg2video -g 100 -c:a ac3", "dvd.vob"}}) {
    INFO(name);
    const std::string bytes = read(folder.make(film + options + (name.ends_with("vob") ? " -f vob" : ""), name));
    const std::size_t unit = name.ends_with("vob") ? 2048 : 188, units = bytes.size() / unit;
    CHECK(failure(write(folder.path("cut-" + name), bytes.substr(units / 4 * unit, units / 2 * unit))) == "");
  }
}
