// SPDX-License-Identifier: Apache-2.0
// Where a transcode's samples become a track file: one rendition of one source.
#pragma once

#include <optional>
#include <string>

#include "packager/track_writer.h"
#include "transcoder/transcode.h"

namespace segue::ingest {

// "aac-128.cmfa".
[[nodiscard]] std::string file_name_of(const transcoder::RenditionPlan& plan);
// Enough for so many seconds of programme, to reserve the index.
[[nodiscard]] std::int64_t expected_segments(const media::Grid& grid, double seconds);
// What the plan says of a rendition; what the samples tell is in `track` already.
void name_rendition(const transcoder::RenditionPlan& plan, media::Rendition& rendition);

class RenditionFile : public transcoder::RenditionSink {
 public:
  // `plan` outlives the object. The file is made at the first sample, in `folder`. `seconds`: of the source, an estimate.
  RenditionFile(const transcoder::RenditionPlan& plan, std::string folder, double seconds);
  Result<void> begin(const media::TrackConfig& config) override;
  Result<void> sample(const media::Sample& sample) override;
  Result<void> end(const media::TrackConfig& config) override;

  // After end(). nullopt: there was no sample (subtitles that are empty), or a pass-through did not keep time and was not ended.
  [[nodiscard]] std::optional<media::Track>& track() { return track_; }
  // Removes what was written of a rendition that has no track.
  [[nodiscard]] Result<void> discard();

 private:
  const transcoder::RenditionPlan& plan_;
  std::string folder_;
  double seconds_;
  std::unique_ptr<packager::FileSink> file_;
  std::optional<packager::TrackWriter> writer_;
  std::optional<media::Track> track_;
};

}  // namespace segue::ingest
