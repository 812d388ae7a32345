// SPDX-License-Identifier: Apache-2.0
// The audio ladder of a 4-minute track against one ffmpeg command line with the same encoders and settings.
//   transcode_audio [SOURCE] [ROUNDS]     without a source: 240 s of synthetic music
#include <filesystem>
#include <fstream>

#include "bench/transcoder/peer.h"
#include "transcoder/transcode.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

class DiscardingSink : public RenditionSink {
 public:
  explicit DiscardingSink(const std::string& path) : file_(path, std::ios::binary) {}
  Result<void> begin(const media::TrackConfig&) override { return {}; }
  Result<void> sample(const media::Sample& sample) override {
    file_.write(reinterpret_cast<const char*>(sample.data.data()), static_cast<std::streamsize>(sample.data.size()));
    return {};
  }
  Result<void> end(const media::TrackConfig&) override { return {}; }

 private:
  std::ofstream file_;
};

int transcode_ours(const std::string& source, const std::string& folder) {
  auto info = probe(source);
  auto ladder = preset_ladder("music");
  if (!info || !ladder) return 1;
  info->streams.at(0).bit_rate = 0;  // all rungs, as the peer
  auto plans = plan_ladder(*info, *ladder);
  if (!plans) return 1;
  TranscodeJob job;
  job.inputs = {source};
  job.renditions = *plans;
  std::vector<std::unique_ptr<DiscardingSink>> sinks;
  for (const RenditionPlan& plan : *plans) {
    sinks.push_back(std::make_unique<DiscardingSink>(folder + "/" + plan.id));
    job.sinks.push_back(sinks.back().get());
  }
  auto result = transcode(job);
  if (!result) std::fprintf(stderr, "%s\n", result.error().message.c_str());
  return result ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = (std::filesystem::temp_directory_path() / ("segue-bench-audio-" + std::to_string(getpid()))).string();
  std::filesystem::create_directories(folder);
  std::string source = argc > 1 ? argv[1] : folder + "/source.flac";
  if (argc <= 1) {
    const std::string make =
        "ffmpeg -nostdin -loglevel error -f lavfi -i "
        "\"aevalsrc='0.3*sin(2*PI*(220+110*floor(mod(t,4)))*t)+0.2*sin(2*PI*(331+55*floor(mod(2*t,7)))*t)+0.1*(random(0)-0.5)*exp(-8*mod(t,"
        "0.5))"
        "|0.3*sin(2*PI*(222+110*floor(mod(t,4)))*t)+0.2*sin(2*PI*(440+55*floor(mod(2*t,5)))*t)+0.1*(random(1)-0.5)*exp(-8*mod(t,0.5))':s="
        "44100:d=240\" " +
        source;
    if (std::system(make.c_str()) != 0) return 1;
  }
  auto info = probe(source);
  if (!info) return std::fprintf(stderr, "%s\n", info.error().message.c_str()), 1;
  std::string command = "ffmpeg -nostdin -loglevel error -y -i '" + source + "' -vn";
  for (const int rate : {64, 128, 256})
    command += " -map 0:a:0 -c:a aac -b:a " + std::to_string(rate) + "k " + folder + "/peer-" + std::to_string(rate) + ".m4a";
  for (const int rate : {48, 96, 160})
    command +=
        " -map 0:a:0 -c:a libopus -ar 48000 -b:a " + std::to_string(rate) + "k " + folder + "/peer-" + std::to_string(rate) + ".opus";
  if (info->streams.at(0).lossless) command += " -map 0:a:0 -c:a flac " + folder + "/peer.flac";
  bench::compare(
      "audio ladder", argc > 2 ? std::atoi(argv[2]) : 3, [&] { return bench::measured_shell(command); },
      [&] { return bench::measured([&] { return transcode_ours(source, folder); }); });
  std::filesystem::remove_all(folder);
  return 0;
}
