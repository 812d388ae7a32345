// SPDX-License-Identifier: Apache-2.0
// Addresses that no player writes, as they arrive on the socket: each is 4xx, and the same worker answers afterwards.
#include "tests/catch.h"
#include "tests/origin/served.h"

using namespace segue;
using namespace segue::test;

TEST_CASE("hostile addresses get 4xx and a reason, and stay inside the store") {
  const Served served;
  const pid_t worker = served.nginx.worker();
  const std::string root = "/v/" + kServedId;
  write_file(served.store + "/secret.cmfa", "secret");
  const std::vector<std::string> table = {
      "/v/../secret.cmfa",
      "/v/..%2fsecret.cmfa",
      "/v/%2e%2e/secret.cmfa",
      "/v/%2e%2e%2fsecret.cmfa",
      "/v/%252e%252e%252fsecret.cmfa",
      "/v/..%5csecret.cmfa",
      "/v/secret.cmfa",
      "/v//secret.cmfa",
      "/v/./secret.cmfa",
      root + "/../secret.cmfa",
      root + "/g1/../../secret.cmfa",
      root + "/g1/../../secret/1.m4s",
      root + "/g1/..%2f..%2fsecret/1.m4s",
      root + "/g1/%2e%2e%2f%2e%2e%2fsecret/init.mp4",
      root + "/current/aac-128/1.m4s",
      root + "/g1/aac-128.cmfa",
      root + "/g1/aac%2d128/1.m4s",
      root + "/g1/aac-128%00/1.m4s",
      root + "/master.m3u8%00",
      root + "/g1/aac-128/1.m4s%0d%0aSet-Cookie:x",
      root + "/g1/aac-128/18446744073709551616.m4s",
      root + "/g1/aac-128/4294967297.m4s",
      root + "/g1/aac-128/67108865.m4s",
      root + "/g1/aac-128/-1.m4s",
      root + "/g1/aac-128/0x1.m4s",
      root + "/g1/aac-128/+1.m4s",
      root + "/g18446744073709551617/aac-128/1.m4s",
      root + "/g1/" + std::string(200, 'a') + "/1.m4s",
      root + "/g1/cover.svg",
      root + "/g1/cover.php",
      root + "/" + std::string(7000, 'a'),
      root + "/master.m3u8?" + std::string(7000, '&'),
      root + "/master.m3u8?codecs=%00",
      root + "/master.m3u8?max_bandwidth=-1",
      root + "/master.m3u8?max_bandwidth=99999999999999999999999999999999",
      root + "/master.m3u8?colour=red",
      "/v/\xff\xfe\xfd/master.m3u8",
      "/V/" + kServedId + "/master.m3u8",
      "/",
      "/etc/passwd",
  };
  for (const std::string& address : table) {
    INFO(address.substr(0, 100));
    const Response answer = http_get(served.nginx.port(), address);
    CHECK(answer.status >= 400);
    CHECK(answer.status < 500);
    CHECK(answer.body.size() > 5);
    CHECK(answer.body.find("secret") == std::string::npos);
    CHECK(answer.field("set-cookie").empty());
    CHECK(answer.field("content-type").rfind("text/plain", 0) == 0);
  }
  CHECK(served.get("/master.m3u8").status == 200);
  CHECK(served.nginx.worker() == worker);
}

TEST_CASE("broken request lines and a megabyte of path are refused") {
  const Served served;
  const pid_t worker = served.nginx.worker();
  const std::string root = "/v/" + kServedId;
  struct Row {
    std::string bytes;
    int status;
  };
  const std::vector<Row> table = {
      {"GET " + std::string(1 << 20, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
      {"GET " + root + "/" + std::string(1 << 20, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
      {"GET " + root + "/master.m3u8?" + std::string(1 << 20, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n", 414},
      {std::string("GET /v/\0/x HTTP/1.1\r\nHost: x\r\n\r\n", 33), 400},
      {"GET " + root + "/master.m3u8\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"GET " + root + "/master.m3u8 HTTP/1.1\r\n\r\n", 400},
      {"GET http://other/" + root + "/../../x HTTP/1.1\r\nHost: x\r\n\r\n", 404},
      {"\r\n\x16\x03\x01\x02\r\n\r\n", 400},
      {"GET " + root + "/g1/aac-128/1.m4s HTTP/1.1\r\nHost: x\r\nRange: bytes=" + std::string(20000, ',') + "\r\n\r\n", 400},
  };
  for (const Row& row : table) {
    INFO(row.bytes.substr(0, 80));
    const Response answer = HttpConnection(served.nginx.port()).raw(row.bytes);
    CHECK(answer.status == row.status);
    CHECK(answer.body.size() > 5);
  }
  CHECK(served.get("/master.m3u8").status == 200);
  CHECK(served.nginx.worker() == worker);
}

TEST_CASE("a range header of a thousand ranges costs no more than the segment") {
  const Served served;
  std::string ranges = "Range: bytes=0-";
  for (int i = 0; i < 1000; ++i) ranges += ",0-";
  const Response answer = served.get("/g1/aac-128/1.m4s", {ranges});
  CHECK((answer.status == 200 || answer.status == 416));
  CHECK(answer.body.size() <= served.get("/g1/aac-128/1.m4s").body.size());
}
