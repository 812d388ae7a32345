// SPDX-License-Identifier: Apache-2.0
// What a worker keeps of one rendition: where each segment lies. A track has one file; an album's rendition runs through its
// tracks' files (docs/architecture.md, Albums).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "media/presentation.h"
#include "media/track_head.h"
#include "origin/file_table.h"
#include "origin/storage.h"

namespace segue::origin {

struct IndexedFile {
  std::string path;
  FileIdentity identity;  // of the content that was indexed
  // Of the last request, while the file table keeps it: with 100,000 assets each look-up is a miss of the processor's caches.
  mutable std::weak_ptr<OpenFile> open = {};
};

struct TrackIndex {
  media::SegmentIndex segments;
  std::uint64_t init_bytes = 0;  // the init segment: the first file's first bytes
  media::TrackKind kind = media::TrackKind::audio;
  std::vector<IndexedFile> files;  // segment.file counts in these

  [[nodiscard]] std::size_t memory_bytes() const noexcept;
};

// Reads the head of an open track file: one read, or two when the first did not reach. Error: the file's name, what was expected and found.
[[nodiscard]] Result<media::Track> read_track(const StoredFile& file, const FileIdentity& identity, const std::string& name);

}  // namespace segue::origin
