// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/table.h"

#include <chrono>
#include <cstdio>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "edge-cache/balance/rank.h"
#include "tests/catch.h"

using namespace segue::balance;

namespace {

struct Origins {
  explicit Origins(const std::vector<std::string>& names, Policy policy = quick()) : table(std::make_unique<Table>(policy)) { set(names); }
  static Policy quick() {
    Policy policy;
    policy.health = {.fails_to_eject = 2, .ejected_ms = 100};
    policy.load_percent = 0;
    return policy;
  }
  // "name" or "name backup".
  void set(const std::vector<std::string>& names) {
    std::vector<MemberSpec> specs;
    for (const std::string& name : names) {
      const std::string_view text = name;
      specs.push_back({.name = text.substr(0, text.find(' ')), .address = "a", .weight = 1, .backup = text.ends_with(" backup")});
    }
    REQUIRE(table->set_members(specs));
  }
  // The name of who is asked; "": nobody.
  std::string ask(std::uint64_t key, std::uint64_t tried = 0, std::int64_t now = 0) {
    if (!table->choose(key, tried, 0, now, last)) return "";
    return std::string(table->members()[last.slot].name_text());
  }
  std::string ask_and(Outcome outcome, std::uint64_t key, std::int64_t now = 0) {
    const std::string name = ask(key, 0, now);
    if (!name.empty()) table->done(last, 0, outcome, now);
    return name;
  }
  // Until that one is out.
  void eject(const std::string& name, std::int64_t now = 0) {
    for (std::uint64_t key = 0; key < 1000; ++key) {
      if (ask(hash_of(std::to_string(key)), 0, now) == name) {
        if (table->done(last, 0, Outcome::bad, now)) return;
      } else {
        table->done(last, 0, Outcome::good, now);
      }
    }
    FAIL("was not ejected");
  }
  std::set<std::string> asked(std::int64_t now = 0, int keys = 200) {
    std::set<std::string> names;
    for (int key = 0; key < keys; ++key) names.insert(ask_and(Outcome::good, hash_of(std::to_string(key)), now));
    return names;
  }
  std::unique_ptr<Table> table;
  Choice last;
};

}  // namespace

TEST_CASE("a key always asks the same origin, a retry the next one") {
  Origins origins({"a", "b", "c"});
  const std::string first = origins.ask(7), again = origins.ask(7);
  CHECK(first == again);
  const std::uint64_t tried = std::uint64_t{1} << origins.last.slot;
  const std::string second = origins.ask(7, tried);
  CHECK(second != first);
  const std::uint64_t both = tried | std::uint64_t{1} << origins.last.slot;
  const std::string third = origins.ask(7, both);
  CHECK(std::set<std::string>{first, second, third}.size() == 3);
  CHECK(origins.ask(7, both | std::uint64_t{1} << origins.last.slot).empty());
  CHECK(origins.asked() == std::set<std::string>{"a", "b", "c"});
}

TEST_CASE("the rest of a body that broke off is asked of somebody else, costs a retry and earns none") {
  Policy policy = Origins::quick();
  policy.retry_percent = 50;
  Origins origins({"a", "b"}, policy);
  const std::string first = origins.ask(7);
  const std::uint64_t tried = std::uint64_t{1} << origins.last.slot;
  const auto rest_from = [&](std::uint64_t so_far) {
    if (!origins.table->resume(7, so_far, 0, 0, origins.last)) return std::string();
    return std::string(origins.table->members()[origins.last.slot].name_text());
  };
  const std::string second = rest_from(tried);
  CHECK(second != first);
  CHECK_FALSE(second.empty());
  CHECK(rest_from(tried | std::uint64_t{1} << origins.last.slot) == first);  // nobody else: the same again
  for (int i = 2; i < 10; ++i) CHECK(rest_from(tried) == second);
  CHECK(rest_from(tried).empty());  // ten were saved up, none was earned
  CHECK_FALSE(origins.table->may_retry());
  origins.ask(1);
  CHECK(rest_from(tried).empty());
  origins.ask(1);
  CHECK(rest_from(tried) == second);
}

TEST_CASE("who is out is not asked, then by one request at a time, then by all") {
  Origins origins({"a", "b"});
  origins.eject("a");
  CHECK(origins.asked(99) == std::set<std::string>{"b"});
  CHECK(origins.ask(1, 0, 100) == "a");  // whatever its key: it must be tried
  const Choice probe = origins.last;
  CHECK(origins.asked(101) == std::set<std::string>{"b"});
  origins.table->done(probe, 0, Outcome::good, 102);
  CHECK(origins.asked(102) == std::set<std::string>{"a", "b"});
}

TEST_CASE("everybody is out: one request at a time for each, the others are told at once") {
  Policy policy = Origins::quick();
  policy.load_percent = 125;  // of nothing
  Origins origins({"a", "b"}, policy);
  origins.eject("a");
  origins.eject("b");
  const std::string first = origins.ask(1, 0, 1), second = origins.ask(1, 0, 1);
  CHECK(std::set<std::string>{first, second} == std::set<std::string>{"a", "b"});
  CHECK(origins.ask(1, 0, 1).empty());
}

