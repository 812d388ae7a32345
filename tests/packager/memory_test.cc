// SPDX-License-Identifier: Apache-2.0
// What packaging takes grows with the length by the source's sample tables and the index alone (docs/performance.md): a stated bound an
// hour, far below the media's bytes. Each run in a process of its own, whose peak the kernel tells.
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

TEST_CASE("twenty times the length takes the sample tables' memory more, and no media's") {
  struct Case {
    std::string name, encoded;  // six minutes of it
    long kib_an_hour;           // what two hours may take more than six minutes, for each hour
  };
  // Of AAC at 48 kHz 168,750 sizes of 4 bytes an hour: 660 KiB. Of pictures at 25 Hz with B frames 90,000 sizes, and 8 bytes of composition
  // time where it changes, which is nearly always: 1,055 KiB. The rest is for chunks, the index, and pages of the heap.
  for (const Case& one : {Case{"a.m4a", "-f lavfi -i anoisesrc=a=0.2:r=48000:d=360 -c:a aac -b:a 64k", 1024},
                          Case{"v.mp4", "-f lavfi -i testsrc2=s=160x120:r=25:d=360 -c:v libx264 -preset veryfast -g 50", 1536}}) {
    const test::TemporaryFolder folder;
    const std::string minutes = folder.path() + '/' + one.name, hours = folder.path() + "/long-" + one.name;
    ffmpeg(one.encoded + ' ' + minutes);
    ffmpeg("-stream_loop 19 -i " + minutes + " -c copy " + hours);
    const long of_minutes = peak_kib(minutes, folder.path() + "/minutes"), of_hours = peak_kib(hours, folder.path() + "/hours");
    INFO(one.name << ": " << of_minutes << " KiB for six minutes, " << of_hours << " KiB for two hours of "
                  << std::filesystem::file_size(hours) / 1024 << " KiB");
    CHECK(of_hours - of_minutes < 2 * one.kib_an_hour);
    CHECK(static_cast<long>(std::filesystem::file_size(hours) / 1024) > 8 * one.kib_an_hour);  // so media that is kept would be seen
  }
}
