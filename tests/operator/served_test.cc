// SPDX-License-Identifier: Apache-2.0
// The operator's API of a running platform, through the gateway.
#include "tests/catch.h"
#include "tests/origin/http_client.h"
#include "tests/platform/platform_fixture.h"

using namespace segue::test;
using nlohmann::json;

namespace {

const std::string kMaster = "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/master.m3u8";
const std::string kApi = "/api/v1/operator/";

Response ask(int port, const std::string& method, const std::string& target, const std::vector<std::string>& lines,
             const std::string& body = "") {
  std::string request = method + ' ' + target + " HTTP/1.1\r\n";
  for (const std::string& line : lines) request += line + "\r\n";
  if (method == "POST") request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return HttpConnection(port).raw(request + "\r\n" + body);
}

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace

TEST_CASE("who sits here may look; everything else wants a token; a purge is applied") {
  const Platform platform;
  const Ran up = platform.segue("up");
  INFO(up.text);
  REQUIRE(up.code == 0);
  publish(platform.home() + "/store", {});
  const int port = platform.port();
  const std::string here = "Host: 127.0.0.1:" + std::to_string(port);

  struct Row {
    std::vector<std::string> lines;
    int status;
  };
  const Row rows[] = {
      {{here}, 200},
      {{"Host: localhost"}, 200},
      {{"Host: music.example"}, 401},                 // a name of somebody else that leads here
      {{here, "X-Forwarded-For: 203.0.113.7"}, 401},  // a proxy in between
      {{here, "Via: 1.1 tls"}, 401},
      {{"Host: music.example", "X-Segue-Near: 1"}, 401},  // only the gateway says so
      {{here, "Authorization: Bearer x"}, 401},
  };
  for (const Row& row : rows) {
    CAPTURE(row.lines.back());
    for (const char* what : {"metrics", "top", "status"}) CHECK(ask(port, "GET", kApi + what, row.lines).status == row.status);
  }
  CHECK(ask(port, "POST", kApi + "purges", {here}, R"({"all":true})").status == 401);

  REQUIRE(platform.segue("token --new-key ops --algorithm EdDSA").code == 0);
  const auto token = [&](const std::string& scope) {
    return "Authorization: Bearer " + trimmed(platform.segue("token --api " + scope + " --subject test").text);
  };
  const std::string reads = token("edge:read"), purges = token("edge:purge");
  CHECK(ask(port, "GET", kApi + "status", {"Host: music.example", reads}).status == 200);
  CHECK(ask(port, "POST", kApi + "purges", {here, reads}, R"({"all":true})").status == 403);

  CHECK(http_get(port, kMaster).status == 200);
  const std::string explain = kApi + "explain?url=" + kMaster;
  CHECK(json::parse(ask(port, "GET", explain, {here}).body).at("would") == "hit");
  const json told = json::parse(platform.segue("edge explain --json http://127.0.0.1:" + std::to_string(port) + kMaster + "?CMCD=bs").text);
  CHECK(told.at("url") == "segue" + kMaster);
  CHECK(told.at("would") == "hit");
  const Response purged = ask(port, "POST", kApi + "purges", {"Host: music.example", purges}, R"({"url":"http://segue)" + kMaster + "\"}");
  INFO(purged.body);
  CHECK(purged.status == 200);
  const json outcome = json::parse(purged.body);
  CHECK(outcome.at("edges") == 1);
  CHECK(outcome.at("applied") == 1);
  CHECK(outcome.at("missing").empty());
  CHECK(json::parse(ask(port, "GET", explain, {here}).body).at("state") == "absent");
  CHECK(ask(port, "POST", kApi + "purges", {here, purges}, R"({"tag":1})").status == 400);

  const std::string bring = R"({"url":")" + kMaster + R"("})";
  CHECK(ask(port, "POST", kApi + "prepositions", {here, reads}, bring).status == 403);
  CHECK(ask(port, "POST", kApi + "prepositions", {here, purges}, R"({"url":"x"})").status == 400);
  const Response brought = ask(port, "POST", kApi + "prepositions", {"Host: music.example", purges}, bring);
  INFO(brought.body);
  CHECK(brought.status == 200);
  CHECK(json::parse(brought.body).at("done") == 1);
  CHECK(json::parse(brought.body).at("objects") > 1);
  CHECK(json::parse(brought.body).at("failed") == 0);
  CHECK(json::parse(ask(port, "GET", explain, {here}).body).at("would") == "hit");

  const json status = json::parse(ask(port, "GET", kApi + "status", {here}).body);
  CHECK(status.at("silent_edges").empty());
  CHECK(service_in(status, "edge").at("healthy") == true);
  CHECK(status.at("edges").size() == 1);
  CHECK(ask(port, "GET", kApi + "metrics", {here}).body.find("\nsegue_edge_purged_total 1\n") != std::string::npos);
}
