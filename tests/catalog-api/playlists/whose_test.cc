// SPDX-License-Identifier: Apache-2.0
// Whose a list is: what of its past others see, how many somebody may have, and whose stand first.
#include "tests/catalog-api/playlists/fixture.h"

using namespace segue;
using namespace segue::playlists;
using Fixture = tests::PlaylistsFixture;

TEST_CASE("what a list was before it was public stays with its owner and those it is shared with") {
  Fixture f;
  const Playlist made = f.create({"secret"});
  const std::string secret = made.list.items.front().uid;
  REQUIRE(f.playlists.share("ada", made.id, "bob", "viewer"));
  Set publish, withdraw;
  publish.is_public = true;
  withdraw.is_public = false;
  // In one edit: what stands before the publication is not shown either.
  const Edited shown = f.edit("ada", made.id, {{Remove{{secret}}, Add{{{"", "open", "", 0}}, {}, true}, publish}, "", false});
  const Edited later = f.edit("ada", made.id, {{Add{{{"", "later", "", 0}}, {}, true}}, "", false});
  const auto history = [&](const char* user) {
    std::vector<std::int64_t> numbers;
    const auto lines = std::get<std::vector<Logged>>(*f.playlists.history(user, made.id, INT64_MAX, 100));
    for (const Logged& line : lines) numbers.push_back(line.number);
    return numbers;
  };
  const auto sees = [&](const char* user, const std::string& revision) {
    return std::holds_alternative<Playlist>(*f.playlists.get_at(user, made.id, revision));
  };
  using Numbers = std::vector<std::int64_t>;
  const std::int64_t first = shown.now.number;
  CHECK(history("ada") == Numbers{6, 5, 4, 3, 2, 1});
  CHECK(history("bob") == Numbers{6, 5, 4, 3, 2, 1});
  CHECK((first == 5 && history("eve") == Numbers{6, 5} && history("") == Numbers{6, 5}));
  CHECK((sees("ada", made.revision()) && sees("bob", made.revision()) && !sees("eve", made.revision())));
  CHECK((sees("eve", shown.now.revision()) && sees("eve", later.now.revision())));
  // Taken back and shown again: what happened in between is not told.
  f.edit("ada", made.id, {{withdraw}, "", false});
  const Edited hidden = f.edit("ada", made.id, {{Add{{{"", "between", "", 0}}, {}, true}}, "", false});
  f.edit("ada", made.id, {{publish}, "", false});
  CHECK((history("eve") == Numbers{9} && !sees("eve", hidden.now.revision()) && sees("bob", hidden.now.revision())));
  f.edit("ada", made.id, {{publish}, "", false});  // is public already
  CHECK(history("eve") == Numbers{10, 9});
}

TEST_CASE("a database of before says since when a list is public") {
  Fixture f;
  const Playlist made = f.create({"secret"});
  Set publish{"\"public\":true", std::nullopt, std::nullopt, true};
  f.edit("ada", made.id, {{publish}, "", false});
  f.edit("ada", made.id, {{Set{"\"public\":true", std::nullopt, std::nullopt, std::nullopt}}, "", false});  // a name is none
  auto database = service::Database::open(f.place.database("playlists"));
  REQUIRE(database);
  REQUIRE(database->script("ALTER TABLE playlist DROP COLUMN shown_from"));
  Playlists again = std::move(*Playlists::open(f.place));
  CHECK(std::get<std::vector<Logged>>(*again.history("eve", made.id, INT64_MAX, 100)).size() == 2);
  CHECK(std::get<std::vector<Logged>>(*again.history("ada", made.id, INT64_MAX, 100)).size() == 4);
}

