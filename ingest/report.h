// SPDX-License-Identifier: Apache-2.0
// What the uploader is told: the lines of the outside contract (docs/ingest.md), and the same for people. Pure.
#pragma once

#include <string>
#include <vector>

#include "access/media_addresses.h"
#include "ingest/job.h"
#include "ingest/lease_note.h"
#include "ingest/queue.h"
#include "service/home.h"

namespace segue::ingest {

// Where what was published is found.
struct Published {
  const service::Home& home;
  access::MediaAddresses media = {};  // with tokens where the home asks for them
  [[nodiscard]] std::string hls(const std::string& asset) const { return home.public_url + media.hls(asset); }
  [[nodiscard]] std::string dash(const std::string& asset) const { return home.public_url + media.dash(asset); }
};

[[nodiscard]] std::string json_line(const FileResult& file, const Published& where);
[[nodiscard]] std::string json_line(const AlbumResult& album, const Published& where);
[[nodiscard]] std::string text_lines(const FileResult& file, const Published& where);
[[nodiscard]] std::string text_lines(const AlbumResult& album, const Published& where);

[[nodiscard]] std::string withdrawn_line(const std::string& file, const std::string& asset);
[[nodiscard]] std::string queued_line(const JobInput& input);  // JSON, of --background

[[nodiscard]] std::string json_error(const std::string& message);  // of a command that has no file to tell it of

// --list
[[nodiscard]] std::string json_line(const Totals& totals, const std::vector<LeaseNote>& running);
[[nodiscard]] std::string text_lines(const Totals& totals, const std::vector<LeaseNote>& running);

}  // namespace segue::ingest
