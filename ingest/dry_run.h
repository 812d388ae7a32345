// SPDX-License-Identifier: Apache-2.0
// --dry-run: what would be made of a source, and why.
#pragma once

#include <string>
#include <vector>

#include "ingest/job.h"
#include "transcoder/ladder.h"

namespace segue::ingest {

// One rendition that will be made, or a rung that the source does not get.
struct PlannedRung {
  std::string id;      // "aac-128"; of a rung that is left out as its ladder names it: "opus 160k"
  std::string format;  // "128 kbit/s, 44.1 kHz, 2 channels"
  std::string why;
  bool made = true;
};

struct DryRun {
  std::string file;
  std::string source;  // "flac, 3:20, 44.1 kHz, 2 channels, 16 bit, lossless"
  std::string ladder;
  std::vector<PlannedRung> rungs;
};

// Pure. `info`: of an album's first track.
[[nodiscard]] DryRun dry_run(const std::string& file, const transcoder::SourceInfo& info, const transcoder::Ladder& ladder,
                             const std::vector<transcoder::RenditionPlan>& plans);

// Of a job: probes its files. Error: as the job would fail.
[[nodiscard]] Result<std::vector<DryRun>> dry_run(const NewJob& job);

[[nodiscard]] std::string text_lines(const DryRun& run);
[[nodiscard]] std::string json_line(const DryRun& run);

}  // namespace segue::ingest
