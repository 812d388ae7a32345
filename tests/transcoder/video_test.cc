// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>

#include "decode.h"
#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

std::vector<media::Ticks> sync_times(const KeptTrack& track) {
  std::vector<media::Ticks> times;
  for (const KeptSample& sample : track.samples) {
    if (sample.sync) times.push_back(sample.pts);
  }
  return times;
}

// dts evenly from 0; every pts once; a key frame shown before everything after it (closed GOP).
void check_order(const KeptTrack& track) {
  std::vector<media::Ticks> shown;
  media::Ticks latest = -1;
  for (std::size_t i = 0; i < track.samples.size(); ++i) {
    const KeptSample& sample = track.samples[i];
    REQUIRE(sample.dts == static_cast<media::Ticks>(i) * sample.duration);
    if (sample.sync) REQUIRE(sample.pts > latest);
    latest = std::max(latest, sample.pts);
    shown.push_back(sample.pts);
  }
  std::sort(shown.begin(), shown.end());
  for (std::size_t i = 0; i < shown.size(); ++i) REQUIRE(shown[i] == static_cast<media::Ticks>(i) * track.samples[i].duration);
}

const std::string kLadder =
    "aac 64k\nh264 144p crf 30 max 300k preset ultrafast\nh264 240p crf 30 max 500k preset veryfast\nh264 1080p crf 30 max 500k\n";

constexpr int kOne = 0x10000;