TEST_CASE("backups are asked when nobody else is in, and until somebody is back") {
  Origins origins({"a", "b", "z backup"});
  CHECK(origins.asked() == std::set<std::string>{"a", "b"});
  origins.eject("a");
  CHECK(origins.asked(1) == std::set<std::string>{"b"});
  origins.eject("b", 1);
  CHECK(origins.asked(2) == std::set<std::string>{"z"});
  CHECK(origins.asked(200) == std::set<std::string>{"a", "b"});
}

TEST_CASE("load is bounded: a hot key goes on to the next in rank") {
  Policy policy = Origins::quick();
  policy.load_percent = 125;
  Origins origins({"a", "b", "c"}, policy);
  std::map<std::string, int> under_way;
  for (int i = 0; i < 30; ++i) ++under_way[origins.ask(7)];
  CHECK(under_way.size() == 3);
  for (const auto& [name, count] : under_way) CHECK(count <= 13);  // 1.25 * 30 / 3
}

TEST_CASE("members come and go while requests are under way") {
  Origins origins({"a", "b"});
  origins.eject("a");
  CHECK(origins.ask(1) == "b");
  const Choice of_b = origins.last;
  origins.set({"a", "c"});  // b's place may be c's now
  CHECK_FALSE(origins.table->done(of_b, 0, Outcome::bad, 0));
  CHECK(origins.asked(1) == std::set<std::string>{"c"});  // a is still out
  for (const Member& member : origins.table->members()) CHECK((!member.used || member.load == 0));
  std::vector<std::string> many(kMostMembers + 1, "m");
  std::vector<MemberSpec> specs;
  for (std::size_t i = 0; i < many.size(); ++i) specs.push_back({.name = many[i] += std::to_string(i), .address = "a"});
  CHECK_FALSE(origins.table->set_members(specs));
  CHECK(origins.table->count() == 2);
}

TEST_CASE("what a killed worker had under way is forgotten when its successor starts") {
  Origins origins({"a"});
  CHECK(origins.ask(1) == "a");
  CHECK(origins.table->members()[0].load == 1);
  origins.table->clear_worker(0);
  CHECK(origins.table->members()[0].load == 0);
}

// Run by hand: test_edge-cache_balance "[bench]".
TEST_CASE("one object whose body always breaks off puts nobody out, two after one another do") {
  Origins origins({"a"});
  const auto ask_for = [&](std::uint64_t key, Outcome outcome) {
    REQUIRE(origins.ask(key) == "a");
    return origins.table->done(origins.last, 0, outcome, 0, key);
  };
  for (int i = 0; i < 10; ++i) CHECK_FALSE(ask_for(7, Outcome::broken));
  CHECK(origins.table->members()[0].failures == 10);
  CHECK_FALSE(ask_for(1, Outcome::good));
  CHECK_FALSE(ask_for(7, Outcome::broken));
  CHECK(ask_for(8, Outcome::broken));
  CHECK(origins.ask(9).empty() == false);  // everybody is out: one tries
}

TEST_CASE("whose members may ask what they are asked: caches, and who has not answered yet where somebody stands behind him") {
  struct Row {
    std::vector<std::string> members;
    std::vector<std::pair<std::string, Role>> answered;
    bool may_lead_back;
  };
  for (const Row& row :
       {Row{{"a", "b"}, {}, false}, Row{{"a", "b backup"}, {}, true}, Row{{"a", "b backup"}, {{"a", Role::origin}}, false},
        Row{{"a", "b backup"}, {{"a", Role::cache}}, true}, Row{{"a", "b backup"}, {{"a", Role::origin}, {"b", Role::cache}}, true},
        Row{{"a", "b", "c backup"}, {{"a", Role::origin}}, true}, Row{{"a", "b"}, {{"b", Role::cache}}, true},
        Row{{"a"}, {{"a", Role::cache}, {"a", Role::origin}}, true}, Row{{"a"}, {{"a", Role::origin}, {"a", Role::cache}}, true}}) {
    CAPTURE(row.members, row.answered.size());
    Origins origins(row.members);
    for (const auto& [name, role] : row.answered) {
      for (std::uint64_t key = 0, tried = 0; origins.ask(key, tried) != name;) {
        tried |= std::uint64_t{1} << origins.last.slot;
        if (origins.ask(key, tried).empty()) tried = 0, ++key;
      }
      origins.table->answered(origins.last, role);
    }
    CHECK(origins.table->may_lead_back() == row.may_lead_back);
  }
}

TEST_CASE("what a choice costs", "[.bench]") {
  for (const int count : {3, 16, 64}) {
    std::vector<std::string> names;
    for (int i = 0; i < count; ++i) names.push_back("10.0.0." + std::to_string(i) + ":80");
    Origins origins(names, Policy{});
    constexpr int kChoices = 200000;
    int found = 0;
    const auto started = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < kChoices; ++i) {
      found += origins.table->choose(i * 7919, 0, 0, 0, origins.last);
      origins.table->done(origins.last, 0, Outcome::good, 0);
    }
    const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - started;
    REQUIRE(found == kChoices);
    std::printf("%d origins: %.0f ns a choice\n", count, took.count() / kChoices);
  }
}
