// SPDX-License-Identifier: Apache-2.0
// What the search index is made of, wherever that lies: the databases of this process, or another process that has them. Six streams, each
// read slice by slice from a place on; a slice tells the place behind it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog-api/search/document.h"
#include "media/result.h"

namespace segue::api {

enum class Stream : std::uint8_t {
  artists,  // that changed after a revision of the library, by row
  albums,
  tracks,
  gone,   // ids that went after a revision
  lists,  // playlists that changed after a count of changes: public ones are documents, others gone
  plays   // of tracks: documents with id and popularity alone
};
inline constexpr std::array<std::string_view, 6> kStreamNames{"artists", "albums", "tracks", "gone", "lists", "plays"};

// How far the source is. Another incarnation: all that was read of the library is worth nothing.
struct SourceState {
  std::string incarnation;
  std::int64_t revision = 0;
  std::optional<std::int64_t> lists = 0;  // changes of playlists so far; nullopt: who has them was never heard
  bool operator==(const SourceState&) const = default;
  // Of playlists that were never heard nothing is new.
  [[nodiscard]] bool has_news_for(const SourceState& known) const {
    return incarnation != known.incarnation || revision != known.revision || (lists && lists != known.lists);
  }
};

struct Place {  // in a stream; what it means is the source's own
  std::int64_t number = 0;
  std::string id;
  bool operator==(const Place&) const = default;
};

struct Wanted {
  Stream stream = Stream::tracks;
  std::int64_t since = 0;  // a revision, or a count of changes of playlists
  Place after = {};
};

struct Slice {
  std::vector<search::Document> documents;
  std::vector<std::pair<search::Kind, std::string>> gone;
  Place next;  // as Wanted::after
  bool is_last = true;
  bool operator==(const Slice&) const = default;
};

class SearchSource {
 public:
  virtual ~SearchSource() = default;
  [[nodiscard]] virtual Result<SourceState> state() = 0;
  [[nodiscard]] virtual Result<Slice> slice(const Wanted& wanted) = 0;
};

}  // namespace segue::api
