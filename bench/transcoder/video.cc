// SPDX-License-Identifier: Apache-2.0
// The video ladder of 20 s of 1080p25 against one ffmpeg command line with the same encoder settings: split, scale, four H.264 renditions,
// a fixed GOP of 2 s. PSNR of each rendition against the source scaled to its size is printed for both.
//   transcode_video [SOURCE] [ROUNDS]     without a source: 20 s of a moving test picture with noise
#include <array>
#include <filesystem>
#include <fstream>

#include "bench/transcoder/peer.h"
#include "transcoder/transcode.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

constexpr std::array<int, 4> kHeights = {360, 480, 720, 1080};
constexpr std::array<int, 4> kMaxRates = {900, 1800, 4000, 7500};

// Annex B again, so that ffmpeg can read the file back and compare.
class StreamSink : public RenditionSink {
 public:
  explicit StreamSink(const std::string& path) : file_(path, std::ios::binary) {}
  Result<void> begin(const media::TrackConfig& config) override {
    const auto& avcc = config.config;
    std::size_t at = 6;
    for (int pass = 0; pass < 2; ++pass) {
      const std::size_t size = static_cast<std::size_t>(avcc[at]) << 8 | avcc[at + 1];
      unit(avcc.data() + at + 2, size);
      at += 2 + size + 1;
    }
    return {};
  }
  Result<void> sample(const media::Sample& sample) override {
    for (std::size_t at = 0; at + 4 <= sample.data.size();) {
      const std::size_t size = static_cast<std::size_t>(sample.data[at]) << 24 | static_cast<std::size_t>(sample.data[at + 1]) << 16 |
                               static_cast<std::size_t>(sample.data[at + 2]) << 8 | sample.data[at + 3];
      unit(sample.data.data() + at + 4, size);
      at += 4 + size;
    }
    return {};
  }
  Result<void> end(const media::TrackConfig&) override { return {}; }

 private:
  void unit(const std::uint8_t* data, std::size_t size) {
    file_.write("\0\0\0\1", 4);
    file_.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  std::ofstream file_;
};

std::string ladder_text_of_peer() {
  std::string text = "ladder bench\nquick-start no\n";
  for (std::size_t i = 0; i < kHeights.size(); ++i) {
    text += "h264 " + std::to_string(kHeights[i]) + "p crf 23 max " + std::to_string(kMaxRates[i]) + "k preset veryfast\n";
  }
  return text;
}

int transcode_ours(const std::string& source, const std::string& folder) {
  auto info = probe(source);
  auto ladder = parse_ladder(ladder_text_of_peer(), "bench");
  if (!info || !ladder) return 1;
  auto plans = plan_ladder(*info, *ladder);
  if (!plans) return 1;
  TranscodeJob job;
  job.inputs = {source};
  job.renditions = *plans;
  std::vector<std::unique_ptr<StreamSink>> sinks;
  for (const RenditionPlan& plan : *plans) {
    sinks.push_back(std::make_unique<StreamSink>(folder + "/" + plan.id + ".264"));
    job.sinks.push_back(sinks.back().get());
  }
  auto result = transcode(job);
  if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  return result ? 0 : 1;
}

std::string peer_command(const std::string& source, const std::string& folder) {
  std::string graph = "[0:v]split=4[a0][a1][a2][a3]", outputs;
  for (std::size_t i = 0; i < kHeights.size(); ++i) {
    const std::string n = std::to_string(i);
    graph += ";[a" + n + "]scale=-2:" + std::to_string(kHeights[i]) + "[v" + n + "]";
    outputs += " -map '[v" + n + "]' -c:v libx264 -preset veryfast -crf 23 -maxrate " + std::to_string(kMaxRates[i]) + "k -bufsize " +
               std::to_string(kMaxRates[i] * 3 / 2) + "k -g 50 -keyint_min 50 -sc_threshold 0 -f h264 " + folder + "/peer-" +
               std::to_string(kHeights[i]) + ".264";
  }
  return "ffmpeg -nostdin -loglevel error -y -i '" + source + "' -filter_complex '" + graph + "'" + outputs;
}

double psnr(const std::string& source, const std::string& encoded, int height, const char* filter, const char* key) {
  const std::string command = "ffmpeg -nostdin -hide_banner -r 25 -i " + encoded + " -r 25 -i '" + source +
                              "' -filter_complex '[1:v]scale=-2:" + std::to_string(height) + "[s];[0:v][s]" + filter +
                              "' -f null - 2>&1 | grep -o '" + key + "[0-9.]*' | tail -1 | tr -d -c '0-9.'";
  std::FILE* pipe = popen(command.c_str(), "r");
  double value = 0;
  if (pipe == nullptr || std::fscanf(pipe, "%lf", &value) != 1) value = -1;
  if (pipe != nullptr) pclose(pipe);
  return value;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = (std::filesystem::temp_directory_path() / ("segue-bench-video-" + std::to_string(getpid()))).string();
  std::filesystem::create_directories(folder);
  std::string source = argc > 1 ? argv[1] : folder + "/source.mp4";
  if (argc <= 1) {
    const std::string make =
        "ffmpeg -nostdin -loglevel error -f lavfi -i testsrc2=s=1920x1080:r=25:d=20 -vf noise=alls=8:allf=t -c:v libx264 -preset ultrafast "
        "-crf 16 -pix_fmt yuv420p " +
        source;
    if (std::system(make.c_str()) != 0) return 1;
  }
  const std::string peer = peer_command(source, folder);
  bench::compare(
      "video ladder", argc > 2 ? std::atoi(argv[2]) : 3, [&] { return bench::measured_shell(peer); },
      [&] { return bench::measured([&] { return transcode_ours(source, folder); }); });
  for (const int height : kHeights) {
    const std::string ours = folder + "/h264-" + std::to_string(height) + ".264",
                      theirs = folder + "/peer-" + std::to_string(height) + ".264";
    std::printf("%dp: PSNR segue %.3f ffmpeg %.3f dB, SSIM %.5f %.5f, bytes %ju %ju\n", height,
                psnr(source, ours, height, "psnr", "average:"), psnr(source, theirs, height, "psnr", "average:"),
                psnr(source, ours, height, "ssim", "All:"), psnr(source, theirs, height, "ssim", "All:"),
                static_cast<std::uintmax_t>(std::filesystem::file_size(ours)),
                static_cast<std::uintmax_t>(std::filesystem::file_size(theirs)));
  }
  std::filesystem::remove_all(folder);
  return 0;
}
