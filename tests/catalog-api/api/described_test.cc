// SPDX-License-Identifier: Apache-2.0
// The description and the server agree; events tell what changed; a request that is sent twice is done once.
#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;
using tests::asset_id;
using tests::make_asset;
using tests::Running;

TEST_CASE("what is not as described is found") {
  const tests::Described described(json::parse(R"({
    "paths":{"/a/{id}":{"get":{"responses":{"200":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}}},
    "components":{"responses":{"Problem":{"content":{"application/problem+json":{"schema":{"$ref":"#/components/schemas/P"}}}}},
      "schemas":{"A":{"type":"object","required":["role"],"properties":{"role":{"type":"string","enum":["editor","viewer"]},
        "all":{"type":"array","items":{"type":["integer","null"]}}}},
        "P":{"type":"object","required":["status"],"properties":{"status":{"type":"integer"}}}}}})"));
  const std::pair<const char*, const char*> answers[] = {
      {R"({"role":"viewer","all":[1,null]})", ""},
      {R"({"role":"king"})", R"(/role: expected one of ["editor","viewer"], found "king")"},
      {R"({"role":7})", R"(/role: expected "string", found 7)"},
      {R"({"role":"viewer","all":[1,"2"]})", R"(/all/1: expected ["integer","null"], found "2")"},
      {R"({"role":"viewer","more":1})", "/more: not described"},
      {"{}", ": no role"},
      {"", R"(: expected "object", found <discarded>)"},
  };
  for (const auto& [body, wrong] : answers) CHECK(described.check("GET", "/a/1?b=c", 200, body) == wrong);
  CHECK(described.check("GET", "/a/1", 201, "{}") == "get /a/{id}: status 201 is not described");
  CHECK(described.check("GET", "/b", 200, "{}") == "get /b: not described");
  const std::tuple<int, const char*, const char*, const char*> refusals[] = {
      {404, "application/problem+json", R"({"status":404})", ""},
      {404, "application/problem+json", R"({"status":400})", "/status: expected 404, found 400"},
      {404, "application/problem+json", "{}", ": no status"},
      {404, "application/json", R"({"status":404})", "a refusal of type 'application/json'"},
      {404, "", "", "a refusal of type ''"},
  };
  for (const auto& [status, type, body, wrong] : refusals) CHECK(described.check_problem(status, type, body) == wrong);
}

TEST_CASE("every described operation is served") {
  Running running;
  running.start();
  const auto openapi = running.json("/api/v1/openapi.json");
  CHECK(openapi["openapi"] == "3.1.0");
  std::size_t operations = 0;
  for (const auto& [path, methods] : openapi["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      if (path == "/api/v1/events") continue;  // never ends
      ++operations;
      std::string target, verb = method;
      for (std::size_t i = 0; i < path.size(); ++i) {
        target += path[i] == '{' ? 'x' : path[i];
        if (path[i] == '{') i = path.find('}', i);
      }
      for (char& c : verb) c = static_cast<char>(std::toupper(c));
      CAPTURE(verb, target);
      const auto answer = running.send(verb, target, "");
      CHECK(answer.status != 405);
      CHECK(answer.body.find("nothing is served there") == std::string::npos);
      for (const auto& schema : {operation.value("requestBody", json::object())}) {
        if (schema.empty() || !schema["content"].contains("application/json")) continue;
        const std::string name = schema["content"]["application/json"]["schema"]["$ref"];
        CHECK(openapi["components"]["schemas"].contains(name.substr(name.rfind('/') + 1)));
      }
    }
  CHECK(operations >= 37);
}

TEST_CASE("events: the latest of each kind at once, then each change") {
  Running running;
  running.publish(make_asset(1, {{"title", {"One"}}}));
  running.start();
  tests::Client client(running.catalog->port());
  client.send("GET /api/v1/events HTTP/1.1\r\nHost: t\r\n\r\n");
  CHECK(client.receive(true).fields.at("content-type") == "text/event-stream");
  CHECK(client.read_until("\n\n") == "event: library\ndata: {\"revision\":1}\n\n");
  running.publish(make_asset(2, {{"title", {"Two"}}}));  // no Redis here: the next scan finds it
  CHECK(client.read_until("\n\n") == "event: library\ndata: {\"revision\":2}\n\n");
  const std::string ada = running.log_in("ada");
  CHECK(running.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", ada).status == 201);
  CHECK(client.read_until("\n\n") == "event: playlists\ndata: {\"changes\":1}\n\n");
  running.stop();  // ends the stream at once
  CHECK(client.at_end());
}

TEST_CASE("a request that is sent twice with one key is done once") {
  Running running;
  running.start();
  const std::string ada = running.log_in("ada"), bob = running.log_in("bob"), key = "Idempotency-Key: k1\r\n";
  const auto first = running.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", ada + key);
  const auto again = running.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", ada + key);
  CHECK((first.status == 201 && again.status == 201 && first.body == again.body));
  CHECK((again.fields.at("idempotency-replayed") == "true" && again.fields.at("location") == first.fields.at("location")));
  CHECK(running.send("POST", "/api/v1/playlists", R"({"name":"Other"})", ada + key).status == 422);
  CHECK(running.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", bob + key).body != first.body);
  const auto import = [&](const char* name) {
    return running.send("POST", std::string("/api/v1/playlists/import?name=") + name, "#EXTM3U\na.flac\n", bob + "Idempotency-Key: k3\r\n");
  };
  CHECK((import("a").status == 201 && import("b").status == 422 && import("a").fields.at("idempotency-replayed") == "true"));
  CHECK(running.send("POST", "/api/v1/playlists", "{}", ada + "Idempotency-Key: " + std::string(200, 'x') + "\r\n").status == 400);
  CHECK(json::parse(running.get("/api/v1/playlists", ada).body)["playlists"].size() == 1);
  const std::string at = first.fields.at("location"), edit = R"({"operations":[{"op":"add","items":[{"track":"a"}]}]})";
  CHECK(running.send("PATCH", at, edit, ada + "Idempotency-Key: k2\r\n").status == 200);
  CHECK(running.send("PATCH", at, edit, ada + "Idempotency-Key: k2\r\n").status == 200);
  CHECK(json::parse(running.get(at, ada).body)["count"] == 1);
}
