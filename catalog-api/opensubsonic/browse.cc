// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/browse.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include "catalog-api/opensubsonic/nouns.h"

namespace segue::opensubsonic {
namespace {

constexpr const char* kIgnoredArticles = "The A An Der Die Das Les Le La El Los";
constexpr std::int64_t kMaxArtists = 200'000;  // in one answer: the protocol has no pages here
constexpr std::int64_t kMaxChildren = 5000;

// {"name": …, "artist": […]} for each heading.
Result<std::vector<Node>> indexes(const Call& call, library::Reader& database) {
  auto all = library::artists(database, {"WHERE p.albums > 0 ORDER BY p.sort, p.row LIMIT ?", {kMaxArtists}});
  if (!all) return std::move(all).error();
  auto nodes = artists(call, *all);
  if (!nodes) return std::move(nodes).error();
  std::map<std::string, std::vector<Node>> by_heading;
  for (std::size_t i = 0; i < all->size(); ++i) by_heading[heading_of((*all)[i])].push_back(std::move((*nodes)[i]));
  std::vector<Node> out;
  for (auto& [heading, list] : by_heading) out.push_back(Node().field("name", heading).list("artist", std::move(list)));
  return out;
}

Result<std::vector<library::Track>> album_tracks(library::Reader& database, std::int64_t row) {
  return library::tracks(database, {"WHERE a.album = ? ORDER BY a.disc, a.number, a.row LIMIT ?", {row, kMaxChildren}});
}

// Songs of no album lie where files of no folder would: beside the artists. A client that only walks folders finds them nowhere else.
Result<std::vector<Node>> loose_songs(Call& call, library::Reader& database) {
  auto tracks = library::tracks(database, {"WHERE a.album IS NULL AND a.kind <> 'album' ORDER BY a.sort, a.row LIMIT ?", {kMaxChildren}});
  if (!tracks) return std::move(tracks).error();
  return songs(call, *tracks);
}

Result<std::vector<library::Album>> artist_albums(library::Reader& database, std::int64_t row) {
  return library::albums(
      database,
      {"WHERE b.row IN (SELECT album FROM album_credit WHERE artist = ?) ORDER BY b.year, b.sort, b.row LIMIT ?", {row, kMaxChildren}});
}

// What `answer` says of the thing that the call names by "id".
template <class Noun, class Answer>
Reply of_named(Call& call, Result<std::optional<Noun>> (*find)(library::Reader&, std::string_view), const char* what, Answer answer) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  auto library = call.library().borrow();
  if (!library) return broken(call, library.error());
  auto found = find(**library, *id);
  if (!found) return broken(call, found.error());
  return *found ? answer(**library, **found) : Reply(not_found(what));
}

// Songs that share an artist or a genre with what the id (of an artist, album or song) names, in no particular order.
Reply similar(Call& call, const char* name) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  const std::int64_t count = call.number("count", 50, 1, 500);
  // What shares a genre or an artist with it: the recommendations of a later day start from plays.
  return song_list(
      call, name,
      library::tracks(**database, {"WHERE a.kind <> 'album' AND a.id <> ?1 AND (a.row IN (SELECT c.asset FROM credit c JOIN "
                                   "artist p ON p.row = c.artist WHERE p.id = ?1) OR "
                                   "a.row IN (SELECT g.asset FROM genre g WHERE g.name IN (SELECT g2.name FROM genre g2 JOIN " +
                                       (*database)->assets() +
                                       " x ON x.row = g2.asset LEFT JOIN album y "
                                       "ON y.row = x.album WHERE x.id = ?1 OR y.id = ?1 OR x.row IN (SELECT c2.asset FROM credit c2 JOIN "
                                       "artist p2 ON p2.row = c2.artist WHERE p2.id = ?1)) LIMIT 2000)) ORDER BY random() LIMIT ?2",
                                   {*id, count}}));
}

Reply info(Call& call, const char* name) {
  return of_named(call, library::artist, "Artist",
                  [&](library::Reader&, const library::Artist&) { return Reply(Node().object(name, Node().field("biography", ""))); });
}

