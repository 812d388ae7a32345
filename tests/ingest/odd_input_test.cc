// SPDX-License-Identifier: Apache-2.0
// Odd but legal input, through the real program: published, valid and as long as it should be, or refused with one line.
#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;

namespace {

std::string sound(const std::string& options) { return "-f lavfi -i anoisesrc=a=0.2:c=pink:s=3:" + options + " "; }
std::string pictures(const std::string& options) { return "-f lavfi -i testsrc2=s=160x120:" + options + " "; }
const std::string kH264 = "-c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p ";

struct Case {
  std::string name, ffmpeg;
  double seconds;
  int renditions;
};

void check_published(const std::vector<Case>& cases) {
  const Sandbox sandbox;
  std::vector<Sandbox::Source> sources;
  for (const Case& one : cases) sources.push_back({sandbox.make(one.ffmpeg, one.name), one.seconds});
  const auto lines = sandbox.publish_all("ladder odd\naac 64k\nflac\nh264 120p crf 40 max 300k preset ultrafast\n", sources);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    INFO(cases[i].name);
    CHECK(static_cast<int>(sandbox.asset(lines[i]["asset"])["renditions"].size()) == cases[i].renditions);
  }
  sandbox.check_store();  // each is valid
}

}  // namespace

TEST_CASE("sound of every rate, depth, layout and length") {
  check_published({
      {"mono-8k.wav", sound("r=8000:d=1.5"), 1.5, 2},
      {"192k-24.wav", sound("r=192000:d=1") + "-ac 2 -c:a pcm_s24le", 1, 2},
      {"71.flac", sound("r=48000:d=1:a=0.1") + "-af \"pan=7.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0|c6=c0|c7=c0\"", 1, 2},
      {"float.wav", sound("r=44100:d=1:a=0.3") + "-c:a pcm_f32le", 1, 2},
      {"a.wv", sound("r=44100:d=1:a=0.4") + "-c:a wavpack", 1, 2},
      {"a.aiff", sound("r=44100:d=1:a=0.5"), 1, 2},
      {"alac.m4a", sound("r=44100:d=1:a=0.6") + "-c:a alac", 1, 3},
      {"alac.caf", sound("r=88200:d=0.9:a=0.65") + "-c:a alac", 0.9, 3},  // whose last packet is told as long as the others
      {"mono.opus", sound("r=48000:d=1:a=0.7") + "-c:a libopus", 1, 1},
      {"lame.mp3", sound("r=44100:d=1:a=0.8") + "-b:a 128k", 1, 1},
      {"no-xing.mp3", sound("r=48000:d=1.2") + "-b:a 128k -write_xing 0", 1.224, 1},
      {"odd-rate.flac", sound("r=44101:d=1"), 1, 2},
      {"one-sample.wav", sound("r=48000:d=1") + "-af atrim=end_sample=1", 1.0 / 48000, 2},
      {"10-ms.m4a", sound("r=48000:d=0.01") + "-c:a aac -b:a 64k -ac 2", 0.01, 2},
      {"a.w64", sound("r=44100:d=1:a=0.11") + "-c:a pcm_s24le", 1, 2},
      {"little-end.aifc", sound("r=44100:d=1:a=0.12") + "-c:a pcm_s16be -f aiff", 1, 2},
      {"a.tta", sound("r=44100:d=1:a=0.13"), 1, 2},
      {"16-channels.wav",
       sound("r=48000:d=1:a=0.14") +
           "-af \"pan=16c|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0|c6=c0|c7=c0|c8=c0|c9=c0|c10=c0|c11=c0|c12=c0|c13=c0|c14=c0|c15=c0\"",
       1, 1},
      {"2.1.flac", sound("r=48000:d=1:a=0.15") + "-af aformat=channel_layouts=2.1", 1, 2},
      {"6.1.flac", sound("r=48000:d=1:a=0.16") + "-af aformat=channel_layouts=6.1", 1, 2},
      {"silence.flac", "-f lavfi -i anullsrc=r=48000:d=1", 1, 2},
  });
}

