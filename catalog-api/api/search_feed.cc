// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/search_feed.h"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>
#include <optional>
#include <vector>

namespace segue::api {
namespace {

namespace fs = std::filesystem;
using search::Document;
using search::Kind;

// All slices of a stream, each given to `use`.
template <class Use>
Result<void> each_slice(SearchSource& source, Wanted wanted, Use use) {
  while (true) {
    auto slice = source.slice(wanted);
    if (!slice) return std::move(slice).error();
    wanted.after = slice->next;
    const bool is_last = slice->is_last;
    use(std::move(*slice));
    if (is_last) return {};
  }
}

// Of the only incarnation there; with several nobody can say which one the library is.
std::string only_folder(const std::string& folder) {
  std::string found;
  std::error_code failed;
  for (const auto& one : fs::directory_iterator(folder, failed)) {
    if (!found.empty()) return {};
    found = one.path().filename();
  }
  return found;
}

}  // namespace

SearchFeed::SearchFeed(SearchSource& source, search::Index& index, std::string folder)
    : source_(source), index_(index), folder_(std::move(folder)) {}

Result<void> SearchFeed::open() {
  const std::lock_guard lock(mutex_);
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) return Error{folder_ + ": " + failed.message()};
  auto held = service::FileLock::try_acquire(folder_ + ".lock");
  if (!held) return std::move(held).error();
  if (!*held) return Error{folder_ + ": another search keeps its snapshots there; each needs a home of its own"};
  held_ = std::move(*held);
  const std::string known = only_folder(folder_);
  if (known.empty()) return {};
  if (auto mark = index_.open(folder_ + '/' + known)) {
    have_library(known, static_cast<std::int64_t>(*mark));
  }
  return {};
}

SourceState SearchFeed::state() {
  const std::lock_guard lock(known_mutex_);
  return known_;
}

void SearchFeed::have_library(const std::string& incarnation, std::int64_t revision) {
  incarnation_ = incarnation;
  revision_ = revision;
  const std::lock_guard lock(known_mutex_);
  known_.incarnation = incarnation;
  known_.revision = revision;
}

void SearchFeed::have_lists(std::int64_t lists) {
  lists_ = lists;
  const std::lock_guard lock(known_mutex_);
  known_.lists = lists;
}

// What the index has is of another library, or of this one before somebody put an older copy in its place: then its snapshot is of no use
// either. Lists go as well: who puts a library back puts its lists back.
Result<void> SearchFeed::begin(const SourceState& now) {
  const std::string& incarnation = now.incarnation;
  std::error_code failed;
  std::vector<fs::path> others;
  for (const auto& old : fs::directory_iterator(folder_, failed))
    if (old.path().filename() != incarnation || incarnation == incarnation_) others.push_back(old.path());
  for (const fs::path& other : others) fs::remove_all(other, failed);
  fs::create_directories(folder_ + '/' + incarnation, failed);
  if (failed) return Error{folder_ + '/' + incarnation + ": " + failed.message()};
  const std::lock_guard lock(lists_mutex_);  // the snapshot brings its own lists
  have_lists(0);
  const auto mark = index_.open(folder_ + '/' + incarnation);
  const bool is_of_it = mark && static_cast<std::int64_t>(*mark) <= now.revision;
  if (!is_of_it)
    for (const Kind kind : {Kind::artist, Kind::album, Kind::track, Kind::playlist}) index_.clear(kind);
  have_library(incarnation, is_of_it ? static_cast<std::int64_t>(*mark) : 0);
  return {};
}

// All documents of a kind that changed: read slice by slice, put at once, so that a first fill makes one segment.
Result<void> SearchFeed::take(Stream stream, Kind kind) {
  search::Documents documents;
  auto took = each_slice(source_, {stream, revision_}, [&](Slice slice) {
    for (Document& document : slice.documents) {
      // Plays are no part of the library: they stay as they were counted.
      if (const auto before = kind == Kind::track ? index_.find(kind, document.id) : std::nullopt) document.popularity = before->popularity;
      documents.add(document);
    }
  });
  if (took) index_.put(kind, std::move(documents));
  return took;
}

Result<void> SearchFeed::take_gone() {
  std::array<std::vector<std::string>, search::kKinds> ids;  // at once: each removal is a new state of a segment
  auto took = each_slice(source_, {Stream::gone, revision_}, [&](Slice slice) {
    for (auto& [kind, id] : slice.gone) ids[static_cast<std::size_t>(kind)].push_back(std::move(id));
  });
  for (std::size_t k = 0; took && k < ids.size(); ++k)
    if (!ids[k].empty()) index_.remove(static_cast<Kind>(k), ids[k]);
  return took;
}

Result<void> SearchFeed::catch_up(const SourceState& now) {
  const std::lock_guard lock(mutex_);
  if (now.incarnation != incarnation_ || now.revision < revision_) {
    if (auto begun = begin(now); !begun) return begun;
    // Where they cannot be read now, they are from nothing the next time.
    if (auto level = now.lists ? catch_up_lists(*now.lists) : Result<void>(); !level) return level;
  }
  if (now.revision == revision_) return {};
  if (auto took = take(Stream::tracks, Kind::track); !took) return took;
  if (auto took = take(Stream::albums, Kind::album); !took) return took;
  if (auto took = take(Stream::artists, Kind::artist); !took) return took;
  if (auto took = take_gone(); !took) return took;
  have_library(incarnation_, now.revision);
  index_.compact();
  // A large index is on disk as soon as it is made: a stop may not wait for it, and a kill does not.
  return index_.has_unsaved(snapshots()) ? index_.save(snapshots(), static_cast<std::uint64_t>(revision_)) : Result<void>();
}

Result<void> SearchFeed::catch_up_lists(std::int64_t count) {
  const std::lock_guard lock(lists_mutex_);
  std::vector<Document> documents;
  std::vector<std::string> gone;
  std::int64_t reached = std::max(lists_, count);
  auto took = each_slice(source_, {Stream::lists, lists_}, [&](Slice slice) {
    for (Document& document : slice.documents)
      if (index_.find(Kind::playlist, document.id) != document) documents.push_back(std::move(document));
    for (auto& [kind, id] : slice.gone)
      if (index_.find(Kind::playlist, id)) gone.push_back(std::move(id));
    reached = std::max(reached, slice.next.number);
  });
  if (!took) return took;
  if (!gone.empty()) index_.remove(Kind::playlist, gone);
  if (!documents.empty()) index_.put(documents);
  have_lists(reached);
  return {};
}

void SearchFeed::forget_lists() {
  const std::lock_guard lock(lists_mutex_);
  have_lists(0);
  index_.clear(Kind::playlist);
}

Result<void> SearchFeed::catch_up_plays() {
  const std::lock_guard lock(mutex_);
  search::Documents documents;
  auto took = each_slice(source_, {Stream::plays}, [&](const Slice& slice) {
    for (const Document& played : slice.documents) {
      auto document = index_.find(Kind::track, played.id);
      if (!document || std::bit_width(document->popularity) == std::bit_width(played.popularity)) continue;
      document->popularity = played.popularity;
      documents.add(*document);
    }
  });
  if (took) index_.put(Kind::track, std::move(documents));
  return took;
}

Result<void> SearchFeed::save() {
  const std::lock_guard lock(mutex_);
  if (incarnation_.empty()) return {};
  return index_.save(snapshots(), static_cast<std::uint64_t>(revision_));
}

}  // namespace segue::api
