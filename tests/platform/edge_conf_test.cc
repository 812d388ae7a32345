// SPDX-License-Identifier: Apache-2.0
// The edge as the platform starts it: what a page from elsewhere, open in a listener's browser, may read of it.
#include <filesystem>
#include <string>

#include "tests/catch.h"
#include "tests/origin/http_client.h"
#include "tests/origin/nginx_server.h"
#include "tests/origin/store_fixture.h"

using namespace segue::test;

TEST_CASE("a page's script may read media and why there is none, not the figures of an edge on its listener's machine") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() + "/cache");
  const int port = free_port();
  const NginxServer edge(folder.path(), "edge-cache/conf/edge.conf.in",
                         {{"CACHE", folder.path() + "/cache"},
                          {"CACHE_SIZE", "1g"},
                          {"EDGE_PORT", std::to_string(port)},
                          {"OWN_PORT", std::to_string(port)},
                          {"ACCESS_KEYS", "off"},
                          {"WHEN_PROTECTED", "# "},
                          {"WHEN_OPEN", ""},
                          {"ORIGIN_PORT", "1"}},  // nobody listens there
                         port);
  struct Row {
    const char* path;
    int status;
    const char* readable_by;
  };
  const Row rows[] = {{"/health", 200, ""},
                      {"/metrics", 200, ""},
                      {"/explain?url=http://segue/v/a/1.m4s", 200, ""},
                      {"/explain?url=/v/a/1.m4s", 200, ""},
                      {"/", 404, ""},
                      {"/v/A", 400, "*"},
                      {"/v/%00", 400, "*"},
                      {"/v/a/master.m3u8", 503, "*"}};
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const Response answer = http_get(port, row.path);
    CHECK(answer.status == row.status);
    CHECK(answer.field("access-control-allow-origin") == row.readable_by);
  }
  // By a proxy on this machine the whole world comes from here.
  for (const char* trace : {"X-Forwarded-For: 127.0.0.1", "Forwarded: for=192.0.2.1", "Via: 1.1 p", "x-real-ip: 192.0.2.1"})
    for (const char* path : {"/metrics", "/explain?url=/v/a/1.m4s"}) {
      const Response refused = http_get(port, path, {trace});
      CHECK(refused.status == 403);
      CHECK(refused.body == "not with this token, or for this machine only\n");
    }
  const Response version = HttpConnection(port).raw("GET /v/a HTTP/9.9\r\nHost: h\r\n\r\n");
  CHECK(version.status == 505);
  CHECK(version.body == "expected HTTP/1.0 or HTTP/1.1\n");
}