TEST_CASE("films of every rate and size, and streams that neither begin nor end together") {
  check_published({
      {"one-picture.mp4", pictures("r=25:d=0.04") + kH264, 0.04, 1},
      {"one-picture-and-sound.mp4", pictures("r=25:d=0.04") + sound("r=48000:d=2") + kH264 + "-c:a aac -b:a 96k", 2, 2},
      {"1-a-second.mp4", pictures("r=1:d=3") + kH264, 3, 1},
      {"120-a-second.mp4", pictures("r=120:d=1") + kH264, 1, 1},
      {"59.94.mp4", pictures("r=60000/1001:d=1") + kH264, 60 * 1001.0 / 60000, 1},
      {"odd-size.mkv", "-f lavfi -i testsrc2=s=321x241:r=25:d=1 -c:v libx264 -preset ultrafast -pix_fmt yuv444p", 1, 1},
      {"interlaced.mpg", "-f lavfi -i testsrc2=s=352x288:r=25:d=1 -c:v mpeg2video -flags +ilme+ildct -top 1", 1, 1},
      {"wrap.ts", pictures("r=25:d=2") + sound("r=48000:d=2") + kH264 + "-c:a mp2 -output_ts_offset 95442.7", 2.016, 2},
      {"late-sound.mkv", pictures("r=25:d=2") + "-itsoffset 0.7 " + sound("r=48000:d=2") + kH264 + "-c:a pcm_s16le", 2.72, 3},
      {"sound-outlasts.mkv", pictures("r=25:d=1") + sound("r=48000:d=4") + kH264 + "-c:a pcm_s16le", 4, 3},
      {"picture-outlasts.mkv", pictures("r=25:d=4") + sound("r=48000:d=1") + kH264 + "-c:a pcm_s16le", 4, 3},
      {"two-languages.mkv", sound("r=48000:d=3") + sound("r=48000:d=1:a=0.1") + "-map 0 -map 1 -c:a pcm_s16le -metadata:s:a:1 language=fre",
       3, 4},
      {"dropped.avi", pictures("r=25:d=2") + "-vf \"select='lt(n,10)+not(mod(n,5))'\" -vsync vfr -c:v mpeg4", 1.84, 1},
      {"a.nut", pictures("r=25:d=1") + sound("r=48000:d=1") + "-c:v ffv1 -c:a flac", 1, 3},
      {"two.vob", pictures("r=25:d=1") + sound("r=48000:d=1") + "-s 352x288 -c:v mpeg2video -c:a ac3 -f vob", 1.04, 2},
      {"speech.flv", pictures("r=25:d=1") + sound("r=44100:d=1") + "-c:v flv -c:a libmp3lame", 1.0449, 2},
      {"phone.3gp", pictures("r=15:d=1") + "-s 176x144 -c:v h263", 1, 1},
      {"old.wmv", pictures("r=25:d=1") + sound("r=48000:d=1") + "-c:v wmv2 -c:a wmav2", 1.08, 2},
      {"pieces.mp4", pictures("r=24:d=2") + kH264 + "-movflags frag_keyframe+empty_moov", 2, 1},
  });
}

TEST_CASE("sound that was written into a pipe, and does not say how long it is, is whole") {
  const Sandbox sandbox;
  const std::string noise = "-f lavfi -i anoisesrc=a=0.2:s=5:r=44100:d=1.234 -c:a pcm_s16le";
  const auto unknown = [](std::string bytes, std::size_t size_at, std::size_t width) {
    return bytes.replace(size_at, width, std::string(width, '\xFF'));
  };
  const std::string wav = read_text(sandbox.make(noise, "whole.wav")), caf = read_text(sandbox.make(noise, "whole.caf"));
  const std::string of_pipe = unknown(unknown(wav, wav.find("data") + 4, 4), 4, 4);
  const Output output = sandbox.ingest(
      {"--album", "never", sandbox.write("pipe.wav", of_pipe), sandbox.write("pipe.caf", unknown(caf, caf.find("data") + 4, 8))});
  INFO(output.out << output.err);
  for (const char* name : {"pipe.wav", "pipe.caf"}) CHECK(output.line(name)["seconds"] == Approx(1.234).margin(0.0001));
  sandbox.check_store();
}

