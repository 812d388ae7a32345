// SPDX-License-Identifier: Apache-2.0
// The library's database. All of it can be made again from the store but `identity` and `old_id`, which keep the ids of what was renamed.
// `rev` of a row is the library's revision in which it last changed: whoever knows a revision asks for what came later. `library` is the
// one that an asset or album stands in, `libraries` has a bit for each that an artist has something in (view.h).
#pragma once

namespace segue::library {

inline constexpr const char* kSchema = R"sql(
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS artist (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, sort TEXT NOT NULL,
  came_from INTEGER, albums INTEGER NOT NULL DEFAULT 0, songs INTEGER NOT NULL DEFAULT 0, rev INTEGER NOT NULL,
  libraries INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS artist_sort ON artist (sort, row);
CREATE INDEX IF NOT EXISTS artist_rev ON artist (rev);
CREATE TABLE IF NOT EXISTS album (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, sort TEXT NOT NULL, artist_sort TEXT NOT NULL,
  musicbrainz TEXT NOT NULL, is_compilation INTEGER NOT NULL, came_from INTEGER, songs INTEGER NOT NULL DEFAULT 0,
  seconds REAL NOT NULL DEFAULT 0, year INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL DEFAULT 0, cover TEXT NOT NULL DEFAULT '',
  genre TEXT NOT NULL DEFAULT '', run TEXT NOT NULL DEFAULT '', rev INTEGER NOT NULL, library INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS album_sort ON album (sort, row);
CREATE INDEX IF NOT EXISTS album_artist_sort ON album (artist_sort, sort, row);
CREATE INDEX IF NOT EXISTS album_created ON album (created, row);
CREATE INDEX IF NOT EXISTS album_year ON album (year, row);
CREATE INDEX IF NOT EXISTS album_rev ON album (rev);
CREATE TABLE IF NOT EXISTS asset (
  row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, generation INTEGER NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, sort TEXT NOT NULL,
  album INTEGER, run TEXT NOT NULL, seconds REAL NOT NULL, disc INTEGER NOT NULL, number INTEGER NOT NULL, year INTEGER NOT NULL,
  created INTEGER NOT NULL, cover TEXT NOT NULL, codec TEXT NOT NULL, bit_rate INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
  sample_rate INTEGER NOT NULL, channels INTEGER NOT NULL, bit_depth INTEGER NOT NULL, lufs REAL, peak REAL, musicbrainz TEXT NOT NULL,
  has_lyrics INTEGER NOT NULL, stamp TEXT NOT NULL, rev INTEGER NOT NULL, library INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS asset_sort ON asset (sort, row);
CREATE INDEX IF NOT EXISTS asset_created ON asset (created, row);
CREATE INDEX IF NOT EXISTS asset_album ON asset (album, disc, number, row);
CREATE INDEX IF NOT EXISTS asset_run ON asset (run);
CREATE INDEX IF NOT EXISTS asset_rev ON asset (rev);
CREATE TABLE IF NOT EXISTS credit (
  asset INTEGER NOT NULL, position INTEGER NOT NULL, artist INTEGER NOT NULL, role TEXT NOT NULL, PRIMARY KEY (asset, position)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS credit_artist ON credit (artist, asset);
CREATE TABLE IF NOT EXISTS album_credit (
  album INTEGER NOT NULL, position INTEGER NOT NULL, artist INTEGER NOT NULL, PRIMARY KEY (album, position)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS album_credit_artist ON album_credit (artist, album);
CREATE TABLE IF NOT EXISTS genre (
  asset INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (asset, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS genre_name ON genre (name, asset);
CREATE TABLE IF NOT EXISTS isrc (asset INTEGER NOT NULL, code TEXT NOT NULL, PRIMARY KEY (asset, code)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS isrc_code ON isrc (code, asset);
CREATE TABLE IF NOT EXISTS source_file (asset INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS source_file_name ON source_file (name);
CREATE INDEX IF NOT EXISTS asset_musicbrainz ON asset (musicbrainz) WHERE musicbrainz <> '';
CREATE TABLE IF NOT EXISTS alias (
  asset INTEGER NOT NULL, kind TEXT NOT NULL, noun INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (asset, kind, noun, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alias_noun ON alias (kind, noun, name);
CREATE TABLE IF NOT EXISTS lyrics (asset INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS identity (kind TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS old_id (id TEXT PRIMARY KEY, now TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gone (kind TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS gone_rev ON gone (rev);
)sql";

// What a version knows more comes from asset.json: the next scan finds every asset changed and reads it again. 2: isrc, source_file; 3: the
// libraries; 4: titles without a file's ending; 5: aliases.
inline constexpr const char* kReadAgain = "UPDATE asset SET stamp = ''";
inline constexpr const char* kFromVersion2 = R"sql(
ALTER TABLE artist ADD COLUMN libraries INTEGER NOT NULL DEFAULT 0;
UPDATE artist SET libraries = 1;
ALTER TABLE album ADD COLUMN library INTEGER NOT NULL DEFAULT 0;
ALTER TABLE asset ADD COLUMN library INTEGER NOT NULL DEFAULT 0;
)sql";

// Everything that a rebuild makes again.
inline constexpr const char* kForgetAll = R"sql(
DELETE FROM artist; DELETE FROM album; DELETE FROM asset; DELETE FROM credit; DELETE FROM album_credit; DELETE FROM genre; DELETE FROM lyrics;
DELETE FROM isrc; DELETE FROM source_file; DELETE FROM alias;
DELETE FROM gone; DELETE FROM meta WHERE name = 'incarnation' OR name = 'shelves' OR name LIKE 'position%';
)sql";

}  // namespace segue::library
