// SPDX-License-Identifier: Apache-2.0
// What the search and its source say to each other when they are two processes, as JSON:
//   state    = {"incarnation":TEXT,"revision":N,"lists":N|null}
//   slice    = {"documents":[document*],"gone":[[kind,id]*],"next":[N,TEXT],"is_last":TRUTH}
//   document = [kind,id,name,by,in,genre,year,libraries,popularity,[alias*]]
//   lookups  = {"lookups":[[query,kind,libraries,limit]*]}       kind = "artist" | "album" | "track" | "playlist"
//   ids      = {"ids":[[id*]*]}
// Each pair of functions is inverse. Error of reading: what is expected; nothing of such a text is used.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/api/search_source.h"
#include "catalog-api/search/searcher.h"
#include "media/result.h"

namespace segue::api {

inline constexpr std::size_t kMostLookups = 8;  // in one question

[[nodiscard]] std::string write_state(const SourceState& state);
[[nodiscard]] Result<SourceState> read_state(std::string_view text);
[[nodiscard]] std::string write_slice(const Slice& slice);
[[nodiscard]] Result<Slice> read_slice(std::string_view text);
[[nodiscard]] std::string write_lookups(const std::vector<search::Lookup>& lookups);
[[nodiscard]] Result<std::vector<search::Lookup>> read_lookups(std::string_view text);
[[nodiscard]] std::string write_ids(const std::vector<search::Ids>& ids);
[[nodiscard]] Result<std::vector<search::Ids>> read_ids(std::string_view text);

}  // namespace segue::api
