// SPDX-License-Identifier: Apache-2.0
// What the uploader is told: the lines of the outside contract (docs/ingest.md), and the same for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "ingest/job.h"
#include "ingest/lease_note.h"
#include "ingest/queue.h"
#include "service/home.h"

namespace segue::ingest {

[[nodiscard]] std::string json_line(const FileResult& file, const service::Home& home);
[[nodiscard]] std::string json_line(const AlbumResult& album, const service::Home& home);
[[nodiscard]] std::string text_lines(const FileResult& file, const service::Home& home);
[[nodiscard]] std::string text_lines(const AlbumResult& album, const service::Home& home);

[[nodiscard]] std::string withdrawn_line(const std::string& file, const std::string& asset);
[[nodiscard]] std::string queued_line(const JobInput& input);  // JSON, of --background

[[nodiscard]] std::string json_error(const std::string& message);  // of a command that has no file to tell it of

// --list
[[nodiscard]] std::string json_line(const Totals& totals, const std::vector<LeaseNote>& running);
[[nodiscard]] std::string text_lines(const Totals& totals, const std::vector<LeaseNote>& running);

}  // namespace segue::ingest