TEST_CASE("a constant frame rate is kept, however odd, and told as it is") {
  const Sandbox sandbox;
  const std::vector<std::pair<std::string, std::string>> rates = {{"1", "1.000"}, {"5", "5.000"}, {"25/2", "12.500"}, {"18", "18.000"}};
  std::vector<std::string> arguments = {"--ladder", sandbox.write("ladder", "ladder odd\nh264 120p crf 40 max 300k preset ultrafast\n")};
  for (std::size_t i = 0; i < rates.size(); ++i)
    arguments.push_back(sandbox.make(pictures("d=4:r=" + rates[i].first) + kH264, std::to_string(i) + ".mp4"));
  const Output output = sandbox.ingest(arguments);
  INFO(output.out << output.err);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const Json line = output.line(std::to_string(i) + ".mp4");
    CHECK(line["seconds"] == 4);
    const std::string playlist = read_text(line["folder"].get<std::string>() + "/master.m3u8");
    CHECK(playlist.find("FRAME-RATE=" + rates[i].second) != std::string::npos);
  }
  sandbox.check_store();
}

TEST_CASE("an HLG film says so in HEVC, and is SDR in H.264") {
  const Sandbox sandbox;
  const std::string film = sandbox.make(pictures("r=25:d=2") +
                                            "-pix_fmt yuv420p10le -c:v libx265 -preset ultrafast -x265-params "
                                            "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc",
                                        "hlg.mp4");
  const std::string ladder =
      sandbox.write("ladder", "ladder odd\nh264 120p crf 40 max 300k preset ultrafast\nhevc 120p crf 40 max 300k preset ultrafast\n");
  const Json line = sandbox.ingest({film, "--ladder", ladder}).line("hlg.mp4");
  REQUIRE(line["state"] == "published");
  std::string ranges;
  const Json asset = sandbox.asset(line["asset"]);
  for (const Json& rendition : asset["renditions"])
    ranges += rendition["id"].get<std::string>() + ' ' + rendition["video"]["range"].get<std::string>() + '\n';
  CHECK(ranges == "h264-120 sdr\nhevc-120 hlg\n");
  const std::string playlist = read_text(line["folder"].get<std::string>() + "/master.m3u8");
  INFO(playlist);
  CHECK(playlist.find("VIDEO-RANGE=HLG") != std::string::npos);
  CHECK(playlist.find("VIDEO-RANGE=SDR") != std::string::npos);
  sandbox.check_store();
}

TEST_CASE("an HDR10 film's mastering display and light level are in its HEVC and AV1") {
  const Sandbox sandbox;
  const std::string film = sandbox.make(pictures("r=25:d=4.5") +
                                            "-pix_fmt yuv420p10le -c:v libx265 -preset ultrafast -x265-params log-level=none:hdr10=1:"
                                            "repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:master-display="
                                            "'G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)':max-cll='1000,400'",
                                        "hdr10.mp4");
  const std::string ladder =
      sandbox.write("ladder", "ladder odd\nhevc 120p crf 40 max 300k preset ultrafast\nav1 120p crf 50 max 300k preset 12\n");
  const Json line = sandbox.ingest({film, "--ladder", ladder}).line("hdr10.mp4");
  REQUIRE(line["state"] == "published");
  for (const char* name : {"hevc-120", "av1-120"}) {
    INFO(name);
    // Of every key frame, so that whoever begins in the middle has them too.
    const Output frames = sandbox.shell("exec ffprobe -v error -skip_frame nokey -show_frames -of json " +
                                        line["folder"].get<std::string>() + '/' + name + ".cmfv");
    const Json all = Json::parse(frames.out);
    int told = 0;
    for (const Json& frame : all["frames"]) {
      if (frame["key_frame"] != 1) continue;
      std::string green, light;
      for (const Json& data : frame.value("side_data_list", Json::array())) {
        const auto part = [&](const char* key) {
          const std::string value = data[key];
          const double divided = std::stod(value) / std::stod(value.substr(value.find('/') + 1));
          return std::to_string(static_cast<int>(divided * 1000 + 0.5));
        };
        if (data.contains("green_x")) green = part("green_x") + ' ' + part("green_y") + ' ' + part("max_luminance");
        if (data.contains("max_content")) light = data["max_content"].dump() + ' ' + data["max_average"].dump();
      }
      CHECK(green == "265 690 1000000");
      CHECK(light == "1000 400");
      ++told;
    }
    CHECK(told == 4);
  }
  sandbox.check_store();
}

