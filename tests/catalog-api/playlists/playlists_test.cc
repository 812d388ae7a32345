// SPDX-License-Identifier: Apache-2.0
// The log of a playlist: what is applied, rebased, taken back; and that many editors without a connection end with one list.
#include "catalog-api/playlists/playlists.h"

#include <algorithm>
#include <iterator>
#include <random>
#include <set>
#include <thread>

#include "tests/catalog-api/playlists/fixture.h"

using namespace segue;
using namespace segue::playlists;
using Fixture = tests::PlaylistsFixture;

namespace {

std::string text_of(const List& list) {
  std::string text;
  for (const Item& item : list.items) text += item.uid;
  return text;
}

List list_of(const std::string& uids) {
  List list;
  for (const char c : uids) list.items.push_back({std::string(1, c), "t", "", 0});
  return list;
}

std::vector<std::string> uids(const std::string& letters) {
  std::vector<std::string> out;
  for (const char c : letters) out.emplace_back(1, c);
  return out;
}

Add add(const std::string& letters, const std::string& after) { return {list_of(letters).items, after, false}; }

}  // namespace

TEST_CASE("operations name items, not places") {
  struct Case {
    const char* list;
    Operation operation;
    const char* before;  // the list that the author saw
    const char* expected;
  };
  const Case table[] = {
      {"abc", add("x", ""), "abc", "xabc"},
      {"abc", add("xy", "b"), "abc", "abxyc"},
      {"abc", Add{list_of("x").items, "", true}, "abc", "abcx"},
      {"abc", add("b", "c"), "abc", "abc"},  // is there already
      {"abc", Move{uids("a"), "c"}, "abc", "bca"},
      {"abc", Move{uids("ca"), "b"}, "abc", "bca"},
      {"abc", Move{uids("b"), "b"}, "abc", "abc"},
      {"abc", Move{uids("c"), ""}, "abc", "cab"},
      {"abc", Remove{uids("bx")}, "abc", "ac"},
      {"ac", add("x", "b"), "abc", "axc"},        // b is gone: behind what stood before it
      {"c", add("x", "b"), "abc", "xc"},          // all before it are gone: the front
      {"ac", Move{uids("b"), "c"}, "abc", "ac"},  // was removed meanwhile
      {"ac", Move{uids("c"), "b"}, "abc", "ac"},
      {"abcd", Move{uids("bc"), "c"}, "abcd", "abcd"},  // behind itself: behind the nearest before it that stays
      {"abc", add("xx", "a"), "abc", "axbc"},           // told twice, there once
  };
  for (const auto& [before_text, operation, seen, expected] : table) {
    List list = list_of(before_text);
    const auto done = apply(list, operation, list_of(seen));
    REQUIRE(done);
    CHECK(text_of(list) == expected);
    List again = list_of(before_text);  // what was really done does the same without knowing what the author saw
    REQUIRE(apply(again, *done, again));
    CHECK(again == list);
    for (const Operation& back : inverse(list_of(before_text), *done)) REQUIRE(apply(list, back, list));
    CHECK(text_of(list) == before_text);
  }
}

