// SPDX-License-Identifier: Apache-2.0
// Assets in, artists and albums out; what a re-tag keeps.
#include "catalog-api/library/library.h"

#include "catalog-api/library/read.h"
#include "catalog-api/library/scan.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/place.h"

using namespace segue;
using namespace segue::library;
using tests::asset_id;
using tests::make_asset;

namespace {

struct Fixture {
  tests::Folder folder;
  service::DatabasePlace place = tests::place_in(folder.path().string());
  Library library = std::move(*Library::open(place.database("library")));

  void put(int number, media::Tags tags) {
    auto batch = Batch::begin(library);
    REQUIRE(batch);
    const auto put = batch->put(make_asset(number, std::move(tags)), "stamp");
    if (!put) FAIL(put.error().message);
    REQUIRE(batch->commit());
  }
  void remove(int number) {
    auto batch = Batch::begin(library);
    REQUIRE(batch);
    REQUIRE(batch->remove(asset_id(number)));
    REQUIRE(batch->commit());
  }
  void song(int number, const std::string& artist, const std::string& album) {
    put(number, {{"title", {"Song " + std::to_string(number)}}, {"artist", {artist}}, {"album", {album}}});
  }
  std::string albums() {
    std::string text;
    Reader reader(library.database(), kEverything);
    auto all = library::albums(reader, {"ORDER BY b.sort", {}});
    REQUIRE(all);
    for (const auto& album : *all) text += album.title + ":" + std::to_string(album.songs) + " ";
    return text;
  }
  std::string artists() {
    std::string text;
    Reader reader(library.database(), kEverything);
    auto all = library::artists(reader, {"ORDER BY p.sort", {}});
    REQUIRE(all);
    for (const auto& artist : *all) text += artist.name + ":" + std::to_string(artist.albums) + "/" + std::to_string(artist.songs) + " ";
    return text;
  }
  std::string album_id(const std::string& title) {
    Reader reader(library.database(), kEverything);
    auto found = library::albums(reader, {"WHERE b.title = ?", {title}});
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    return found->front().id;
  }
  std::string artist_id(const std::string& name) {
    Reader reader(library.database(), kEverything);
    auto found = library::artists(reader, {"WHERE p.name = ?", {name}});
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    return found->front().id;
  }
};

}  // namespace

TEST_CASE("artists and albums come and go with their tracks") {
  Fixture f;
  f.song(1, "A feat. G", "One");
  f.song(2, "A", "One");
  f.song(3, "B", "Two");
  CHECK(f.albums() == "One:2 Two:1 ");
  CHECK(f.artists() == "A:1/2 B:1/1 G:0/1 ");
  f.remove(1);
  CHECK(f.artists() == "A:1/1 B:1/1 ");
  f.remove(2);
  f.remove(3);
  CHECK(f.albums() + f.artists() == "");
  auto gone = gone_after(f.library.database(), {}, 100);
  REQUIRE(gone);
  CHECK(gone->size() == 3 + 2 + 3);
}

TEST_CASE("other names are read of what changed, the most common first, and go with whom they name") {
  Fixture f;
  const auto named = [&](int number, const char* title_sort, const char* artist_sort) {
    f.put(number, {{"title", {"T"}}, {"artist", {"東京事変"}}, {"artistsort", {artist_sort}}, {"titlesort", {title_sort}}});
  };
  const auto aliases = [&](const char* kind, std::int64_t since) {
    std::string text;
    auto all = library::aliases(f.library.database(), kind, {since, 0, INT64_MAX});
    if (!all) FAIL(all.error().message);
    for (const auto& [row, names] : *all)
      for (const std::string& name : names) text += name + '|';
    return text;
  };
  named(1, "First", "Tokio");
  named(2, "Second", "Tokyo Jihen");
  named(3, "Third", "Tokyo Jihen");
  CHECK(aliases("artist", 0) == "Tokyo Jihen|Tokio|");
  CHECK(aliases("asset", 2) == "Third|");
  CHECK(aliases("artist", 3).empty());
  f.remove(1);
  CHECK(aliases("artist", 3) == "Tokyo Jihen|");
  named(2, "Second", "東京事変");
  named(3, "Third", "東京事変");
  CHECK(aliases("artist", 0).empty());
  // Named by a file that credits somebody else: gone with the artist.
  f.song(4, "Solo", "Once");
  f.put(5,
        {{"title", {"T"}}, {"artist", {"B"}}, {"album", {"A"}}, {"album_artist", {"B feat. Solo"}}, {"albumartistsort", {"B ft. Solist"}}});
  CHECK(aliases("artist", 0) == "Solist|");
  f.remove(4);
  CHECK(aliases("artist", 0).empty());
  f.song(6, "Somebody new", "Twice");
  CHECK(aliases("artist", 0).empty());
}

