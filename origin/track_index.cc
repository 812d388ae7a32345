// SPDX-License-Identifier: Apache-2.0
#include "origin/track_index.h"

#include <algorithm>
#include <cstring>

#include "media/limits.h"
#include "origin/limits.h"

namespace segue::origin {

std::size_t TrackIndex::memory_bytes() const noexcept {
  std::size_t bytes = sizeof(TrackIndex) + segments.memory_bytes() + files.capacity() * sizeof(IndexedFile);
  for (const IndexedFile& file : files) bytes += file.path.capacity() + 1;
  return bytes;
}

Result<media::Track> read_track(const StoredFile& file, const FileIdentity& identity, const std::string& name) {
  std::vector<std::uint8_t> head;
  std::size_t wanted = kFirstRead;
  for (int attempt = 0; attempt < 4; ++attempt) {  // moov may name the sidx's place, the sidx its own size
    const std::size_t size = std::min<std::uint64_t>({wanted, identity.size_bytes, media::kMaxTrackHeadBytes});
    if (size <= head.size()) break;
    const std::size_t had = head.size();
    head.resize(size);
    const std::int64_t got = file.read(had, std::span(head).subspan(had));
    if (got < 0) return Error{name + ": reading " + std::to_string(size) + " bytes: " + std::strerror(static_cast<int>(-got))};
    head.resize(had + static_cast<std::size_t>(got));

    Result<media::TrackHead> parsed = media::parse_track_head(head);
    if (!parsed) return Error{name + ": " + parsed.error().message};
    if (parsed->needed == 0) return std::move(parsed->track);
    wanted = parsed->needed;
  }
  return Error{name + ": the head needs " + std::to_string(wanted) + " bytes, the file has " + std::to_string(identity.size_bytes) +
               " and at most " + std::to_string(media::kMaxTrackHeadBytes) + " are read"};
}

}  // namespace segue::origin
