// SPDX-License-Identifier: Apache-2.0
// What packaging takes does not grow with the media's length but by its index (docs/performance.md). Each run in a process of its own,
// whose peak the kernel tells.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "packager/packaging.h"
#include "tests/catch.h"
#include "tests/origin/store_fixture.h"

using namespace segue;
using namespace segue::packager;

namespace {

void ffmpeg(const std::string& arguments) {
  const std::string command = "ffmpeg -nostdin -loglevel error -y " + arguments;
  INFO(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

bool package(const std::string& input, const std::string& folder) {
  PackagingJob job;
  job.inputs = {input};
  job.folder = folder;
  return static_cast<bool>(package_files(job));
}

long peak_kib(const std::string& input, const std::string& folder) {
  std::filesystem::create_directories(folder);
  const pid_t child = fork();
  if (child == 0) _exit(package(input, folder + '/') ? 0 : 1);
  int status = 0;
  rusage usage{};
  REQUIRE(wait4(child, &status, 0, &usage) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("twenty times the length takes an index's memory more: neither media nor sample tables") {
  // Per hour 900 segments, a few dozen bytes each, and once up to 64 KiB of each of four tables that are made while fragments are read. The
  // tables of two hours would be 1.3 MiB of AAC, 2.1 MiB of pictures with B frames.
  constexpr long kMoreKib = 2 * 64 + 4 * 64;
  const std::string progressive, fragments = "-movflags frag_keyframe+empty_moov+default_base_moof -frag_duration 2000000 ";
  const test::TemporaryFolder folder;
  const std::string sound = folder.path() + "/a.mp4", pictures = folder.path() + "/v.mp4";
  ffmpeg("-f lavfi -i anoisesrc=a=0.2:r=48000:d=360 -c:a aac -b:a 64k " + sound);
  ffmpeg("-f lavfi -i testsrc2=s=160x120:r=25:d=360 -c:v libx264 -preset veryfast -g 50 " + pictures);
  for (const auto& [encoded, form] :
       {std::pair(sound, progressive), std::pair(sound, fragments), std::pair(pictures, progressive), std::pair(pictures, fragments)}) {
    const std::string minutes = folder.path() + "/minutes.mp4", hours = folder.path() + "/hours.mp4";
    ffmpeg("-i " + encoded + " -c copy " + form + minutes);
    ffmpeg("-stream_loop 19 -i " + encoded + " -c copy " + form + hours);
    const long of_minutes = peak_kib(minutes, folder.path() + "/short"), of_hours = peak_kib(hours, folder.path() + "/long");
    INFO(encoded << ' ' << form << ": " << of_minutes << " KiB for six minutes, " << of_hours << " KiB for two hours of "
                 << std::filesystem::file_size(hours) / 1024 << " KiB");
    CHECK(of_hours - of_minutes < kMoreKib);
    CHECK(static_cast<long>(std::filesystem::file_size(hours) / 1024) > 50'000);  // so media that is kept would be seen
  }
}