TEST_CASE("putting an asset twice changes nothing but the revision") {
  Fixture f;
  f.song(1, "A", "One");
  const auto id = f.album_id("One");
  f.song(1, "A", "One");
  CHECK(f.albums() + f.artists() == "One:1 A:1/1 ");
  CHECK(f.album_id("One") == id);
  CHECK(*f.library.revision() == 2);
}

TEST_CASE("an album that is renamed track by track keeps its id") {
  Fixture f;
  for (int i = 1; i <= 3; ++i) f.song(i, "A", "Lonely Harts");
  const auto id = f.album_id("Lonely Harts");
  f.song(1, "A", "Lonely Hearts");
  CHECK(f.albums() == "Lonely Harts:2 Lonely Hearts:1 ");
  const auto meanwhile = f.album_id("Lonely Hearts");
  CHECK(meanwhile != id);
  f.song(2, "A", "Lonely Hearts");
  f.song(3, "A", "Lonely Hearts");
  CHECK(f.albums() == "Lonely Hearts:3 ");
  CHECK(f.album_id("Lonely Hearts") == id);
  Reader reader(f.library.database(), kEverything);
  auto followed = album(reader, meanwhile);
  REQUIRE(followed);
  REQUIRE(followed->has_value());
  CHECK((*followed)->id == id);
  SECTION("and keeps it when it is made anew from the store") {
    REQUIRE(f.library.forget_all());
    CHECK(f.albums() == "");
    for (int i = 1; i <= 3; ++i) f.song(i, "A", "Lonely Hearts");
    CHECK(f.album_id("Lonely Hearts") == id);
  }
  SECTION("a new album with the old name has an id of its own") {
    f.song(4, "A", "Lonely Harts");
    CHECK(f.album_id("Lonely Harts") != id);
    CHECK(f.album_id("Lonely Hearts") == id);
  }
}

TEST_CASE("an artist who is renamed keeps the id; one who joins another does not") {
  Fixture f;
  f.song(1, "Beatels", "One");
  f.song(2, "Beatels", "Two");
  f.song(3, "Who", "Three");
  const auto id = f.artist_id("Beatels"), who = f.artist_id("Who");
  f.song(1, "Beatles", "One");
  f.song(2, "Beatles", "Two");
  CHECK(f.artist_id("Beatles") == id);
  f.song(1, "Who", "One");
  f.song(2, "Who", "Two");
  CHECK(f.artists() == "Who:3/3 ");
  CHECK(f.artist_id("Who") == who);
}

TEST_CASE("an asset goes to the first library that claims it") {
  const std::vector<Shelf> shelves{
      {0, "Music", {}}, {1, "Kids", {{"genre", "Children's"}}}, {2, "Spoken", {{"genre", "Audiobook"}, {"genre", "Hörspiel"}}}};
  const std::pair<media::Tags, std::uint32_t> table[] = {
      {{}, 0},
      {{{"genre", {"Rock"}}}, 0},
      {{{"library", {"KIDS"}}}, 1},
      {{{"library", {"Music"}}, {"genre", {"Audiobook"}}}, 0},
      {{{"genre", {"Rock", "HORSPIEL"}}}, 2},
      {{{"genre", {"audiobook"}}, {"library", {"kids"}}}, 1},
      {{{"library", {"nowhere"}}}, 0},
  };
  for (const auto& [tags, library] : table) CHECK(library_of(tags, shelves) == library);
}