TEST_CASE("operations as JSON, and what is refused by its place") {
  for (const char* json :
       {R"({"op":"add","items":[{"uid":"a","track":"t","added_by":"ada","added":7}],"after":"b"})",
        R"({"op":"move","uids":["a"],"after":""})", R"({"op":"remove","uids":["a","b"]})", R"({"op":"set","name":"N","public":true})",
        R"({"op":"set","rules":{"match":"all","rules":[{"field":"year","op":"is","value":1999}]}})"}) {
    auto operation = parse_operation(json);
    REQUIRE(operation);
    CHECK(to_json(*operation) == json);
  }
  const std::pair<const char*, const char*> table[] = {
      {"", ": expected an object"},
      {"[]", ": expected an object"},
      {"{}", "/op: expected a text, found nothing"},
      {R"({"op":"sort"})", "/op: expected add, move, remove or set"},
      {R"({"op":"add"})", "/items: expected an array of at most 10000"},
      {R"({"op":"add","items":[7]})", "/items/0: expected an object, found 7"},
      {R"({"op":"add","items":[{"track":7}]})", "/items/0/track: expected a text of at most 64 bytes, found 7"},
      {R"({"op":"add","items":[{"track":"t","x":1}]})", "/items/0/x: unknown member"},
      {R"({"op":"move","uids":[7]})", "/uids/0: expected a text, found 7"},
      {R"({"op":"remove","uids":{}})", "/uids: expected an array of at most 10000"},
      {R"({"op":"set","public":"yes"})", "/public: expected true or false, found \"yes\""},
      {R"({"op":"set","color":"red"})", "/color: unknown member"},
      {R"({"op":"set","rules":{"match":"all","rules":[]}})", "/rules/rules: expected an array of at least one rule"},
  };
  for (const auto& [json, error] : table) {
    auto operation = parse_operation(json);
    REQUIRE_FALSE(operation);
    CHECK(operation.error().message == error);
  }
}

TEST_CASE("an edit on an older revision moves along, and tells what was missed; a strict one is refused") {
  Fixture f;
  const Playlist made = f.create({"t1", "t2", "t3"});
  const auto& items = made.list.items;
  const Edited first = f.edit("ada", made.id, {{Remove{{items[1].uid}}}, made.revision(), false});
  CHECK(first.missed.empty());
  const Edit late{{Add{{{"", "t9", "", 0}}, items[1].uid, false}}, made.revision(), false};
  Edit strict = late;
  strict.is_strict = true;
  CHECK(f.refused(f.playlists.edit("ada", made.id, strict)) == Problem::stale);
  const Edited second = f.edit("ada", made.id, late);
  REQUIRE(second.missed.size() == 1);
  CHECK(second.missed[0].operation.find("remove") != std::string::npos);
  REQUIRE(second.now.list.items.size() == 3);
  CHECK(second.now.list.items[1].track == "t9");
  Edit unknown = late;
  unknown.base = "1-0000000000000000";
  CHECK(f.refused(f.playlists.edit("ada", made.id, unknown)) == Problem::stale);
}

TEST_CASE("undo, history and restore") {
  Fixture f;
  const Playlist made = f.create({"t1", "t2", "t3"});
  const auto& items = made.list.items;
  const Edited removed = f.edit("ada", made.id, {{Remove{{items[0].uid, items[2].uid}}}, "", false});
  f.edit("ada", made.id, {{Set{"Other", std::nullopt, std::nullopt, std::nullopt}}, "", false});
  auto undone = f.playlists.undo("ada", made.id, removed.now.revision());
  REQUIRE(undone);
  CHECK(std::get<Edited>(*undone).now.list.items == items);
  CHECK(std::get<Edited>(*undone).now.list.name == "Other");
  auto last = f.playlists.undo("ada", made.id, "");
  REQUIRE(last);
  auto restored = f.playlists.restore("ada", made.id, made.revision());
  REQUIRE(restored);
  CHECK(std::get<Edited>(*restored).now.list == made.list);
  auto then = f.playlists.get_at("ada", made.id, removed.now.revision());
  REQUIRE(then);
  CHECK(std::get<Playlist>(*then).list.items.size() == 1);
  auto lines = f.playlists.history("ada", made.id, INT64_MAX, 500);
  REQUIRE(lines);
  const auto& log = std::get<std::vector<Logged>>(*lines);
  CHECK(log.front().revision() == std::get<Edited>(*restored).now.revision());
  CHECK(log.back().number == 1);
}

