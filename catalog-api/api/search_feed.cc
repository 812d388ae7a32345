// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/search_feed.h"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>

#include "catalog-api/library/read.h"

namespace segue::api {
namespace {

using library::Reader;
using search::Document;
using search::Kind;

constexpr std::int64_t kSlice = 20'000;  // rows read at once

constexpr std::array kTables{"artist", "album", "asset"};  // of the library, by search::Kind

std::string joined(const std::vector<library::Person>& people) {
  std::string names;
  for (const auto& person : people)
    if (person.role.empty() || person.role == "main" || person.role == "guest") names += (names.empty() ? "" : ", ") + person.name;
  return names;
}

std::uint16_t year_of(std::int64_t year) { return static_cast<std::uint16_t>(std::clamp<std::int64_t>(year, 0, 9999)); }

std::uint32_t bit_of(std::uint32_t library) { return std::uint32_t{1} << library; }

Document document_of(const library::Track& track) {
  Document document{Kind::track, track.id, track.title,         joined(track.people),  track.album_title,
                    {},          {},       year_of(track.year), bit_of(track.library), 0};
  if (!track.genres.empty()) document.genre = track.genres.front();
  return document;
}

Document document_of(const library::Album& album) {
  return {Kind::album, album.id,    album.title,         joined(album.artists), "",
          {},          album.genre, year_of(album.year), bit_of(album.library), static_cast<std::uint32_t>(album.songs)};
}

Document document_of(const library::Artist& artist) {
  return {Kind::artist, artist.id, artist.name, "", "", {}, "", 0, artist.libraries, static_cast<std::uint32_t>(artist.songs)};
}

// All documents of a kind that changed: read slice by slice, put at once, so that a first fill makes one segment.
template <class Noun>
Result<void> take(Reader& reader, search::Index& index, Kind kind, std::int64_t since, const std::string& alias,
                  Result<std::vector<Noun>> (*read)(Reader&, const library::Selection&), const std::string& also) {
  search::Documents documents;
  std::int64_t last = 0;
  while (true) {
    auto slice = read(reader, {"WHERE " + alias + ".rev > ? AND " + alias + ".row > ?" + also + " ORDER BY " + alias + ".row LIMIT ?",
                               {since, last, kSlice}});
    if (!slice) return std::move(slice).error();
    if (slice->empty()) break;
    auto aliases = library::aliases(reader.database(), kTables[static_cast<std::size_t>(kind)], {since, last, slice->back().row});
    if (!aliases) return std::move(aliases).error();
    for (const Noun& noun : *slice) {
      Document document = document_of(noun);
      if (const auto other = aliases->find(noun.row); other != aliases->end()) document.aliases = std::move(other->second);
      // Plays are no part of the library: they stay as they were counted.
      if (const auto before = kind == Kind::track ? index.find(kind, document.id) : std::nullopt) document.popularity = before->popularity;
      documents.add(document);
    }
    last = slice->back().row;
    if (slice->size() < static_cast<std::size_t>(kSlice)) break;
  }
  index.put(kind, std::move(documents));
  return {};
}

std::optional<Kind> kind_named(const std::string& name) {
  if (name == "asset") return Kind::track;
  if (name == "album") return Kind::album;
  if (name == "artist") return Kind::artist;
  return std::nullopt;
}

}  // namespace

SearchFeed::SearchFeed(service::DatabasePool& library, search::Index& index, std::string folder)
    : library_(library), index_(index), folder_(std::move(folder)) {}

// A snapshot that cannot be used is no error: the index is made anew.
Result<void> SearchFeed::open() {
  auto database = library_.borrow();
  if (!database) return std::move(database).error();
  auto incarnation = library::incarnation(**database);
  if (!incarnation) return std::move(incarnation).error();
  const std::string whole = folder_;
  folder_ += '/' + *incarnation;
  std::error_code failed;
  for (const auto& old : std::filesystem::directory_iterator(whole, failed))
    if (old.path().filename() != *incarnation) std::filesystem::remove_all(old.path(), failed);
  std::filesystem::create_directories(folder_, failed);
  if (failed) return Error{folder_ + ": " + failed.message()};
  auto revision = library::revision(**database);
  if (!revision) return std::move(revision).error();
  if (auto mark = index_.open(folder_)) revision_ = std::min(static_cast<std::int64_t>(*mark), *revision);
  return {};
}

std::int64_t SearchFeed::revision() {
  const std::lock_guard lock(mutex_);
  return revision_;
}

Result<void> SearchFeed::catch_up() {
  const std::lock_guard lock(mutex_);
  auto database = library_.borrow();
  if (!database) return std::move(database).error();
  // Read first: what comes meanwhile is looked at again the next time.
  auto revision = library::revision(**database);
  if (!revision) return std::move(revision).error();
  if (*revision == revision_) return {};
  Reader reader(**database, library::kEverything);  // each search looks through the view of whoever asks
  if (auto took = take<library::Track>(reader, index_, Kind::track, revision_, "a", library::tracks, " AND a.kind <> 'album'"); !took)
    return took;
  if (auto took = take<library::Album>(reader, index_, Kind::album, revision_, "b", library::albums, ""); !took) return took;
  if (auto took = take<library::Artist>(reader, index_, Kind::artist, revision_, "p", library::artists, ""); !took) return took;
  auto gone = library::gone_since(**database, revision_);
  if (!gone) return std::move(gone).error();
  std::array<std::vector<std::string>, search::kKinds> ids;  // at once: each removal is a new state of a segment
  for (const auto& [kind, id] : *gone)
    if (const auto known = kind_named(kind)) ids[static_cast<std::size_t>(*known)].push_back(id);
  for (std::size_t k = 0; k < ids.size(); ++k)
    if (!ids[k].empty()) index_.remove(static_cast<Kind>(k), ids[k]);
  revision_ = *revision;
  index_.compact();
  // A large index is on disk as soon as it is made: a stop may not wait for it, and a kill does not.
  return index_.has_unsaved(folder_) ? index_.save(folder_, static_cast<std::uint64_t>(revision_)) : Result<void>();
}

Result<void> SearchFeed::catch_up(playlists::Playlists& playlists) {
  const std::lock_guard lock(playlists_mutex_);
  auto changed = playlists.announced_since(playlist_change_);
  if (!changed) return std::move(changed).error();
  std::vector<Document> documents;
  std::vector<std::string> gone;
  const bool is_first = playlist_change_ == 0;
  for (const auto& list : *changed) {
    playlist_change_ = std::max(playlist_change_, list.change);
    if (!list.is_public || list.is_deleted) {
      if (listed_.erase(list.id) > 0 || is_first) gone.push_back(list.id);
      continue;
    }
    listed_.insert(list.id);
    Document document;
    document.kind = Kind::playlist;
    document.id = list.id;
    document.name = list.name;
    document.by = list.owner;
    document.libraries = library::kEverything.libraries;
    if (index_.find(Kind::playlist, list.id) != document) documents.push_back(std::move(document));
  }
  if (!gone.empty()) index_.remove(Kind::playlist, gone);
  if (!documents.empty()) index_.put(documents);
  return {};
}

Result<void> SearchFeed::catch_up(listening::Listening& listening) {
  const auto plays = listening.total_plays(listening::Kind::track);
  if (!plays) return plays.error();
  const std::lock_guard lock(mutex_);
  search::Documents documents;
  for (const auto& [id, count] : *plays) {
    auto document = index_.find(Kind::track, id);
    const auto popularity = static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, UINT32_MAX));
    if (!document || std::bit_width(document->popularity) == std::bit_width(popularity)) continue;
    document->popularity = popularity;
    documents.add(*document);
  }
  index_.put(Kind::track, std::move(documents));
  return {};
}

Result<void> SearchFeed::save() {
  const std::lock_guard lock(mutex_);
  return index_.save(folder_, static_cast<std::uint64_t>(revision_));
}

}  // namespace segue::api