// As a phone writes it: the track's matrix (ISO/IEC 14496-12 8.3.2), its first two rows {a, b}, {c, d}, turns or mirrors. FFmpeg's commands
// for it differ from one version to the next.
std::string turned(const TestFolder& folder, const std::string& flat, std::array<int, 4> matrix = {0, kOne, -kOne, 0}) {
  std::ifstream in(flat, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  constexpr std::size_t kToMatrix = 4 + 4 + 20 + 16;  // tkhd, version and flags, times and durations, layer to volume
  const std::size_t at = bytes.find("tkhd") + kToMatrix;
  for (std::size_t i = 0; i < 6; ++i) {
    const int value = i % 3 == 2 ? 0 : matrix[i / 3 * 2 + i % 3];
    for (std::size_t byte = 0; byte < 4; ++byte)
      bytes[at + 4 * i + byte] = static_cast<char>(static_cast<unsigned>(value) >> (24 - 8 * byte));
  }
  const std::string path = folder.path("turned.mp4");
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

}  // namespace

TEST_CASE("H.264 renditions of 29.97 pictures a second switch at the same instants, at the grid") {
  const TestFolder folder;
  const std::string path =
      folder.make("-f lavfi -i testsrc2=s=320x240:r=30000/1001:d=5 -f lavfi -i sine=d=5:r=48000 -c:v mpeg4 -q:v 3 -c:a aac", "a.mp4");
  const KeptRun run = transcode_file(path, kLadder);
  REQUIRE(run.result);
  CHECK_FALSE(run.has("h264-1080"));
  const KeptTrack &low = run.track("h264-144"), &high = run.track("h264-240");
  CHECK(low.begun.timescale == 30000);
  CHECK(low.samples.size() == 150);
  CHECK(low.samples[0].duration == 1001);
  check_order(low);
  check_order(high);
  CHECK(sync_times(low) == std::vector<media::Ticks>{0, 30 * 1001, 60 * 1001, 120 * 1001});
  CHECK(sync_times(high) == sync_times(low));
  CHECK(low.begun.video.width == 192);
  CHECK(low.begun.video.height == 144);
  CHECK(decode_pictures(low).count == 150);
  CHECK(decode_pictures(high).width == 320);
  CHECK(run.result->programmes[0].duration == media::Rational{240240, 48000});  // 150 pictures; the sound goes on as silence
}

TEST_CASE("an upright phone film is turned, odd sizes become even, a variable rate becomes constant") {
  const TestFolder folder;
  const std::string flat =
      folder.make("-f lavfi -i testsrc2=s=319x179:r=25:d=2 -pix_fmt yuv444p -c:v libx264 -preset ultrafast", "flat.mp4");
  const std::string path = turned(folder, flat);
  const KeptRun run = transcode_file(path, "h264 144p crf 30 max 300k preset ultrafast\n");
  REQUIRE(run.result);
  const DecodedPictures pictures = decode_pictures(run.track("h264-144"));
  CHECK(pictures.height > pictures.width);
  CHECK(pictures.width % 2 == 0);
  CHECK(pictures.height % 2 == 0);
  CHECK(pictures.count == 50);

  const std::string vfr = folder.make(
      "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -vf \"select='not(mod(n,3))+lt(n,10)'\" -vsync vfr -c:v libx264 -preset ultrafast",
      "vfr.mkv");
  const KeptRun varied = transcode_file(vfr, "h264 144p crf 30 max 300k preset ultrafast\n");
  REQUIRE(varied.result);
  check_order(varied.sinks[0].tracks.at(0));
}

TEST_CASE("video without sound has a programme as long as its pictures") {
  const TestFolder folder;
  const std::string path = folder.make("-f lavfi -i testsrc2=s=160x120:r=24:d=1 -c:v libx264 -preset ultrafast", "a.mp4");
  const KeptRun run = transcode_file(path, "aac 64k\nh264 144p crf 30 max 300k preset ultrafast\n");
  REQUIRE(run.result);
  REQUIRE(run.plans.size() == 1);
  CHECK(run.plans[0].id == "h264-120");
  CHECK(run.result->programmes[0].duration == media::Rational{24, 24});
}

TEST_CASE("sound that begins later than the pictures begins later in the presentation as well") {
  const TestFolder folder;
  const std::string path = folder.make(
      "-f lavfi -i testsrc2=s=160x120:r=25:d=3 -itsoffset 1 -f lavfi -i \"sine=d=1:r=48000:f=1000\" -c:v libx264 -preset ultrafast -c:a "
      "pcm_s16le",
      "a.mkv");
  const KeptRun run = transcode_file(path, "aac 64k\nh264 144p crf 30 max 300k preset ultrafast\n");
  REQUIRE(run.result);
  CHECK(run.result->programmes[0].sample_count == 144000);
  const std::vector<double> sound = decode_samples(run.track("aac-40"));
  double before = 0, after = 0;
  for (std::size_t i = 0; i < 1024 + 47000; ++i) before = std::max(before, std::abs(sound[i]));
  for (std::size_t i = 1024 + 49000; i < 1024 + 90000; ++i) after = std::max(after, std::abs(sound[i]));
  CHECK(before < 0.01);
  CHECK(after > 0.05);
}

TEST_CASE("a picture is turned and mirrored as its matrix says") {
  const TestFolder folder;
  // Its upper left quarter is white.
  const std::string flat =
      folder.make("-f lavfi -i color=black:s=64x64:r=25:d=0.2 -vf drawbox=0:0:32:32:white:fill -c:v libx264 -preset ultrafast", "flat.mp4");
  struct Row {
    std::array<int, 4> matrix;
    int white;  // quarter: 0 upper left, 1 upper right, 2 lower left, 3 lower right
  };
  for (const Row& row :
       {Row{{kOne, 0, 0, kOne}, 0}, Row{{0, kOne, -kOne, 0}, 1}, Row{{-kOne, 0, 0, -kOne}, 3}, Row{{0, -kOne, kOne, 0}, 2},
        Row{{-kOne, 0, 0, kOne}, 1}, Row{{kOne, 0, 0, -kOne}, 2}, Row{{0, kOne, kOne, 0}, 0}, Row{{0, -kOne, -kOne, 0}, 3}}) {
    INFO(row.matrix[0] << ' ' << row.matrix[1] << ' ' << row.matrix[2] << ' ' << row.matrix[3]);
    const KeptRun run = transcode_file(turned(folder, flat, row.matrix), "h264 64p crf 20 max 900k preset ultrafast\n");
    REQUIRE(run.result);
    const std::vector<std::uint8_t> luma = decode_pictures(run.track("h264-64")).luma.at(0);
    for (int quarter = 0; quarter < 4; ++quarter) {
      const std::size_t x = quarter % 2 == 0 ? 16 : 48, y = quarter < 2 ? 16 : 48;
      CHECK((luma.at(y * 64 + x) > 128) == (quarter == row.white));
    }
  }
}

TEST_CASE("red, green and blue become BT.709 and say so") {
  const TestFolder folder;
  for (const auto& [encoder, name] : {std::pair<const char*, const char*>{"libx264rgb -crf 1", "a.mkv"},
                                      {"png", "b.mkv"},
                                      {"gif", "c.gif"},
                                      {"ffv1 -pix_fmt bgr0", "d.mkv"}}) {
    INFO(name);
    const KeptRun run =
        transcode_file(folder.make("-f lavfi -i color=0x0000FF:s=64x64:r=25:d=0.4 -pix_fmt rgb24 -c:v " + std::string(encoder), name),
                       "h264 64p crf 10 max 900k preset ultrafast\n");
    if (!run.result) FAIL(run.result.error().message);
    const KeptTrack& track = run.track("h264-64");
    CHECK(track.begun.video.matrix == 1);
    CHECK(track.begun.video.colour_primaries == 1);
    CHECK(decode_pictures(track).luma.at(0).at(32 * 64 + 32) == Approx(16 + 219 * 0.0722).margin(5));  // BT.601's blue is 41
  }
}

TEST_CASE("colours that a source does not tell are those of its size, in every rendition") {
  const TestFolder folder;
  struct Row {
    std::string size;
    int matrix, primaries, transfer;
  };
  for (const Row& row : {Row{"1280x720", 1, 1, 1}, Row{"720x576", 5, 5, 6}, Row{"640x480", 6, 6, 6}}) {
    INFO(row.size);
    const KeptRun run =
        transcode_file(folder.make("-f lavfi -i testsrc2=s=" + row.size + ":r=25:d=0.2 -c:v libx264 -preset ultrafast", "a.mp4"),
                       "h264 144p crf 40 max 300k preset ultrafast\nh264 1080p crf 40 max 900k preset ultrafast\n");
    if (!run.result) FAIL(run.result.error().message);
    REQUIRE(run.sinks.size() == 2);
    for (const KeepingSink& sink : run.sinks) {
      const media::VideoFormat& video = sink.tracks.at(0).begun.video;
      CHECK(video.matrix == row.matrix);
      CHECK(video.colour_primaries == row.primaries);
      CHECK(video.transfer == row.transfer);
    }
  }
}

TEST_CASE("pictures of one pixel, of odd sizes and of every sampling are shown") {
  const TestFolder folder;
  for (const auto& [options, name] :
       {std::pair<const char*, const char*>{"testsrc2=s=64x64:r=25:d=0.2 -vf scale=1:1 -pix_fmt gray -c:v ffv1", "one.mkv"},
        {"testsrc2=s=3x5:r=25:d=0.2 -pix_fmt yuv444p -c:v ffv1", "odd.mkv"},
        {"testsrc2=s=64x48:r=25:d=0.2 -pix_fmt yuv422p10le -c:v prores_ks", "prores.mov"},
        {"testsrc2=s=65x49:r=25:d=0.2 -pix_fmt yuv444p10le -c:v libx264", "high444.mp4"},
        {"testsrc2=s=64x48:r=25:d=0.2 -pix_fmt gray -c:v ffv1", "grey.mkv"},
        {"testsrc2=s=64x48:r=25:d=0.2 -pix_fmt yuva420p -c:v libvpx -auto-alt-ref 0", "alpha.webm"},
        {"testsrc2=s=64x48:r=25:d=0.2 -pix_fmt yuvj420p -c:v mjpeg", "full-range.avi"},
        {"testsrc2=s=48x64:r=1/10:d=40 -c:v libx264", "slides.mp4"}}) {
    INFO(name);
    const KeptRun run =
        transcode_file(folder.make("-f lavfi -i " + std::string(options), name), "h264 240p crf 30 max 900k preset ultrafast\n");
    if (!run.result) FAIL(run.result.error().message);
    CHECK(decode_pictures(run.sinks[0].tracks.at(0)).bit_depth == 8);
  }
}