TEST_CASE("a user has so many lists, and brings back the last that were deleted") {
  Fixture f;
  const Playlist first = f.create({"t"}), second = f.create();
  auto database = service::Database::open(f.place.database("playlists"));
  REQUIRE(database);
  const auto fill = [&](std::int64_t from, std::int64_t count, int deleted) {
    auto transaction = service::Transaction::begin(*database);
    REQUIRE(transaction);
    for (std::int64_t i = from; i < from + count; ++i)
      REQUIRE(database->run(
          "INSERT INTO playlist (id, owner, created, changed, number, hash, name, public, deleted, change) VALUES (?, 'ada', 1, 1, "
          "0, '', 'x', 0, ?, ?)",
          "pl-" + std::to_string(i), deleted, i + 100));
    REQUIRE(database->run("UPDATE change SET count = ?", from + count + 100));
    REQUIRE(transaction->commit());
  };
  fill(1, kMaxLists - 2, 0);
  const auto problem = [](const auto& outcome) { return std::get<Refusal>(*outcome).why; };
  CHECK(problem(f.playlists.create("ada", "One more", {})) == Problem::full);
  CHECK(std::holds_alternative<Playlist>(*f.playlists.create("bob", "Another's", {})));
  REQUIRE(std::holds_alternative<Playlist>(*f.playlists.set_deleted("ada", first.id, true)));
  CHECK(std::holds_alternative<Playlist>(*f.playlists.create("ada", "One more", {})));
  CHECK(problem(f.playlists.set_deleted("ada", first.id, false)) == Problem::full);
  REQUIRE(std::holds_alternative<Playlist>(*f.playlists.set_deleted("ada", second.id, true)));
  CHECK(std::holds_alternative<Playlist>(*f.playlists.set_deleted("ada", first.id, false)));

  REQUIRE(std::holds_alternative<Playlist>(*f.playlists.set_deleted("ada", first.id, true)));
  fill(10'000, kMaxDeleted, 1);  // deleted after it
  REQUIRE(std::holds_alternative<Playlist>(*f.playlists.set_deleted("ada", "pl-1", true)));
  CHECK(problem(f.playlists.set_deleted("ada", first.id, false)) == Problem::unknown);
  CHECK(problem(f.playlists.get_at("ada", first.id, first.revision())) == Problem::unknown);
  CHECK(std::holds_alternative<Playlist>(*f.playlists.set_deleted("ada", "pl-1", false)));
  auto left = database->query("SELECT count(*) FROM operation WHERE playlist = ?", first.id);
  REQUIRE(left);
  CHECK(left->front()[0].integer() == 0);
  bool is_told = false;  // a search that was away hears of it all the same
  const auto announced = f.playlists.announced_since(0, "", 10'000);
  for (const Announced& one : *announced) is_told = is_told || (one.id == first.id && one.is_deleted);
  CHECK(is_told);
}

TEST_CASE("others' lists do not stand before one's own, and what was shared can be left") {
  Fixture f;
  const Playlist shared = std::get<Playlist>(*f.playlists.create("eve", "!shared", {})),
                 open = std::get<Playlist>(*f.playlists.create("eve", "!open", {})),
                 liked = std::get<Playlist>(*f.playlists.create("eve", "!liked", {})), own = f.create();
  Set publish;
  publish.is_public = true;
  f.edit("eve", open.id, {{publish}, "", false});
  f.edit("eve", liked.id, {{publish}, "", false});
  REQUIRE(f.playlists.share("eve", shared.id, "ada", "viewer"));
  REQUIRE(f.playlists.follow("ada", liked.id, true));
  std::vector<std::string> order;
  for (const Shelved& one : f.shelf("ada")) order.push_back(one.playlist.id);
  CHECK(order == std::vector<std::string>{own.id, liked.id, shared.id, open.id});
  CHECK(std::get<Refusal>(*f.playlists.share("ada", shared.id, "bob", "viewer")).why == Problem::forbidden);
  CHECK(std::get<Refusal>(*f.playlists.share("ada", shared.id, "ada", "editor")).why == Problem::forbidden);
  REQUIRE(std::holds_alternative<Playlist>(*f.playlists.share("ada", shared.id, "ada", "none")));
  CHECK(f.shelf("ada").size() == 3);
}

TEST_CASE("an editor does not show by undo what the owner took back") {
  Fixture f;
  const Playlist made = f.create({"t"});
  REQUIRE(f.playlists.share("ada", made.id, "bob", "editor"));
  Set publish, withdraw{"Mine", std::nullopt, std::nullopt, false};
  publish.is_public = true;
  f.edit("ada", made.id, {{publish}, "", false});
  const std::string taken_back = f.edit("ada", made.id, {{withdraw}, "", false}).now.revision();
  CHECK(f.refused(f.playlists.undo("bob", made.id, taken_back)) == Problem::forbidden);
  CHECK(f.shelf("eve").empty());
  CHECK(std::holds_alternative<Edited>(*f.playlists.undo("ada", made.id, taken_back)));
  CHECK(f.shelf("eve").size() == 1);
  // Nothing that everybody sees changes by this one.
  const std::string named = f.edit("ada", made.id, {{Set{"N", std::nullopt, std::nullopt, true}}, "", false}).now.revision();
  CHECK(std::holds_alternative<Edited>(*f.playlists.undo("bob", made.id, named)));
}
