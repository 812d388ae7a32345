// SPDX-License-Identifier: Apache-2.0
// What the holder of a job's lease writes into it for others to read: how far it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ingest/layout.h"

namespace segue::ingest {

struct LeaseNote {
  std::int64_t job = 0;
  std::string file;  // printable
  double seconds_done = 0, seconds_total = 0;
  double speed = 0;  // seconds of programme in a second
};

[[nodiscard]] std::string write_note(const LeaseNote& note);
[[nodiscard]] std::optional<LeaseNote> read_note(const std::string& text);

// Of all jobs that a living process works on.
[[nodiscard]] std::vector<LeaseNote> running_jobs(const Layout& layout);

}  // namespace segue::ingest
