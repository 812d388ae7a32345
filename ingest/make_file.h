// SPDX-License-Identifier: Apache-2.0
// One file becomes one asset in the staging folder.
#pragma once

#include <string>

#include "ingest/made.h"

namespace segue::ingest {

// `input`: one of the job's. Error: one line for the uploader. What was staged by then is the caller's to remove.
[[nodiscard]] Result<Made> make_file(const JobInput& input, const NewJob& job, const std::string& staging, const Workplace& place);

}  // namespace segue::ingest
