// SPDX-License-Identifier: Apache-2.0
// Objects that one worker has open: descriptor and parsed head, kept for the next request, the least used closed first.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "edge-cache/store/index.h"
#include "edge-cache/store/object_files.h"

namespace segue::edge {

class OpenFile {
 public:
  explicit OpenFile(int descriptor) noexcept : number(descriptor) {}
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  const int number;

  // `size` bytes from `offset` (a page's start), which do not change any more, in memory; null: not asked for often enough, or they
  // cannot be mapped. A kernel that copies from there needs half the time of one that walks the page cache (docs/performance.md).
  [[nodiscard]] const char* mapped(std::uint64_t offset, std::uint64_t size) const noexcept;

  // Whether these bytes are in the system's memory, so that who sends them waits for no disk: a look at one of each 128 KB, by which the
  // system reads ahead, and at the last.
  [[nodiscard]] bool is_at_hand(std::uint64_t offset, std::uint64_t size) const noexcept;
  // Whether all of them are, or were within the last second; too many to look at: no.
  [[nodiscard]] bool is_warm(std::uint64_t offset, std::uint64_t size, std::uint64_t now_ms) const noexcept;
  [[nodiscard]] bool is_removed() const noexcept;  // it has no name any more

 private:
  mutable void* memory_ = nullptr;
  mutable std::size_t bytes_ = 0;
  mutable unsigned asked_ = 0;
  mutable std::uint64_t warm_until_ms_ = 0;
};

struct Object {
  HeadPlace place;
  std::shared_ptr<const OpenFile> file;
  std::unique_ptr<const StoredHead> head;

  [[nodiscard]] const StoredResponse& response() const noexcept { return head->response(); }
};
using ObjectPointer = std::shared_ptr<const Object>;

struct ColdObject;

struct Opened {
  ObjectPointer object;
  bool would_wait = false;  // whether there is one is told only by waiting for the disk
  bool lost = false;        // there is none: no file, another's, or a damaged one
};

class OpenObjects {
 public:
  // What goes while its file is already removed goes to `released`: its last close waits for the journal.
  OpenObjects(const ObjectFiles& files, std::size_t most, std::function<void(ObjectPointer)> released)
      : files_(files), most_(most), released_(std::move(released)) {}

  // From now on it is open, unless it cannot be (cold_object.h).
  [[nodiscard]] Opened find(const ColdObject& wanted, Wait wait);
  void add(ObjectPointer object);
  // No longer kept; null: it was not.
  [[nodiscard]] ObjectPointer close(std::uint64_t id);
  // Up to `most` of those that are open, others each time until all had their turn.
  [[nodiscard]] std::vector<HeadPlace> take_turn(std::size_t most);

 private:
  [[nodiscard]] Opened known(const HeadPlace& place, Wait wait);  // neither: it is not
  void close_unused();

  const ObjectFiles& files_;
  std::size_t most_;
  std::function<void(ObjectPointer)> released_;
  std::list<ObjectPointer> by_use_;  // the last used first
  std::unordered_map<std::uint64_t, std::list<ObjectPointer>::iterator> by_id_;
  std::vector<std::uint64_t> turn_;  // ids that take_turn() has not come to
};

}  // namespace segue::edge
