// SPDX-License-Identifier: Apache-2.0
#include "media.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <random>

namespace segue::transcoder {

TestFolder::TestFolder() : path_(std::filesystem::temp_directory_path() / ("segue-transcoder-" + std::to_string(std::random_device{}()))) {
  std::filesystem::create_directories(path_);
}
TestFolder::~TestFolder() { std::filesystem::remove_all(path_); }

std::string TestFolder::make(const std::string& arguments, const std::string& name) const {
  const std::string command = "ffmpeg -nostdin -hide_banner -loglevel error -y " + arguments + " '" + path(name) + "'";
  if (std::system(command.c_str()) != 0) {
    std::fprintf(stderr, "cannot make a test's input: %s\n", command.c_str());
    std::abort();
  }
  return path(name);
}

media::Ticks KeptTrack::duration() const {
  media::Ticks sum = 0;
  for (const KeptSample& sample : samples) sum += sample.duration;
  return sum;
}

Result<void> KeepingSink::begin(const media::TrackConfig& config) {
  tracks.push_back({config, {}, false, {}});
  return {};
}

Result<void> KeepingSink::sample(const media::Sample& sample) {
  tracks.back().samples.push_back({sample.dts, sample.pts, sample.duration, sample.sync, {sample.data.begin(), sample.data.end()}});
  return {};
}

Result<void> KeepingSink::end(const media::TrackConfig& config) {
  tracks.back().ended = config;
  tracks.back().has_ended = true;
  return {};
}

bool KeptRun::has(const std::string& id) const {
  for (const RenditionPlan& plan : plans) {
    if (plan.id == id) return true;
  }
  return false;
}

const KeptTrack& KeptRun::track(const std::string& id) const {
  for (std::size_t i = 0; i < plans.size(); ++i) {
    if (plans[i].id == id) return sinks[i].tracks.at(0);
  }
  std::fprintf(stderr, "no rendition %s in the plan\n", id.c_str());
  std::abort();
}

namespace {

KeptRun run(const std::vector<std::string>& paths, Result<std::vector<RenditionPlan>> plans, int threads = 0) {
  KeptRun kept;
  if (!plans) {
    kept.result = plans.error();
    return kept;
  }
  kept.plans = *plans;
  kept.sinks.resize(kept.plans.size());
  TranscodeJob job;
  job.inputs = paths;
  job.threads = threads;
  job.renditions = kept.plans;
  for (KeepingSink& sink : kept.sinks) job.sinks.push_back(&sink);
  job.on_programme = [&](std::size_t, const Programme& programme) { kept.programmes.push_back(programme); };
  kept.result = transcode(job);
  return kept;
}

}  // namespace

KeptRun transcode_file(const std::string& path, const std::string& ladder, int threads) {
  auto wanted = parse_ladder("ladder test\n" + ladder, "test");
  if (!wanted) std::fprintf(stderr, "%s\n", wanted.error().message.c_str()), std::abort();
  auto source = probe(path);
  if (!source) return run({}, source.error());
  return run({path}, plan_ladder(*source, *wanted), threads);
}

KeptRun transcode_album(const std::vector<std::string>& paths, const std::string& ladder) {
  auto wanted = parse_ladder("ladder test\n" + ladder, "test");
  if (!wanted) std::fprintf(stderr, "%s\n", wanted.error().message.c_str()), std::abort();
  std::vector<SourceInfo> sources;
  for (const std::string& path : paths) {
    auto source = probe(path);
    if (!source) return run({}, source.error());
    sources.push_back(*source);
  }
  return run(paths, plan_album(sources, *wanted));
}

}  // namespace segue::transcoder
