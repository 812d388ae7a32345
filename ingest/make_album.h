// SPDX-License-Identifier: Apache-2.0
// Several files become one album: encoded in one run on one timeline, each track an asset of its own, and an asset of kind `album` that
// lists them.
#pragma once

#include "ingest/made.h"

namespace segue::ingest {

// `job.inputs` in playing order, at least two. Error: one line that names the file; nothing of the album is to be published then.
[[nodiscard]] Result<Made> make_album(const Job& job, const std::string& staging, const Workplace& place);

}  // namespace segue::ingest
