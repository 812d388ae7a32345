// SPDX-License-Identifier: Apache-2.0
#include "access/key_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "access/key_store.h"
#include "access/media_token.h"
#include "tests/access/keys.h"
#include "tests/catch.h"

using namespace segue::access;

namespace {

struct Folder {
  std::string path = std::filesystem::temp_directory_path() / "segue-keys-XXXXXX";
  Folder() { REQUIRE(::mkdtemp(path.data())); }
  ~Folder() { std::filesystem::remove_all(path); }
};

Refusal ask(KeyFile& file, const std::string& token, std::int64_t now) {
  Asker asker{"GET", "", "", "", "/v/a/1", "", "", "", now};
  return file.gate(now)->check({Carried::By::path, token, "", ""}, asker).refusal;
}

}  // namespace

TEST_CASE("keys rotate while an edge runs") {
  const Folder folder;
  const std::string path = folder.path + "/deeper/keys";
  KeyFile file(path, {});
  CHECK(ask(file, "s1.k1.x.y", 1) == Refusal::malformed);
  CHECK(file.take_complaint() == path + ": No such file or directory");

  REQUIRE(add_key(path, "k1", Algorithm::hs256));
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  const std::string first = issue(MediaGrant{100, "/v/a/", "", ""}, *load_keys(path)->signer(Algorithm::hs256)).value();
  CHECK(ask(file, first, 2) == Refusal::none);

  REQUIRE(add_key(path, "k2", Algorithm::hs256));
  const KeyRing both = load_keys(path).value();
  CHECK(both.signer(Algorithm::hs256)->id() == "k2");
  CHECK(ask(file, first, 3) == Refusal::none);
  CHECK(ask(file, issue(MediaGrant{100, "/v/a/", "", ""}, *both.find("k2")).value(), 3) == Refusal::none);

  REQUIRE(drop_key(path, "k1"));
  CHECK(ask(file, first, 3) == Refusal::none);  // looked at once a second
  CHECK(ask(file, first, 4) == Refusal::unknown_key);
  CHECK(drop_key(path, "k1").error().message == path + ": no key k1");
  CHECK(add_key(path, "k2", Algorithm::hs256).error().message == path + ": keys line 2: a second key k2");
}

TEST_CASE("a broken key file keeps the last good keys and says so once") {
  const Folder folder;
  const std::string path = folder.path + "/keys";
  REQUIRE(add_key(path, "k1", Algorithm::hs256));
  const std::string token = issue(MediaGrant{100, "/v/a/", "", ""}, *load_keys(path)->find("k1")).value();
  KeyFile file(path, {});
  CHECK(ask(file, token, 1) == Refusal::none);
  std::ofstream(path) << "nonsense\n";
  CHECK(ask(file, token, 2) == Refusal::none);
  CHECK(file.take_complaint() == path + ": keys line 1: expected ID ALGORITHM secret|private|public BASE64URL, found 1 words");
  CHECK(ask(file, token, 3) == Refusal::none);
  CHECK(file.take_complaint().empty());
  std::filesystem::remove(path);
  CHECK(ask(file, token, 4) == Refusal::none);
  CHECK(file.take_complaint() == path + ": No such file or directory");
}
