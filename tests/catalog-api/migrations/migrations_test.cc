// SPDX-License-Identifier: Apache-2.0
// Databases of every older version, opened by today's programs: nothing of what cannot be made again is lost, and the rest is right after
// the next scan.
#include <algorithm>

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/library/library.h"
#include "catalog-api/library/read.h"
#include "catalog-api/library/scan.h"
#include "catalog-api/playlists/playlists.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catalog-api/migrations/old_database.h"

using namespace segue;
using tests::asset_id;
using tests::make_asset;

namespace {

// On a server the older version could not exist: PostgreSQL came with the library's second.
std::vector<const char*> libraries() {
  std::vector<const char*> names{"library-1", "library-2", "library-3", "library-4"};
  if (tests::has_server()) names.erase(names.begin());
  return names;
}

// As the old worker had it, what the old library was made of; one is gone since, and one is new.
void publish_all(const std::filesystem::path& store) {
  const auto publish = [&](int number, media::Tags tags, const char* file = nullptr) {
    auto asset = make_asset(number, std::move(tags));
    if (file != nullptr) asset.source.file_name = file;
    tests::publish(store, asset);
  };
  publish(1, {{"title", {"Teardrop"}},
              {"artist", {"Massive Attack feat. Elizabeth Fraser"}},
              {"album", {"Mezzanine"}},
              {"track", {"3"}},
              {"date", {"1998"}},
              {"genre", {"Trip Hop"}},
              {"isrc", {"GBAAA9800322"}},
              {"lyrics", {"Love, love is a verb"}}});
  publish(2, {{"title", {"Angel"}},
              {"artist", {"Massive Attack"}},
              {"album", {"Mezzanine"}},
              {"track", {"1"}},
              {"artistsort", {"Attack, Massive"}}});
  publish(3, {{"title", {"Roads"}},
              {"artist", {"Portishead"}},
              {"album", {"Dummy"}},
              {"musicbrainz_track_id", {"6e6f6f74-0000-4000-8000-000000000003"}}});
  publish(4, {}, "04 Glory Box.flac");
  publish(5, {{"title", {"Sour Times"}}, {"artist", {"Portishead"}}, {"album", {"Hits"}}, {"compilation", {"1"}}});
  publish(7, {{"title", {"New"}}, {"artist", {"Somebody"}}, {"album", {"Else"}}});
}

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

// Everything that a reader sees but ids of artists and albums.
std::string content_of(library::Library& library) {
  std::string text;
  library::Reader reader(library.database(), library::kEverything);
  for (const auto& t : must(library::tracks(reader, {"ORDER BY a.id", {}}))) {
    text += t.id + '|' + t.title + '|' + t.sort + '|' + t.album_title + '|' + std::to_string(t.number) + '|' + std::to_string(t.year) + '|';
    for (const auto& person : t.people) text += person.name + '=' + person.role + ' ';
    for (const auto& genre : t.genres) text += genre + ' ';
    text += must(library::isrc(reader, t.row)) + '|' + must(library::lyrics(reader, t.row)) + '|' + t.musicbrainz + '|' +
            std::to_string(t.library) + '\n';
  }
  for (const auto& b : must(library::albums(reader, {"ORDER BY b.sort", {}}))) {
    text += b.title + '|' + b.artist_sort + '|' + std::to_string(b.songs) + '|' + std::to_string(b.seconds) + '|' + std::to_string(b.year);
    for (const auto& person : b.artists) text += '|' + person.name;
    text += '|' + b.cover + '|' + b.genre + '|' + std::to_string(b.library) + '\n';
  }
  for (const auto& p : must(library::artists(reader, {"ORDER BY p.sort", {}})))
    text += p.name + '|' + std::to_string(p.albums) + '|' + std::to_string(p.songs) + '|' + std::to_string(p.libraries) + '\n';
  for (const char* kind : {"artist", "album", "asset"})
    for (const auto& [row, names] : must(library::aliases(library.database(), kind, {0, 0, INT64_MAX})))
      for (const auto& name : names) text += std::string(kind) + ' ' + name + '\n';
  for (const auto& t : must(library::tracks_by_handle(reader, library::Handle::file, "04 glory box.flac"))) text += "file " + t.id + '\n';
  return text;
}

std::string scanned(library::Library& library, const std::string& store) {
  const auto report = must(library::Scanner(library, store).scan([] { return true; }));
  CHECK(report.errors.empty());
  return content_of(library);
}

struct Fixture {
  tests::Folder folder;
  service::DatabasePlace place = tests::place_in(folder.path().string());
  std::string store = folder / "store";
};

}  // namespace

