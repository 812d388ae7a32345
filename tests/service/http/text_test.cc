// SPDX-License-Identifier: Apache-2.0
// Targets, JSON, entity tags, cursors: no sockets.
#include <filesystem>
#include <fstream>

#include "service/http/conditional.h"
#include "service/http/cursor.h"
#include "service/http/json_writer.h"
#include "service/http/url.h"
#include "tests/catch.h"

namespace segue::service::http {
namespace {

TEST_CASE("targets") {
  const auto target = parse_target("/a/b%20c?x=1&y=a+b%26&x=2&&flag");
  REQUIRE(target);
  CHECK(target->path == "/a/b c");
  CHECK(target->query == Fields{{"x", "1"}, {"y", "a b&"}, {"x", "2"}, {"flag", ""}});
  for (const char* bad : {"", "a", "*", "http://x/", "/a/../b", "/a/%2e%2e/b", "/./a", "/a//b", "/%", "/%0a", "/a?%C3", "/\xFF"}) {
    INFO(bad);
    CHECK_FALSE(parse_target(bad));
  }
  CHECK_FALSE(parse_target("/" + std::string(kMaxTargetBytes, 'a')));
  std::string many = "/?";
  for (std::size_t i = 0; i <= kMaxQueryFields; ++i) many += "a&";
  CHECK_FALSE(parse_target(many));
  CHECK(percent_encode("a/ö ~") == "a%2F%C3%B6%20~");
}

TEST_CASE("UTF-8 is what RFC 3629 says") {
  CHECK(is_utf8("aöℵ𝄞"));
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xC3", "\xE2\x82", "\xF8\x88\x80\x80\x80"})
    CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("JSON") {
  JsonWriter json;
  json.begin_object()
      .field("a", 1)
      .field("b", "x\"\\\n\x01")
      .field("c", true)
      .key("d")
      .begin_array()
      .value(-5)
      .value(0.25)
      .null()
      .begin_object();
  json.end_object().end_array().field("e", std::string("bad \xFF\xC3 ö")).field("f", 1.0 / 0.0).end_object();
  CHECK(json.text() ==
        "{\"a\":1,\"b\":\"x\\\"\\\\\\u000a\\u0001\",\"c\":true,\"d\":[-5,0.25,null,{}],\"e\":\"bad \uFFFD\uFFFD ö\",\"f\":null}");
}

TEST_CASE("entity tags") {
  CHECK(etag_of("a") == etag_of("a"));
  CHECK(etag_of("a") != etag_of("b"));
  CHECK(lists_etag("*", "\"1\""));
  CHECK(lists_etag("\"0\" , W/\"1\"", "\"1\""));
  CHECK_FALSE(lists_etag("\"11\"", "\"1\""));
  CHECK_FALSE(lists_etag("", "\"1\""));
}

TEST_CASE("a cursor opens as it was sealed, for its purpose, with its key, and unchanged") {
  const auto folder = std::filesystem::temp_directory_path() / ("segue-cursor-" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const auto seal = CursorSeal::load(folder / "key"), again = CursorSeal::load(folder / "key"), other = CursorSeal::load(folder / "other");
  REQUIRE((seal && again && other));
  const std::vector<std::string> fields{"björk", "", std::string("\0x", 2)};
  std::string cursor = seal->seal("albums", fields);
  CHECK(again->open("albums", cursor) == fields);
  CHECK_FALSE(seal->open("tracks", cursor));
  CHECK_FALSE(other->open("albums", cursor));
  CHECK_FALSE(seal->open("albums", ""));
  CHECK_FALSE(seal->open("albums", std::string(5000, 'A')));
  for (std::size_t i = 0; i + 1 < cursor.size(); ++i) {
    std::string forged = cursor;
    forged[i] = forged[i] == 'A' ? 'B' : 'A';
    CHECK_FALSE(seal->open("albums", forged));
  }
  std::ofstream(folder / "short") << "abc";
  CHECK_FALSE(CursorSeal::load(folder / "short"));
  CHECK_FALSE(CursorSeal::load(folder / "none" / "key"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace segue::service::http
