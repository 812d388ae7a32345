// SPDX-License-Identifier: Apache-2.0
// Playlists in the same process and in another one: the same questions, the same answers; and what is taken of another's answers.
#include "catalog-api/playlists/lists.h"

#include <functional>

#include "catalog-api/playlists/remote_lists.h"
#include "service/outcome.h"
#include "tests/catalog-api/accounts/served.h"
#include "tests/catalog-api/playlists/fixture.h"
#include "tests/service/http/client.h"

using namespace segue;
using namespace segue::playlists;

namespace {

struct TwoForms : tests::PlaylistsFixture {
  LocalLists local{playlists};
  service::http::InternalKey key = tests::key_in(folder / "internal.key");
  tests::Served served{[this](service::http::Router& router) { add_lists_routes(router, local, key); }, {.max_body_bytes = 8 << 20}};
  RemoteLists remote{{"127.0.0.1", served.port()}, key};
};

std::string text_of(const Playlist& playlist) {
  std::string text = playlist.owner + ' ' + std::to_string(playlist.number) + (playlist.list.is_public ? " public " : " private ") +
                     playlist.list.name + '|' + playlist.list.description + '|' + playlist.list.cover + '|' + playlist.list.rules + '|';
  for (const Item& item : playlist.list.items) text += item.track + ' ';
  for (const Item& item : playlist.list.items)
    if (item.uid.size() != 10 || item.added == 0 || item.added_by.empty()) text += "an item is not whole";
  return playlist.created > 0 && playlist.changed > 0 && playlist.hash.size() == 16 ? text : "not whole: " + text;
}
std::string text_of(const Result<Answer<Playlist>>& result) {
  if (!result) return "error: " + result.error().message;
  if (const auto* why = std::get_if<Refusal>(&*result)) return std::to_string(static_cast<int>(why->why)) + ' ' + why->detail;
  return text_of(std::get<Playlist>(*result));
}
std::string text_of(const Result<Answer<Changed>>& result) {
  if (!result) return "error: " + result.error().message;
  if (const auto* why = std::get_if<Refusal>(&*result)) return std::to_string(static_cast<int>(why->why)) + ' ' + why->detail;
  const auto& [now, is_rebased] = std::get<Changed>(*result);
  return (is_rebased ? "rebased " : "") + text_of(now);
}
std::string text_of(const Result<ShelfSlice>& result) {
  if (!result) return "error: " + result.error().message;
  std::string text;
  for (const auto& [playlist, is_followed, in, place] : result->lists)
    text +=
        playlist.list.name + (is_followed ? " followed" : "") + (in.empty() ? "" : " put in") + ' ' + std::to_string(place.nearness) + "; ";
  return text + (result->next ? "and more after " + result->next->name : "");
}
std::string text_of(const Result<std::vector<Announced>>& result) {
  if (!result) return "error: " + result.error().message;
  std::string text;
  for (const Announced& one : *result)
    text += one.name + (one.is_public ? " public" : "") + (one.is_deleted ? " deleted " : " ") + std::to_string(one.change) + "; ";
  return text;
}

struct State {
  Playlist mix;  // as it was made
  std::string second, smart, bobs;
};
struct Row {
  const char* what;
  std::function<std::string(Lists&, const State&)> ask;
  std::string answer;
};

Edit one(Operation operation) { return {{std::move(operation)}, "", false}; }
Add at_end(const std::string& track) { return {{{"", track, "", 0}}, "", true}; }

// In this order.
const Row kRows[] = {
    {"as it is", [](Lists& l, const State& s) { return text_of(l.get("ada", s.mix.id, "")); }, "ada 2 private Mix||||a b c "},
    {"not for others", [](Lists& l, const State& s) { return text_of(l.get("bob", s.mix.id, "")); }, "0 playlist: no such id"},
    {"no such list", [](Lists& l, const State&) { return text_of(l.get("ada", "pl-\"\x01é", "")); }, "0 playlist: no such id"},
    {"rules, and no items", [](Lists& l, const State& s) { return text_of(l.get("ada", s.smart, "")); },
     R"(ada 1 private Smart|||{"match":"all","rules":[{"field":"year","op":"is","value":1999}]}|)"},
    {"add", [](Lists& l, const State& s) { return text_of(l.edit("ada", s.mix.id, one(at_end("d")))); }, "ada 3 private Mix||||a b c d "},
    {"in front",
     [](Lists& l, const State& s) {
       return text_of(l.edit("ada", s.mix.id, one(Add{{{"", "z", "", 0}}, "", false})));
     },
     "ada 4 private Mix||||z a b c d "},
    {"move and remove",
     [](Lists& l, const State& s) {
       const auto& items = s.mix.list.items;
       return text_of(l.edit("ada", s.mix.id, {{Move{{items[2].uid}, ""}, Remove{{items[0].uid, items[1].uid}}}, s.mix.revision(), false}));
     },
     "rebased ada 6 private Mix||||c z d "},
    {"what it was then", [](Lists& l, const State& s) { return text_of(l.get("ada", s.mix.id, s.mix.revision())); },
     "ada 2 private Mix||||a b c "},
    {"no such revision", [](Lists& l, const State& s) { return text_of(l.get("ada", s.mix.id, "9-0000000000000000")); },
     "0 revision: not one of this list"},
    {"set",
     [](Lists& l, const State& s) {
       return text_of(l.edit("ada", s.mix.id, one(Set{"Läufe \"1\"\n", "d", "/v/x", true})));
     },
     "ada 7 public Läufe \"1\"\n|d|/v/x||c z d "},
    {"strictly on what is old",
     [](Lists& l, const State& s) {
       return text_of(l.edit("ada", s.mix.id, {{at_end("e")}, s.mix.revision(), true})).substr(0, 29);
     },
     "2 If-Match: the list is at 7-"},
    {"a name too long",
     [](Lists& l, const State& s) {
       return text_of(l.edit("ada", s.mix.id, one(Set{std::string(5000, 'x'), std::nullopt, std::nullopt})));
     },
     "3 name, description, cover: at most 4096 bytes"},
    {"others may only look", [](Lists& l, const State& s) { return text_of(l.edit("bob", s.mix.id, one(at_end("x")))); },
     "1 playlist: only its owner and editors may change it"},
    {"nor remove", [](Lists& l, const State& s) { return text_of(l.remove("bob", s.mix.id)); }, "1 playlist: only its owner may"},
    {"a shelf", [](Lists& l, const State&) { return text_of(l.shelf("ada", {})); }, "Läufe \"1\"\n 0; Second 0; Smart 0; Of bob 3; "},
    {"of it one",
     [](Lists& l, const State&) {
       return text_of(l.shelf("ada", {Shelf::mine, {}, 1}));
     },
     "Läufe \"1\"\n 0; and more after Läufe \"1\"\n"},
    {"and the next",
     [](Lists& l, const State& s) {
       return text_of(l.shelf("ada", {Shelf::mine, {0, "Läufe \"1\"\n", s.mix.id}, 1}));
     },
     "Second 0; and more after Second"},
    {"others'", [](Lists& l, const State&) { return text_of(l.shelf("ada", {Shelf::others})); }, "Of bob 3; "},
    {"of nobody", [](Lists& l, const State&) { return text_of(l.shelf("eve", {Shelf::mine})); }, ""},
    {"removed", [](Lists& l, const State& s) { return text_of(l.remove("ada", s.second)); }, "ada 1 private Second||||"},
    {"gone", [](Lists& l, const State& s) { return text_of(l.get("ada", s.second, "")); }, "0 playlist: no such id"},
    {"what changed", [](Lists& l, const State&) { return text_of(l.announced_since(0, "", 10)); },
     "Smart 3; Of bob public 5; Läufe \"1\"\n public 9; Second deleted 10; "},
    {"since", [](Lists& l, const State&) { return text_of(l.announced_since(3, "", 1)); }, "Of bob public 5; "},
    {"one is made",
     [](Lists& l, const State&) {
       return text_of(l.create("eve", "日本 \\", {"a", "a"}));
     },
     "eve 2 private 日本 \\||||a a "},
    {"one is not", [](Lists& l, const State&) { return text_of(l.create("eve", std::string(5000, 'x'), {})); },
     "3 name, description, cover: at most 4096 bytes"},
};

}  // namespace

