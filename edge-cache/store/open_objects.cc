// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/open_objects.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

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

ObjectPointer OpenObjects::known(const HeadPlace& place) {
  const auto found = by_id_.find(place.id);
  if (found == by_id_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  const ObjectPointer& object = by_use_.front();
  if (object->place.slot == place.slot) return object;
  return read(object->file, place);  // a 304 gave it another head
}

ObjectPointer OpenObjects::read(std::shared_ptr<const OpenFile> file, const HeadPlace& place) {
  auto head = ObjectFiles::read_head(file->number, place);
  if (head == nullptr) return nullptr;
  auto object = std::make_shared<const Object>(Object{place, std::move(file), std::move(head)});
  add(object);
  return object;
}

ObjectPointer OpenObjects::complete(const HeadPlace& place, std::uint64_t body_bytes) {
  if (ObjectPointer object = known(place)) return object;
  const int number = files_.open(place.id);
  if (number < 0) return nullptr;
  auto file = std::make_shared<const OpenFile>(number);
  struct stat facts {};
  if (::fstat(number, &facts) != 0) return nullptr;
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (size < place.body_offset() + body_bytes || size > place.body_offset() + stored_bytes(body_bytes)) return nullptr;
  return read(std::move(file), place);
}

ObjectPointer OpenObjects::arriving(const HeadPlace& place) {
  if (ObjectPointer object = known(place)) return object;
  int number = files_.open_arriving(place.id, false);
  if (number < 0) number = files_.open(place.id);
  return number < 0 ? nullptr : read(std::make_shared<const OpenFile>(number), place);
}

void OpenObjects::add(ObjectPointer object) {
  const std::uint64_t id = object->place.id;
  if (const auto old = by_id_.find(id); old != by_id_.end()) by_use_.erase(old->second);
  by_use_.push_front(std::move(object));
  by_id_[id] = by_use_.begin();
  close_unused(most_);
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

void OpenObjects::close_unused(std::size_t most) {
  while (by_use_.size() > most) {
    by_id_.erase(by_use_.back()->place.id);
    by_use_.pop_back();
  }
}

}  // namespace segue::edge
