// SPDX-License-Identifier: Apache-2.0
// The library's reading side: rows as nouns, page by page, as far as the reader's view goes. Pages are by key, so that what is added
// meanwhile neither hides nor repeats a row.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "catalog-api/library/view.h"
#include "media/result.h"
#include "service/database.h"

namespace segue::library {

struct Person {
  std::string id, name, role;  // role: empty for an album's artists
};

struct Track {  // an asset: a track, a video, or an album's one timeline
  std::int64_t row = 0;
  std::string id, kind, title, sort;
  std::int64_t generation = 1;
  std::string album_id, album_title, album_cover, run;
  double seconds = 0;
  std::int64_t disc = 0, number = 0, year = 0, created = 0;
  std::string cover, codec;
  std::int64_t bit_rate = 0, size_bytes = 0, sample_rate = 0, channels = 0, bit_depth = 0;
  std::optional<double> lufs, peak_dbfs;
  std::string musicbrainz;
  bool has_lyrics = false;
  std::vector<Person> people;
  std::vector<std::string> genres;
  std::int64_t revision = 0;
  std::uint32_t library = 0;
};

struct Album {
  std::int64_t row = 0;
  std::string id, title, sort, artist_sort, musicbrainz;
  bool is_compilation = false;
  std::int64_t songs = 0, year = 0, created = 0;
  double seconds = 0;
  std::string cover, genre;
  std::string run;  // the asset that plays all of it on one timeline; empty: none
  std::vector<Person> artists;
  std::uint32_t library = 0;
};

struct Artist {
  std::int64_t row = 0;
  std::string id, name, sort;
  std::int64_t albums = 0, songs = 0;
  std::string cover;            // of an album
  std::uint32_t libraries = 0;  // a bit for each that the artist has something in
};

struct Genre {
  std::string name;
  std::int64_t songs = 0, albums = 0;
};

// A piece of SQL behind the FROM of its noun ("WHERE a.album = ? ORDER BY a.sort LIMIT ?") with its values. Asset rows are `a`, albums `b`,
// artists `p`. Written by our own code only; what a client sends stands in the values. A question inside it that counts, limits or tells
// anything by itself asks reader.assets(), albums(), artists().
struct Selection {
  std::string sql;
  std::vector<service::Value> values;
};

[[nodiscard]] Result<std::vector<Track>> tracks(Reader& reader, const Selection& selection);
[[nodiscard]] Result<std::vector<Album>> albums(Reader& reader, const Selection& selection);
[[nodiscard]] Result<std::vector<Artist>> artists(Reader& reader, const Selection& selection);
[[nodiscard]] Result<std::vector<Genre>> genres(Reader& reader);

// nullopt: no such id. Ids that were replaced are followed.
[[nodiscard]] Result<std::optional<Track>> track(Reader& reader, std::string_view id);
[[nodiscard]] Result<std::optional<Album>> album(Reader& reader, std::string_view id);
[[nodiscard]] Result<std::optional<Artist>> artist(Reader& reader, std::string_view id);
// In the order of `ids`; unknown ones are left out.
[[nodiscard]] Result<std::vector<Track>> tracks_by_id(Reader& reader, const std::vector<std::string>& ids);
// The sum of `ids`, each as often as it stands there; unknown ones are left out.
struct Sum {
  std::size_t songs = 0;
  double seconds = 0;
  bool has_cover = false;  // one of them, or its album
};
[[nodiscard]] Result<Sum> sum(Reader& reader, const std::vector<std::string>& ids);
// Those of `ids` that are tracks here.
[[nodiscard]] Result<std::unordered_set<std::string>> seen(Reader& reader, const std::vector<std::string>& ids);
// Of tracks and albums ("al-…"): the tracks they stand for, in order.
[[nodiscard]] Result<std::vector<Track>> tracks_under(Reader& reader, const std::vector<std::string>& ids);
struct Loudness {
  double lufs = 0, peak_dbfs = 0;
};
// Of assets, by their ids; those that are silent, or were never measured, are left out.
[[nodiscard]] Result<std::unordered_map<std::string, Loudness>> loudness(Reader& reader, const std::vector<std::string>& assets);
// Of albums, by their ids: who made them, in order.
[[nodiscard]] Result<std::unordered_map<std::string, std::vector<Person>>> album_artists(Reader& reader,
                                                                                         const std::vector<std::string>& albums);
// Where the picture of a track, album ("al-…") or artist ("ar-…") lies, on the gateway; a track without one
// shows its album's. Empty: no such id, or there is none.
[[nodiscard]] Result<std::string> cover(Reader& reader, std::string_view id);
// Tracks that a file of another program may mean: by MusicBrainz' recording id, by ISRC ("USRC17607839"), by the name of the file that they
// were made from (case and accents do not count).
enum class Handle : std::uint8_t { musicbrainz, isrc, file };
[[nodiscard]] Result<std::vector<Track>> tracks_by_handle(Reader& reader, Handle handle, std::string_view value);
// Empty: none.
[[nodiscard]] Result<std::string> lyrics(Reader& reader, std::int64_t track_row);
// The first of a track's ISRCs ("USRC17607839"); empty: none.
[[nodiscard]] Result<std::string> isrc(Reader& reader, std::int64_t track_row);
// Other names of artists ("artist"), albums or assets that changed after `since`, by row, of rows in (above, upto]; each the most common
// first, eight at most.
struct Changed {
  std::int64_t since = 0, above = 0, upto = 0;
};
[[nodiscard]] Result<std::unordered_map<std::int64_t, std::vector<std::string>>> aliases(service::Database& database,
                                                                                         const std::string& kind, const Changed& changed);
[[nodiscard]] Result<std::int64_t> revision(service::Database& database);
// text_of the shelves by which the library is sorted (shelving.h); empty: it never was.
[[nodiscard]] Result<std::string> sorted_by(service::Database& database);
// How many tracks and videos.
[[nodiscard]] Result<std::int64_t> track_count(Reader& reader);
// A random name that a library has until it is made anew: what was remembered of another one is worth nothing.
[[nodiscard]] Result<std::string> incarnation(service::Database& database);

struct Gone {
  std::string kind, id;  // "asset", "album", "artist"
  std::int64_t revision = 0;
};
// At most `most`, by revision, kind and id; the first is the one behind `after`, which may be none that went.
[[nodiscard]] Result<std::vector<Gone>> gone_after(service::Database& database, const Gone& after, std::int64_t most);

}  // namespace segue::library
