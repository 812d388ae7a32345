// SPDX-License-Identifier: Apache-2.0
// What a scan takes from the heap at most does not grow with the store, but for a bit an asset. A program of its own, for it replaces
// operator new; SQLite's memory, bounded by its page cache, is not counted.
#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

#include "catalog-api/library/scan.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/place.h"

using namespace segue;

namespace {

std::size_t held = 0, most_held = 0;  // by the whole program, which has one thread

void* take(std::size_t bytes) noexcept {
  void* memory = std::malloc(bytes == 0 ? 1 : bytes);
  held += malloc_usable_size(memory);
  most_held = std::max(most_held, held);
  return memory;
}
void* must_take(std::size_t bytes) {
  void* memory = take(bytes);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
void give(void* memory) noexcept {
  held -= malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t bytes) { return must_take(bytes); }
void* operator new[](std::size_t bytes) { return must_take(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return take(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return take(bytes); }
void operator delete(void* memory) noexcept { give(memory); }
void operator delete[](void* memory) noexcept { give(memory); }
void operator delete(void* memory, std::size_t) noexcept { give(memory); }
void operator delete[](void* memory, std::size_t) noexcept { give(memory); }

namespace {

struct Peaks {
  std::size_t first, again, emptied;  // of a scan of what is new, of what has not changed, and of what is gone
};

Peaks peaks_of(int assets) {
  const tests::Folder folder;
  const std::string store = folder / "store";
  for (int i = 1; i <= assets; ++i)
    tests::publish(store, tests::make_asset(i, {{"title", {"Song"}}, {"artist", {"Somebody"}}, {"album", {std::to_string(i % 50)}}}));
  auto library = library::Library::open(tests::place_in(folder.path().string()).database("library"));
  REQUIRE(library);
  const auto scan = [&](std::size_t changed, std::size_t removed) {
    const std::size_t before = held;
    most_held = held;
    auto report = library::Scanner(*library, store).scan([] { return true; });
    REQUIRE(report);
    REQUIRE(report->changed == changed);
    REQUIRE(report->removed == removed);
    return most_held - before;
  };
  Peaks peaks{scan(static_cast<std::size_t>(assets), 0), scan(0, 0), 0};
  for (const auto& entry : std::filesystem::directory_iterator(store)) std::filesystem::remove_all(entry.path());
  peaks.emptied = scan(0, static_cast<std::size_t>(assets));
  return peaks;
}

}  // namespace

TEST_CASE("three times as many assets are imported, looked at and withdrawn in the same memory") {
  const Peaks few = peaks_of(1500), many = peaks_of(4500);
  INFO(few.first << " " << few.again << " " << few.emptied << "; " << many.first << " " << many.again << " " << many.emptied);
  constexpr std::size_t kSame = 32 * 1024;  // the ids of 3,000 assets alone would be 170 KiB
  CHECK(many.first < few.first + kSame);
  CHECK(many.again < few.again + kSame);
  CHECK(many.emptied < few.emptied + kSame);
}
