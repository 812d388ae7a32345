// SPDX-License-Identifier: Apache-2.0
#include "ingest/album_rendition.h"

#include <mutex>

#include "ingest/rendition_file.h"
#include "packager/track_writer.h"

namespace segue::ingest {
namespace {

using packager::FileSink;

// Of all files of a rendition only the one that is written to is open: an album of 200 tracks in 7 renditions would else need more
// descriptors than a process has.
class TurnSink : public packager::ByteSink {
 public:
  TurnSink(FileSink file, TurnSink*& at_work) : file_(std::move(file)), at_work_(at_work) { file_.park(); }
  Result<void> append(std::span<const std::uint8_t> bytes) override { return turn().append(bytes); }
  Result<void> overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) override { return turn().overwrite(offset, bytes); }
  Result<void> insert(std::uint64_t offset, std::uint64_t count) override { return turn().insert(offset, count); }
  Result<void> append_from(const packager::FileRange& range) override { return turn().append_from(range); }

 private:
  FileSink& turn() {
    if (at_work_ != this && at_work_ != nullptr) at_work_->file_.park();
    at_work_ = this;
    return file_;
  }
  FileSink file_;
  TurnSink*& at_work_;
};

// What both forms have: the plan, a file for each track.
class Files {
 public:
  Files(const transcoder::RenditionPlan& plan, std::vector<AlbumOutput> outputs) : plan_(plan), outputs_(std::move(outputs)) {}
  [[nodiscard]] std::size_t count() const { return outputs_.size(); }
  [[nodiscard]] const transcoder::RenditionPlan& plan() const { return plan_; }
  [[nodiscard]] std::int64_t segments(std::size_t k) const { return expected_segments(plan_.grid, outputs_[k].seconds); }
  [[nodiscard]] Result<TurnSink*> create(std::size_t k) {
    auto file = FileSink::create(outputs_[k].folder + '/' + file_name_of(plan_));
    if (!file) return std::move(file).error();
    sinks_.push_back(std::make_unique<TurnSink>(std::move(*file), at_work_));
    return sinks_.back().get();
  }
  void close() {
    at_work_ = nullptr;
    sinks_.clear();
  }

 private:
  const transcoder::RenditionPlan& plan_;
  std::vector<AlbumOutput> outputs_;
  std::vector<std::unique_ptr<TurnSink>> sinks_;
  TurnSink* at_work_ = nullptr;
};

class SplitRendition : public AlbumRendition {
 public:
  explicit SplitRendition(Files files) : files_(std::move(files)) {}

  Result<void> begin(const media::TrackConfig& config) override {
    std::vector<packager::AlbumSplitter::Output> outputs;
    for (std::size_t k = 0; k < files_.count(); ++k) {
      auto sink = files_.create(k);
      if (!sink) return std::move(sink).error();
      outputs.push_back({*sink, files_.segments(k)});
    }
    const std::lock_guard lock(mutex_);
    timescale_ = config.timescale;
    splitter_.emplace(config, files_.plan().grid, std::move(outputs));
    for (std::size_t k = 0; k < early_.size(); ++k) splitter_->track_ends(k, end_in_ticks(early_[k]));
    return {};
  }
  Result<void> sample(const media::Sample& sample) override { return splitter_->add(sample); }
  Result<void> end(const media::TrackConfig& config) override {
    final_ = config;
    return {};
  }
  void track_ends(std::size_t k, const transcoder::Programme& programme) override {
    const std::lock_guard lock(mutex_);
    if (splitter_) return splitter_->track_ends(k, end_in_ticks(programme));
    early_.push_back(programme);
  }
  Result<std::vector<media::Track>> finish(const packager::AlbumSplitter::Loudness& loudness) override {
    if (!splitter_) return Error{files_.plan().id + ": no sample"};
    auto tracks = splitter_->finish(final_, loudness);
    files_.close();
    return tracks;
  }

 private:
  [[nodiscard]] media::Ticks end_in_ticks(const transcoder::Programme& programme) const {
    return media::rescale(programme.first_sample + programme.sample_count, programme.sample_rate, timescale_);
  }
  Files files_;
  std::mutex mutex_;  // begin() may come after the first track_ends(), from another thread
  std::vector<transcoder::Programme> early_;
  std::uint32_t timescale_ = 1;
  std::optional<packager::AlbumSplitter> splitter_;
  media::TrackConfig final_;
};

class WholeRendition : public AlbumRendition {
 public:
  explicit WholeRendition(Files files) : files_(std::move(files)) {}

  Result<void> begin(const media::TrackConfig& config) override {
    const std::size_t k = tracks_.size();
    if (k == files_.count()) return Error{files_.plan().id + ": more programmes than the album has tracks"};
    auto sink = files_.create(k);
    if (!sink) return std::move(sink).error();
    packager::TrackPlan plan;
    plan.config = config;
    plan.grid = files_.plan().grid;
    plan.expected_segments = files_.segments(k);
    auto writer = packager::TrackWriter::create(plan, **sink);
    if (!writer) return std::move(writer).error();
    tracks_.push_back({std::move(*writer), {}, {}});
    return {};
  }
  Result<void> sample(const media::Sample& sample) override {
    Track& track = tracks_.back();
    if (!track.start) track.start = sample.dts;
    media::Sample shifted = sample;  // each file's own time starts at 0
    shifted.dts -= *track.start;
    shifted.pts -= *track.start;
    return track.writer.add(shifted);
  }
  Result<void> end(const media::TrackConfig& config) override {
    tracks_.back().final = config;
    return tracks_.back().writer.end_samples(config.tail);
  }
  void track_ends(std::size_t, const transcoder::Programme&) override {}
  Result<std::vector<media::Track>> finish(const packager::AlbumSplitter::Loudness& loudness) override {
    if (tracks_.size() != files_.count())
      return Error{files_.plan().id + ": " + std::to_string(tracks_.size()) + " programmes, expected " + std::to_string(files_.count())};
    std::vector<media::Track> finished;
    for (std::size_t k = 0; k < tracks_.size(); ++k) {
      media::TrackConfig config = tracks_[k].final;
      if (k < loudness.tracks.size()) config.loudness = loudness.tracks[k];
      config.album_loudness = loudness.album;
      auto track = tracks_[k].writer.finish(config);
      if (!track) return std::move(track).error();
      finished.push_back(std::move(*track));
    }
    files_.close();
    return finished;
  }

 private:
  struct Track {
    packager::TrackWriter writer;
    std::optional<media::Ticks> start;
    media::TrackConfig final;
  };
  Files files_;
  std::vector<Track> tracks_;
};

}  // namespace

std::unique_ptr<AlbumRendition> make_album_rendition(const transcoder::RenditionPlan& plan, std::vector<AlbumOutput> outputs) {
  Files files(plan, std::move(outputs));
  if (plan.rung.codec == media::Codec::flac) return std::make_unique<WholeRendition>(std::move(files));
  return std::make_unique<SplitRendition>(std::move(files));
}

}  // namespace segue::ingest