TEST_CASE("what moves to another library keeps its id; artists are counted where they are seen") {
  Fixture f;
  f.library.on_shelves([] { return Result<std::vector<Shelf>>(std::vector<Shelf>{{0, "Music", {}}, {1, "Kids", {}}}); });
  const auto kids = [](const char* album) {
    return media::Tags{{"title", {"T"}}, {"artist", {"A"}}, {"album", {album}}, {"library", {"Kids"}}};
  };
  const auto seen = [&](View view) {
    Reader reader(f.library.database(), view);
    auto people = artists(reader, {"ORDER BY p.sort", {}});
    auto records = albums(reader, {"ORDER BY b.sort", {}});
    REQUIRE((people && records));
    std::string text;
    for (const auto& artist : *people) text += artist.name + ":" + std::to_string(artist.albums) + "/" + std::to_string(artist.songs) + " ";
    for (const auto& album : *records) text += album.title + ":" + std::to_string(album.songs) + " ";
    return text;
  };
  f.song(1, "A", "One");
  f.song(2, "A", "Two");
  f.put(3, kids("Two"));
  CHECK(seen(kEverything) == "A:3/3 One:1 Two:1 Two:1 ");
  CHECK(seen({1}) == "A:2/2 One:1 Two:1 ");
  CHECK(seen({2}) == "A:1/1 Two:1 ");
  CHECK(seen({4}).empty());
  const auto id = f.album_id("One");
  f.put(1, kids("One"));
  CHECK(f.album_id("One") == id);
  CHECK(seen({1}) == "A:1/1 Two:1 ");
  CHECK(seen({2}) == "A:2/2 One:1 Two:1 ");
  f.remove(3);
  f.put(1, {{"title", {"T"}}, {"artist", {"A"}}, {"album", {"One"}}});
  CHECK(seen({2}).empty());
}

TEST_CASE("other shelves make every stamp stale, once") {
  Fixture f;
  f.song(1, "A", "One");
  CHECK(!f.library.sort().value());
  REQUIRE(!f.library.stamp_of(asset_id(1)).value().empty());
  f.library.on_shelves([] { return Result<std::vector<Shelf>>(std::vector<Shelf>{{1, "Kids", {}}}); });
  CHECK(f.library.sort().value());
  CHECK(f.library.stamp_of(asset_id(1)).value().empty());
  CHECK(!f.library.sort().value());
}

TEST_CASE(
    "who tells the shelves may take his time: nobody waits for the writer's lock meanwhile, and shelves that changed are asked for again") {
  Fixture f;
  const std::vector<Shelf> before{{0, "Music", {}}}, after{{0, "Music", {}}, {1, "Kids", {}}};
  auto other = Library::open(f.place.database("library"));
  REQUIRE(other);
  other->on_shelves([&] { return Result<std::vector<Shelf>>(after); });
  int asked = 0;
  f.library.on_shelves([&] {
    if (++asked > 1) return Result<std::vector<Shelf>>(after);
    CHECK(other->sort().value());  // another node, with a transaction of its own
    return Result<std::vector<Shelf>>(before);
  });
  f.put(1, {{"title", {"T"}}, {"artist", {"A"}}, {"album", {"X"}}, {"library", {"Kids"}}});
  CHECK(asked == 2);
  Reader reader(f.library.database(), View{2});
  CHECK(albums(reader, {"", {}})->size() == 1);
}

TEST_CASE("tags with quotes, controls and zero bytes are only text") {
  Fixture f;
  const std::string odd = std::string("'); DROP TABLE asset; --\x1f\x1e\x00x", 29);
  f.put(1, {{"title", {odd}}, {"artist", {odd}}, {"album", {odd}}, {"genre", {odd}}, {"lyrics", {odd}}});
  Reader reader(f.library.database(), kEverything);
  auto found = track(reader, asset_id(1));
  REQUIRE(found);
  REQUIRE(found->has_value());
  CHECK((*found)->title.substr(0, 10) == "'); DROP T");
}

