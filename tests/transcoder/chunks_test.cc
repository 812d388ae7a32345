// SPDX-License-Identifier: Apache-2.0
#include "transcoder/chunks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "decode.h"
#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

media::VideoFormat of_height(std::uint32_t height) {
  media::VideoFormat video;
  video.width = height * 16 / 9;
  video.height = height;
  return video;
}

// Luma of the source's pictures, as FFmpeg decodes them.
std::vector<std::vector<std::uint8_t>> source_luma(const std::string& path, std::size_t pixels) {
  std::FILE* pipe = popen(("ffmpeg -nostdin -loglevel error -i '" + path + "' -f rawvideo -pix_fmt yuv420p -").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::vector<std::vector<std::uint8_t>> pictures;
  std::vector<std::uint8_t> picture(pixels * 3 / 2);
  while (std::fread(picture.data(), 1, picture.size(), pipe) == picture.size())
    pictures.emplace_back(picture.begin(), picture.begin() + static_cast<std::ptrdiff_t>(pixels));
  pclose(pipe);
  return pictures;
}

double psnr(const std::vector<std::uint8_t>& a, const std::vector<std::uint8_t>& b) {
  REQUIRE(a.size() == b.size());
  double error = 0;
  for (std::size_t i = 0; i < a.size(); ++i) error += (a[i] - b[i]) * (a[i] - b[i]);
  return error == 0 ? 100 : 10 * std::log10(255.0 * 255.0 * static_cast<double>(a.size()) / error);
}

// Of the pictures within three of a multiple of `gop`.
double psnr_at_seams(const std::vector<std::vector<std::uint8_t>>& source, const DecodedPictures& made, std::size_t gop) {
  double sum = 0;
  int count = 0;
  for (std::size_t i = gop - 3; i < source.size(); ++i) {
    if (i % gop > 3 && i % gop < gop - 3) continue;
    sum += psnr(source[i], made.luma[i]);
    ++count;
  }
  return sum / count;
}

}  // namespace

TEST_CASE("chunks are made where whole-rendition encoders leave cores idle, as far as memory goes") {
  const std::vector<media::VideoFormat> ladder = {of_height(360), of_height(480), of_height(720), of_height(1080)};
  struct Case {
    std::uint32_t source;
    int cores, expected;
  };
  for (const Case& one : {Case{1080, 2, 1}, Case{1080, 22, 1}, Case{1080, 23, 2}, Case{1080, 64, 3}, Case{2160, 64, 1}, Case{240, 64, 3}}) {
    INFO(one.source << " lines on " << one.cores << " cores");
    CHECK(chunks_at_once(of_height(one.source), ladder, one.cores, 50) == one.expected);
  }
}

TEST_CASE("pictures of chunks leave in order whatever order they come in") {
  std::vector<std::int64_t> seen;
  ChunkJoin join([&](const EncodedPicture& picture) {
    seen.push_back(picture.number);
    return Result<void>();
  });
  REQUIRE(join.add(2, {.number = 20, .sync = true, .data = {}}));
  REQUIRE(join.add(0, {.number = 0, .sync = true, .data = {}}));
  REQUIRE(join.add(1, {.number = 10, .sync = true, .data = {}}));
  REQUIRE(join.end(1));
  REQUIRE(join.add(0, {.number = 1, .sync = false, .data = {}}));
  REQUIRE(join.end(0));
  CHECK(seen == std::vector<std::int64_t>{0, 1, 10, 20});
  REQUIRE(join.add(2, {.number = 21, .sync = false, .data = {}}));
  REQUIRE(join.end(2));
  CHECK(seen == std::vector<std::int64_t>{0, 1, 10, 20, 21});
}

TEST_CASE("chunks are joined without a seam: every picture once, in time, as good as in one piece") {
  const TestFolder folder;
  const std::string path = folder.make(
      "-f lavfi -i testsrc2=s=320x240:r=25:d=9.2 -vf noise=alls=6:allf=t -c:v libx264 -preset ultrafast -crf 10 -pix_fmt yuv420p", "a.mp4");
  const std::string ladder = "quick-start no\nh264 240p crf 26 max 700k preset veryfast\nh264 144p crf 26 max 300k preset veryfast\n";
  const KeptRun whole = transcode_file(path, ladder, 2), chunked = transcode_file(path, ladder, 8);  // 8 cores, 3 busy: 3 chunks
  REQUIRE(whole.result);
  if (!chunked.result) FAIL(chunked.result.error().message);
  for (const std::string id : {"h264-240", "h264-144"}) {
    INFO(id);
    const KeptTrack &one = whole.track(id), &many = chunked.track(id);
    REQUIRE(many.samples.size() == 230);
    std::vector<media::Ticks> shown;
    for (std::size_t i = 0; i < many.samples.size(); ++i) {
      CHECK(many.samples[i].dts == static_cast<media::Ticks>(i) * 512);
      CHECK(many.samples[i].sync == one.samples[i].sync);
      shown.push_back(many.samples[i].pts);
    }
    std::sort(shown.begin(), shown.end());
    for (std::size_t i = 0; i < shown.size(); ++i) CHECK(shown[i] == static_cast<media::Ticks>(i) * 512);
    CHECK(many.begun.config == one.begun.config);
  }
  const auto source = source_luma(path, 320 * 240);
  const DecodedPictures one = decode_pictures(whole.track("h264-240")), many = decode_pictures(chunked.track("h264-240"));
  REQUIRE(source.size() == 230);
  REQUIRE(many.count == 230);
  const double whole_psnr = psnr_at_seams(source, one, 50), chunked_psnr = psnr_at_seams(source, many, 50);
  INFO("at the seams: " << whole_psnr << " dB in one piece, " << chunked_psnr << " dB in chunks");
  CHECK(chunked_psnr > whole_psnr - 0.1);
}

TEST_CASE("chunks of every codec, of groups as short as a quick start's at few pictures a second") {
  const TestFolder folder;
  const std::string path = folder.make("-f lavfi -i testsrc2=s=320x180:r=10:d=5.3 -c:v libx264 -preset ultrafast", "a.mp4");
  for (const auto& [id, rung] : {std::pair{"h264-144", "h264 144p crf 30 max 300k preset ultrafast\n"},
                                 {"hevc-144", "hevc 144p crf 30 max 300k preset ultrafast\n"},
                                 {"av1-144", "av1 144p crf 50 max 300k preset 12\n"}}) {
    INFO(id);
    const KeptRun run = transcode_file(path, rung, 2);  // one core is kept busy: 2 chunks
    if (!run.result) FAIL(run.result.error().message);
    const KeptTrack& track = run.track(id);
    REQUIRE(track.samples.size() == 53);
    std::vector<std::size_t> syncs;
    for (std::size_t i = 0; i < track.samples.size(); ++i) {
      if (track.samples[i].sync) syncs.push_back(i);
    }
    CHECK(syncs == std::vector<std::size_t>{0, 10, 20, 40});
    CHECK(decode_pictures(track).count == 53);
  }
}