TEST_CASE("who may see and change a list") {
  Fixture f;
  const Playlist made = f.create({"t1"});
  const Edit change{{Set{std::nullopt, "d", std::nullopt, std::nullopt}}, "", false};
  const Edit publish{{Set{std::nullopt, std::nullopt, std::nullopt, true}}, "", false};
  CHECK(f.refused(f.playlists.edit("bob", made.id, change)) == Problem::unknown);
  REQUIRE(f.playlists.share("ada", made.id, "bob", "viewer"));
  CHECK(f.refused(f.playlists.edit("bob", made.id, change)) == Problem::forbidden);
  REQUIRE(f.playlists.share("ada", made.id, "bob", "editor"));
  f.edit("bob", made.id, change);
  CHECK(f.refused(f.playlists.edit("bob", made.id, publish)) == Problem::forbidden);
  CHECK(f.shelf("bob").size() == 1);
  CHECK(f.shelf("eve").empty());
  f.edit("ada", made.id, publish);
  CHECK(f.shelf("eve").size() == 1);
  CHECK(std::get<Refusal>(*f.playlists.set_deleted("bob", made.id, true)).why == Problem::forbidden);
  REQUIRE(f.playlists.set_deleted("ada", made.id, true));
  CHECK(f.shelf("bob").empty());
  CHECK(std::get<Refusal>(*f.playlists.get("ada", made.id)).why == Problem::unknown);
  REQUIRE(f.playlists.set_deleted("ada", made.id, false));
  CHECK(std::holds_alternative<Playlist>(*f.playlists.get("ada", made.id)));
}

TEST_CASE("a smart list has rules in place of items, which whoever shows it asks the library for") {
  Fixture f;
  const std::string rules = R"({"match":"all","rules":[{"field":"year","op":"is","value":1999}]})";
  auto made = f.playlists.create("ada", "Smart", {}, rules);
  REQUIRE(made);
  const Playlist smart = std::get<Playlist>(*made);
  CHECK((smart.list.items.empty() && smart.list.rules == rules));
  CHECK(f.refused(f.playlists.edit("ada", smart.id, {{add("a", "")}, "", false})) == Problem::invalid);
  const Edited changed = f.edit("ada", smart.id, {{Set{"Other", std::nullopt, std::nullopt}}, "", false});
  CHECK((changed.now.list.rules == rules && changed.now.list.name == "Other"));
  Playlists cold = std::move(*Playlists::open(f.place));
  CHECK(std::get<Playlist>(*cold.get("ada", smart.id)).list.rules == rules);
  const Playlist plain = f.create({"t"});
  Set turn;
  turn.rules = rules;
  CHECK(f.refused(f.playlists.edit("ada", plain.id, {{turn}, "", false})) == Problem::invalid);
}

TEST_CASE("shelves: own, shared, followed; others' public ones; folders of one's own") {
  Fixture f;
  const Playlist own = f.create(), shared = f.create(), open = f.create(), hidden = f.create();
  Set publish;
  publish.is_public = true;
  f.edit("ada", open.id, {{publish}, "", false});
  REQUIRE(f.playlists.share("ada", shared.id, "bob", "viewer"));
  const auto ids = [&](const std::string& user, Shelf which) {
    std::set<std::string> found;
    for (const Shelved& one : f.shelf(user, which)) found.insert(one.playlist.id);
    return found;
  };
  using Ids = std::set<std::string>;
  CHECK(ids("ada", Shelf::mine).size() == 4);
  CHECK(ids("bob", Shelf::mine) == Ids{shared.id});
  CHECK(ids("bob", Shelf::others) == Ids{open.id});
  REQUIRE(std::holds_alternative<Playlist>(*f.playlists.follow("bob", open.id, true)));
  CHECK(std::get<Refusal>(*f.playlists.follow("bob", hidden.id, true)).why == Problem::unknown);
  CHECK(std::get<Refusal>(*f.playlists.follow("ada", open.id, true)).why == Problem::invalid);
  CHECK(ids("bob", Shelf::mine) == Ids{shared.id, open.id});
  CHECK(ids("bob", Shelf::others).empty());
  Set withdraw;
  withdraw.is_public = false;
  f.edit("ada", open.id, {{withdraw}, "", false});
  CHECK(ids("bob", Shelf::all) == Ids{shared.id});

  const Folder rock = std::get<Folder>(*f.playlists.add_folder("bob", "Rock", ""));
  const Folder hard = std::get<Folder>(*f.playlists.add_folder("bob", "Hard", rock.id));
  CHECK(std::get<Refusal>(*f.playlists.add_folder("ada", "X", rock.id)).why == Problem::invalid);                       // another's
  CHECK(std::get<Refusal>(*f.playlists.change_folder("bob", rock.id, std::nullopt, hard.id)).why == Problem::invalid);  // a circle
  CHECK(std::get<Refusal>(*f.playlists.change_folder("ada", rock.id, "Mine", std::nullopt)).why == Problem::unknown);
  REQUIRE(std::holds_alternative<Playlist>(*f.playlists.put_in("bob", shared.id, hard.id)));
  CHECK(std::get<Refusal>(*f.playlists.put_in("ada", own.id, hard.id)).why == Problem::invalid);
  CHECK(f.shelf("bob", Shelf::mine).front().folder == hard.id);
  REQUIRE(std::holds_alternative<Folder>(*f.playlists.remove_folder("bob", hard.id)));
  CHECK(f.shelf("bob", Shelf::mine).front().folder == rock.id);
  CHECK(f.playlists.folders("bob")->size() == 1);
}

