// SPDX-License-Identifier: Apache-2.0
// Keeps the search index level with its source: asks it for what changed since the revision that the index has, and puts that into the
// index's live part. The index starts from its snapshot; when the source turns out to be another incarnation, or older than what the index
// has, from nothing.
#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "catalog-api/api/search_source.h"
#include "catalog-api/search/index.h"
#include "media/result.h"
#include "service/file_lock.h"

namespace segue::api {

class SearchFeed {
 public:
  // `folder` holds the snapshots, by the incarnation of the library, and is made; FOLDER.lock beside it keeps another search out, whose
  // half-written files would have the same names. `source` and `index` outlive this.
  SearchFeed(SearchSource& source, search::Index& index, std::string folder);

  // Asks no source: what was found before is found again while there is none. A snapshot that cannot be used is no error. Error: the
  // folder, or another search has it.
  [[nodiscard]] Result<void> open();
  // What the index has. At once, also while it is brought level.
  [[nodiscard]] SourceState state();
  // With the library, which is at `now`, as the source told a moment ago; what came since is looked at again the next time. On error what
  // was put stays, and is put again. One caller at a time.
  [[nodiscard]] Result<void> catch_up(const SourceState& now);
  // With playlists that changed `count` times at least. Any thread.
  [[nodiscard]] Result<void> catch_up_lists(std::int64_t count);
  // The source was restored from a copy: lists that were made since are not there.
  void forget_lists();
  // Tracks that were played twice as often as the index knows, or half as often, take their new place in the ranking.
  [[nodiscard]] Result<void> catch_up_plays();
  [[nodiscard]] Result<void> save();

 private:
  [[nodiscard]] Result<void> begin(const SourceState& now);
  [[nodiscard]] Result<void> take(Stream stream, search::Kind kind);
  [[nodiscard]] Result<void> take_gone();
  void have_library(const std::string& incarnation, std::int64_t revision);
  void have_lists(std::int64_t lists);
  [[nodiscard]] std::string snapshots() const { return folder_ + '/' + incarnation_; }

  SearchSource& source_;
  search::Index& index_;
  std::string folder_;
  std::optional<service::FileLock> held_;
  std::mutex mutex_;
  std::string incarnation_;  // empty: not known yet
  std::int64_t revision_ = 0;
  std::mutex lists_mutex_;  // of what follows; not the other: who edits a list does not wait until a library is merged
  std::int64_t lists_ = 0;  // 0 at each start: the snapshot's lists are put anew, there are few
  std::mutex known_mutex_;  // of the copy that state() tells; the others may be held for minutes
  SourceState known_;
};

}  // namespace segue::api