// "1" and on: a music folder. nullopt: the id of something else.
std::optional<std::int64_t> folder_named(std::string_view id) {
  std::int64_t folder = 0;
  const auto [end, wrong] = std::from_chars(id.data(), id.data() + id.size(), folder);
  return wrong == std::errc() && end == id.data() + id.size() ? std::optional(folder) : std::nullopt;
}

Reply folder_directory(Call& call, std::int64_t folder, Node directory) {
  auto libraries = call.pieces().accounts.libraries();
  if (!libraries) return broken(call, libraries.error());
  const auto found = std::find_if(libraries->begin(), libraries->end(), [&](const auto& one) { return folder_of(one.number) == folder; });
  if (found == libraries->end() || !call.view().sees(found->number)) return not_found("Directory");
  auto database = library::Readers(call.pieces().library, call.view().only(found->number)).borrow();
  if (!database) return broken(call, database.error());
  auto all = library::artists(**database, {"WHERE p.albums > 0 ORDER BY p.sort, p.row LIMIT ?", {kMaxArtists}});
  if (!all) return broken(call, all.error());
  std::vector<Node> children;
  for (const auto& artist : *all)
    children.push_back(Node().field("id", artist.id).field("isDir", true).field("title", artist.name).field("artist", artist.name));
  auto loose = loose_songs(call, **database);
  if (!loose) return broken(call, loose.error());
  std::move(loose->begin(), loose->end(), std::back_inserter(children));
  return Node().object("directory", std::move(directory.field("name", found->name).list("child", std::move(children))));
}

}  // namespace

Reply get_music_folders(Call& call) {
  auto libraries = call.pieces().accounts.libraries();
  if (!libraries) return broken(call, libraries.error());
  std::vector<Node> nodes;
  for (const auto& library : *libraries)
    if (call.view().sees(library.number)) nodes.push_back(Node().field("id", folder_of(library.number)).field("name", library.name));
  return Node().object("musicFolders", Node().list("musicFolder", std::move(nodes)));
}

Reply get_indexes(Call& call) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto revision = library::revision((*database)->database());
  if (!revision) return broken(call, revision.error());
  // A revision is not a time, but it grows: what a client hands back as ifModifiedSince is compared with it alone.
  Node node;
  node.field("lastModified", *revision).field("ignoredArticles", kIgnoredArticles);
  if (call.number("ifModifiedSince", -1, -1, INT64_MAX) == *revision) return Node().object("indexes", std::move(node.list("index", {})));
  auto lists = indexes(call, **database);
  if (!lists) return broken(call, lists.error());
  auto loose = loose_songs(call, **database);
  if (!loose) return broken(call, loose.error());
  node.list("index", std::move(*lists));
  if (!loose->empty()) node.list("child", std::move(*loose));
  return Node().object("indexes", std::move(node));
}

Reply get_artists(Call& call) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto lists = indexes(call, **database);
  if (!lists) return broken(call, lists.error());
  return Node().object("artists", std::move(Node().field("ignoredArticles", kIgnoredArticles).list("index", std::move(*lists))));
}

Reply get_genres(Call& call) {
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto all = library::genres(**database);
  if (!all) return broken(call, all.error());
  std::vector<Node> nodes;
  for (const auto& genre : *all) nodes.push_back(Node().field("songCount", genre.songs).field("albumCount", genre.albums).text(genre.name));
  return Node().object("genres", Node().list("genre", std::move(nodes)));
}

Reply get_artist(Call& call) {
  return of_named(call, library::artist, "Artist", [&](library::Reader& library, const library::Artist& artist) -> Reply {
    auto own = artist_albums(library, artist.row);
    if (!own) return broken(call, own.error());
    auto head = artists(call, {artist});
    if (!head) return broken(call, head.error());
    auto list = albums(call, *own);
    if (!list) return broken(call, list.error());
    return Node().object("artist", std::move(head->front().list("album", std::move(*list))));
  });
}

