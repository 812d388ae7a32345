// SPDX-License-Identifier: Apache-2.0
#include "operator/purge_request.h"

#include "tests/catch.h"

using namespace segue;
using purge::Kind;

namespace {

const service::Home kHome{.root = "/srv/segue", .port = 9000, .public_url = "https://music.example"};

}  // namespace

TEST_CASE("what a body purges") {
  struct Row {
    const char* body;
    std::vector<purge::Order> orders;
    int seconds;
  };
  const Row rows[] = {
      {R"({"tag":"a"})", {{Kind::tag, "a", true}}, 5},
      {R"({"tag":["a","b"],"soft":true})", {{Kind::tag, "a", false}, {Kind::tag, "b", false}}, 5},
      {R"({"url":"http://h/x","timeout":0})", {{Kind::url, "http://h/x", true}}, 0},
      {R"({"url":["/v/a","https://music.example/v/b"]})",
       {{Kind::url, "http://segue/v/a", true}, {Kind::url, "http://segue/v/b", true}},
       5},
      {R"({"prefix":"h/v/","all":true,"timeout":60})", {{Kind::all, "", true}, {Kind::prefix, "h/v/", true}}, 60},
  };
  for (const Row& row : rows) {
    CAPTURE(row.body);
    const auto request = oper::parse_purge_request(row.body, kHome);
    REQUIRE(request.has_value());
    CHECK(request->orders == row.orders);
    CHECK(request->patience.count() == row.seconds);
  }
}

TEST_CASE("a body that purges nothing or is wrong is refused as a whole") {
  const std::pair<const char*, const char*> rows[] = {
      {"", "expected a JSON object"},
      {"[]", "expected a JSON object"},
      {"{}", "nothing to purge"},
      {R"({"all":false})", "nothing to purge"},
      {R"({"tag":[]})", "nothing to purge"},
      {R"({"tag":1})", "tag: expected a text"},
      {R"({"tag":[["a"]]})", "tag: expected a text"},
      {R"({"all":1})", "all: expected true or false"},
      {R"({"tag":"a b"})", "tag"},
      {R"({"url":"path"})", "url: expected http://HOST"},
      {R"({"tag":"a","timeout":61})", "timeout: expected 0 to 60"},
      {R"({"tag":"a","timeout":"5"})", "timeout"},
      {R"({"tag":"a","hard":true})", "found another name"},
  };
  for (const auto& [body, message] : rows) {
    CAPTURE(body);
    const auto request = oper::parse_purge_request(body, kHome);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().message.find(message) != std::string::npos);
  }
  std::string many = R"({"tag":["a")";
  for (std::size_t i = 0; i < oper::kMostOrders; ++i) many += ",\"a\"";
  CHECK_FALSE(oper::parse_purge_request(many + "]}", kHome).has_value());
}

TEST_CASE("what a body brings onto every edge, and what it does not say") {
  const auto good = oper::parse_preposition_request(R"({"url":["/v/a/master.m3u8","http://h/x"],"timeout":7})", kHome);
  REQUIRE(good.has_value());
  CHECK(good->orders == std::vector<purge::Order>{{Kind::fetch, "http://segue/v/a/master.m3u8", true}, {Kind::fetch, "http://h/x", true}});
  CHECK(good->patience.count() == 7);
  const std::pair<const char*, const char*> rows[] = {
      {"", "expected a JSON object"},           {"{}", "nothing to fetch"},
      {R"({"url":1})", "expected a text"},      {R"({"url":"path"})", "expected http://HOST"},
      {R"({"tag":"a"})", "found another name"}, {R"({"url":"/v/a","timeout":-1})", "timeout: expected 0 to 60"}};
  for (const auto& [body, message] : rows) {
    CAPTURE(body);
    const auto request = oper::parse_preposition_request(body, kHome);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().message.find(message) != std::string::npos);
  }
}