TEST_CASE("what playlists answer here they answer from another process") {
  for (const bool is_remote : {false, true}) {
    TwoForms two;
    State state{two.create({"a", "b", "c"}), {}, {}, {}};
    state.second = std::get<Playlist>(*two.playlists.create("ada", "Second", {})).id;
    state.smart = std::get<Playlist>(
                      *two.playlists.create("ada", "Smart", {}, R"({"match":"all","rules":[{"field":"year","op":"is","value":1999}]})"))
                      .id;
    state.bobs = std::get<Playlist>(*two.playlists.create("bob", "Of bob", {})).id;
    two.edit("bob", state.bobs, one(Set{std::nullopt, std::nullopt, std::nullopt, true}));
    Lists& lists = is_remote ? static_cast<Lists&>(two.remote) : two.local;
    for (const Row& row : kRows) {
      CAPTURE(is_remote, row.what);
      CHECK(row.ask(lists, state) == row.answer);
    }
  }
}

TEST_CASE("a list as long as one may be, and shelves that no answer holds") {
  TwoForms two;
  const std::vector<std::string> tracks(kMaxItemsAtOnce, "aaaaaaaaaaaaaaaaaaaaaaaaab");
  const auto made = two.remote.create("ada", "Long", tracks);
  REQUIRE(made);
  Edit more{std::vector<Operation>(kMaxItems / kMaxItemsAtOnce - 1, Add{{}, "", true}), "", false};
  for (Operation& operation : more.operations)
    for (const std::string& track : tracks) std::get<Add>(operation).items.push_back({"", track, "", 0});
  const auto edited = two.remote.edit("ada", std::get<Playlist>(*made).id, more);
  REQUIRE(edited);
  const Playlist& list = std::get<Changed>(*edited).now;
  CHECK(list.list.items.size() == kMaxItems);
  CHECK(std::get<Playlist>(*two.remote.get("ada", list.id, "")).list == list.list);
  for (const char* name : {"A", "Z"}) REQUIRE(two.remote.create("ada", name, {}));
  for (Lists* form : {static_cast<Lists*>(&two.local), static_cast<Lists*>(&two.remote)}) {
    CHECK(text_of(form->shelf("ada", {})) == "A 0; Long 0; and more after Long");
    std::string names;
    REQUIRE(form->each_shelved("ada", Shelf::all, [&](const Shelved& one) {
      names += one.playlist.list.name + ' ';
      return Result<void>();
    }));
    CHECK(names == "A Long Z ");
  }
}

