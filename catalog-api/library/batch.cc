// SPDX-License-Identifier: Apache-2.0
// Batch: an asset's rows are replaced; the artists and albums that they touch are counted at the end, once each.
#include <utility>

#include "catalog-api/library/library.h"
#include "catalog-api/library/names.h"
#include "catalog-api/library/read.h"

namespace segue::library {
namespace {

using service::Value;

constexpr const char* kIdentity = "INSERT INTO identity VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET id = excluded.id";
constexpr const char* kGone = "INSERT INTO gone VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET rev = excluded.rev";
constexpr const char* kMeta = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

const char* table_of(bool is_album) { return is_album ? "album" : "artist"; }

Value optional_number(const std::optional<std::int64_t>& number) { return number ? Value(*number) : Value(); }

}  // namespace

// The libraries are asked for while nobody waits for the writer's lock: accounts may be another process that hangs. When somebody has
// sorted by others meanwhile (Library::sort), what this batch puts would stay where it was before: they are asked for once more.
Result<Batch> Batch::begin(Library& library) {
  while (true) {
    auto before = sorted_by(library.database());
    if (!before) return std::move(before).error();
    auto shelves = library.shelves();
    if (!shelves) return std::move(shelves).error();
    auto transaction = service::Transaction::begin(library.database());
    if (!transaction) return std::move(transaction).error();
    auto now = sorted_by(library.database());
    if (!now) return std::move(now).error();
    if (*now != *before && *now != text_of(*shelves)) continue;
    auto revision = library.revision();
    if (!revision) return std::move(revision).error();
    return Batch(library, std::move(*transaction), *revision + 1, std::move(*shelves));
  }
}

Result<void> Batch::run(std::string_view sql, std::vector<Value> values) {
  auto done = database_->query_list(sql, values);
  if (!done) return std::move(done).error();
  return {};
}

Result<std::optional<Batch::Row>> Batch::one(std::string_view sql, std::vector<Value> values) {
  auto rows = database_->query_list(sql, values);
  if (!rows) return std::move(rows).error();
  if (rows->empty() || rows->front()[0].is_null()) return std::optional<Row>();
  return std::optional<Row>(rows->front()[0].integer());
}

// The id that this key had before, when nobody else has it now; else one made of the key.
Result<std::string> Batch::free_id(Kind kind, const std::string& key) {
  const std::string table = table_of(kind == Kind::album);
  auto known = database_->query("SELECT id FROM identity WHERE kind = ? AND key = ?", table, key);
  if (!known) return std::move(known).error();
  for (int attempt = known->empty() ? 0 : -1;; ++attempt) {
    std::string id = attempt < 0 ? known->front()[0].text() : make_id(kind == Kind::album ? "al-" : "ar-", key, attempt);
    auto taken = one("SELECT 1 FROM " + table + " WHERE id = ?", {id});
    if (!taken) return std::move(taken).error();
    if (*taken) continue;
    if (auto kept = run(kIdentity, {table, key, id}); !kept) return std::move(kept).error();
    if (auto back = run("DELETE FROM gone WHERE kind = ? AND id = ?", {table, id}); !back) return std::move(back).error();
    return id;
  }
}

Result<Batch::Row> Batch::artist_row(const std::string& name, std::optional<Row> instead_of) {
  const std::string key = name_key(name);
  auto known = database_->query("SELECT row, name FROM artist WHERE key = ?", key);
  if (!known) return std::move(known).error();
  if (!known->empty()) {
    const Row row = known->front()[0].integer();
    artists_.insert(row);
    if (known->front()[1].text() != name)  // another spelling: the latest file is right
      if (auto named = run("UPDATE artist SET name = ? WHERE row = ?", {name, row}); !named) return std::move(named).error();
    return row;
  }
  auto id = free_id(Kind::artist, key);
  if (!id) return std::move(id).error();
  auto made = one("INSERT INTO artist (id, key, name, sort, came_from, rev) VALUES (?, ?, ?, ?, ?, ?) RETURNING row",
                  {*id, key, name, sort_name(name), optional_number(instead_of), revision_});
  if (!made) return std::move(made).error();
  artists_.insert(**made);
  return **made;
}

Result<Batch::Row> Batch::album_row(const Facts& facts, std::optional<Row> instead_of) {
  auto known = one("SELECT row FROM album WHERE key = ?", {facts.album_key});
  if (!known) return std::move(known).error();
  Row row = known->value_or(0);
  const std::string artist_sort = sort_name(facts.album_artists.front());
  if (*known) {
    if (auto set = run("UPDATE album SET title = ?, sort = ?, artist_sort = ?, is_compilation = ? WHERE row = ?",
                       {facts.album, sort_name(facts.album), artist_sort, int{facts.is_compilation}, row});
        !set)
      return std::move(set).error();
  } else {
    auto id = free_id(Kind::album, facts.album_key);
    if (!id) return std::move(id).error();
    auto made =
        one("INSERT INTO album (id, key, title, sort, artist_sort, musicbrainz, is_compilation, came_from, rev, library) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING row",
            {*id, facts.album_key, facts.album, sort_name(facts.album), artist_sort, facts.musicbrainz_album, int{facts.is_compilation},
             optional_number(instead_of), revision_, facts.library});
    if (!made) return std::move(made).error();
    row = **made;
  }
  albums_.insert(row);
  if (auto credited = put_album_credits(row, facts); !credited) return std::move(credited).error();
  return row;
}

Result<void> Batch::put_album_credits(Row album, const Facts& facts) {
  auto before = database_->query("SELECT artist FROM album_credit WHERE album = ? ORDER BY position", album);
  if (!before) return std::move(before).error();
  std::set<Row> left;
  for (const auto& row : *before) left.insert(row[0].integer());
  artists_.insert(left.begin(), left.end());
  if (auto cleared = run("DELETE FROM album_credit WHERE album = ?", {album}); !cleared) return cleared;
  for (std::size_t i = 0; i < facts.album_artists.size(); ++i) {
    auto artist = artist_row(facts.album_artists[i], std::nullopt);
    if (!artist) return std::move(artist).error();
    left.erase(*artist);
    came_in_[*artist] |= std::int64_t{1} << facts.library;
    if (auto put = run("INSERT INTO album_credit VALUES (?, ?, ?)", {album, static_cast<std::int64_t>(i), *artist}); !put) return put;
  }
  went_out_.insert(left.begin(), left.end());
  return {};
}

// Who stood at the same place before, and stands there no more, may have been renamed.
Result<void> Batch::put_credits(Row asset, const Facts& facts, bool has_moved) {
  auto before = database_->query(
      "SELECT c.artist, a.key FROM credit c JOIN artist a ON a.row = c.artist WHERE c.asset = ? ORDER BY c.position", asset);
  if (!before) return std::move(before).error();
  if (auto cleared = run("DELETE FROM credit WHERE asset = ?", {asset}); !cleared) return cleared;
  std::set<std::string> keys;
  for (const Credit& credit : facts.credits) keys.insert(name_key(credit.name));
  std::set<Row> left;
  for (const auto& row : *before) left.insert(row[0].integer());
  artists_.insert(left.begin(), left.end());
  if (has_moved) went_out_.insert(left.begin(), left.end());
  for (std::size_t i = 0; i < facts.credits.size(); ++i) {
    std::optional<Row> was;
    if (i < before->size() && !keys.contains((*before)[i][1].text())) was = (*before)[i][0].integer();
    auto artist = artist_row(facts.credits[i].name, was);
    if (!artist) return std::move(artist).error();
    if (was) artist_moves_[*was] = *artist;
    left.erase(*artist);
    came_in_[*artist] |= std::int64_t{1} << facts.library;
    if (auto put = run("INSERT INTO credit VALUES (?, ?, ?, ?)", {asset, static_cast<std::int64_t>(i), *artist, facts.credits[i].role});
        !put)
      return put;
  }
  went_out_.insert(left.begin(), left.end());
  return {};
}

Result<void> Batch::put_details(Row asset, const Facts& facts) {
  if (auto cleared = run("DELETE FROM genre WHERE asset = ?", {asset}); !cleared) return cleared;
  for (const std::string& genre : facts.genres)
    if (auto put = run("INSERT INTO genre VALUES (?, ?)", {asset, genre}); !put) return put;
  if (auto cleared = run("DELETE FROM isrc WHERE asset = ?", {asset}); !cleared) return cleared;
  for (const std::string& code : facts.isrcs)
    if (auto put = run("INSERT INTO isrc VALUES (?, ?)", {asset, code}); !put) return put;
  if (auto put =
          run("INSERT INTO source_file VALUES (?, ?) ON CONFLICT (asset) DO UPDATE SET name = excluded.name", {asset, facts.file_key});
      !put)
    return put;
  if (facts.lyrics.empty()) return run("DELETE FROM lyrics WHERE asset = ?", {asset});
  return run("INSERT INTO lyrics VALUES (?, ?) ON CONFLICT (asset) DO UPDATE SET text = excluded.text", {asset, facts.lyrics});
}

// An artist's stands with each track that gives it: it goes with the last one.
Result<void> Batch::put_aliases(Row asset, const std::optional<Row>& album, const Facts& facts) {
  if (auto cleared = run("DELETE FROM alias WHERE asset = ?", {asset}); !cleared) return cleared;
  for (const Alias& alias : facts.aliases) {
    std::optional<Row> noun = alias.kind == "asset" ? asset : album;
    if (alias.kind == "artist") {
      auto artist = one("SELECT row FROM artist WHERE key = ?", {name_key(alias.of)});
      if (!artist) return std::move(artist).error();
      noun = *artist;
    }
    if (!noun) continue;
    if (auto put = run("INSERT INTO alias VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", {asset, alias.kind, *noun, alias.name}); !put)
      return put;
  }
  return {};
}

// What the rows of an asset that was not taken left in the lists of the touched is counted anew, from what is there.
Result<bool> Batch::put(const media::Asset& asset, const std::string& stamp, std::string& why) {
  if (auto begun = database_->script("SAVEPOINT put"); !begun) return std::move(begun).error();
  const Result<void> done = put_rows(asset, stamp);
  if (auto ended = database_->script(done ? "RELEASE put" : "ROLLBACK TO put; RELEASE put"); !ended)
    return done ? ended.error() : done.error();
  if (done) return true;
  why = done.error().message;
  for (const auto& [artist, libraries] : came_in_) went_out_.insert(artist);
  return false;
}

Result<void> Batch::put(const media::Asset& asset, const std::string& stamp) {
  std::string why;
  auto is_taken = put(asset, stamp, why);
  if (!is_taken) return std::move(is_taken).error();
  if (!*is_taken) return Error{why};
  return {};
}

// As the library has it; one that it has not is made, with nothing in it yet: credits need the asset's row.
Result<Batch::Known> Batch::known_asset(const std::string& id) {
  auto rows = database_->query("SELECT row, album, library FROM asset WHERE id = ?", id);
  if (!rows) return std::move(rows).error();
  if (!rows->empty()) {
    const auto& row = rows->front();
    return Known{row[0].integer(), row[1].is_null() ? std::nullopt : std::optional<Row>(row[1].integer()), row[2].integer()};
  }
  auto made =
      one("INSERT INTO asset (id, generation, kind, title, sort, run, seconds, disc, number, year, created, cover, codec, bit_rate, "
          "size_bytes, sample_rate, channels, bit_depth, musicbrainz, has_lyrics, stamp, rev) "
          "VALUES (?, 0, '', '', '', '', 0, 0, 0, 0, 0, '', '', 0, 0, 0, 0, 0, '', 0, '', 0) RETURNING row",
          {id});
  if (!made) return std::move(made).error();
  if (auto back = run("DELETE FROM gone WHERE kind = 'asset' AND id = ?", {id}); !back) return std::move(back).error();
  return Known{**made, std::nullopt, std::nullopt};
}

// Credits first: an artist of the album who was renamed is then known by the new name.
Result<void> Batch::put_rows(const media::Asset& asset, const std::string& stamp) {
  changed_ = true;
  const Facts facts = facts_of(asset, shelves_);
  auto known = known_asset(asset.id);
  if (!known) return std::move(known).error();
  const bool has_moved = known->library && *known->library != std::int64_t{facts.library};
  std::optional<Row> album;
  if (asset.kind != "album")
    if (auto credited = put_credits(known->row, facts, has_moved); !credited) return credited;
  if (!facts.album_key.empty() && asset.kind != "album") {
    auto found = album_row(facts, known->album);
    if (!found) return std::move(found).error();
    album = *found;
  }
  if (known->album) albums_.insert(*known->album);
  if (known->album && album && *known->album != *album) album_moves_[*known->album] = *album;
  if (auto detailed = put_details(known->row, facts); !detailed) return detailed;
  if (auto named = put_aliases(known->row, album, facts); !named) return named;
  return put_asset(known->row, asset, facts, {stamp, optional_number(album)});
}

Result<void> Batch::put_asset(Row row, const media::Asset& asset, const Facts& facts, const Place& place) {
  const auto& loudness = asset.loudness;
  return run(
      "UPDATE asset SET generation=?, kind=?, title=?, sort=?, album=?, run=?, seconds=?, disc=?, number=?, year=?, created=?, cover=?, "
      "codec=?, "
      "bit_rate=?, size_bytes=?, sample_rate=?, channels=?, bit_depth=?, lufs=?, peak=?, musicbrainz=?, has_lyrics=?, stamp=?, rev=?, "
      "library=? WHERE row=?",
      {asset.generation,
       asset.kind,
       facts.title,
       facts.sort,
       place.album,
       asset.album,
       facts.seconds,
       facts.disc,
       facts.number,
       facts.year,
       asset.created_unix,
       facts.cover,
       facts.format.codec,
       facts.format.bit_rate,
       static_cast<std::int64_t>(facts.format.size_bytes),
       facts.format.sample_rate,
       facts.format.channels,
       facts.format.bit_depth,
       loudness ? Value(loudness->integrated_lufs) : Value(),
       loudness ? Value(loudness->sample_peak_dbfs) : Value(),
       facts.musicbrainz_track,
       int{!facts.lyrics.empty()},
       place.stamp,
       revision_,
       facts.library,
       row});
}

Result<bool> Batch::remove(const std::string& asset) {
  auto known = database_->query("SELECT row, album FROM asset WHERE id = ?", asset);
  if (!known) return std::move(known).error();
  if (known->empty()) return false;
  changed_ = true;
  const Row row = known->front()[0].integer();
  if (!known->front()[1].is_null()) albums_.insert(known->front()[1].integer());
  auto credits = database_->query("SELECT artist FROM credit WHERE asset = ?", row);
  if (!credits) return std::move(credits).error();
  for (const auto& credit : *credits) {
    artists_.insert(credit[0].integer());
    went_out_.insert(credit[0].integer());
  }
  for (const char* sql : {"DELETE FROM credit WHERE asset = ?", "DELETE FROM genre WHERE asset = ?", "DELETE FROM lyrics WHERE asset = ?",
                          "DELETE FROM isrc WHERE asset = ?", "DELETE FROM source_file WHERE asset = ?",
                          "DELETE FROM alias WHERE asset = ?", "DELETE FROM asset WHERE row = ?"})
    if (auto done = run(sql, {row}); !done) return std::move(done).error();
  if (auto told = run(kGone, {"asset", asset, revision_}); !told) return std::move(told).error();
  return true;
}

Result<void> Batch::set_position(const std::string& position) { return run(kMeta, {library_->position_name(), position}); }

// The year of most tracks is the album's; the cover and what is played as one are those of its first track.
Result<void> Batch::refresh_album(Row album) {
  if (auto counted = run(
          "UPDATE album SET (songs, seconds, created) = (SELECT count(*), coalesce(sum(seconds),0), coalesce(min(created),0) FROM asset "
          "WHERE album = ?1),"
          " year = coalesce((SELECT year FROM asset WHERE album = ?1 AND year > 0 GROUP BY year ORDER BY count(*) DESC, year LIMIT 1), 0),"
          " cover = coalesce((SELECT cover FROM asset WHERE album = ?1 AND cover <> '' ORDER BY disc, number, row LIMIT 1), ''),"
          " genre = coalesce((SELECT g.name FROM genre g JOIN asset a ON a.row = g.asset WHERE a.album = ?1 GROUP BY g.name ORDER BY "
          "count(*) DESC, "
          "g.name LIMIT 1), ''),"
          " run = coalesce((SELECT CASE WHEN count(DISTINCT run) = 1 THEN max(run) END FROM asset WHERE album = ?1), ''), rev = ?2 WHERE "
          "row = ?1",
          {album, revision_});
      !counted)
    return counted;
  auto songs = one("SELECT songs FROM album WHERE row = ?", {album});
  if (!songs) return std::move(songs).error();
  if (songs->value_or(0) > 0) return {};
  auto credits = database_->query("SELECT artist FROM album_credit WHERE album = ?", album);
  if (!credits) return std::move(credits).error();
  for (const auto& credit : *credits) {
    artists_.insert(credit[0].integer());
    went_out_.insert(credit[0].integer());
  }
  return retire(Kind::album, album);
}

Result<std::int64_t> Batch::libraries_of(Row artist) {
  auto rows = database_->query(
      "SELECT a.library FROM credit c JOIN asset a ON a.row = c.asset WHERE c.artist = ?1 UNION SELECT b.library FROM album_credit c JOIN "
      "album b ON b.row = c.album WHERE c.artist = ?1",
      artist);
  if (!rows) return std::move(rows).error();
  std::int64_t libraries = 0;
  for (const auto& row : *rows) libraries |= std::int64_t{1} << row[0].integer();
  return libraries;
}

// Where an artist is new a bit is added; only who may have left a library is counted anew, which asks for every track of theirs.
Result<void> Batch::refresh_artist(Row artist) {
  const bool is_anew = went_out_.contains(artist);
  std::int64_t libraries = came_in_[artist];
  if (is_anew) {
    auto now = libraries_of(artist);
    if (!now) return std::move(now).error();
    libraries = *now;
  }
  if (auto set =
          run(is_anew ? "UPDATE artist SET libraries = ? WHERE row = ?" : "UPDATE artist SET libraries = libraries | ? WHERE row = ?",
              {libraries, artist});
      !set)
    return set;
  if (auto counted = run("UPDATE artist SET albums = (SELECT count(*) FROM album_credit WHERE artist = ?1),"
                         " songs = (SELECT count(DISTINCT asset) FROM credit WHERE artist = ?1), rev = ?2 WHERE row = ?1",
                         {artist, revision_});
      !counted)
    return counted;
  auto left = one("SELECT albums + songs FROM artist WHERE row = ?", {artist});
  if (!left) return std::move(left).error();
  return left->value_or(1) > 0 ? Result<void>() : retire(Kind::artist, artist);
}

// An empty row goes. When what it held moved to a row that came into being by this move, its id moves as well.
Result<void> Batch::retire(Kind kind, Row row) {
  const std::string table = table_of(kind == Kind::album);
  auto old = database_->query("SELECT id FROM " + table + " WHERE row = ?", row);
  if (!old) return std::move(old).error();
  if (old->empty()) return {};
  const std::string id = old->front()[0].text();
  if (kind == Kind::album)
    if (auto done = run("DELETE FROM album_credit WHERE album = ?", {row}); !done) return done;
  if (auto done = run("DELETE FROM " + table + " WHERE row = ?", {row}); !done) return done;
  // Its number may be another's soon, and a file may name an artist whom it does not credit.
  if (auto done = run("DELETE FROM alias WHERE kind = ? AND noun = ?", {table, row}); !done) return done;
  const auto& moves = kind == Kind::album ? album_moves_ : artist_moves_;
  const auto moved = moves.find(row);
  if (moved != moves.end()) {
    auto heir = database_->query("SELECT id, key FROM " + table + " WHERE row = ? AND came_from = ?", moved->second, row);
    if (!heir) return std::move(heir).error();
    if (!heir->empty()) {
      const std::string young = heir->front()[0].text(), key = heir->front()[1].text();
      if (auto done = run("UPDATE " + table + " SET id = ?, came_from = NULL, rev = ? WHERE row = ?", {id, revision_, moved->second});
          !done)
        return done;
      if (auto done = run("UPDATE old_id SET now = ? WHERE now = ?", {id, young}); !done) return done;
      if (auto done = run("INSERT INTO old_id VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET now = excluded.now", {young, id}); !done)
        return done;
      if (auto done = run(kGone, {table, young, revision_}); !done) return done;
      return run(kIdentity, {table, key, id});
    }
  }
  return run(kGone, {table, id, revision_});
}

Result<std::int64_t> Batch::commit() {
  for (const Row album : std::exchange(albums_, {}))
    if (auto done = refresh_album(album); !done) return std::move(done).error();
  for (const Row artist : std::exchange(artists_, {}))
    if (auto done = refresh_artist(artist); !done) return std::move(done).error();
  if (!changed_) --revision_;
  if (auto done = run(kMeta, {"revision", std::to_string(revision_)}); !done) return std::move(done).error();
  if (auto done = transaction_.commit(); !done) return std::move(done).error();
  return revision_;
}

}  // namespace segue::library
