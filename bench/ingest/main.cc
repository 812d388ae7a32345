// SPDX-License-Identifier: Apache-2.0
// What ingest costs a file beyond encoding it: many short WAVs through `segue ingest`, against the same transcoded and packaged by the
// library alone, with as many at once.
//   bench_ingest [FILES] [JOBS]     1000 files of 1 s, one job for each core
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>
#include <vector>

#include "ingest/rendition_file.h"
#include "transcoder/transcode.h"

using namespace segue;
namespace fs = std::filesystem;

namespace {

// A second of noise under a tone, another one in each file.
void write_wav(const std::string& path, int number) {
  constexpr std::uint32_t kRate = 44100, kChannels = 2, kBytes = kRate * kChannels * 2;
  std::string wav = "RIFF";
  const auto put = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) wav += static_cast<char>(value >> (8 * i));
  };
  put(36 + kBytes, 4);
  wav += "WAVEfmt ";
  put(16, 4), put(1, 2), put(kChannels, 2), put(kRate, 4), put(kRate * kChannels * 2, 4), put(kChannels * 2, 2), put(16, 2);
  wav += "data";
  put(kBytes, 4);
  std::mt19937 random(static_cast<unsigned>(number));
  for (std::uint32_t i = 0; i < kRate; ++i) {
    const double tone = 6000 * std::sin(i * (220.0 + number) * 6.2832 / kRate);
    for (std::uint32_t c = 0; c < kChannels; ++c)
      put(static_cast<std::uint16_t>(static_cast<int>(tone) + static_cast<int>(random() % 4000)), 2);
  }
  std::ofstream(path, std::ios::binary) << wav;
}

bool encode(const std::string& source, const std::string& folder) {
  fs::create_directories(folder);
  auto info = transcoder::probe(source);
  auto ladder = transcoder::preset_ladder("music");
  if (!info || !ladder) return false;
  auto plans = transcoder::plan_ladder(*info, *ladder);
  if (!plans) return false;
  transcoder::TranscodeJob job;
  job.inputs = {source};
  job.renditions = std::move(*plans);
  std::vector<std::unique_ptr<ingest::RenditionFile>> files;
  for (const auto& plan : job.renditions) {
    files.push_back(std::make_unique<ingest::RenditionFile>(plan, folder, info->seconds));
    job.sinks.push_back(files.back().get());
  }
  return transcoder::transcode(job).has_value();
}

template <class Work>
double seconds_of(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Of this process, or of those it has waited for; tells more than the clock on a machine that others use as well.
double cpu_seconds(int who) {
  rusage used{};
  ::getrusage(who, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double library_alone(const std::string& folder, int files, int jobs) {
  return seconds_of([&] {
    std::atomic<int> next{0};
    std::vector<std::thread> threads;
    for (int j = 0; j < jobs; ++j) {
      threads.emplace_back([&] {
        for (int i = 0; (i = next++) < files;) {
          const std::string number = std::to_string(i);
          if (!encode(folder + "/in/" + number + ".wav", folder + "/out/" + number)) std::abort();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
}

double whole_program(const std::string& program, const std::string& folder, int jobs) {
  const std::string command =
      "SEGUE_HOME=" + folder + "/home " + program + " --json --jobs " + std::to_string(jobs) + " " + folder + "/in >" + folder + "/log";
  return seconds_of([&] {
    if (std::system(command.c_str()) != 0) std::abort();
  });
}

}  // namespace

int main(int argc, char** argv) {
  const int files = argc > 1 ? std::atoi(argv[1]) : 1000;
  const int jobs = argc > 2 ? std::atoi(argv[2]) : static_cast<int>(std::thread::hardware_concurrency());
  const std::string folder = (fs::temp_directory_path() / ("segue-bench-ingest-" + std::to_string(::getpid()))).string();
  const std::string program = (fs::path(argv[0]).parent_path() / "segue-ingest").string();
  fs::create_directories(folder + "/in");
  for (int i = 0; i < files; ++i) write_wav(folder + "/in/" + std::to_string(i) + ".wav", i);
  const double cpu_before = cpu_seconds(RUSAGE_SELF);
  const double alone = library_alone(folder, files, jobs);
  const double cpu_alone = cpu_seconds(RUSAGE_SELF) - cpu_before;
  const double whole = whole_program(program, folder, jobs);
  std::printf("%d files of 1 s, %d at once: transcoded and packaged %.2f s, ingested %.2f s, overhead %.1f ms a file\n", files, jobs, alone,
              whole, (whole - alone) * 1000 / files);
  const double cpu_whole = cpu_seconds(RUSAGE_CHILDREN);
  std::printf("CPU seconds: %.2f and %.2f, overhead %.1f ms a file\n", cpu_alone, cpu_whole, (cpu_whole - cpu_alone) * 1000 / files);
  fs::remove_all(folder);
  return 0;
}
