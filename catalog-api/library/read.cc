// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/read.h"

#include <algorithm>
#include <unordered_map>

#include "catalog-api/library/names.h"

namespace segue::library {
namespace {

using service::Database;
using service::Row;
using service::Value;

// People and genres of a row come in one text: fields end with U+001F, entries with U+001E. Names have no control characters: sort keys
// and these texts rely on it, and facts of a file that has some lose nothing but their looks.
constexpr char kField = '\x1f', kEntry = '\x1e';

// Columns; the reader says from where.
constexpr std::string_view kTracks =
    "SELECT a.row, a.id, a.kind, a.title, a.sort, a.generation, coalesce(b.id,''), coalesce(b.title,''), a.run, a.seconds, a.disc, "
    "a.number, "
    "a.year, a.created, a.cover, a.codec, a.bit_rate, a.size_bytes, a.sample_rate, a.channels, a.bit_depth, a.lufs, a.peak, a.musicbrainz, "
    "a.has_lyrics, a.rev, "
    // An album's one timeline has no credits of its own, or its people would count its songs twice: they are its album's.
    "CASE WHEN a.kind = 'album' THEN (SELECT group_concat(x.e, '') FROM (SELECT p.id || '\x1f' || p.name || '\x1f' || 'main' || '\x1e' AS "
    "e FROM album_credit c JOIN artist p ON p.row = c.artist WHERE c.album = (SELECT t.album FROM asset t WHERE t.run = a.id AND t.album "
    "IS "
    "NOT NULL ORDER BY t.row LIMIT 1) ORDER BY c.position) x) ELSE "
    "(SELECT group_concat(x.e, '') FROM (SELECT p.id || '\x1f' || p.name || '\x1f' || c.role || '\x1e' AS e FROM credit c JOIN "
    "artist p ON "
    "p.row = c.artist WHERE c.asset = a.row ORDER BY c.position) x) END, "
    "(SELECT group_concat(g.name || '\x1e', '') FROM (SELECT name FROM genre WHERE asset = a.row ORDER BY name) g), a.library, "
    "coalesce(b.cover,'') FROM ";
constexpr std::string_view kAlbums =
    "SELECT b.row, b.id, b.title, b.sort, b.artist_sort, b.musicbrainz, b.is_compilation, b.songs, b.year, b.created, b.seconds, b.cover, "
    "b.genre, "
    "b.run, (SELECT group_concat(x.e, '') FROM (SELECT p.id || '\x1f' || p.name || '\x1f' || '\x1e' AS e FROM album_credit c JOIN "
    "artist p ON "
    "p.row = c.artist WHERE c.album = b.row ORDER BY c.position) x), b.library FROM ";
constexpr std::string_view kArtists =
    "SELECT p.row, p.id, p.name, p.sort, p.albums, p.songs, "
    "coalesce((SELECT b.cover FROM album_credit c JOIN ";
constexpr std::string_view kArtistsAlso =
    " b ON b.row = c.album WHERE c.artist = p.row AND b.cover <> '' ORDER BY b.year DESC LIMIT 1), ''), p.libraries FROM ";

std::vector<std::string> split(const std::string& text, char end) {
  std::vector<std::string> parts;
  for (std::size_t at = 0, stop = 0; (stop = text.find(end, at)) != std::string::npos; at = stop + 1)
    parts.push_back(text.substr(at, stop - at));
  return parts;
}

std::vector<Person> people_of(const std::string& text) {
  std::vector<Person> people;
  for (const std::string& entry : split(text, kEntry)) {
    const auto fields = split(entry + kField, kField);
    if (fields.size() >= 3) people.push_back({fields[0], fields[1], fields[2]});
  }
  return people;
}

std::optional<double> optional_real(const Value& value) { return value.is_null() ? std::nullopt : std::optional(value.real()); }

Track track_of(const Row& r) {
  Track t;
  t.row = r[0].integer(), t.id = r[1].text(), t.kind = r[2].text(), t.title = r[3].text(), t.sort = r[4].text();
  t.generation = r[5].integer(), t.album_id = r[6].text(), t.album_title = r[7].text(), t.run = r[8].text();
  t.seconds = r[9].real(), t.disc = r[10].integer(), t.number = r[11].integer(), t.year = r[12].integer(), t.created = r[13].integer();
  t.cover = r[14].text(), t.codec = r[15].text(), t.bit_rate = r[16].integer(), t.size_bytes = r[17].integer();
  t.sample_rate = r[18].integer(), t.channels = r[19].integer(), t.bit_depth = r[20].integer();
  t.lufs = optional_real(r[21]), t.peak_dbfs = optional_real(r[22]), t.musicbrainz = r[23].text(), t.has_lyrics = r[24].integer() != 0;
  t.revision = r[25].integer(), t.people = people_of(r[26].text()), t.genres = split(r[27].text(), kEntry);
  t.library = static_cast<std::uint32_t>(r[28].integer()), t.album_cover = r[29].text();
  return t;
}

Album album_of(const Row& r) {
  Album b;
  b.row = r[0].integer(), b.id = r[1].text(), b.title = r[2].text(), b.sort = r[3].text(), b.artist_sort = r[4].text();
  b.musicbrainz = r[5].text(), b.is_compilation = r[6].integer() != 0, b.songs = r[7].integer(), b.year = r[8].integer();
  b.created = r[9].integer(), b.seconds = r[10].real(), b.cover = r[11].text(), b.genre = r[12].text(), b.run = r[13].text();
  b.artists = people_of(r[14].text()), b.library = static_cast<std::uint32_t>(r[15].integer());
  return b;
}

Artist artist_of(const Row& r) {
  return {r[0].integer(), r[1].text(),    r[2].text(), r[3].text(),
          r[4].integer(), r[5].integer(), r[6].text(), static_cast<std::uint32_t>(r[7].integer())};
}

template <class Noun>
Result<std::vector<Noun>> select(Database& database, const std::string& from, const Selection& selection, Noun (*noun_of)(const Row&)) {
  auto rows = database.query_list(from + selection.sql, selection.values);
  if (!rows) return std::move(rows).error();
  std::vector<Noun> nouns;
  nouns.reserve(rows->size());
  for (const Row& row : *rows) nouns.push_back(noun_of(row));
  return nouns;
}

template <class Noun>
Result<std::optional<Noun>> by_id(Reader& reader, std::string_view id, const char* where,
                                  Result<std::vector<Noun>> (*read)(Reader&, const Selection&)) {
  auto found = read(reader, {where, {id}});
  if (!found) return std::move(found).error();
  if (!found->empty()) return std::optional(std::move(found->front()));
  auto now = reader.database().query("SELECT now FROM old_id WHERE id = ?", id);
  if (!now) return std::move(now).error();
  if (now->empty()) return std::optional<Noun>();
  found = read(reader, {where, {now->front()[0].text()}});
  if (!found) return std::move(found).error();
  return found->empty() ? std::optional<Noun>() : std::optional(std::move(found->front()));
}

}  // namespace

Result<std::vector<Track>> tracks(Reader& reader, const Selection& selection) {
  return select(reader.database(), std::string(kTracks) + reader.assets() + " a LEFT JOIN album b ON b.row = a.album ", selection,
                track_of);
}
Result<std::vector<Album>> albums(Reader& reader, const Selection& selection) {
  return select(reader.database(), std::string(kAlbums) + reader.albums() + " b ", selection, album_of);
}
Result<std::vector<Artist>> artists(Reader& reader, const Selection& selection) {
  const std::string from = std::string(kArtists) + reader.albums() + std::string(kArtistsAlso) + reader.artists() + " p ";
  return select(reader.database(), from, selection, artist_of);
}

Result<std::int64_t> track_count(Reader& reader) {
  auto rows = reader.database().query("SELECT count(*) FROM " + reader.assets() + " a WHERE a.kind <> 'album'");
  if (!rows) return std::move(rows).error();
  return rows->front()[0].integer();
}

Result<std::vector<Genre>> genres(Reader& reader) {
  auto rows = reader.database().query("SELECT g.name, count(*), count(DISTINCT a.album) FROM genre g JOIN " + reader.assets() +
                                      " a ON a.row = g.asset WHERE a.kind <> 'album' GROUP BY g.name ORDER BY g.name LIMIT 10000");
  if (!rows) return std::move(rows).error();
  std::vector<Genre> out;
  for (const Row& row : *rows) out.push_back({row[0].text(), row[1].integer(), row[2].integer()});
  return out;
}

Result<std::optional<Track>> track(Reader& reader, std::string_view id) { return by_id<Track>(reader, id, "WHERE a.id = ?", tracks); }
Result<std::optional<Album>> album(Reader& reader, std::string_view id) { return by_id<Album>(reader, id, "WHERE b.id = ?", albums); }
Result<std::optional<Artist>> artist(Reader& reader, std::string_view id) { return by_id<Artist>(reader, id, "WHERE p.id = ?", artists); }

namespace {

// Calls take("WHERE a.id IN (?,…)") for slices of the ids: one prepared statement for all full ones. `alias`: "a" of assets.
template <class Take>
Result<void> in_slices(const std::vector<std::string>& ids, Take take, const std::string& alias = "a") {
  constexpr std::size_t kAtOnce = 200;
  for (std::size_t from = 0; from < ids.size(); from += kAtOnce) {
    Selection selection{"WHERE " + alias + ".id IN (?", {ids[from]}};
    const std::size_t end = std::min(ids.size(), from + kAtOnce);
    for (std::size_t i = from + 1; i < end; ++i) {
      selection.sql += ",?";
      selection.values.emplace_back(ids[i]);
    }
    selection.sql += ')';
    if (Result<void> taken = take(selection); !taken) return taken;
  }
  return {};
}

}  // namespace

Result<std::vector<Track>> tracks_by_id(Reader& reader, const std::vector<std::string>& ids) {
  std::unordered_map<std::string, Track> found;
  auto done = in_slices(ids, [&](const Selection& selection) -> Result<void> {
    auto slice = tracks(reader, selection);
    if (!slice) return std::move(slice).error();
    for (Track& track : *slice) found.emplace(track.id, std::move(track));
    return {};
  });
  if (!done) return std::move(done).error();
  std::vector<Track> ordered;
  for (const std::string& id : ids)
    if (const auto at = found.find(id); at != found.end()) ordered.push_back(at->second);
  return ordered;
}

Result<Sum> sum(Reader& reader, const std::vector<std::string>& ids) {
  struct Brief {
    double seconds = 0;
    bool has_cover = false;
  };
  std::unordered_map<std::string, Brief> known;
  auto done = in_slices(ids, [&](const Selection& selection) -> Result<void> {
    auto rows = reader.database().query_list(
        "SELECT a.id, a.seconds, CASE WHEN a.cover <> '' OR coalesce(b.cover,'') <> '' THEN 1 ELSE 0 END FROM " + reader.assets() +
            " a LEFT JOIN album b ON b.row = a.album " + selection.sql,
        selection.values);
    if (!rows) return std::move(rows).error();
    for (const Row& row : *rows) known[row[0].text()] = {row[1].real(), row[2].integer() != 0};
    return {};
  });
  if (!done) return std::move(done).error();
  Sum sum;
  for (const std::string& id : ids)
    if (const auto found = known.find(id); found != known.end()) {
      ++sum.songs;
      sum.seconds += found->second.seconds;
      sum.has_cover |= found->second.has_cover;
    }
  return sum;
}

Result<std::unordered_set<std::string>> seen(Reader& reader, const std::vector<std::string>& ids) {
  std::unordered_set<std::string> found;
  auto done = in_slices(ids, [&](const Selection& selection) -> Result<void> {
    auto rows = reader.database().query_list("SELECT a.id FROM " + reader.assets() + " a " + selection.sql, selection.values);
    if (!rows) return std::move(rows).error();
    for (const Row& row : *rows) found.insert(row[0].text());
    return {};
  });
  if (!done) return std::move(done).error();
  return found;
}

Result<std::unordered_map<std::string, Loudness>> loudness(Reader& reader, const std::vector<std::string>& assets) {
  std::unordered_map<std::string, Loudness> found;
  auto done = in_slices(assets, [&](const Selection& selection) -> Result<void> {
    auto rows =
        reader.database().query_list("SELECT a.id, a.lufs, a.peak FROM " + reader.assets() + " a " + selection.sql, selection.values);
    if (!rows) return std::move(rows).error();
    for (const Row& row : *rows)
      if (!row[1].is_null() && !row[2].is_null()) found.emplace(row[0].text(), Loudness{row[1].real(), row[2].real()});
    return {};
  });
  if (!done) return std::move(done).error();
  return found;
}

Result<std::unordered_map<std::string, std::vector<Person>>> album_artists(Reader& reader, const std::vector<std::string>& albums) {
  std::unordered_map<std::string, std::vector<Person>> found;
  const auto take = [&](const Selection& selection) -> Result<void> {
    auto rows = reader.database().query_list("SELECT b.id, p.id, p.name FROM " + reader.albums() +
                                                 " b JOIN album_credit c ON c.album = b.row JOIN artist p ON p.row = c.artist " +
                                                 selection.sql + " ORDER BY b.id, c.position",
                                             selection.values);
    if (!rows) return std::move(rows).error();
    for (const Row& row : *rows) found[row[0].text()].push_back({row[1].text(), row[2].text(), {}});
    return {};
  };
  if (auto done = in_slices(albums, take, "b"); !done) return std::move(done).error();
  return found;
}

Result<std::vector<Track>> tracks_under(Reader& reader, const std::vector<std::string>& ids) {
  std::vector<Track> all;
  for (const std::string& id : ids) {
    auto found = id.starts_with("al-") ? tracks(reader, {"WHERE b.id = ? ORDER BY a.disc, a.number, a.row LIMIT 5000", {id}})
                                       : tracks(reader, {"WHERE a.id = ?", {id}});
    if (!found) return std::move(found).error();
    std::move(found->begin(), found->end(), std::back_inserter(all));
  }
  return all;
}

Result<std::string> cover(Reader& reader, std::string_view id) {
  const auto of = [](auto found) -> Result<std::string> {
    if (!found) return std::move(found).error();
    return *found ? (*found)->cover : std::string();
  };
  if (id.starts_with("al-")) return of(album(reader, id));
  if (id.starts_with("ar-")) return of(artist(reader, id));
  auto found = track(reader, id);
  if (!found) return std::move(found).error();
  if (!*found) return std::string();
  return (*found)->cover.empty() ? (*found)->album_cover : (*found)->cover;
}

Result<std::vector<Track>> tracks_by_handle(Reader& reader, Handle handle, std::string_view value) {
  constexpr std::int64_t kMost = 50;  // of "01.flac" there may be thousands; more than these tell nothing apart
  switch (handle) {
    case Handle::musicbrainz:
      return tracks(reader,
                    {"WHERE a.musicbrainz = ? AND a.musicbrainz <> '' AND a.kind <> 'album' ORDER BY a.row LIMIT ?", {value, kMost}});
    case Handle::isrc:
      return tracks(
          reader, {"WHERE a.row IN (SELECT asset FROM isrc WHERE code = ?) AND a.kind <> 'album' ORDER BY a.row LIMIT ?", {value, kMost}});
    case Handle::file: break;
  }
  return tracks(reader, {"WHERE a.row IN (SELECT asset FROM source_file WHERE name = ?) AND a.kind <> 'album' ORDER BY a.row LIMIT ?",
                         {name_key(value), kMost}});
}

Result<std::string> lyrics(Reader& reader, std::int64_t track_row) {
  auto rows = reader.database().query("SELECT text FROM lyrics WHERE asset = ?", track_row);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::string() : rows->front()[0].text();
}

Result<std::string> isrc(Reader& reader, std::int64_t track_row) {
  auto rows = reader.database().query("SELECT code FROM isrc WHERE asset = ? ORDER BY code LIMIT 1", track_row);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::string() : rows->front()[0].text();
}

Result<std::unordered_map<std::int64_t, std::vector<std::string>>> aliases(Database& database, const std::string& kind,
                                                                           const Changed& changed) {
  constexpr std::size_t kMost = 8;
  auto rows = database.query("SELECT x.noun, x.name FROM alias x JOIN " + kind +
                                 " n ON n.row = x.noun WHERE x.kind = ? AND n.rev > ? AND n.row > ? AND n.row <= ? "
                                 "GROUP BY x.noun, x.name ORDER BY x.noun, count(*) DESC, x.name",
                             kind, changed.since, changed.above, changed.upto);
  if (!rows) return std::move(rows).error();
  std::unordered_map<std::int64_t, std::vector<std::string>> found;
  for (const Row& row : *rows)
    if (auto& names = found[row[0].integer()]; names.size() < kMost) names.push_back(row[1].text());
  return found;
}

Result<std::int64_t> revision(Database& database) {
  auto rows = database.query("SELECT value FROM meta WHERE name = 'revision'");
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::int64_t{0} : std::int64_t{std::atoll(rows->front()[0].text().c_str())};
}

Result<std::string> sorted_by(Database& database) {
  auto rows = database.query("SELECT value FROM meta WHERE name = 'shelves'");
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::string() : rows->front()[0].text();
}

Result<std::string> incarnation(Database& database) {
  auto rows = database.query("SELECT value FROM meta WHERE name = 'incarnation'");
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::string("none") : rows->front()[0].text();
}

Result<std::vector<Gone>> gone_after(Database& database, const Gone& after, std::int64_t most) {
  auto rows = database.query(
      "SELECT kind, id, rev FROM gone WHERE rev >= ?1 AND (rev > ?1 OR kind > ?2 OR (kind = ?2 AND id > ?3)) ORDER BY rev, kind, id LIMIT "
      "?4",
      after.revision, after.kind, after.id, most);
  if (!rows) return std::move(rows).error();
  std::vector<Gone> out;
  for (const Row& row : *rows) out.push_back({row[0].text(), row[1].text(), row[2].integer()});
  return out;
}

}  // namespace segue::library
