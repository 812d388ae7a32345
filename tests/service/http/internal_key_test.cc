// SPDX-License-Identifier: Apache-2.0
#include "service/http/internal_key.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/catch.h"

namespace segue::service::http {
namespace {

struct Folder {
  Folder() {
    char name[] = "/tmp/segue-key-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

TEST_CASE("the key of a home: made once, its owner's alone, the same for whoever loads it") {
  const Folder folder;
  const auto first = InternalKey::load(folder.path + "/internal.key");
  REQUIRE(first);
  CHECK(first->text().size() == 64);
  CHECK(first->text().find_first_not_of("0123456789abcdef") == std::string::npos);
  struct stat file {};
  REQUIRE(::stat((folder.path + "/internal.key").c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
  const auto again = InternalKey::load(folder.path + "/internal.key");
  REQUIRE(again);
  CHECK(again->text() == first->text());
  const auto other = InternalKey::load(folder.path + "/other.key");
  REQUIRE(other);
  CHECK(other->text() != first->text());
  std::ofstream(folder.path + "/short.key") << "abc";
  CHECK(InternalKey::load(folder.path + "/short.key").error().message == folder.path + "/short.key: a key has 32 bytes, found 3");
  CHECK_FALSE(InternalKey::load(folder.path + "/none/x.key"));
}

TEST_CASE("who does not show the key is refused before anything is looked at") {
  const Folder folder;
  const auto key = InternalKey::load(folder.path + "/internal.key");
  REQUIRE(key);
  int asked = 0;
  const Handler handler = key->guards([&](const Request&) { return ++asked, Response::json("{}"); });
  std::string shorter = key->text(), wrong = key->text();
  shorter.pop_back();
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const std::string& forged : {std::string(), shorter, wrong, key->text() + "0", std::string(64, '0'), std::string(64, '\0')}) {
    Request request;
    request.headers.emplace_back("segue-internal-key", forged);
    const Response refused = handler(request);
    CHECK(refused.status == 403);
    CHECK(refused.content_type == "application/problem+json");
  }
  CHECK(handler(Request{}).status == 403);
  CHECK(asked == 0);
  Request request;
  request.headers.emplace_back("segue-internal-key", key->text());
  CHECK(handler(request).status == 200);
  CHECK(asked == 1);
}

}  // namespace
}  // namespace segue::service::http
