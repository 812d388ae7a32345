// SPDX-License-Identifier: Apache-2.0
#include "ingest/rendition_file.h"

#include <cmath>

#include "ingest/files.h"
#include "packager/webvtt_file.h"

namespace segue::ingest {

std::string file_name_of(const transcoder::RenditionPlan& plan) {
  switch (media::kind_of(plan.rung.codec)) {
    case media::TrackKind::video: return plan.id + ".cmfv";
    case media::TrackKind::text: return plan.id + ".cmft";
    default: return plan.id + ".cmfa";
  }
}

std::int64_t expected_segments(const media::Grid& grid, double seconds) {
  // Containers lie; a wrong length costs a copy or a `free` box, an absurd one must not cost memory. sidx counts 65535.
  if (!(seconds > 0)) return 8;
  const auto whole = static_cast<std::int64_t>(std::ceil(std::min(seconds, 65535.0 * 30)));
  return std::min<std::int64_t>(grid.segment_at({whole, 1}) + 2, 65535);
}

void name_rendition(const transcoder::RenditionPlan& plan, media::Rendition& rendition) {
  rendition.id = plan.id;
  rendition.file = file_name_of(plan);
  rendition.group = plan.group;
  rendition.is_default = plan.is_default;
  rendition.forced = plan.forced;
  rendition.role = plan.role;
}

RenditionFile::RenditionFile(const transcoder::RenditionPlan& plan, std::string folder, double seconds)
    : plan_(plan), folder_(std::move(folder)), seconds_(seconds) {}

Result<void> RenditionFile::begin(const media::TrackConfig& config) {
  auto file = packager::FileSink::create(folder_ + '/' + file_name_of(plan_));
  if (!file) return std::move(file).error();
  file_ = std::make_unique<packager::FileSink>(std::move(*file));
  packager::TrackPlan plan;
  plan.config = config;
  plan.grid = plan_.grid;
  plan.expected_segments = expected_segments(plan_.grid, seconds_);
  auto writer = packager::TrackWriter::create(plan, *file_);
  if (!writer) return std::move(writer).error();
  writer_.emplace(std::move(*writer));
  return {};
}

Result<void> RenditionFile::sample(const media::Sample& sample) { return writer_->add(sample); }

Result<void> RenditionFile::end(const media::TrackConfig& config) {
  auto track = writer_->finish(config);
  if (!track) return std::move(track).error();
  name_rendition(plan_, track->rendition);
  track_ = std::move(*track);
  writer_.reset();
  file_.reset();
  return packager::write_webvtt(folder_, *track_);
}

Result<void> RenditionFile::discard() {
  writer_.reset();
  file_.reset();
  return remove_tree(folder_ + '/' + file_name_of(plan_));
}

}  // namespace segue::ingest
