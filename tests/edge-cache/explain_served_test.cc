// SPDX-License-Identifier: Apache-2.0
// A running edge explains; and `segue edge explain` asks it.
#include <stdlib.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/catch.h"
#include "tests/edge-cache/edge_process.h"
#include "tests/edge-cache/origin_server.h"
#include "tests/edge-cache/printed.h"
#include "tests/machine/one_core.h"
#include "tests/origin/http_client.h"

using namespace segue::test;
using nlohmann::json;

namespace {

Printed segue_edge(const std::string& arguments) {
  std::string command = EDGE " ";
  command += arguments + " 2>&1";  // in one expression GCC 14 sees a copy out of bounds
  return printed_by(command);
}

}  // namespace

TEST_CASE("a running edge explains why an address is a hit") {
  char name[] = "/tmp/segue-edge-explain-XXXXXX";
  const std::string folder = ::mkdtemp(name);
  {
    OriginServer origin([](const OriginServer::Exchange& asked) {
      asked.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=600\r\nSurrogate-Key: a b\r\n\r\nhello");
      return true;
    });
    const EdgeProcess edge(folder, origin.port());
    const std::string url = "http://test/song.m4s?x=1&y=2";
    const std::string port = std::to_string(edge.status_port()), command = "explain --status " + port;

    const Printed before = segue_edge(command + " --json '" + url + "'");
    CAPTURE(before.text);
    REQUIRE(before.code == 0);
    CHECK(json::parse(before.text)["state"] == "absent");
    CHECK(origin.requests("/song.m4s?x=1&y=2") == 0);

    CHECK(http_get(edge.port(), "/song.m4s?x=1&y=2").body == "hello");
    const json after = json::parse(segue_edge(command + " --json '" + url + "'").text);
    CHECK(after["url"] == "test/song.m4s?x=1&y=2");
    CHECK(after["would"] == "hit");
    CHECK(after["stored"]["tags"] == json({"a", "b"}));
    CHECK(after["stored"]["ttl"].get<int>() > 500);
    CHECK(segue_edge(command + " '" + url + "'").text.find("a hit: answered from the cache") != std::string::npos);

    // What is not served to listeners: no status address, no explanation; and nothing that cannot be asked for.
    CHECK(http_get(edge.port(), "/explain?url=/song.m4s").body == "hello");
    struct Row {
      const char* target;
      int status;
    };
    for (const Row row : {Row{"/explain", 400},
                          {"/explain?url=", 400},
                          {"/explain?url=a%20b/", 400},
                          {"/explain?url=host", 400},
                          {"/metrics", 200},
                          {"/x", 404}}) {
      CAPTURE(row.target);
      CHECK(http_get(edge.status_port(), row.target).status == row.status);
    }
    CHECK(segue_edge("explain").code == 2);
    CHECK(segue_edge("explain --status 1 http://h/").code == 1);
    struct Asked {
      std::string options;
      int code;
    };
    for (const Asked& row : {Asked{"--status 127.0.0.1:" + port, 0},
                             {"-s localhost:" + port, 0},
                             {"--port " + port, 0},
                             {"-p " + port, 0},
                             {"--status 10.0.0.1:" + port, 2},
                             {"--status 127.0.0.1", 2},
                             {"--status 65536", 2},
                             {"--status banana", 2},
                             {"--status " + port + " --port " + port, 2}}) {
      CAPTURE(row.options);
      CHECK(segue_edge("explain " + row.options + " http://test/x").code == row.code);
    }
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("an edge has as many workers as it may use cores") {
  const OneCore pinned;
  CHECK(segue_edge("--origin http://127.0.0.1 --print").text.find("\nworker_processes 1;\n") != std::string::npos);
  CHECK(segue_edge("--origin http://127.0.0.1 --workers 3 --print").text.find("\nworker_processes 3;\n") != std::string::npos);
}