TEST_CASE("a library of an older version keeps its ids and is right after the next scan") {
  for (const char* old : libraries()) {
    INFO(old);
    Fixture f, fresh;
    publish_all(f.store);
    tests::load_old(f.place.database("library"), old);
    auto library = must(library::Library::open(f.place.database("library")));
    CHECK(must(library.position()) == "1700000000000-0");
    CHECK(must(library.revision()) == 8);

    auto made_anew = must(library::Library::open(fresh.place.database("library")));
    CHECK(scanned(library, f.store) == scanned(made_anew, f.store));
    CHECK(must(library.revision()) > 8);
    library::Reader reader(library.database(), library::kEverything);
    const auto artist = [&](const char* id) { return must(library::artist(reader, id)).value_or(library::Artist{}).name; };
    const auto album = [&](const char* id) { return must(library::album(reader, id)).value_or(library::Album{}).title; };
    CHECK(artist("ar-kp7hyuzaeekpieymqjqg") == "Massive Attack");
    CHECK(artist("ar-3chrvripuuln3dw4cgpk") == "Portishead");
    CHECK(artist("ar-ufvx5vk4vnvpuyb3n2w7") == "Portishead");  // what it was called for a while
    CHECK(album("al-k2xaswvwvqn6e5eszjev") == "Mezzanine");
    CHECK(album("al-ikmlwpjokxcyr55piasf") == "Dummy");
    CHECK(album("al-k3hpqcd4f2p4jdjs7tmk") == "Dummy");
    CHECK(album("al-egvpznpgp5va6oy2liys").empty());  // its file is gone
    CHECK(must(library::Scanner(library, f.store).scan([] { return true; })).changed == 0);
    CHECK(must(library::Library::open(f.place.database("library"))).revision().value() == must(library.revision()));
  }
}

TEST_CASE("playlists of an older version keep their items, revisions and history") {
  struct Row {
    const char *old, *list, *revision;
  };
  for (const Row& row : {Row{"playlists-1", "pl-4ce6bxqmiwyyiaqtntpf", "2-f86a9820ff921b92"},
                         Row{"playlists-2", "pl-nyjs7qmqpxjeqlauihbn", "2-bc89dd4a152beae5"}}) {
    if (tests::has_server() && std::string_view(row.old) == "playlists-1") continue;
    INFO(row.old);
    Fixture f;
    tests::load_old(f.place.database("playlists"), row.old);
    auto playlists = must(playlists::Playlists::open(f.place));
    const auto list = std::get<playlists::Playlist>(must(playlists.get("ada", row.list)));
    CHECK(list.revision() == row.revision);
    CHECK(list.list.name == "Bristol");
    std::vector<std::string> tracks;
    for (const auto& item : list.list.items) tracks.push_back(item.track);
    CHECK(tracks == std::vector{asset_id(1), asset_id(2), asset_id(3), asset_id(6)});
    CHECK(std::get<std::vector<playlists::Logged>>(must(playlists.history("ada", row.list, INT64_MAX, 10))).size() == 2);
    CHECK(must(playlists.announced_since(0, "", 1000)).size() == 1);  // search is told of it
    const auto undone = std::get<playlists::Edited>(must(playlists.undo("ada", row.list, {})));
    CHECK(undone.now.list.items.empty());
  }
}

TEST_CASE("accounts of the first version keep passwords, app passwords and API keys") {
  static constexpr unsigned char kKeys[] = {0x4e, 0x15, 0x4f, 0xc2, 0xdd, 0xd2, 0xf8, 0x4e, 0x0c, 0x3e, 0x99, 0x42, 0x2c, 0x5a, 0xc6, 0x4f,
                                            0x59, 0x40, 0x75, 0x2b, 0x1c, 0xfe, 0x5b, 0xe2, 0xea, 0xbb, 0x35, 0xb1, 0xa2, 0x99, 0x84, 0xe9,
                                            0x3e, 0xf0, 0x18, 0x48, 0x4d, 0x97, 0x85, 0xc6, 0xf0, 0x0b, 0x5a, 0xda, 0xf3, 0x78, 0xb7, 0x85,
                                            0xb7, 0x91, 0xce, 0xba, 0x7e, 0xb1, 0x69, 0x8c, 0xc7, 0x5f, 0xe5, 0xec, 0xd6, 0xc0, 0x5b, 0x56};
  Fixture f;
  std::ofstream(f.folder / "accounts.key", std::ios::binary).write(reinterpret_cast<const char*>(kKeys), sizeof kKeys);
  tests::load_old(f.place.database("accounts"), "accounts-1");
  auto accounts = must(accounts::Accounts::open(f.place));
  CHECK(must(accounts.users()).size() == 2);
  CHECK(must(accounts.find("ADA")).value().role == "admin");
  CHECK(must(accounts.log_in("ada", "correct horse", "127.0.0.1")).value);
  const accounts::AppPasswordProof clear{accounts::AppPasswordProof::Kind::clear, "jis6ze2bu2mz3mfaoo6jfiblddiao6s7", {}};
  CHECK(must(accounts.check_app_password("ada", clear)).value);
  CHECK(must(accounts.identify("sgk_l2e2iajyvguc7mnmimahajujkx3amcia")).value().user.name == "ada");
  CHECK(must(accounts.add("carol", "password1", "listener")).value);
}
