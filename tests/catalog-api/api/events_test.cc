// SPDX-License-Identifier: Apache-2.0
// Who listens to what changes: so many at once, and what a scan that failed owes them.
#include "catalog-api/api/changes.h"

#include <atomic>
#include <list>

#include "catalog-api/library/follower.h"
#include "tests/catalog-api/api/redis_server.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using tests::Running;

TEST_CASE("listeners: as many as there is room for, and who leaves makes room") {
  api::Changes changes;
  std::vector<std::shared_ptr<service::http::Feed>> here;
  for (std::size_t i = 0; i < api::kMostOfOne; ++i) here.push_back(changes.listen("192.0.2.1"));
  CHECK(here.back());
  CHECK(!changes.listen("192.0.2.1"));
  for (std::size_t i = here.size(); i < api::kMostListeners; ++i) here.push_back(changes.listen("198.51.100." + std::to_string(i)));
  CHECK(here.back());
  CHECK(!changes.listen("203.0.113.1"));
  here.erase(here.begin());
  here.push_back(changes.listen("192.0.2.1"));
  CHECK(here.back());
}

TEST_CASE("who listens beside too many is told to come later") {
  Running running;
  running.start();
  const std::string listen = "GET /api/v1/events HTTP/1.1\r\nHost: t\r\n\r\n";
  std::list<tests::Client> here;
  for (std::size_t i = 0; i < api::kMostOfOne; ++i) {
    here.emplace_back(running.catalog->port()).send(listen);
    REQUIRE(here.back().receive(true).status == 200);
  }
  const auto refused = running.get("/api/v1/events");
  CHECK(refused.status == 503);
  CHECK(refused.fields.at("retry-after") == "60");
  CHECK(running.get("/api/v1/assets").status == 200);
}

// As after libraries were changed while their database was away: nothing else would ever sort the assets.
TEST_CASE("a scan that failed is done again, though there is an event stream") {
  const tests::Folder folder;
  const tests::RedisServer redis(folder / "redis.sock");
  tests::publish(folder.path() / "store", tests::make_asset(1, {{"title", {"Harbour"}}}));
  auto library = library::Library::open(tests::place_in(folder.path().string()).database("library"));
  REQUIRE(library);
  int asked = 0;
  const library::Follower* running = nullptr;
  bool had_scanned = true;  // when the second scan began
  library->on_shelves([&]() -> Result<std::vector<library::Shelf>> {
    if (++asked == 1) return Error{"away"};
    if (asked == 2) had_scanned = running->has_scanned();
    return std::vector<library::Shelf>();
  });
  std::atomic<int> told = 0;  // also after the scan that failed: batches before it would be in
  library::Follower follower(*library, {folder / "store", folder / "redis.sock", std::chrono::milliseconds(10), [&] { ++told; },
                                        [](const std::string&, const std::string&) {}});
  running = &follower;
  follower.start();
  Running::until([&] { return told == 2; });
  CHECK(follower.has_bus());
  CHECK_FALSE(had_scanned);
  Running::until([&] { return follower.has_scanned(); });
}

namespace {

// A library that follows a stream of the test's own, and what it has of the store.
struct Following {
  tests::Folder folder;
  tests::RedisServer redis{folder / "redis.sock"};
  service::Redis raw{folder / "redis.sock"};
  service::EventBus bus{folder / "redis.sock"};
  const std::string address = tests::place_in(folder.path().string()).database("library");
  library::Library library = std::move(*library::Library::open(address)), looker = std::move(*library::Library::open(address));
  library::Follower follower{library,
                             {folder / "store", folder / "redis.sock",
                              std::chrono::hours(1),  // nothing is found by waiting
                              [] {}, [](const std::string&, const std::string&) {}}};

  Following() {
    std::filesystem::create_directories(folder.path() / "store");
    follower.start();
    Running::until([&] { return follower.has_bus() && follower.has_scanned(); });
  }
  void publish(int number) const { tests::publish(folder.path() / "store", tests::make_asset(number, {{"title", {"Song"}}})); }
  void tell(const std::string& position, int number) {
    const std::string payload = R"({"asset":")" + tests::asset_id(number) + R"("})";
    REQUIRE(raw.command({"XADD", service::kEventStream, position, "id", "e", "type", "asset.published", "payload", payload}));
  }
  void until_found(int number) {
    Running::until([&] {
      const auto stamp = looker.stamp_of(tests::asset_id(number));
      return stamp && !stamp->empty();
    });
  }
};

}  // namespace

TEST_CASE("Redis comes back empty with its clock stepped back: events are followed, and what was told meanwhile is found") {
  Following f;
  f.publish(1);
  f.tell("9999999999999-0", 1);
  f.until_found(1);
  f.publish(2);  // told to the Redis that forgot it
  REQUIRE(f.raw.command({"DEL", service::kEventStream}));
  f.tell("1700000000000-0", 3);
  f.until_found(2);
  f.publish(4);
  f.tell("1700000000000-1", 4);
  f.until_found(4);
  CHECK(*f.looker.position() == "1700000000000-1");
}

TEST_CASE("Redis comes back empty with later events only: what was told before them is found") {
  Following f;
  f.publish(1);
  f.tell("1700000000000-0", 1);
  f.until_found(1);
  f.publish(2);
  const char* kForget =
      "redis.call('DEL', KEYS[1]) redis.call('XADD', KEYS[1], '1700000000009-0', 'id', 'e', 'type', 'none', 'payload', '{}')";
  REQUIRE(f.raw.command({"EVAL", kForget, "1", service::kEventStream}));  // at once: the follower is waiting in its read
  f.until_found(2);
  CHECK(*f.looker.position() == "1700000000009-0");
}

TEST_CASE("libraries that were changed on another machine are sorted, though no event tells of it") {
  Running running;
  const tests::RedisServer redis(running.home / "run/redis.sock");
  running.publish(tests::make_asset(1, {{"title", {"Lullaby"}}, {"genre", {"Children"}}}));
  running.start();
  Running::until([&] { return running.json("/health")["bus"] == true; });
  CHECK(running.json("/api/v1/tracks")["tracks"].size() == 1);
  auto accounts = accounts::Accounts::open(running.place);
  REQUIRE(accounts);
  accounts::MusicLibrary kids;
  kids.name = "Kids";
  kids.is_open = false;
  kids.rules = {{"genre", "Children"}};
  REQUIRE(accounts->add_library(kids, 0));
  Running::until([&] { return running.json("/api/v1/tracks")["tracks"].empty(); });
}
