// SPDX-License-Identifier: Apache-2.0
// The index in plain memory: finding, evicting, surviving a holder that died; purges.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <new>
#include <random>
#include <set>
#include <vector>

#include "edge-cache/store/fetches.h"
#include "edge-cache/store/index.h"
#include "edge-cache/store/purges.h"
#include "tests/catch.h"

using namespace segue::edge;

namespace {

struct Memory {
  explicit Memory(std::size_t bytes)
      : size((bytes + 63) / 64 * 64), data(static_cast<std::byte*>(std::aligned_alloc(64, size)), &std::free) {
    std::fill_n(data.get(), size, std::byte{0});
  }
  std::span<std::byte> span() { return {data.get(), size}; }
  std::size_t size;
  std::unique_ptr<std::byte, decltype(&std::free)> data;
};

Key key_of(std::uint64_t number) { return hash({1, 2}, std::to_string(number)); }

Entry object(std::uint64_t number, std::uint64_t id, std::uint64_t bytes) {
  Entry entry{};
  entry.key = key_of(number);
  entry.id = id;
  entry.disk_bytes = entry.body_bytes = bytes;
  entry.kind = Kind::object;
  return entry;
}

struct Cache {
  explicit Cache(std::uint32_t objects, std::uint64_t bytes)
      : memory(Index::bytes_for(objects)), index(memory.span(), objects, bytes, {3, 4}, {5, 6}) {}
  void put(std::uint64_t number, std::uint64_t bytes, std::uint8_t uses = 0) {
    std::array<std::uint64_t, 64> evicted;
    std::size_t count = 0;
    Entry entry = object(number, index.new_id(), bytes);
    entry.uses = uses;
    REQUIRE(index.insert(entry, evicted, count) != nullptr);
    gone += count;
  }
  bool ask(std::uint64_t number) {
    Entry* entry = index.find(key_of(number));
    if (entry != nullptr) index.use(*entry);
    return entry != nullptr;
  }
  Memory memory;
  Index index;
  std::size_t gone = 0;
};

}  // namespace

TEST_CASE("an index entry is small") { CHECK(Index::bytes_for(1000000) / 1000000 <= 110); }

TEST_CASE("what is asked for again stays, what came once goes first") {
  Cache cache(1000, 100);
  for (std::uint64_t i = 0; i < 20; ++i) cache.put(i, 1);
  for (int round = 0; round < 2; ++round) {
    for (std::uint64_t i = 0; i < 20; ++i) CHECK(cache.ask(i));
  }
  for (std::uint64_t i = 1000; i < 2000; ++i) cache.put(i, 1);  // a thousand one-hit wonders
  std::size_t kept = 0;
  for (std::uint64_t i = 0; i < 20; ++i) kept += cache.ask(i);
  CHECK(kept == 20);
  CHECK(cache.index.bytes() <= 100);
  CHECK(cache.gone == 920);
}

TEST_CASE("what starts a track outlives what came with it") {
  Cache cache(1000, 100);
  for (std::uint64_t i = 0; i < 40; ++i) cache.put(i, 1, i % 4 == 0 ? kUsesOfOpening : std::uint8_t{0});
  for (std::uint64_t i = 1000; i < 1150; ++i) cache.put(i, 1);
  for (std::uint64_t i = 0; i < 40; ++i) CHECK((cache.index.find(key_of(i)) != nullptr) == (i % 4 == 0));
  // Not for ever: nobody came.
  for (std::uint64_t round = 2; round < 40; ++round)
    for (std::uint64_t i = 0; i < 100; ++i) {
      cache.put(round * 1000 + i, 1);
      (void)cache.ask(round * 1000 + i), (void)cache.ask(round * 1000 + i);
    }
  for (std::uint64_t i = 0; i < 40; i += 4) CHECK(cache.index.find(key_of(i)) == nullptr);
}

TEST_CASE("a large newcomer is let in the second time") {
  Cache cache(1000, 1000);
  CHECK(cache.index.admits(key_of(1), 25));
  CHECK_FALSE(cache.index.admits(key_of(2), 26));
  CHECK(cache.index.admits(key_of(2), 26));
  CHECK_FALSE(cache.index.admits(key_of(3), 1001));
  CHECK_FALSE(cache.index.admits(key_of(3), 1001));
}

TEST_CASE("entries run out before bytes do") {
  Cache cache(16, 1000000);
  for (std::uint64_t i = 0; i < 100; ++i) cache.put(i, 1);
  CHECK(cache.index.count() == 16);
  CHECK(cache.gone == 84);
}

TEST_CASE("replacing an object gives its old file back") {
  Cache cache(16, 100);
  cache.put(1, 10);
  cache.put(1, 20);
  CHECK(cache.gone == 1);
  CHECK(cache.index.bytes() == 20);
  CHECK(cache.index.erase(*cache.index.find(key_of(1))) == 2);
  CHECK(cache.index.find(key_of(1)) == nullptr);
  CHECK(cache.index.bytes() == 0);
}

