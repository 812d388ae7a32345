// SPDX-License-Identifier: Apache-2.0
// What lies between two revisions: applied to the one it gives the other, and names no more than it must.
#include "catalog-api/playlists/difference.h"

#include <algorithm>
#include <random>

#include "tests/catalog-api/playlists/fixture.h"

using namespace segue;
using namespace segue::playlists;
using Fixture = tests::PlaylistsFixture;

namespace {

constexpr const char* kRules = R"({"match":"all","rules":[{"field":"year","op":"is","value":1999}]})";

List list_of(const std::string& uids, const std::string& name = "N") {
  List list{name, {}, {}};
  for (const char c : uids) list.items.push_back({std::string(1, c), "t", "ada", 1});
  return list;
}

std::string item(const char* uid, const char* track = "t") {
  return std::string(R"({"uid":")") + uid + R"(","track":")" + track + R"(","added_by":"ada","added":1})";
}

void apply_all(List& list, const std::vector<Operation>& operations) {
  for (const Operation& operation : operations) {
    const auto done = apply(list, operation, list);
    REQUIRE(done);
    CHECK(to_json(*done) == to_json(operation));  // as it is meant, not moved along
  }
}

}  // namespace

TEST_CASE("the operations between two lists, literally") {
  List described = list_of("ab"), other = list_of("ab"), smart = list_of("");
  described.description = "d", described.cover = "/v/c", described.is_public = true;
  other.items[1].track = "u";
  smart.rules = kRules;
  using Texts = std::vector<std::string>;
  const std::tuple<List, List, Texts> table[] = {
      {list_of("abc"), list_of("abc"), {}},
      {list_of("ab"), list_of("ab", "Other"), {R"({"op":"set","name":"Other"})"}},
      {list_of("ab"), described, {R"({"op":"set","description":"d","cover":"/v/c","public":true})"}},
      {list_of("abcd"), list_of("ad"), {R"({"op":"remove","uids":["b","c"]})"}},
      {list_of("ab"), list_of("axyb"), {R"({"op":"add","items":[)" + item("x") + "," + item("y") + R"(],"after":"a"})"}},
      {list_of(""), list_of("x"), {R"({"op":"add","items":[)" + item("x") + R"(],"after":""})"}},
      {list_of("abcde"), list_of("bcdea"), {R"({"op":"move","uids":["a"],"after":"e"})"}},
      {list_of("abcde"), list_of("deabc"), {R"({"op":"move","uids":["d","e"],"after":""})"}},
      {list_of("ab"), other, {R"({"op":"remove","uids":["b"]})", R"({"op":"add","items":[)" + item("b", "u") + R"(],"after":"a"})"}},
      {list_of("ab"),
       smart,
       {R"({"op":"remove","uids":["a","b"]})", std::string(R"({"op":"set","rules":)") + kRules + "}"}},  // in this order only
  };
  for (const auto& [from, to, expected] : table) {
    const auto operations = difference(from, to);
    REQUIRE(operations);
    Texts texts;
    for (const Operation& operation : *operations) texts.push_back(to_json(operation));
    CHECK(texts == expected);
    List list = from;
    apply_all(list, *operations);
    CHECK(list == to);
  }
  CHECK(difference(smart, list_of("")).error().message == "rules: a smart list does not become an ordinary one");
}

TEST_CASE("between any two lists, however far they are from one another") {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    const std::size_t most = round % 10 == 0 ? 1000 : 12;  // a long one is put in order at once
    const auto any_list = [&] {
      List list{std::string(1, static_cast<char>('A' + random() % 2)), {}, {}, random() % 2 == 0};
      for (std::size_t i = 0; i < most; ++i)
        if (random() % 3 != 0) list.items.push_back({std::to_string(i), random() % 8 == 0 ? "u" : "t", "ada", 1});
      if (random() % 3 != 0) std::shuffle(list.items.begin(), list.items.end(), random);
      return list;
    };
    const List from = any_list(), to = any_list();
    const auto operations = difference(from, to);
    REQUIRE(operations);
    CHECK(operations->size() <= 102);
    List list = from;
    apply_all(list, *operations);
    CHECK(list == to);
  }
}

TEST_CASE("between any two revisions of a log, forwards and back") {
  Fixture f;
  Playlist now = f.create({"a", "b", "c"});
  std::vector<Playlist> revisions{now};
  std::mt19937 random(3);
  for (int step = 0; step < 40; ++step) {
    const auto any = [&]() -> std::string { return now.list.items.empty() ? "" : now.list.items[random() % now.list.items.size()].uid; };
    Operation operation = Add{{{"", "t" + std::to_string(step), "", 0}}, any(), false};
    if (step % 4 == 1) operation = Move{{any(), any()}, any()};
    if (step % 4 == 2) operation = Remove{{any()}};
    if (step % 4 == 3) operation = Set{"Mix " + std::to_string(step), std::nullopt, std::nullopt};
    now = f.edit("ada", now.id, {{operation}, "", false}).now;
    revisions.push_back(now);
  }
  for (int pair = 0; pair < 200; ++pair) {
    const Playlist &from = revisions[random() % revisions.size()], &to = revisions[random() % revisions.size()];
    const auto answer = f.playlists.diff("ada", now.id, from.revision(), to.revision());
    REQUIRE(answer);
    const auto& found = std::get<Difference>(*answer);
    CHECK((found.from == from.revision() && found.to == to.revision()));
    List list = from.list;
    apply_all(list, found.operations);
    CHECK(list == to.list);
  }
  CHECK(std::get<Difference>(*f.playlists.diff("ada", now.id, revisions[0].revision(), "")).to == now.revision());
}

TEST_CASE("a diff shows no more of the past than the history does") {
  Fixture f;
  const Playlist made = f.create({"secret"});
  REQUIRE(f.playlists.share("ada", made.id, "bob", "viewer"));
  Set publish;
  publish.is_public = true;
  const std::string shown = f.edit("ada", made.id, {{Remove{{made.list.items[0].uid}}, publish}, "", false}).now.revision();
  f.edit("ada", made.id, {{Set{"Later", std::nullopt, std::nullopt}}, "", false});
  const auto sees = [&](const char* user, const std::string& from, const std::string& to) {
    const auto answer = f.playlists.diff(user, made.id, from, to);
    REQUIRE(answer);
    if (const auto* why = std::get_if<Refusal>(&*answer)) return why->why == Problem::unknown ? why->detail : "?";
    return std::string();
  };
  CHECK((sees("ada", made.revision(), "").empty() && sees("bob", made.revision(), shown).empty() && sees("eve", shown, "").empty()));
  CHECK(sees("eve", made.revision(), "") == "from: not a revision of this list");
  CHECK(sees("eve", shown, made.revision()) == "to: not a revision of this list");
  for (const char* wrong : {"", "1", "1-0000000000000000", "99-x"}) CHECK(sees("ada", wrong, "") == "from: not a revision of this list");
  CHECK(std::get<Refusal>(*f.playlists.diff("ada", "pl-none", shown, "")).detail == "playlist: no such id");
}
