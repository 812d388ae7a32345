// SPDX-License-Identifier: Apache-2.0
// Keeps the search index level with the library: asks it for what changed since the revision that the index has, and puts that into the
// index's live part. The index starts from its snapshot, when that is of this library.
#pragma once

#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "catalog-api/listening/listening.h"
#include "catalog-api/playlists/playlists.h"
#include "catalog-api/search/index.h"
#include "media/result.h"
#include "service/database_pool.h"

namespace segue::api {

class SearchFeed {
 public:
  // `folder` holds the snapshots, by the library's incarnation, and is made.
  SearchFeed(service::DatabasePool& library, search::Index& index, std::string folder);
  // Public lists are found by everybody; what is private is in nobody's search.
  [[nodiscard]] Result<void> catch_up(playlists::Playlists& playlists);

  // Tracks that were played twice as often as the index knows, or half as often, take their new place in the ranking.
  [[nodiscard]] Result<void> catch_up(listening::Listening& listening);

  [[nodiscard]] Result<void> open();
  // Of the library, as the index has it.
  [[nodiscard]] std::int64_t revision();
  [[nodiscard]] Result<void> catch_up();
  [[nodiscard]] Result<void> save();

 private:
  service::DatabasePool& library_;
  search::Index& index_;
  std::string folder_;
  std::mutex mutex_;
  std::int64_t revision_ = 0;
  std::mutex playlists_mutex_;        // of what follows; not the other: who edits a list does not wait until a library is merged
  std::int64_t playlist_change_ = 0;  // 0 at each start: the snapshot's lists are put anew, there are few
  std::set<std::string> listed_;      // lists that are in the index
};

}  // namespace segue::api
