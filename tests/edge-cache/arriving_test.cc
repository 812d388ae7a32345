// SPDX-License-Identifier: Apache-2.0
// Objects that take their time, break off, or are taken slowly, over sockets.
#include <atomic>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
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
  // Who comes while it is under way would share its end.
  const auto explained = [&] { return http_get(served.edge->status_port(), "/explain?url=http://test/s/2").body; };
  while (explained().find("\"fetch\":null") == std::string::npos) std::this_thread::yield();
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

TEST_CASE("several ranges of a cold object, and of one that arrives, are multipart") {
  Gate rest;
  Served served([&](const OriginServer::Exchange& asked) {
    CHECK(asked.head.find("Range: ") == std::string::npos);
    asked.send(ten("01234"));
    if (asked.path() == "/arrives") rest.wait();
    asked.send("56789");
    return true;
  });
  const auto check = [](const Response& answer) {
    CHECK(answer.status == 206);
    CHECK(answer.field("content-type").starts_with("multipart/byteranges; boundary="));
    CHECK(answer.body.find("Content-Range: bytes 0-1/10\r\n\r\n01\r\n--") != std::string::npos);
    CHECK(answer.body.find("Content-Range: bytes 8-9/10\r\n\r\n89\r\n--") != std::string::npos);
    CHECK(std::to_string(answer.body.size()) == answer.field("content-length"));
  };
  for (const char* round : {"cold", "stored"}) {
    CAPTURE(round);
    check(served.ask("/cold", {"Range: bytes=0-1,8-9"}));
  }
  Client leader(served.edge->port(), "GET /arrives HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
  REQUIRE(ends_with(leader.read_until("01234"), "01234"));
  HttpConnection first(served.edge->port());
  std::thread open([&] { rest.open(); });
  check(first.get("/arrives", {"Range: bytes=0-1,8-9"}));
  open.join();
  CHECK(served.origin.requests("/cold") + served.origin.requests("/arrives") == 2);
}

// A wait that polls, every half second as nginx does, would take as long for each of these: past the test's limit for all.
TEST_CASE("who waits is woken when something comes, also in another worker: 1,500 times one after the other") {
  constexpr std::size_t kObjects = 750;
  std::deque<Gate> beginnings(kObjects), ends(kObjects);
  Served served([&](const OriginServer::Exchange& asked) {
    const std::size_t object = std::stoul(asked.path().substr(1));
    beginnings[object].wait();
    asked.send(ten("01234"));
    ends[object].wait();
    asked.send("56789");
    return true;
  });
  for (std::size_t object = 0; object < kObjects; ++object) {
    const std::string ask = get("/" + std::to_string(object));
    Client one(served.edge->port(), ask), two(served.edge->port(), ask), three(served.edge->port(), ask);
    beginnings[object].open();
    for (Client* client : {&one, &two, &three}) REQUIRE(client->read_until("01234").ends_with("01234"));
    ends[object].open();
    for (Client* client : {&one, &two, &three}) REQUIRE(client->read_to_end().ends_with("\r\n\r\n0123456789"));
    REQUIRE(served.origin.requests("/" + std::to_string(object)) == 1);
  }
}

TEST_CASE("a body that breaks off, its readers gone or not, is whole in no tier, and is fetched again by both") {
  struct Row {
    const char* head;
    bool resets, readers_stay;
  };
  const char* const sized = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\n\r\n01234";
  const char* const chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n5\r\n01234\r\n";
  const Row row = GENERATE_COPY(Row{sized, false, true}, Row{sized, true, false}, Row{chunked, false, true}, Row{chunked, true, false});
  CAPTURE(row.head, row.resets, row.readers_stay);
  Gate gone;
  std::atomic<bool> is_well = false;
  Served shield([&](const OriginServer::Exchange& asked) {
    asked.send(is_well ? ten("0123456789") : row.head);
    if (is_well) return true;
    gone.wait();
    if (row.resets) asked.reset();
    return false;
  });
  EdgeFolder folder;
  const EdgeProcess edge(folder.path, shield.edge->port(), {"--name", "edge-1"});
  {
    Client one(edge.port(), get("/a")), two(edge.port(), get("/a")), direct(shield.edge->port(), get("/a"));
    for (Client* client : {&one, &two, &direct}) REQUIRE(client->read_until("01234").find("01234") != std::string::npos);
    if (row.readers_stay) gone.open();
    for (Client* client : {&one, &two, &direct}) {
      if (row.readers_stay) CHECK(is_visibly_broken(client->read_to_end()));
    }
  }
  gone.open();
  is_well = true;
  // A reader may come while the broken fetch is not yet over; what he gets is visibly broken, never a short answer that looks whole.
  for (const int port : {edge.port(), shield.edge->port()}) {
    std::string got;
    while (is_visibly_broken(got = Client(port, get("/a")).read_to_end())) std::this_thread::yield();
    CHECK(ends_with(got, "\r\n\r\n0123456789"));
  }
  CHECK(Client(edge.port(), get("/a")).read_to_end().find("edge-1; hit") != std::string::npos);
}

TEST_CASE("a worker's memory does not grow with readers who are slower than the origin") {
  const std::string body(20 << 20, 'x');
  Served served([&](const OriginServer::Exchange& asked) {
    asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    asked.send(body);
    return true;
  });
  REQUIRE(served.ask("/warm").body.size() == body.size());
  const auto memory = [&] {
    long kilobytes = 0;
    for (const pid_t worker : served.edge->workers()) {
      std::ifstream status("/proc/" + std::to_string(worker) + "/status");
      for (std::string line; std::getline(status, line);)
        if (line.starts_with("RssAnon:")) kilobytes += std::stol(line.substr(8));
    }
    return kilobytes;
  };
  const long before = memory();
  REQUIRE(before > 0);
  std::vector<std::unique_ptr<Client>> idle;
  for (int i = 0; i < 100; ++i) idle.push_back(std::make_unique<Client>(served.edge->port(), kAsk));
  REQUIRE(served.ask("/a").body.size() == body.size());  // all of it is there
  for (const auto& client : idle) REQUIRE(client->read_until("\r\n\r\n").starts_with("HTTP/1.1 200"));
  CHECK(memory() - before < 20480);  // 100 of them wait for 2 GB
}
