// SPDX-License-Identifier: Apache-2.0
// Memory does not grow with the length: each run in a process of its own, whose peak the kernel tells.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

class ForgettingSink : public RenditionSink {
 public:
  Result<void> begin(const media::TrackConfig&) override { return {}; }
  Result<void> sample(const media::Sample&) override { return {}; }
  Result<void> end(const media::TrackConfig&) override { return {}; }
};

bool transcode_and_forget(const std::string& path) {
  const auto source = probe(path);
  const auto ladder = parse_ladder("ladder x\naac 32k\nopus 24k\nflac\n", "x");
  if (!source || !ladder) return false;
  const auto plans = plan_ladder(*source, *ladder);
  if (!plans) return false;
  TranscodeJob job;
  job.inputs = {path};
  job.renditions = *plans;
  std::vector<ForgettingSink> sinks(plans->size());
  for (ForgettingSink& sink : sinks) job.sinks.push_back(&sink);
  return static_cast<bool>(transcode(job));
}

// MiB.
long peak_of(const std::string& path) {
  const pid_t child = fork();
  if (child == 0) _exit(transcode_and_forget(path) ? 0 : 1);
  int status = 0;
  rusage usage{};
  REQUIRE(wait4(child, &status, 0, &usage) == child);
  REQUIRE(WIFEXITED(status));
  REQUIRE(WEXITSTATUS(status) == 0);
  return usage.ru_maxrss / 1024;
}

}  // namespace

TEST_CASE("twenty times the length takes the same memory") {
  const TestFolder folder;
  const std::string sound = "-f lavfi -i \"anoisesrc=a=0.01:s=1:r=8000:d=";
  const long minute = peak_of(folder.make(sound + "60\"", "minute.flac"));
  const long twenty = peak_of(folder.make(sound + "1200\"", "twenty.flac"));
  INFO(minute << " MiB for a minute, " << twenty << " MiB for twenty");
  CHECK(twenty < minute + 6);
}
