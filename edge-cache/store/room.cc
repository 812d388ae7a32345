// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/room.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <limits>

namespace segue::edge {
namespace {

std::uint64_t free_bytes(int file) noexcept {
  struct statvfs disk {};
  // A file system that tells of no blocks at all does not know.
  const bool known = ::fstatvfs(file, &disk) == 0 && disk.f_blocks > 0;
  return known ? std::uint64_t{disk.f_bavail} * disk.f_frsize : std::numeric_limits<std::uint64_t>::max();
}

}  // namespace

void Promises::clear(std::uint16_t worker) noexcept {
  ++places_[worker].generation;
  places_[worker].bytes = 0;
}

std::uint64_t Promises::sum() const noexcept {
  std::uint64_t sum = 0;
  for (const Place& place : places_) sum += static_cast<std::uint64_t>(std::max<std::int64_t>(0, place.bytes));
  return sum;
}

Room::Room(Promises& promises, std::uint16_t worker) noexcept
    : promises_(promises), place_(promises.places_[worker % kMostWorkers]), generation_(place_.generation) {}

std::uint64_t Room::take(int file, std::uint64_t bytes) noexcept {
  if (bytes > std::numeric_limits<std::int64_t>::max() / 2) return bytes;
  place_.bytes += static_cast<std::int64_t>(bytes);
  held_ += bytes;
  // In this order: what others write meanwhile counts twice rather than not at all.
  const std::uint64_t promised = promises_.sum(), free = free_bytes(file);
  if (free >= promised) return 0;
  give_back(bytes);
  return promised - free;
}

void Room::give_back(std::uint64_t bytes) noexcept {
  held_ -= bytes;
  if (place_.generation == generation_) place_.bytes -= static_cast<std::int64_t>(bytes);
}

}  // namespace segue::edge