TEST_CASE("searches are told of what changed, and of what is no longer public") {
  Fixture f;
  const Playlist made = f.create();
  auto first = f.playlists.announced_since(0, "", 1000);
  REQUIRE(first);
  REQUIRE(first->size() == 1);
  CHECK_FALSE(first->front().is_public);
  Set publish{"Found", std::nullopt, std::nullopt, true};
  f.edit("ada", made.id, {{publish}, "", false});
  auto second = f.playlists.announced_since(first->back().change, "", 1000);
  CHECK((second->size() == 1 && second->front().is_public && second->front().name == "Found" && second->front().owner == "ada"));
  REQUIRE(f.playlists.set_deleted("ada", made.id, true));
  CHECK(f.playlists.announced_since(second->back().change, "", 1000)->front().is_deleted);
}

// A list that knows nothing of uids, sets and rebasing: what each operation means, said once more in the simplest way.
namespace {
struct Naive {
  std::vector<std::string> uids;
  void put(const std::vector<std::string>& what, const std::string& after) {
    auto at = after.empty() ? uids.begin() : std::find(uids.begin(), uids.end(), after) + 1;
    uids.insert(at, what.begin(), what.end());
  }
  void take(const std::vector<std::string>& what) {
    for (const std::string& uid : what) uids.erase(std::remove(uids.begin(), uids.end(), uid), uids.end());
  }
  void replay(const Operation& done) {
    if (const auto* add = std::get_if<Add>(&done)) {
      std::vector<std::string> names;
      for (const Item& item : add->items) names.push_back(item.uid);
      put(names, add->after);
    } else if (const auto* move = std::get_if<Move>(&done)) {
      take(move->uids);
      put(move->uids, move->after);
    } else if (const auto* remove = std::get_if<Remove>(&done)) {
      take(remove->uids);
    }
  }
};
}  // namespace