TEST_CASE("links are made anew after a power loss") {
  Cache cache(100, 1000);
  for (std::uint64_t i = 0; i < 50; ++i) cache.put(i, 2);
  cache.index.find(key_of(3))->next = 7;
  cache.index.find(key_of(4))->newer = 99;
  cache.index = Index(cache.memory.span(), 100, 1000, {3, 4}, {7, 8});
  for (std::uint64_t i = 0; i < 50; ++i) CHECK(cache.ask(i));
  CHECK(cache.index.count() == 50);
  CHECK(cache.index.bytes() == 100);
  for (std::uint64_t i = 100; i < 200; ++i) cache.put(i, 100);
  CHECK(cache.index.bytes() <= 1000);
}

// Killed wherever it was: what is left is what a relinked copy of it would be, and it goes on.
TEST_CASE("a worker that is killed while it changes the index leaves it whole") {
  constexpr std::uint32_t kObjects = 200;
  const std::size_t bytes = (Index::bytes_for(kObjects) + 4095) / 4096 * 4096;
  void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(mapped != MAP_FAILED);
  const std::span<std::byte> memory(static_cast<std::byte*>(mapped), bytes);
  Index index(memory, kObjects, 1000, {3, 4}, {5, 6});
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      std::array<std::uint64_t, 64> evicted;
      std::size_t count = 0;
      for (std::uint64_t i = static_cast<std::uint64_t>(round) * 7;; ++i) {
        (void)index.insert(object(i % 500, index.new_id(), 1 + i % 40), evicted, count);
        if (Entry* entry = index.find(key_of(i % 300))) i % 3 == 0 ? (void)index.erase(*entry) : index.use(*entry);
      }
    }
    const timespec little{.tv_sec = 0, .tv_nsec = static_cast<long>(random() % 400000)};
    ::nanosleep(&little, nullptr);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    index.take_back_unfinished();
    Memory copy(bytes);
    std::copy(memory.begin(), memory.end(), copy.data.get());
    const Index relinked({copy.data.get(), bytes}, kObjects, 1000, {3, 4}, {7, 8});  // another boot
    REQUIRE(index.count() == relinked.count());
    REQUIRE(index.bytes() == relinked.bytes());
    std::uint32_t found = 0;
    for (std::uint64_t i = 0; i < 500; ++i) found += index.find(key_of(i)) != nullptr;
    REQUIRE(found == index.count());
  }
  std::array<std::uint64_t, 256> evicted;
  REQUIRE(index.make_room(1000, evicted) <= evicted.size());
  while (index.count() > 0) (void)index.make_room(1000, evicted);
  CHECK(index.bytes() == 0);
  ::munmap(mapped, bytes);
}

TEST_CASE("an index is taken over as it is, unless the machine was switched off") {
  Cache cache(100, 1000);
  cache.put(1, 10);
  {
    Index same(cache.memory.span(), 100, 1000, {9, 9}, {5, 6});
    REQUIRE(same.find(key_of(1)) != nullptr);
    CHECK_FALSE(same.doubtful(*same.find(key_of(1))));
    CHECK(same.secret() == HashSecret{3, 4});
  }
  Index after(cache.memory.span(), 100, 1000, {9, 9}, {7, 8});
  REQUIRE(after.find(key_of(1)) != nullptr);
  CHECK(after.doubtful(*after.find(key_of(1))));
  cache.put(2, 10);
  CHECK_FALSE(after.doubtful(*after.find(key_of(2))));
  after.set_clean(true);
  const std::uint32_t count = after.count();
  Index clean(cache.memory.span(), 100, 1000, {9, 9}, {10, 11});
  CHECK(clean.count() == count);
  Index other_size(cache.memory.span(), 50, 1000, {9, 9}, {10, 11});
  CHECK(other_size.count() == 0);
}

TEST_CASE("purges hold for what was asked for before them") {
  Memory memory(Purges::bytes_for());
  Purges purges(memory.span());
  purges.make_empty();
  StoredResponse response;
  response.url = "h/a/1";
  response.tags = {tag_hash("x"), tag_hash("y")};
  const std::uint64_t before = purges.order();
  CHECK(purges.state_of(response, before) == Purged::no);
  purges.purge_tag(tag_hash("z"), Hardness::hard);
  CHECK(purges.state_of(response, before) == Purged::no);
  purges.purge_tag(tag_hash("y"), Hardness::soft);
  CHECK(purges.state_of(response, before) == Purged::soft);
  CHECK(purges.state_of(response, purges.order()) == Purged::no);
  purges.purge_prefix("h/a/", Hardness::hard);
  CHECK(purges.state_of(response, before) == Purged::hard);
  purges.purge_prefix("h/b/", Hardness::hard);
  const std::uint64_t later = purges.order();
  CHECK(purges.state_of(response, later) == Purged::no);
  purges.purge_all(Hardness::soft);
  CHECK(purges.state_of(response, later) == Purged::soft);
}

