// SPDX-License-Identifier: Apache-2.0
// Checks an asset against the rules: a folder, a playlist or an MPD, local or by HTTP. ingest calls this on a staged folder.
#pragma once

#include <cstdint>
#include <string>

#include "validator/findings.h"

namespace segue::validator {

struct Options {
  // false: of local files only what is not mdat is read, which finds all but unreadable media bytes.
  bool read_media = true;
  long timeout_seconds = 20;  // of one HTTP request
};

struct Report {
  Findings findings;
  std::size_t manifests = 0, renditions = 0, segments = 0;
  std::uint64_t media_bytes = 0;
};

// `target`: a folder (its asset.json, master.m3u8 and manifest.mpd; else all its *.m3u8 and *.mpd; a Segue asset's folder may be given
// without the generation), a file or an http(s) URL of a playlist, an MPD or one track file with a sidx. Memory: one segment and 56 bytes
// for each.
[[nodiscard]] Report validate(const std::string& target, const Options& options);

}  // namespace segue::validator