TEST_CASE("playlists that are gone answer nothing, and may have done what was asked when they go meanwhile") {
  TwoForms two;
  REQUIRE(two.remote.get("ada", two.create().id, ""));
  two.served.stop();
  CHECK_FALSE(two.remote.get("ada", "x", ""));
  CHECK_FALSE(two.remote.shelf("ada", {}));
  tests::Served mute([](service::http::Router& router) {
    router.add(service::http::Method::post, "/internal/v1/playlists/{question}", service::http::Runs::here,
               [](const service::http::Request&) { return service::http::Response::json("", 502); });
  });
  RemoteLists remote({"127.0.0.1", mute.port()}, two.key);
  for (const Error& error :
       {remote.create("ada", "Mix", {}).error(), remote.edit("ada", "x", {}).error(), remote.remove("ada", "x").error()})
    CHECK(service::is_outcome_unknown(error));
  CHECK_FALSE(service::is_outcome_unknown(remote.get("ada", "x", "").error()));
}

TEST_CASE("of what is no answer of playlists nothing is taken") {
  tests::Folder folder;
  const auto key = tests::key_in(folder / "k");
  const std::string list = R"("list":{"name":"n","description":"","cover":"","is_public":false,"items":[["u","t","a",1]],"rules":""})";
  const std::string whole = R"({"answer":{"value":{"id":"p","owner":"a","created":1,"changed":1,"number":1,"hash":"h",)" + list + "}}}";
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string other = whole;
    return other.replace(other.find(from), from.size(), to);
  };
  const std::tuple<unsigned, std::string, bool> table[] = {
      {200, whole, true},
      {200, with(R"("hash":"h")", R"("hash":"h","later":{})"), true},  // of a newer version
      {200, R"({"answer":{"refused":{"why":"forbidden","detail":""}}})", true},
      {200, R"({"answer":{"refused":{"why":"whatever","detail":""}}})", false},
      {200, with(R"("number":1)", R"("number":1.5)"), false},
      {200, with(R"("number":1)", R"("number":"1")"), false},
      {200, with(R"(["u","t","a",1])", R"(["u","t","a"])"), false},
      {200, with(R"(["u","t","a",1])", R"(["u",7,"a",1])"), false},
      {200, with(R"([["u","t","a",1]])", R"({"0":["u","t","a",1]})"), false},
      {200, with(R"("is_public":false)", R"("is_public":0)"), false},
      {200, with(R"(,"rules":"")", ""), false},
      {200, R"({"answer":null})", false},
      {200, std::string(100'000, '['), false},
      {500, whole, false},
      {503, R"({"error":"playlists: database is locked"})", false},
  };
  for (const auto& [status, body, is_taken] : table) {
    CAPTURE(status, body.substr(0, 300));
    tests::Served served([&, status = status, body = body](service::http::Router& router) {
      router.add(service::http::Method::post, "/internal/v1/playlists/{question}", service::http::Runs::here,
                 [status, body](const service::http::Request&) { return service::http::Response::json(body, status); });
    });
    CHECK(RemoteLists({"127.0.0.1", served.port()}, key).get("ada", "p", "").has_value() == is_taken);
  }
}

TEST_CASE("only who has the key of the home is answered of lists, and only what was asked rightly") {
  TwoForms two;
  tests::Client client(two.served.port());
  const auto post = [&](const std::string& question, const std::string& body, const std::string& key) {
    client.send("POST /internal/v1/playlists/" + question + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\nSegue-Internal-Key: " + key + "\r\n\r\n" + body);
    return client.receive().status;
  };
  for (const char* question : {"get", "create", "edit", "remove", "shelf", "announced-since"}) {
    CAPTURE(question);
    CHECK(post(question, R"(["ada","Mix",[]])", "") == 403);
    CHECK(post(question, R"(["ada","Mix",[]])", two.key.text().substr(1) + '0') == 403);
    for (const char* body : {"", "{", "{}", "[]", "[1]", R"(["a",["b"],{}])", R"(["ada","x",[[["turn",{}]],"",false]])",
                             R"(["ada","x",[[["add",{"items":[["u","t","a"]],"after":"","at_end":true}]],"",false]])",
                             R"(["ada",{"which":"none","after":{"nearness":0,"name":"","id":""},"most":1}])"}) {
      CAPTURE(body);
      CHECK(post(question, body, two.key.text()) == 400);
    }
  }
  CHECK(two.shelf("ada").empty());
  CHECK(post("create", R"(["ada","Mix",[]])", two.key.text()) == 200);
}