TEST_CASE("a full log of purges forgets none: the oldest hold for everything before them") {
  Memory memory(Purges::bytes_for());
  Purges purges(memory.span());
  purges.make_empty();
  StoredResponse first, other;
  first.tags = {tag_hash("0")};
  other.tags = {tag_hash("none")};
  for (int i = 0; i < 30000; ++i) purges.purge_tag(tag_hash(std::to_string(i)), Hardness::hard);
  CHECK(purges.state_of(first, 0) == Purged::hard);
  CHECK(purges.state_of(other, 0) == Purged::hard);
  CHECK(purges.state_of(other, purges.order()) == Purged::no);
  StoredResponse last;
  last.tags = {tag_hash("29999")};
  CHECK(purges.state_of(last, purges.order() - 1) == Purged::hard);
  for (int i = 0; i < 100; ++i) purges.purge_prefix("h/" + std::to_string(i), Hardness::hard);
  CHECK(purges.state_of(other, 30000) == Purged::hard);
}

// Killed wherever it was, most often while it makes room: what it was through with holds.
TEST_CASE("a worker that is killed while it notes purges forgets none") {
  struct Seen {
    std::atomic<std::uint64_t> purged;
  };
  const std::size_t bytes = (Purges::bytes_for() + 4095) / 4096 * 4096;
  void* mapped = ::mmap(nullptr, bytes + 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(mapped != MAP_FAILED);
  Purges purges({static_cast<std::byte*>(mapped), bytes});
  purges.make_empty();
  auto* seen = new (static_cast<std::byte*>(mapped) + bytes) Seen{};
  const auto tag = [](std::uint64_t i) { return i * 0x9e3779b97f4a7c15 | 1; };
  std::mt19937_64 random(1);
  for (int round = 0; round < 100; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      for (std::uint64_t i = seen->purged;; ++i, seen->purged = i) purges.purge_tag(tag(i), Hardness::hard);
    }
    const timespec little{.tv_sec = 0, .tv_nsec = static_cast<long>(random() % 2000000)};
    ::nanosleep(&little, nullptr);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    purges.take_back_unfinished();
    const std::uint64_t count = seen->purged;
    for (std::uint64_t i = count > 1000 ? count - 1000 : 0; i < count; ++i) {
      StoredResponse response;
      response.tags = {tag(i)};
      REQUIRE(purges.state_of(response, 0) == Purged::hard);
    }
    const std::uint64_t now = purges.order();
    StoredResponse other;
    other.tags = {tag_hash("none")};
    CHECK(purges.state_of(other, now) == Purged::no);
    purges.purge_tag(tag_hash("none"), Hardness::soft);
    CHECK(purges.state_of(other, now) == Purged::soft);
  }
  ::munmap(mapped, bytes + 4096);
}

TEST_CASE("purges hold for what is older also when the disk kept more of the index than of them") {
  Cache cache(100, 1000);
  cache.put(1, 10);
  cache.index.find(key_of(1))->order = 50;
  cache.index.find(key_of(1))->soft_order = 60;
  const Index after(cache.memory.span(), 100, 1000, {3, 4}, {7, 8});
  CHECK(after.after_power_loss());
  CHECK(after.newest_order() == 60);
  Memory memory(Purges::bytes_for());  // of which nothing was kept
  Purges purges(memory.span());
  purges.make_empty();
  purges.go_on_after(after.newest_order());
  purges.purge_tag(tag_hash("t"), Hardness::hard);
  StoredResponse response;
  response.tags = {tag_hash("t")};
  CHECK(purges.state_of(response, 60) == Purged::hard);
  purges.go_on_after(3);  // never back
  CHECK(purges.order() == 61);
  const Index same(cache.memory.span(), 100, 1000, {3, 4}, {7, 8});
  CHECK_FALSE(same.after_power_loss());
}

TEST_CASE("a worker that is gone leaves its fetches to others") {
  Memory memory(Fetches::bytes_for());
  Fetches fetches(memory.span());
  fetches.make_empty();
  const std::uint16_t one = fetches.enter(11, 1), two = fetches.enter(12, 2);
  const std::uint32_t led = fetches.start(key_of(1), one, true), own = fetches.start(key_of(2), two, true);
  fetches.watch(led, one);
  fetches.watch(led, two);
  CHECK(fetches.find(key_of(1)) == led);
  fetches.at(led).id = 7;
  std::vector<std::uint64_t> broken_off;
  fetches.leave(one, broken_off);
  CHECK(broken_off == std::vector<std::uint64_t>{7});
  CHECK(fetches.at(led).stage == Stage::orphaned);
  CHECK(fetches.find(key_of(1)) == kNoFetch);
  CHECK(fetches.at(own).stage == Stage::asking);
  fetches.at(led).loose = true;
  CHECK(fetches.unwatch(led, two) == 7);
  CHECK(fetches.at(led).stage == Stage::free);
  CHECK(fetches.enter(13, 3) == one);
}
