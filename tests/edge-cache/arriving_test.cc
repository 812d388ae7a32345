// SPDX-License-Identifier: Apache-2.0
// Objects that take their time, break off, or are taken slowly, over sockets.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "tests/catch.h"
#include "tests/edge-cache/served.h"

namespace fs = std::filesystem;
using namespace segue::test;

namespace {

// For the host of HttpConnection.
constexpr char kAsk[] = "GET /a HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n";

}  // namespace

TEST_CASE("a body that takes longer than the timeout, piece by piece, is one fetch") {
  std::atomic<int> sent = 0;
  Served served(
      [&](const OriginServer::Exchange& asked) {
        asked.send(ten(""));
        for (const char digit : std::string("0123456789")) {
          asked.send(std::string(1, digit));
          ++sent;
          std::this_thread::sleep_for(std::chrono::milliseconds(250));  // slow, each time within the timeout
        }
        return true;
      },
      {"--timeout", "1"});
  Client first(served.edge->port(), get("/a"));
  while (sent < 6) std::this_thread::yield();
  Client second(served.edge->port(), get("/a"));
  CHECK(ends_with(second.read_to_end(), "\r\n\r\n0123456789"));
  CHECK(ends_with(first.read_to_end(), "\r\n\r\n0123456789"));
  CHECK(served.origin.requests("/a") == 1);
}

TEST_CASE("ranges one after the other on one connection, while the object arrives and when it is there") {
  Gate rest;
  Served served([&](const OriginServer::Exchange& asked) {
    asked.send(ten("01234"));
    rest.wait();
    asked.send("56789");
    return true;
  });
  Client leader(served.edge->port(), kAsk);
  REQUIRE(ends_with(leader.read_until("01234"), "01234"));
  HttpConnection connection(served.edge->port());
  CHECK(connection.get("/a", {"Range: bytes=0-1"}).body == "01");
  CHECK(connection.get("/a", {"Range: bytes=2-4"}).body == "234");
  rest.open();
  CHECK(connection.get("/a", {"Range: bytes=5-"}).body == "56789");
  CHECK(connection.get("/a", {"Range: bytes=-2"}).body == "89");
  CHECK(connection.get("/a").body == "0123456789");
  CHECK(served.origin.requests("/a") == 1);
}

TEST_CASE("bytes of two versions never stand in one answer") {
  struct Row {
    const char* rest;  // what the origin answers to `Range: bytes=5-` with the first version's entity tag
  };
  const Row row = GENERATE(Row{"HTTP/1.1 200 OK\r\nETag: \"f\"\r\nContent-Length: 10\r\n\r\nabcdefghij"},
                           Row{"HTTP/1.1 206 P\r\nETag: \"f\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\nfghij"},
                           Row{"HTTP/1.1 206 P\r\nETag: \"e\"\r\nContent-Range: bytes 4-8/10\r\nContent-Length: 5\r\n\r\nefghi"},
                           Row{"HTTP/1.1 206 P\r\nETag: \"e\"\r\nContent-Range: bytes 5-9/11\r\nContent-Length: 5\r\n\r\nfghij"},
                           Row{"HTTP/1.1 416 No\r\nContent-Length: 0\r\n\r\n"});
  std::atomic<bool> is_new = false;
  Served served([&](const OriginServer::Exchange& asked) {
    if (is_new) {
      asked.send("HTTP/1.1 200 OK\r\nETag: \"f\"\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\n\r\nabcdefghij");
      return true;
    }
    const bool resumes = asked.head.find("Range: bytes=5-") != std::string::npos;
    asked.send(resumes ? std::string(row.rest) : ten("01234"));
    return resumes;  // else: closes in the middle
  });
  const std::string got = Client(served.edge->port(), kAsk).read_to_end();
  CAPTURE(row.rest, got);
  CHECK(is_visibly_broken(got));
  is_new = true;
  CHECK(served.ask("/a").body == "abcdefghij");
}

TEST_CASE("a fetch ahead that fails is nobody's failure") {
  const std::string failure =
      GENERATE("", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01");
  std::atomic<bool> is_well = false;
  Served served(
      [&](const OriginServer::Exchange& asked) {
        if (asked.path() == "/s/2" && !is_well) {
          asked.send(failure);
          return false;
        }
        asked.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\nLink: <2>; rel=next\r\n\r\n0123456789");
        return true;
      },
      {"--prefetch", "1m"});
  HttpConnection connection(served.edge->port());
  CHECK(connection.get("/s/1").body == "0123456789");
  while (served.origin.requests("/s/2") == 0) std::this_thread::yield();
  CHECK(connection.get("/s/1").body == "0123456789");
  is_well = true;
  CHECK(connection.get("/s/2").body == "0123456789");
}

TEST_CASE("who reads nothing keeps nobody waiting") {
  const std::string body(20 << 20, 'x');
  Served served([&](const OriginServer::Exchange& asked) {
    asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    asked.send(body);
    return true;
  });
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 8; ++i) idle.push_back(std::make_unique<Client>(served.edge->port(), kAsk));
  CHECK(served.ask("/a").body.size() == body.size());
  CHECK(served.origin.requests("/a") == 1);
  CHECK(idle.front()->read_to_end().ends_with(body));
}

TEST_CASE("the whole cache folder is deleted: requests are answered, and what was there is fetched again") {
  Served served([](const OriginServer::Exchange& asked) {
    asked.send(ten("0123456789"));
    return true;
  });
  REQUIRE(served.ask("/a").body == "0123456789");
  fs::remove_all(served.folder.path + "/cache");
  for (const char* target : {"/a", "/b", "/b", "/c"}) CHECK(served.ask(target).body == "0123456789");
}
