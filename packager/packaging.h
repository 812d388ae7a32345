// SPDX-License-Identifier: Apache-2.0
// Encoded files in, track files in a folder out: every track of every input becomes a rendition, its samples' bytes as they are.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "media/grid.h"
#include "media/presentation.h"

namespace segue::packager {

struct PackagingJob {
  std::vector<std::string> inputs;  // at least one
  std::string folder;               // exists; the track files are made in it
  media::Grid grid;
  bool sync = false;                               // on disk when it returns
  const std::atomic<bool>* interrupted = nullptr;  // set: ends at the next segment with an error
};

struct Packaging {
  std::vector<media::Track> tracks;  // named, with bandwidths, in the order of the inputs
  media::Rational duration{0, 1};    // exact, of the longest track
  std::vector<std::string> skipped;  // tracks that cannot be packaged, and why
};

// Error: names the file; what was made until then stays in the folder.
[[nodiscard]] Result<Packaging> package_files(const PackagingJob& job);

}  // namespace segue::packager
