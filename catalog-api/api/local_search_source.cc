// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/local_search_source.h"

#include <algorithm>
#include <optional>

#include "catalog-api/library/read.h"

namespace segue::api {
namespace {

using library::Reader;
using search::Document;
using search::Kind;

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

constexpr std::size_t kMostSliceBytes = 8 << 20;  // 20,000 documents have 3 MB

std::size_t bytes_of(const Document& document) {
  std::size_t bytes = document.id.size() + document.name.size() + document.by.size() + document.in.size() + document.genre.size();
  for (const std::string& alias : document.aliases) bytes += alias.size();
  return bytes;
}

// Where a noun stands in the library.
template <class Noun>
struct Table {
  std::string name, alias, also;
  Result<std::vector<Noun>> (*read)(Reader&, const library::Selection&);
};

template <class Noun>
Result<Slice> changed(Reader& reader, const Table<Noun>& table, const Wanted& wanted, std::int64_t rows) {
  const std::string& alias = table.alias;
  auto nouns =
      table.read(reader, {"WHERE " + alias + ".rev > ? AND " + alias + ".row > ?" + table.also + " ORDER BY " + alias + ".row LIMIT ?",
                          {wanted.since, wanted.after.number, rows}});
  if (!nouns) return std::move(nouns).error();
  Slice slice;
  if (nouns->empty()) return slice;
  slice.is_last = nouns->size() < static_cast<std::size_t>(rows);
  auto aliases = library::aliases(reader.database(), table.name, {wanted.since, wanted.after.number, nouns->back().row});
  if (!aliases) return std::move(aliases).error();
  slice.documents.reserve(nouns->size());
  std::size_t bytes = 0;
  for (const Noun& noun : *nouns) {
    Document& document = slice.documents.emplace_back(document_of(noun));
    if (const auto other = aliases->find(noun.row); other != aliases->end()) document.aliases = std::move(other->second);
    slice.next.number = noun.row;
    bytes += bytes_of(document);
    if (bytes < kMostSliceBytes || noun.row == nouns->back().row) continue;
    slice.is_last = false;  // names of that length are no names; the others come with the next slice
    break;
  }
  return slice;
}

std::optional<Kind> kind_named(const std::string& name) {
  if (name == "asset") return Kind::track;
  if (name == "album") return Kind::album;
  if (name == "artist") return Kind::artist;
  return std::nullopt;
}

}  // namespace

Result<SourceState> LocalSearchSource::state() {
  auto database = library_.borrow();
  if (!database) return std::move(database).error();
  auto incarnation = library::incarnation(**database);
  if (!incarnation) return std::move(incarnation).error();
  auto revision = library::revision(**database);
  if (!revision) return std::move(revision).error();
  auto lists = list_count_();
  if (!lists) return std::move(lists).error();
  return SourceState{std::move(*incarnation), *revision, *lists};
}

Result<Slice> LocalSearchSource::slice(const Wanted& wanted) {
  if (wanted.stream == Stream::lists) return lists(wanted);
  if (wanted.stream == Stream::plays) return plays(wanted);
  if (wanted.stream == Stream::gone) return gone(wanted);
  auto database = library_.borrow();
  if (!database) return std::move(database).error();
  Reader reader(**database, library::kEverything);  // each search looks through the view of whoever asks
  if (wanted.stream == Stream::artists) return changed<library::Artist>(reader, {"artist", "p", "", library::artists}, wanted, rows_);
  if (wanted.stream == Stream::albums) return changed<library::Album>(reader, {"album", "b", "", library::albums}, wanted, rows_);
  return changed<library::Track>(reader, {"asset", "a", " AND a.kind <> 'album'", library::tracks}, wanted, rows_);
}

Result<Slice> LocalSearchSource::gone(const Wanted& wanted) {
  auto database = library_.borrow();
  if (!database) return std::move(database).error();
  const std::size_t slash = std::min(wanted.after.id.find('/'), wanted.after.id.size());
  const bool is_first = wanted.after == Place{};
  library::Gone after{wanted.after.id.substr(0, slash), wanted.after.id.substr(std::min(slash + 1, wanted.after.id.size())),
                      is_first ? wanted.since + 1 : wanted.after.number};
  auto gone = library::gone_after(**database, after, rows_);
  if (!gone) return std::move(gone).error();
  Slice slice;
  if (gone->empty()) return slice;
  const library::Gone& last = gone->back();
  slice.next = {last.revision, last.kind + '/' + last.id};
  slice.is_last = gone->size() < static_cast<std::size_t>(rows_);
  for (auto& [kind, id, revision] : *gone)
    if (const auto known = kind_named(kind)) slice.gone.emplace_back(*known, std::move(id));
  return slice;
}

// Public lists are found by everybody; what is private is in nobody's search.
Result<Slice> LocalSearchSource::lists(const Wanted& wanted) {
  const bool is_first = wanted.after == Place{};
  auto announced = lists_.announced_since(is_first ? wanted.since : wanted.after.number, wanted.after.id, rows_);
  if (!announced) return std::move(announced).error();
  Slice slice;
  if (announced->empty()) return slice;
  slice.next = {announced->back().change, announced->back().id};
  slice.is_last = announced->size() < static_cast<std::size_t>(rows_);
  for (auto& list : *announced) {
    if (!list.is_public || list.is_deleted) {
      slice.gone.emplace_back(Kind::playlist, std::move(list.id));
      continue;
    }
    Document& document = slice.documents.emplace_back();
    document.kind = Kind::playlist;
    document.id = std::move(list.id);
    document.name = std::move(list.name);
    document.by = std::move(list.owner);
    document.libraries = library::kEverything.libraries;
  }
  return slice;
}

Result<Slice> LocalSearchSource::plays(const Wanted& wanted) {
  auto plays = listening_.total_plays(listening::Kind::track, wanted.after.id, rows_);
  if (!plays) return std::move(plays).error();
  Slice slice;
  if (plays->empty()) return slice;
  slice.next.id = plays->back().first;
  slice.is_last = plays->size() < static_cast<std::size_t>(rows_);
  for (auto& [id, count] : *plays) {
    Document& document = slice.documents.emplace_back();
    document.id = std::move(id);
    document.popularity = static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, UINT32_MAX));
  }
  return slice;
}

}  // namespace segue::api