TEST_CASE("many offline editors at once converge, and the log read by a naive model is the same list") {
  Fixture f;
  const Playlist made = f.create({"a", "b", "c", "d", "e"});
  std::vector<std::thread> editors;
  for (unsigned number = 0; number < 4; ++number)
    editors.emplace_back([&f, &made, number] {
      std::mt19937 random(100 + number);
      Playlist mine = made;
      for (int round = 0; round < 25; ++round) {
        // A few edits without a connection, then all of them at once on what was seen last.
        List local = mine.list;
        Edit edit{{}, mine.revision(), false};
        for (int step = 0; step < 1 + static_cast<int>(random() % 4); ++step) {
          const auto any = [&]() -> std::string { return local.items.empty() ? "" : local.items[random() % local.items.size()].uid; };
          Operation operation = Remove{{any()}};
          if (random() % 3 == 0) operation = Move{{any(), any()}, any()};
          if (random() % 2 == 0)
            operation = Add{
                {{"n" + std::to_string(number) + "r" + std::to_string(round) + "s" + std::to_string(step), "t", "ada", 1}}, any(), false};
          if (apply(local, operation, local)) edit.operations.push_back(operation);
        }
        auto sent = f.playlists.edit("ada", made.id, edit);
        if (sent && std::holds_alternative<Edited>(*sent)) mine = std::get<Edited>(*sent).now;
      }
    });
  for (std::thread& editor : editors) editor.join();
  auto log = std::get<std::vector<Logged>>(*f.playlists.history("ada", made.id, INT64_MAX, 100'000));
  std::reverse(log.begin(), log.end());
  Naive naive;
  for (const Logged& line : log) naive.replay(*parse_operation(line.operation));
  std::vector<std::string> there;
  const Playlist last = std::get<Playlist>(*f.playlists.get("ada", made.id));
  for (const Item& item : last.list.items) there.push_back(item.uid);
  CHECK(there == naive.uids);
  CHECK(std::set<std::string>(there.begin(), there.end()).size() == there.size());
  CHECK(log.size() >= 100);
  CHECK(log.back().revision() == last.revision());
}

TEST_CASE("a list reads the same from its log, from a snapshot, and from memory") {
  Fixture f;
  const Playlist made = f.create();
  std::string newest;
  for (int i = 0; i < 200; ++i)
    newest = f.edit("ada", made.id, {{Add{{{"", "t" + std::to_string(i), "", 0}}, "", i % 3 != 0}}, "", false}).now.revision();
  auto warm = f.playlists.get("ada", made.id);
  Playlists cold = std::move(*Playlists::open(f.place));
  auto read = cold.get("ada", made.id);
  REQUIRE(read);
  CHECK(std::get<Playlist>(*read).list == std::get<Playlist>(*warm).list);
  CHECK(std::get<Playlist>(*read).revision() == newest);
}

TEST_CASE("editors who were offline end with one list, and lose nothing that they added") {
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    Fixture f;
    const Playlist made = f.create({"a", "b", "c", "d"});
    std::vector<Playlist> copies(3, made);  // what each editor saw last
    std::set<std::string> added, removed;
    for (const Item& item : made.list.items) added.insert(item.uid);
    for (int step = 0; step < 30; ++step) {
      Playlist& mine = copies[random() % copies.size()];
      const auto& items = mine.list.items;
      const auto any = [&]() -> std::string { return items.empty() ? "" : items[random() % items.size()].uid; };
      Operation operation = Remove{};
      switch (random() % 4) {
        case 0: operation = Remove{{any()}}; break;
        case 1: operation = Move{{any(), any()}, any()}; break;
        default: operation = Add{{{"u" + std::to_string(round) + "x" + std::to_string(step), "t", "", 0}}, any(), false};
      }
      if (const auto* remove = std::get_if<Remove>(&operation)) removed.insert(remove->uids.begin(), remove->uids.end());
      if (const auto* more = std::get_if<Add>(&operation)) added.insert(more->items[0].uid);
      mine = f.edit("ada", made.id, {{operation}, mine.revision(), false}).now;
    }
    auto final_list = f.playlists.get("ada", made.id);
    std::set<std::string> there;
    for (const Item& item : std::get<Playlist>(*final_list).list.items) CHECK(there.insert(item.uid).second);  // each once
    std::set<std::string> expected;
    std::set_difference(added.begin(), added.end(), removed.begin(), removed.end(), std::inserter(expected, expected.end()));
    CHECK(there == expected);
    // A client that was away takes what it missed and has the same list.
    Playlist behind = made;
    auto lines = f.playlists.history("ada", made.id, INT64_MAX, 1000);
    auto log = std::get<std::vector<Logged>>(*lines);
    std::reverse(log.begin(), log.end());
    for (const Logged& line : log)
      if (line.number > made.number) REQUIRE(apply(behind.list, *parse_operation(line.operation), behind.list));
    CHECK(behind.list == std::get<Playlist>(*final_list).list);
  }
}
