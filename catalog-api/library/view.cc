// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/view.h"

namespace segue::library {

// Numbers of our own, never of a client. Written out: a view's statement is then prepared once, and its index can be chosen for it.
std::string Reader::is_seen(const char* column) const {
  std::string sql = std::string(column) + " IN (-1";
  for (std::uint32_t library = 0; library < kMostLibraries; ++library)
    if (view_.sees(library)) sql += "," + std::to_string(library);
  return sql + ")";
}

std::string Reader::assets() const {
  if (view_.is_all()) return "asset";
  return "(SELECT v.* FROM asset v WHERE " + is_seen("v.library") +
         " AND (v.kind <> 'album' OR NOT EXISTS (SELECT 1 FROM asset t WHERE t.run = v.id AND NOT " + is_seen("t.library") + ")))";
}

std::string Reader::albums() const {
  if (view_.is_all()) return "album";
  return "(SELECT v.row, v.id, v.title, v.sort, v.artist_sort, v.musicbrainz, v.is_compilation, v.songs, v.year, v.created, v.seconds, "
         "v.cover, v.genre, CASE WHEN EXISTS (SELECT 1 FROM asset t WHERE t.run = v.run AND NOT " +
         is_seen("t.library") + ") THEN '' ELSE v.run END AS run, v.rev, v.library FROM album v WHERE " + is_seen("v.library") + ")";
}

std::string Reader::artists() const {
  if (view_.is_all()) return "artist";
  return "(SELECT v.row, v.id, v.name, v.sort, v.rev, v.libraries, "
         "(SELECT count(*) FROM album_credit c JOIN album t ON t.row = c.album WHERE c.artist = v.row AND " +
         is_seen("t.library") +
         ") AS albums, (SELECT count(DISTINCT c.asset) FROM credit c JOIN asset t ON t.row = c.asset WHERE c.artist = v.row AND " +
         is_seen("t.library") + ") AS songs FROM artist v WHERE (v.libraries & " + std::to_string(view_.libraries) + ") <> 0)";
}

Result<std::unique_ptr<Reader>> Readers::borrow() const {
  auto lease = pool_->borrow();
  if (!lease) return std::move(lease).error();
  return std::make_unique<Reader>(std::move(*lease), view_);
}

}  // namespace segue::library