Reply get_album(Call& call) {
  return of_named(call, library::album, "Album", [&](library::Reader& library, const library::Album& album) -> Reply {
    auto tracks = album_tracks(library, album.row);
    if (!tracks) return broken(call, tracks.error());
    auto head = albums(call, {album});
    if (!head) return broken(call, head.error());
    auto list = songs(call, *tracks);
    if (!list) return broken(call, list.error());
    return Node().object("album", std::move(head->front().list("song", std::move(*list))));
  });
}

Reply get_song(Call& call) {
  return of_named(call, library::track, "Song", [&](library::Reader&, const library::Track& track) -> Reply {
    if (track.kind == "album") return not_found("Song");
    auto node = songs(call, {track});
    if (!node) return broken(call, node.error());
    return Node().object("song", std::move(node->front()));
  });
}

// The older way to look around: the root holds artists, an artist albums, an album songs.
Reply get_music_directory(Call& call) {
  const auto id = call.get("id");
  if (!id) return missing("id");
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  Node directory;
  directory.field("id", *id);
  if (const auto folder = folder_named(*id)) return folder_directory(call, *folder, std::move(directory));
  auto artist = library::artist(**database, *id);
  if (!artist) return broken(call, artist.error());
  if (*artist) {
    auto own = artist_albums(**database, (*artist)->row);
    if (!own) return broken(call, own.error());
    auto children = album_folders(call, *own);
    if (!children) return broken(call, children.error());
    directory.field("name", (*artist)->name).field("parent", "1").list("child", std::move(*children));
    return Node().object("directory", std::move(directory));
  }
  auto album = library::album(**database, *id);
  if (!album) return broken(call, album.error());
  if (!*album) return not_found("Directory");
  auto tracks = album_tracks(**database, (*album)->row);
  if (!tracks) return broken(call, tracks.error());
  auto children = songs(call, *tracks);
  if (!children) return broken(call, children.error());
  directory.field("name", (*album)->title);
  if (!(*album)->artists.empty()) directory.field("parent", (*album)->artists.front().id);
  return Node().object("directory", std::move(directory.list("child", std::move(*children))));
}

Reply get_artist_info(Call& call) { return info(call, "artistInfo"); }
Reply get_artist_info2(Call& call) { return info(call, "artistInfo2"); }

Reply get_album_info(Call& call) {
  return of_named(call, library::album, "Album", [&](library::Reader&, const library::Album& album) {
    return Reply(Node().object("albumInfo", std::move(Node().field("notes", "").field_if("musicBrainzId", album.musicbrainz))));
  });
}

// Of an artist by name, or by id (topSongsByArtistId): the caller's most played first, then by album.
Reply get_top_songs(Call& call) {
  const auto name = call.get("artist"), id = call.get("artistId");
  if (!name && !id) return missing("artist");
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  const std::int64_t count = call.number("count", 50, 1, 500);
  auto tracks =
      library::tracks(**database, {std::string("WHERE a.row IN (SELECT c.asset FROM credit c JOIN artist p ON p.row = c.artist WHERE ") +
                                       (id ? "p.id" : "p.name") + " = ?) AND a.kind <> 'album' ORDER BY a.sort, a.row LIMIT 1000",
                                   {id ? *id : *name}});
  if (!tracks) return broken(call, tracks.error());
  std::vector<std::string> ids;
  for (const auto& track : *tracks) ids.push_back(track.id);
  auto marks = call.pieces().listening.marks(call.user().row, listening::Kind::track, ids);
  if (!marks) return broken(call, marks.error());
  std::stable_sort(tracks->begin(), tracks->end(),
                   [&](const auto& a, const auto& b) { return (*marks)[a.id].plays > (*marks)[b.id].plays; });
  if (tracks->size() > static_cast<std::size_t>(count)) tracks->resize(static_cast<std::size_t>(count));
  return song_list(call, "topSongs", std::move(tracks));
}

Reply get_similar_songs(Call& call) { return similar(call, "similarSongs"); }
Reply get_similar_songs2(Call& call) { return similar(call, "similarSongs2"); }

}  // namespace segue::opensubsonic
