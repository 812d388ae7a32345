// SPDX-License-Identifier: Apache-2.0
// A page of a list that clients read to its end, by count and offset: it goes on behind the row that the client's page before it ended with
// (walks.h). What is ingested meanwhile may stand in front of it or behind it, what is withdrawn moves nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "catalog-api/library/read.h"
#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

struct Window {
  std::int64_t count, offset;
};

struct Walked {
  std::string name;                         // of the list, among those that a client reads
  std::string join = {};                    // of the noun's table with others
  std::string filter = "1 = 1";             // of the rows: a condition, with its values
  std::vector<service::Value> values = {};  // of the condition
  std::vector<std::string> keys = {};       // the order's columns, that tell every row apart
  std::string behind = {};                  // the rows that follow the one with these keys; empty: those whose keys are larger
  std::string order = {};                   // empty: by the keys
};

template <class Noun>
struct Listed {
  const char* alias;                              // of its table in SQL
  std::string (library::Reader::*table)() const;  // through the asker's view
  Result<std::vector<Noun>> (*read)(library::Reader&, const library::Selection&);
};
inline const Listed<library::Artist> kArtists{"p", &library::Reader::artists, library::artists};
inline const Listed<library::Album> kAlbums{"b", &library::Reader::albums, library::albums};
inline const Listed<library::Track> kTracks{"a", &library::Reader::assets, library::tracks};

// SQL of the rows of `list` behind a place, and its values; without LIMIT.
[[nodiscard]] library::Selection rows_behind(const Walked& list, const Walks::Place& place);
// The walk of this list by this client. Rows of a library that was made anew are others.
[[nodiscard]] Result<std::string> walk_of(const Call& call, library::Reader& database, const Walked& list);
// Keys of one row: the first that `selection` gives of `from`; none: there is no such row.
[[nodiscard]] Result<std::vector<service::Value>> keys_of(library::Reader& database, const std::string& from, const Walked& list,
                                                          const library::Selection& selection);

template <class Noun>
Result<std::vector<Noun>> page_of(Call& call, library::Reader& database, const Listed<Noun>& noun, const Walked& list, Window window) {
  if (window.count == 0) return std::vector<Noun>();
  auto walk = walk_of(call, database, list);
  if (!walk) return std::move(walk).error();
  const std::string from = (database.*noun.table)() + ' ' + noun.alias + ' ';
  Walks& walks = call.pieces().walks;
  Walks::Place place = walks.place(*walk, window.offset);
  if (const std::int64_t skipped = window.offset - place.offset; skipped > 0) {
    library::Selection last = rows_behind(list, place);
    last.sql += " LIMIT 1 OFFSET ?";
    last.values.emplace_back(skipped - 1);
    auto keys = keys_of(database, from, list, last);
    if (!keys) return std::move(keys).error();
    if (keys->empty()) return std::vector<Noun>();
    place = {window.offset, std::move(*keys)};
  }
  library::Selection rows = rows_behind(list, place);
  rows.sql += " LIMIT ?";
  rows.values.emplace_back(window.count);
  auto nouns = noun.read(database, rows);
  if (!nouns || nouns->empty()) return nouns;
  library::Selection end{list.join + " WHERE " + list.filter + " AND " + noun.alias + ".row = ?", list.values};
  end.values.emplace_back(nouns->back().row);
  auto keys = keys_of(database, from, list, end);
  if (!keys) return std::move(keys).error();
  if (!keys->empty()) walks.reached(*walk, {window.offset + static_cast<std::int64_t>(nouns->size()), std::move(*keys)});
  return nouns;
}

}  // namespace segue::opensubsonic
