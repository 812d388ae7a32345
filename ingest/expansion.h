// SPDX-License-Identifier: Apache-2.0
// What the uploader named → the files to be ingested.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/job.h"
#include "media/result.h"

namespace segue::ingest {

[[nodiscard]] bool is_url(std::string_view text);  // http:// or https://

// Whether a name ends as media files do (.flac, .mkv, …). Folders hold much else, so there other files are taken only when they probe.
[[nodiscard]] bool has_media_extension(std::string_view name);

struct FoundFolder {
  std::string shown;
  std::vector<JobInput> media;   // by extension, sorted by name
  std::vector<JobInput> others;  // regular files that may be media
  bool by_link = false;          // it, or one above it, has no other name here than a link's
  std::string trouble = {};      // why not all of it could be seen; empty: it was
};

// The folder and those below it, each by itself, sorted. Hidden ones, the kernel's (/proc, /sys) and `leave_out` (absolute: our own home)
// with all that it holds are not entered, by whatever link; unless `folder` itself lies in there. Links to files are taken as files. Links
// to folders come last, and each folder is entered once: by its own name if it has one here, however many links lead to it or back.
// Error: the folder cannot be read.
[[nodiscard]] Result<std::vector<FoundFolder>> expand_folder(const std::string& folder, const std::string& leave_out);

// Files of this folder alone that have a media file's name.
[[nodiscard]] std::vector<JobInput> media_in(const std::string& folder);

// A file or URL as a job's input.
[[nodiscard]] JobInput input_of(const std::string& operand);

}  // namespace segue::ingest