TEST_CASE("a scan takes what changed, and only that") {
  Fixture f;
  const auto store = f.folder.path() / "store";
  std::filesystem::create_directory(store);
  for (int i = 1; i <= 5; ++i) tests::publish(store, make_asset(i, {{"title", {"T"}}, {"artist", {"A"}}, {"album", {"X"}}}));
  std::filesystem::create_directory(store / "not-an-asset");
  std::filesystem::create_directory(store / asset_id(99));  // without a generation
  Scanner scanner(f.library, store.string());
  const auto go_on = [] { return true; };
  auto first = scanner.scan(go_on);
  REQUIRE(first);
  CHECK((first->seen == 5 && first->changed == 5 && first->removed == 0));
  auto second = scanner.scan(go_on);
  CHECK((second->seen == 5 && second->changed == 0));
  CHECK(*f.library.revision() == 1);

  auto changed = make_asset(2, {{"title", {"U"}}, {"artist", {"A"}}, {"album", {"X"}}});
  changed.generation = 2;
  tests::publish(store, changed);
  std::filesystem::remove_all(store / asset_id(3));
  std::ofstream(store / asset_id(4) / "g1" / "asset.json") << "{";
  auto third = scanner.scan(go_on);
  REQUIRE(third);
  CHECK((third->changed == 1 && third->removed == 1));
  REQUIRE(third->errors.size() == 1);
  CHECK(third->errors[0].find("asset.json: not JSON") != std::string::npos);
  CHECK(f.albums() == "X:4 ");  // a file that cannot be read stays as it was

  std::filesystem::rename(store, f.folder.path() / "away");
  CHECK_FALSE(scanner.scan(go_on));  // a store that is not mounted empties nothing
  CHECK(f.albums() == "X:4 ");
}

TEST_CASE("an update by name keeps the reader's place with it") {
  Fixture f;
  const auto store = f.folder.path() / "store";
  tests::publish(store, make_asset(1, {{"title", {"T"}}}));
  Scanner scanner(f.library, store.string());
  const std::vector<std::string> names{asset_id(1), "../../etc/passwd", asset_id(2)};
  auto report = scanner.update(names, "5-0");
  REQUIRE(report);
  CHECK((report->changed == 1 && report->removed == 0));
  CHECK(*f.library.position() == "5-0");
  std::filesystem::remove_all(store / asset_id(1));
  CHECK(scanner.update(names, "6-0")->removed == 1);
}

TEST_CASE("long tags stop no library") {
  Fixture f;
  // Random letters: an index keeps what compresses well, whatever its length.
  std::string noise;
  for (std::uint32_t i = 0, state = 1; i < 6000; ++i)
    noise += static_cast<char>('a' + (state = state * 1664525 + 1013904223, state >> 24) % 26);
  const auto store = f.folder.path() / "store";
  std::filesystem::create_directories(store);
  auto asset = make_asset(1, {{"title", {noise}},
                              {"artist", {noise}},
                              {"album", {noise}},
                              {"genre", {noise}},
                              {"composer", {"ä" + noise}},
                              {"musicbrainz_track_id", {noise}},
                              {"musicbrainz_album_id", {noise}}});
  asset.source.file_name = noise;
  tests::publish(store, asset);
  tests::publish(store, make_asset(2, {{"title", {"T"}}}));
  const auto report = Scanner(f.library, store.string()).scan([] { return true; });
  if (!report) FAIL(report.error().message);
  CHECK(report->errors.empty());
  CHECK(report->changed == 2);
}

TEST_CASE("an asset that the database does not take is told, and costs nobody else theirs") {
  Fixture f;
  REQUIRE(f.library.database().script("CREATE UNIQUE INDEX one_of_each ON asset (title)"));
  const auto store = f.folder.path() / "store";
  std::filesystem::create_directories(store);
  for (int i = 1; i <= 3; ++i)
    tests::publish(store, make_asset(i, {{"title", {"T"}}, {"artist", {"A" + std::to_string(i)}}, {"album", {"X"}}}));
  tests::publish(store, make_asset(4, {{"title", {"Other"}}, {"artist", {"B"}}}));
  const auto report = Scanner(f.library, store.string()).scan([] { return true; });
  if (!report) FAIL(report.error().message);
  CHECK(report->errors.size() == 2);
  CHECK(report->changed == 2);
  CHECK(f.library.assets_of(0, INT64_MAX, 10)->size() == 2);
  const auto artists = f.library.database().query("SELECT count(*), sum(songs) FROM artist");
  CHECK(artists->front()[0].integer() == 2);
  CHECK(artists->front()[1].integer() == 2);
}
