// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/lists.h"

#include <algorithm>
#include <array>

#include "catalog-api/api/log.h"
#include "catalog-api/opensubsonic/nouns.h"
#include "catalog-api/opensubsonic/paged.h"

namespace segue::opensubsonic {
namespace {

using library::Album;
using library::Artist;
using library::Reader;
using library::Selection;
using library::Track;
using listening::Kind;
using listening::Ranking;

constexpr std::int64_t kMostListed = 500;

// Nouns in the order of ids; unknown ones are left out.
template <class Noun>
Result<std::vector<Noun>> by_ids(Reader& database, const std::vector<std::string>& ids,
                                 Result<std::optional<Noun>> (*find)(Reader&, std::string_view)) {
  std::vector<Noun> out;
  for (const std::string& id : ids) {
    auto found = find(database, id);
    if (!found) return std::move(found).error();
    if (*found) out.push_back(std::move(**found));
  }
  return out;
}

// The lists of albums that are read page by page, each in an order that an index has. nullopt: no such type.
std::optional<Walked> walked_albums(const Call& call, const std::string& type) {
  if (type == "newest")
    return Walked{
        .name = type, .keys = {"b.created", "b.row"}, .behind = "(b.created, b.row) < (?, ?)", .order = "b.created DESC, b.row DESC"};
  if (type == "alphabeticalByName") return Walked{.name = type, .keys = {"b.sort", "b.row"}};
  if (type == "alphabeticalByArtist") return Walked{.name = type, .keys = {"b.artist_sort", "b.sort", "b.row"}};
  if (type == "byGenre")
    return Walked{.name = type,
                  .filter = "b.row IN (SELECT x.album FROM genre g JOIN asset x ON x.row = g.asset WHERE g.name = ?)",
                  .values = {call.text("genre")},
                  .keys = {"b.sort", "b.row"}};
  if (type != "byYear") return std::nullopt;
  const std::int64_t from = call.number("fromYear", 0, 0, 9999), to = call.number("toYear", 9999, 0, 9999);
  Walked years{.name = type, .filter = "b.year BETWEEN ? AND ?", .values = {std::min(from, to), std::max(from, to)}};
  years.keys = {"b.year", "b.sort", "b.row"};
  if (from <= to) return years;
  years.keys = {"b.year", "b.year", "b.sort", "b.row"};
  years.behind = "(b.year < ? OR (b.year = ? AND (b.sort, b.row) > (?, ?)))";
  years.order = "b.year DESC, b.sort, b.row";
  return years;
}

// What an album list's type asks for. nullopt: no such type.
std::optional<Result<std::vector<Album>>> albums_of_type(Call& call, Reader& database, const std::string& type) {
  const Window w{call.number("size", 10, 1, kMostListed), call.number("offset", 0, 0, INT32_MAX)};
  const auto ranked = [&](Ranking by) -> Result<std::vector<Album>> {
    auto ids = call.pieces().listening.ranked(call.user().row, Kind::album, by, w.count, w.offset);
    if (!ids) return std::move(ids).error();
    return by_ids<Album>(database, *ids, library::album);
  };
  if (type == "random")
    return library::albums(database,
                           {"WHERE b.row IN (SELECT v.row FROM " + database.albums() + " v ORDER BY random() LIMIT ?)", {w.count}});
  if (type == "frequent") return ranked(Ranking::frequent);
  if (type == "recent") return ranked(Ranking::recent);
  if (type == "highest") return ranked(Ranking::highest);
  if (type == "starred") return ranked(Ranking::starred);
  if (const auto list = walked_albums(call, type)) return page_of(call, database, kAlbums, *list, w);
  return std::nullopt;
}

Reply album_list(Call& call, const char* name, Result<std::vector<Node>> (*print)(const Call&, const std::vector<Album>&)) {
  const auto type = call.get("type");
  if (!type) return missing("type");
  if (*type == "byGenre" && !call.get("genre")) return missing("genre");
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto found = albums_of_type(call, **database, *type);
  if (!found) return Failure{kGeneric, "type: unknown list " + *type};
  if (!*found) return broken(call, found->error());
  auto nodes = print(call, **found);
  if (!nodes) return broken(call, nodes.error());
  return Node().object(name, Node().list("album", std::move(*nodes)));
}

struct Found {
  std::vector<Artist> artists;
  std::vector<Album> albums;
  std::vector<Track> tracks;
};

Reply print_found(Call& call, const char* name, Result<Found> found, bool as_folders) {
  if (!found) return broken(call, found.error());
  auto artist_nodes = artists(call, found->artists);
  auto album_nodes = as_folders ? album_folders(call, found->albums) : albums(call, found->albums);
  auto song_nodes = songs(call, found->tracks);
  if (!artist_nodes) return broken(call, artist_nodes.error());
  if (!album_nodes) return broken(call, album_nodes.error());
  if (!song_nodes) return broken(call, song_nodes.error());
  return Node().object(
      name,
      std::move(
          Node().list("artist", std::move(*artist_nodes)).list("album", std::move(*album_nodes)).list("song", std::move(*song_nodes))));
}

Result<Found> starred(Call& call, Reader& database) {
  Found found;
  const auto ids = [&](Kind kind) { return call.pieces().listening.ranked(call.user().row, kind, Ranking::starred, 10'000, 0); };
  auto artist_ids = ids(Kind::artist), album_ids = ids(Kind::album), track_ids = ids(Kind::track);
  if (!artist_ids) return std::move(artist_ids).error();
  if (!album_ids) return std::move(album_ids).error();
  if (!track_ids) return std::move(track_ids).error();
  auto artist_list = by_ids<Artist>(database, *artist_ids, library::artist);
  if (!artist_list) return std::move(artist_list).error();
  auto album_list = by_ids<Album>(database, *album_ids, library::album);
  if (!album_list) return std::move(album_list).error();
  auto track_list = library::tracks_by_id(database, *track_ids);
  if (!track_list) return std::move(track_list).error();
  return Found{std::move(*artist_list), std::move(*album_list), std::move(*track_list)};
}

Window window(const Call& call, const std::string& kind) {
  return {call.number(kind + "Count", 20, 0, 10'000), call.number(kind + "Offset", 0, 0, INT32_MAX)};
}

// The whole library, page by page, in the order in which things came: what is ingested meanwhile stands behind the last page, what is
// withdrawn moves nothing (walks.h). Clients fill their own database this way.
Result<Found> everything(Call& call, Reader& database) {
  const auto page = [&](const auto& noun, Walked list, const std::string& kind) {
    return page_of(call, database, noun, list, window(call, kind));
  };
  auto artist_list = page(kArtists, {.name = "artists", .keys = {"p.row"}}, "artist");
  if (!artist_list) return std::move(artist_list).error();
  auto album_list = page(kAlbums, {.name = "albums", .keys = {"b.row"}}, "album");
  if (!album_list) return std::move(album_list).error();
  auto track_list = page(kTracks, {.name = "songs", .filter = "a.kind <> 'album'", .keys = {"a.row"}}, "song");
  if (!track_list) return std::move(track_list).error();
  return Found{std::move(*artist_list), std::move(*album_list), std::move(*track_list)};
}

// The ids of artists, albums and songs in their windows: one question to the search for all three.
Result<std::vector<search::Ids>> hit_ids(Call& call, const std::string& query) {
  const std::array windows{window(call, "artist"), window(call, "album"), window(call, "song")};
  std::vector<search::Lookup> lookups;
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const auto deepest = static_cast<std::int64_t>(search::kMostFound);
    const bool is_nothing = windows[i].count == 0 || windows[i].offset >= deepest;
    const auto limit = is_nothing ? 0 : static_cast<std::size_t>(std::min(deepest, windows[i].offset + windows[i].count));
    lookups.push_back({query, static_cast<search::Kind>(i), call.view().libraries, limit});
  }
  auto found = call.pieces().searcher.find(lookups);
  for (std::size_t i = 0; found && i < windows.size(); ++i) {
    search::Ids& ids = (*found)[i];
    ids.erase(ids.begin(), ids.begin() + std::min<std::ptrdiff_t>(windows[i].offset, std::ssize(ids)));
  }
  return found;
}

Result<Found> by_hits(Reader& database, const std::vector<search::Ids>& hits) {
  auto artist_list = by_ids<Artist>(database, hits[0], library::artist);
  if (!artist_list) return std::move(artist_list).error();
  auto album_list = by_ids<Album>(database, hits[1], library::album);
  if (!album_list) return std::move(album_list).error();
  auto track_list = library::tracks_by_id(database, hits[2]);
  if (!track_list) return std::move(track_list).error();
  return Found{std::move(*artist_list), std::move(*album_list), std::move(*track_list)};
}

Failure no_search(const Call& call, const Error& error) {
  api::log("error", "search: " + error.message, call.request().id);
  return {kGeneric, "The search does not answer, try again"};
}

Reply search(Call& call, const char* name, bool as_folders) {
  auto query = call.get("query");
  if (!query) return missing("query");
  while (!query->empty() && query->back() == '*') query->pop_back();  // Lucene's habit: the last word is a prefix here anyway
  const bool all = query->empty() || *query == "\"\"";
  auto hits = all ? std::vector<search::Ids>() : hit_ids(call, *query);  // before a connection is taken: the search may be far
  if (!hits) return no_search(call, hits.error());
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  return print_found(call, name, all ? everything(call, **database) : by_hits(**database, *hits), as_folders);
}

Reply star_list(Call& call, const char* name, bool as_folders) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  return print_found(call, name, starred(call, **database), as_folders);
}

}  // namespace

Reply get_album_list(Call& call) { return album_list(call, "albumList", album_folders); }
Reply get_album_list2(Call& call) { return album_list(call, "albumList2", albums); }

Reply get_random_songs(Call& call) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  library::Selection selection{
      "WHERE a.row IN (SELECT x.row FROM " + (*database)->assets() + " x WHERE x.kind <> 'album' AND x.year BETWEEN ? AND ?",
      {call.number("fromYear", 0, 0, 9999), call.number("toYear", 9999, 0, 9999)}};
  if (const auto genre = call.get("genre")) {
    selection.sql += " AND EXISTS (SELECT 1 FROM genre g WHERE g.asset = x.row AND g.name = ?)";
    selection.values.emplace_back(*genre);
  }
  selection.sql += " ORDER BY random() LIMIT ?)";
  selection.values.emplace_back(call.number("size", 10, 1, kMostListed));
  return song_list(call, "randomSongs", library::tracks(**database, selection));
}

Reply get_songs_by_genre(Call& call) {
  const auto genre = call.get("genre");
  if (!genre) return missing("genre");
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  const Walked list{.name = "songsByGenre",
                    .join = "JOIN genre g ON g.asset = a.row",
                    .filter = "g.name = ? AND a.kind <> 'album'",
                    .values = {*genre},
                    .keys = {"g.asset"}};
  const Window w{call.number("count", 10, 1, kMostListed), call.number("offset", 0, 0, INT32_MAX)};
  return song_list(call, "songsByGenre", page_of(call, **database, kTracks, list, w));
}

Reply get_starred(Call& call) { return star_list(call, "starred", true); }
Reply get_starred2(Call& call) { return star_list(call, "starred2", false); }

Reply search2(Call& call) { return search(call, "searchResult2", true); }
Reply search3(Call& call) { return search(call, "searchResult3", false); }

}  // namespace segue::opensubsonic
