// SPDX-License-Identifier: Apache-2.0
#include "access/media_addresses.h"

#include <stdlib.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <thread>

#include "access/key_file.h"
#include "access/key_store.h"
#include "access/media_token.h"
#include "access/protection.h"
#include "tests/catch.h"

using namespace segue::access;
using namespace std::chrono_literals;

namespace {

struct Folder {
  Folder() { path = ::mkdtemp(name); }
  ~Folder() { std::filesystem::remove_all(path); }
  char name[40] = "/tmp/segue-addresses-XXXXXX";
  std::string path;
};

// "/t/TOKEN/v/<asset>/" → what an edge with the folder's keys says of it.
Refusal judged(const std::string& folder, const std::string& address, const std::string& path, std::int64_t now) {
  const std::string token = address.substr(3, address.find('/', 3) - 3);
  Asker asker;
  asker.method = "GET";
  asker.path = path;
  asker.now = now;
  return check_media_token(token, *load_keys(folder + "/keys"), asker).refusal;
}

}  // namespace

TEST_CASE("a token lives for one life at least and two at most, and for what is played in one go") {
  struct Row {
    std::int64_t now;
    std::chrono::seconds life, longer;
    std::int64_t expires;
  };
  const Row rows[] = {{0, 12h, 0s, 86400},      {43199, 12h, 0s, 86400},     {43200, 12h, 0s, 129600},         {43200, 12h, 1s, 133200},
                      {43200, 12h, 1h, 133200}, {43200, 12h, 3601s, 136800}, {1764100000, 10s, 0s, 1764100020}};
  for (const Row& row : rows) CHECK(expiry_of(row.now, row.life, row.longer) == row.expires);
}

TEST_CASE("an open home's addresses have no token") {
  const Folder home;
  const auto media = MediaAddresses::open(home.path).value();
  CHECK(media.folder("kindred-3f") == "/v/kindred-3f/");
  CHECK(media.hls("kindred-3f") == "/v/kindred-3f/master.m3u8");
  CHECK(media.dash("kindred-3f") == "/v/kindred-3f/manifest.mpd");
  CHECK(media.stretch() == 0);
  CHECK_FALSE(media.is_protected());
}

TEST_CASE("a protected home's addresses open one asset's folder, by the key that is in front") {
  const Folder home;
  REQUIRE(add_key(home.path + "/keys", "k1", Algorithm::hs256));
  REQUIRE(protect(home.path, "1h"));
  const auto media = MediaAddresses::open(home.path).value();
  const std::int64_t now = std::time(nullptr);
  const std::string address = media.folder("a");
  CHECK(address.starts_with("/t/s1.k1."));
  CHECK(address.ends_with("/v/a/"));
  CHECK(media.hls("a") == address + "master.m3u8");
  CHECK(media.stretch() > 0);
  CHECK(judged(home.path, address, "/v/a/g1/aac-64/1.m4s", now) == Refusal::none);
  CHECK(judged(home.path, address, "/v/a/g1/aac-64/1.m4s", now + 3600) == Refusal::none);
  CHECK(judged(home.path, address, "/v/a/g1/aac-64/1.m4s", now + 7200) == Refusal::expired);
  CHECK(judged(home.path, media.folder("a", 1h), "/v/a/x", now + 7200) == Refusal::none);
  CHECK(judged(home.path, address, "/v/b/x", now) == Refusal::path);
  // A new key signs from then on; a file that is gone leaves the last good one.
  REQUIRE(add_key(home.path + "/keys", "k2", Algorithm::hs256));
  const auto becomes = [&](const std::string& start) {
    for (int i = 0; i < 500 && !media.folder("a").starts_with(start); ++i)
      std::this_thread::sleep_for(10ms);  // the file is read once a second
    return media.folder("a").starts_with(start);
  };
  CHECK(becomes("/t/s1.k2."));
  std::filesystem::remove(home.path + "/keys");
  CHECK(media.folder("a").starts_with("/t/s1.k2."));
}

TEST_CASE("what a home remembers of its doors") {
  const Folder home;
  const std::string file = home.path + "/protected";
  CHECK_FALSE(protection_of(home.path).value());
  REQUIRE(protect(home.path, "12h"));
  CHECK(*protection_of(home.path).value() == 12h);
  CHECK(MediaAddresses::open(home.path).error().message == home.path + "/keys: No such file or directory");
  REQUIRE(add_key(home.path + "/keys", "a1", Algorithm::eddsa));
  CHECK(MediaAddresses::open(home.path).error().message == home.path + "/keys: no key that signs with HS256 (segue token --new-key ID)");
  // A damaged file is not an open door.
  std::ofstream(file, std::ios::trunc) << "soon\n";
  CHECK_FALSE(protection_of(home.path));
  CHECK_FALSE(MediaAddresses::open(home.path));
  REQUIRE(protect(home.path, ""));
  CHECK_FALSE(protection_of(home.path).value());
  REQUIRE(protect(home.path, ""));
}
