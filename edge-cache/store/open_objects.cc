// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/open_objects.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "edge-cache/store/cold_object.h"

namespace segue::edge {

OpenFile::~OpenFile() {
  if (memory_ != nullptr) ::munmap(memory_, bytes_);
  ::close(number);
}

const char* OpenFile::mapped(std::uint64_t offset, std::uint64_t size) const noexcept {
  // A mapping for one answer costs more than it saves.
  if (memory_ == nullptr && ++asked_ == 2) {
    void* memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, number, static_cast<off_t>(offset));
    if (memory != MAP_FAILED) {
      memory_ = memory;
      bytes_ = size;
    }
  }
  return size <= bytes_ ? static_cast<const char*>(memory_) : nullptr;
}

namespace {

constexpr std::uint64_t kLookEvery = 128 << 10, kMostLookedAt = 16 << 20, kWarmMs = 1000;

bool is_in_memory(int file, std::uint64_t at) noexcept {
  char byte = 0;
  const iovec part{&byte, 1};
  // A file system that cannot say it is not asked to.
  return ::preadv2(file, &part, 1, static_cast<off_t>(at), RWF_NOWAIT) >= 0 || errno != EAGAIN;
}

}  // namespace

bool OpenFile::is_at_hand(std::uint64_t offset, std::uint64_t size) const noexcept {
  for (std::uint64_t at = 0; at < size; at += kLookEvery) {
    if (!is_in_memory(number, offset + at)) return false;
  }
  return size == 0 || is_in_memory(number, offset + size - 1);
}

bool OpenFile::is_warm(std::uint64_t offset, std::uint64_t size, std::uint64_t now_ms) const noexcept {
  if (now_ms < warm_until_ms_) return true;
  if (size > kMostLookedAt || !is_at_hand(offset, size)) return false;
  warm_until_ms_ = now_ms + kWarmMs;
  return true;
}

bool OpenFile::is_removed() const noexcept {
  struct stat facts {};
  return ::fstat(number, &facts) == 0 && facts.st_nlink == 0;
}

Opened OpenObjects::known(const HeadPlace& place, Wait wait) {
  const auto found = by_id_.find(place.id);
  if (found == by_id_.end()) return {};
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  const ObjectPointer before = by_use_.front();
  if (before->place.slot == place.slot) return {before};
  auto head = ObjectFiles::read_head(before->file->number, place, wait);  // a 304 gave it another
  if (head == nullptr) return {nullptr, wait == Wait::no};
  auto object = std::make_shared<const Object>(Object{place, before->file, std::move(head)});
  add(object);
  return {std::move(object)};
}

Opened OpenObjects::find(const ColdObject& wanted, Wait wait) {
  if (!wanted.checksum) {
    Opened opened = known(wanted.place, wait);
    if (opened.object != nullptr || opened.would_wait) return opened;
  }
  Opened opened = wanted.open(files_, wait);
  if (opened.object != nullptr) add(opened.object);
  return opened;
}

void OpenObjects::add(ObjectPointer object) {
  const std::uint64_t id = object->place.id;
  if (const auto old = by_id_.find(id); old != by_id_.end()) by_use_.erase(old->second);
  by_use_.push_front(std::move(object));
  by_id_[id] = by_use_.begin();
  close_unused();
}

ObjectPointer OpenObjects::close(std::uint64_t id) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  ObjectPointer object = std::move(*found->second);
  by_use_.erase(found->second);
  by_id_.erase(found);
  return object;
}

std::vector<HeadPlace> OpenObjects::take_turn(std::size_t most) {
  if (turn_.empty()) {
    for (const auto& [id, place] : by_id_) turn_.push_back(id);
  }
  std::vector<HeadPlace> places;
  for (; !turn_.empty() && places.size() < most; turn_.pop_back()) {
    if (const auto found = by_id_.find(turn_.back()); found != by_id_.end()) places.push_back((*found->second)->place);
  }
  return places;
}

void OpenObjects::close_unused() {
  while (by_use_.size() > most_) {
    ObjectPointer last = std::move(by_use_.back());
    by_id_.erase(last->place.id);
    by_use_.pop_back();
    if (last->file->is_removed()) released_(std::move(last));
  }
}

}  // namespace segue::edge
