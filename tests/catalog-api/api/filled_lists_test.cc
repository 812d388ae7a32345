// SPDX-License-Identifier: Apache-2.0
// A shelf whose smart lists choose more than a slice holds: each list is asked for once, and filled once.
#include "catalog-api/api/filled_lists.h"

#include "tests/catalog-api/playlists/fixture.h"

using namespace segue;
using namespace segue::playlists;

namespace {

constexpr const char* kRules = R"({"match":"all","rules":[{"field":"year","op":"greater","value":1}]})";
constexpr std::size_t kChosen = 10'000;  // the most that rules may choose: two such lists are a slice

// A library where all rules choose as much as they may.
struct Much final : api::LibraryTracks {
  [[nodiscard]] Result<Ids> seen(const library::View&, const Ids& ids) override { return ids; }
  [[nodiscard]] Result<std::vector<playlist_files::FileEntry>> entries(const library::View&, const Ids&) override {
    return std::vector<playlist_files::FileEntry>();
  }
  [[nodiscard]] Result<std::vector<std::optional<api::TrackMatch>>> match(const library::View&,
                                                                          const std::vector<playlist_files::FileEntry>& entries) override {
    return std::vector<std::optional<api::TrackMatch>>(entries.size());
  }
  [[nodiscard]] Result<std::vector<Ids>> chosen(const std::vector<api::SmartList>& lists) override {
    asked += lists.size();
    if (asked > most) return Error{"library: gone"};
    return std::vector<Ids>(lists.size(), Ids(kChosen, "track"));
  }
  std::size_t asked = 0, most = SIZE_MAX;
};

struct CountedLists final : Lists {
  explicit CountedLists(Playlists& playlists) : local(playlists) {}
  [[nodiscard]] Result<Answer<Playlist>> get(const std::string& user, const std::string& id, const std::string& revision) override {
    return local.get(user, id, revision);
  }
  Result<Answer<Playlist>> create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks) override {
    return local.create(user, name, tracks);
  }
  Result<Answer<Changed>> edit(const std::string& user, const std::string& id, const Edit& edit) override {
    return local.edit(user, id, edit);
  }
  Result<Answer<Playlist>> remove(const std::string& user, const std::string& id) override { return local.remove(user, id); }
  [[nodiscard]] Result<ShelfSlice> shelf(const std::string& user, const ShelfPage& page) override {
    auto slice = local.shelf(user, page);
    if (slice) read += slice->lists.size();
    return slice;
  }
  [[nodiscard]] Result<std::vector<Announced>> announced_since(std::int64_t change, const std::string& id, std::int64_t most) override {
    return local.announced_since(change, id, most);
  }
  LocalLists local;
  std::size_t read = 0;
};

struct Shelves : tests::PlaylistsFixture {
  Shelves() {
    for (int i = 10; i < 22; ++i) REQUIRE(playlists.create("ada", "Smart " + std::to_string(i), {}, kRules));
    REQUIRE(playlists.create("ada", "Own", {"a", "b"}));
  }
  CountedLists lists{playlists};
  Much library;
  api::FilledLists filled{lists, library};
};

}  // namespace

TEST_CASE("a shelf of long smart lists is read once") {
  Shelves shelves;
  std::string names;
  std::size_t items = 0;
  REQUIRE(shelves.filled.each_shelved("ada", Shelf::all, [&](const Shelved& one) {
    names += one.playlist.list.name + ' ';
    items += one.playlist.list.items.size();
    return Result<void>();
  }));
  CHECK(names == "Own Smart 10 Smart 11 Smart 12 Smart 13 Smart 14 Smart 15 Smart 16 Smart 17 Smart 18 Smart 19 Smart 20 Smart 21 ");
  CHECK(items == 12 * kChosen + 2);
  CHECK(shelves.lists.read == 13);
  CHECK(shelves.library.asked == 12);
}

TEST_CASE("a shelf that cannot be filled ends with what the library said, a visit with its own word") {
  Shelves shelves;
  shelves.library.most = 2;
  int visits = 0;
  const auto count = [&](const Shelved&) { return ++visits == 2 ? Result<void>(Error{"enough"}) : Result<void>(); };
  CHECK(shelves.filled.each_shelved("ada", Shelf::all, count).error().message == "enough");
  visits = 10;
  CHECK(shelves.filled.each_shelved("ada", Shelf::all, count).error().message == "library: gone");
  CHECK(visits == 12);  // the list of its own, and the one that could be filled
}
