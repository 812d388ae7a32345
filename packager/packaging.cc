// SPDX-License-Identifier: Apache-2.0
#include "packager/packaging.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "packager/adts_source.h"
#include "packager/mp4_copy.h"
#include "packager/rendition_names.h"
#include "packager/source_file.h"
#include "packager/staging.h"
#include "packager/webvtt_file.h"

namespace segue::packager {
namespace {

using media::Rational;
using media::Track;

// One track of an input on its way. An ADTS file is planned while it is copied.
struct Part {
  const SourceFile* source = nullptr;
  const Mp4Track* track = nullptr;  // of a movie
  CopyPlan plan;
};

// A sink that refuses to go on once the user has had enough.
class WatchedSink : public ByteSink {
 public:
  WatchedSink(FileSink sink, const std::atomic<bool>* interrupted) : sink_(std::move(sink)), interrupted_(interrupted) {}
  Result<void> append(std::span<const std::uint8_t> bytes) override {
    auto go = go_on();
    return go ? sink_.append(bytes) : go;
  }
  Result<void> overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) override { return sink_.overwrite(offset, bytes); }
  Result<void> insert(std::uint64_t offset, std::uint64_t count) override { return sink_.insert(offset, count); }
  Result<void> append_from(const FileRange& range) override {
    auto go = go_on();
    return go ? sink_.append_from(range) : go;
  }
  [[nodiscard]] Result<void> sync() { return sink_.sync(); }

 private:
  [[nodiscard]] Result<void> go_on() const {
    if (interrupted_ == nullptr || !interrupted_->load(std::memory_order_relaxed)) return {};
    return Error{"interrupted"};
  }
  FileSink sink_;
  const std::atomic<bool>* interrupted_;
};

Error in_file(const SourceFile& source, const Error& error) { return {source.path() + ": " + error.message}; }

Result<void> plan_parts(const SourceFile& source, std::vector<Part>& parts, std::vector<std::string>& skipped) {
  if (source.kind() == SourceFile::Kind::adts) {
    parts.push_back({&source, nullptr, {}});
    return {};
  }
  for (const std::string& why : source.movie().skipped) skipped.push_back(source.path() + ": " + why);
  std::set<std::tuple<media::Codec, std::string, std::uint32_t, std::string>> sounds;
  for (const Mp4Track& track : source.movie().tracks) {
    auto plan = plan_copy(track);
    if (!plan) return in_file(source, plan.error());
    // Rungs of one sound come in files of their own. Two of one file are two, and only their names can tell it in HLS.
    media::TrackConfig& config = plan->config;
    const std::string base = config.label.empty() ? "Track" : config.label;
    if (kind_of(config.codec) == media::TrackKind::audio) {
      for (int n = 2; !sounds.emplace(config.codec, config.language, config.audio.channels, config.label).second; ++n)
        config.label = base + ' ' + std::to_string(n);
    }
    parts.push_back({&source, &track, std::move(*plan)});
  }
  return {};
}

Rational shift_of(const std::vector<Part>& parts) {
  std::vector<CopyPlan> plans;
  for (const Part& part : parts) {
    if (part.track != nullptr) plans.push_back(part.plan);
  }
  return common_shift(plans);
}

bool is_video(const Part& part) { return part.track != nullptr && kind_of(part.plan.config.codec) == media::TrackKind::video; }

// Where sound and text are cut beside pictures: sync samples stand where they stand, everything else can begin anywhere.
std::vector<Rational> starts_of(const Track& video) {
  std::vector<Rational> starts;
  for (auto at = video.segments.walk(); !at.done(); at.next()) {
    if (at.number() > 0) starts.push_back({at->start, video.rendition.track.timescale});
  }
  return starts;
}

Result<Track> write_part(const Part& part, const Cuts& cuts, std::size_t number, const PackagingJob& job) {
  auto file = FileSink::create(job.folder + "/" + std::to_string(number));
  if (!file) return std::move(file).error();
  WatchedSink sink(std::move(*file), job.interrupted);
  const SourceFile& source = *part.source;
  auto track = part.track != nullptr ? copy_track(*part.track, part.plan, cuts, source.descriptor(), sink)
                                     : copy_adts(source.descriptor(), source.size_bytes(), cuts, sink);
  if (!track) return in_file(source, track.error());
  if (job.sync) {
    auto done = sink.sync();
    if (!done) return std::move(done).error();
  }
  return track;
}

// From the presentation's start to the end of the longest programme.
Rational duration_of(const std::vector<Track>& tracks) {
  Rational longest{0, 1};
  for (const Track& track : tracks) {
    const media::TrackConfig& config = track.rendition.track;
    const Rational end{track.segments.end() - config.lead_in - config.tail, config.timescale};
    if (static_cast<double>(end.num) / static_cast<double>(end.den) > static_cast<double>(longest.num) / static_cast<double>(longest.den))
      longest = end;
  }
  return longest;
}

// Names are known when all tracks are: until then files are called by their number.
Result<void> rename_files(const std::string& folder, const std::vector<Track>& tracks) {
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    auto done = rename_file(folder + "/" + std::to_string(i), folder + "/" + tracks[i].rendition.file);
    if (!done) return done;
  }
  return {};
}

}  // namespace

Result<Packaging> package_files(const PackagingJob& job) {
  Packaging made;
  std::vector<SourceFile> sources;
  sources.reserve(job.inputs.size());  // parts point into it
  std::vector<Part> parts;
  std::optional<std::size_t> pictures;  // the first video track
  for (const std::string& path : job.inputs) {
    auto source = SourceFile::open(path);
    if (!source) return std::move(source).error();
    sources.push_back(std::move(*source));
    auto planned = plan_parts(sources.back(), parts, made.skipped);
    if (!planned) return std::move(planned).error();
  }
  Cuts cuts{job.grid, shift_of(parts), {}};
  made.tracks.resize(parts.size());
  for (const bool video : {true, false}) {
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (is_video(parts[i]) != video) continue;
      auto track = write_part(parts[i], cuts, i, job);
      if (!track) return std::move(track).error();
      made.tracks[i] = std::move(*track);
      if (video && !pictures) pictures = i;
    }
    if (pictures) cuts.follow = starts_of(made.tracks[*pictures]);
  }
  name_renditions(made.tracks);
  auto done = check_alignment(made.tracks);
  if (done) done = rename_files(job.folder, made.tracks);
  if (!done) return std::move(done).error();
  for (Track& track : made.tracks) {
    done = write_webvtt(job.folder, track);
    if (!done) return std::move(done).error();
  }
  media::settle_peaks(made.tracks);
  made.duration = duration_of(made.tracks);
  return made;
}

}  // namespace segue::packager