TEST_CASE("a chain of streams and a change of rate are one programme") {
  const Sandbox sandbox;
  const auto piece = [&](const std::string& options, const std::string& name) {
    return read_text(sandbox.make(sound(options) + "-c:a libmp3lame -b:a 64k -write_xing 0 -id3v2_version 0", name));
  };
  const std::string song = sandbox.write("change.mp3", piece("r=44100:d=1", "a.mp3") + piece("r=48000:d=1", "b.mp3"));
  const Output output = sandbox.ingest({song});
  INFO(output.err);
  const Json line = output.line("change.mp3");
  CHECK(line["state"] == "published");
  CHECK(line["seconds"].get<double>() == Approx(2.06).margin(0.06));
  sandbox.check_store();
}

TEST_CASE("two sounds of one language and no name are two, not rungs of one") {
  const Sandbox sandbox;
  const Output output =
      sandbox.ingest({"--ladder", sandbox.write("ladder", "ladder odd\naac 64k 128k\n"),
                      sandbox.make(sound("r=48000:d=1") + sound("r=48000:d=1:a=0.1") + "-map 0 -map 1 -c:a pcm_s16le", "a.mkv")});
  INFO(output.err);
  const Json line = output.line("a.mkv");
  const std::string master = read_text(line["folder"].get<std::string>() + "/master.m3u8");
  INFO(master);
  std::size_t variants = 0;
  for (std::size_t at = 0; (at = master.find("#EXT-X-STREAM-INF", at)) != std::string::npos; ++at) ++variants;
  CHECK(variants == 2);
  CHECK(master.find("NAME=\"Track 2\"") != std::string::npos);
  sandbox.check_store();
}

namespace {

// A DSF file (Sony, 2005) of two channels, silence: blocks of 4,096 bytes a channel, a sample a bit.
std::string dsf(std::uint32_t rate, std::uint32_t blocks) {
  std::string bytes;
  const auto number = [&](std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> (8 * i));
  };
  const std::uint64_t data = std::uint64_t{blocks} * 4096 * 2;
  bytes += "DSD ", number(28, 8), number(28 + 52 + 12 + data, 8), number(0, 8);
  bytes += "fmt ", number(52, 8), number(1, 4), number(0, 4), number(2, 4), number(2, 4), number(rate, 4), number(1, 4);
  number(std::uint64_t{blocks} * 4096 * 8, 8), number(4096, 4), number(0, 4);
  bytes += "data", number(12 + data, 8);
  return bytes + std::string(data, '\x69');
}

}  // namespace

TEST_CASE("DSD of every rate is music") {
  const Sandbox sandbox;
  std::vector<std::string> arguments = {"--ladder", sandbox.write("ladder", "ladder odd\naac 64k\nflac\n")};
  for (const std::uint32_t times : {64, 128, 256, 512})
    arguments.push_back(sandbox.write(std::to_string(times) + ".dsf", dsf(44100 * times, 20 * times / 64)));
  const Output output = sandbox.ingest(arguments);
  INFO(output.out << output.err);
  for (const char* name : {"64.dsf", "128.dsf", "256.dsf", "512.dsf"}) {
    const Json line = output.line(name);
    CHECK(line["error"].is_null());
    CHECK(line["seconds"].get<double>() == Approx(20 * 4096 * 8 / 2822400.0).margin(0.001));
  }
  sandbox.check_store();
}

TEST_CASE("what has neither sound nor pictures is refused with one line") {
  const Sandbox sandbox;
  const std::string text = sandbox.write("a.srt", "1\n00:00:00,500 --> 00:00:01,500\nHello\n");
  const Output output = sandbox.ingest({sandbox.make("-i '" + text + "' -c:s srt", "words.mkv")});
  CHECK(output.exit_code == 1);
  const std::string error = output.line("words.mkv")["error"];
  CHECK(error.find("expected audio or video") != std::string::npos);
  CHECK(error.find('\n') == std::string::npos);
  sandbox.check_nothing_left();
}
