// SPDX-License-Identifier: Apache-2.0
// Lists longer than one request's operation: what is done to all of them at once is read again, and taken back without a long wait.
#include <algorithm>

#include "tests/catalog-api/playlists/fixture.h"

using namespace segue;
using namespace segue::playlists;
using Fixture = tests::PlaylistsFixture;

namespace {

constexpr int kMany = 25'000;

Add many(int from, int count) {
  Add add{{}, {}, true};
  for (int i = from; i < from + count; ++i) add.items.push_back({"u" + std::to_string(i), "t", "", 0});
  return add;
}

std::vector<std::string> uids_of(const Playlist& playlist) {
  std::vector<std::string> uids;
  for (const Item& item : playlist.list.items) uids.push_back(item.uid);
  return uids;
}

// As another node, or this one after a restart, reads it.
Playlist read_cold(const Fixture& f, const std::string& id) {
  Playlists cold = std::move(*Playlists::open(f.place));
  auto list = cold.get("ada", id);
  if (!list) FAIL(list.error().message);
  return std::get<Playlist>(*list);
}

}  // namespace

TEST_CASE("a long list that was emptied at once, and restored, is read again") {
  Fixture f;
  const std::string id = f.create().id;
  const Edited full = f.edit("ada", id, {{many(0, 10'000), many(10'000, 10'000), many(20'000, kMany - 20'000)}, "", false});
  const auto uids = uids_of(full.now);
  REQUIRE(uids.size() == kMany);
  f.edit("ada", id, {{Remove{uids}}, "", false});  // as a client that replaces everything has it done
  CHECK(read_cold(f, id).list.items.empty());
  CHECK(std::holds_alternative<Edited>(*f.playlists.restore("ada", id, full.now.revision())));
  CHECK(uids_of(read_cold(f, id)) == uids);
}

TEST_CASE("what was done to many items is taken back by a few operations") {
  Fixture f;
  const std::string id = f.create().id;
  const Edited full = f.edit("ada", id, {{many(0, 10'000), many(10'000, 10'000)}, "", false});
  const auto uids = uids_of(full.now);
  std::vector<std::string> middle(uids.begin() + 5, uids.end() - 5), odd;
  for (std::size_t i = 1; i < uids.size(); i += 2) odd.push_back(uids[i]);
  const std::pair<Operation, std::int64_t> table[] = {
      {Remove{middle}, 2},           // in two additions: one has 10,000 items
      {Remove{odd}, 2},              // scattered: added, and all put in order
      {Move{middle, ""}, 1},         // one run
      {Move{odd, uids.front()}, 1},  // scattered
  };
  for (const auto& [operation, most] : table) {
    const Edited done = f.edit("ada", id, {{operation}, "", false});
    CHECK(uids_of(done.now) != uids);
    auto back = f.playlists.undo("ada", id, "");
    REQUIRE(back);
    const Playlist& now = std::get<Edited>(*back).now;
    CHECK(now.number - done.now.number == most);
    CHECK(uids_of(now) == uids);
  }
  CHECK(uids_of(read_cold(f, id)) == uids);
}

TEST_CASE("a history of long operations comes in pieces") {
  Fixture f;
  const Playlist made = f.create();
  for (int i = 0; i < 10; ++i) {
    const Edited full = f.edit("ada", made.id, {{many(0, 10'000)}, "", false});
    f.edit("ada", made.id, {{Remove{uids_of(full.now)}}, "", false});
  }
  const auto page = [&](std::int64_t below) { return std::get<std::vector<Logged>>(*f.playlists.history("ada", made.id, below, 100)); };
  std::vector<std::int64_t> numbers;
  std::size_t pages = 0, largest = 0;
  for (std::int64_t below = INT64_MAX; numbers.empty() || numbers.back() > 1; below = numbers.back(), ++pages) {
    std::size_t bytes = 0;
    const auto lines = page(below);
    REQUIRE_FALSE(lines.empty());
    for (const Logged& line : lines) numbers.push_back(line.number), bytes += line.operation.size();
    largest = std::max(largest, bytes);
  }
  CHECK((numbers.size() == 21 && numbers.front() == 21 && pages > 1 && largest <= 4 << 20));
  // Whoever was away for that long reads the list anew.
  const Edited late = f.edit("ada", made.id, {{many(0, 1)}, made.revision(), false});
  std::size_t bytes = 0;
  for (const Logged& line : late.missed) bytes += line.operation.size();
  CHECK((!late.missed.empty() && late.missed.front().number == 2 && bytes <= 4 << 20));
}
