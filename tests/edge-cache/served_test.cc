// SPDX-License-Identifier: Apache-2.0
// `segue edge` with two workers in front of an origin that misbehaves on command.
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "tests/catch.h"
#include "tests/edge-cache/printed.h"
#include "tests/edge-cache/purge/redis_server.h"
#include "tests/edge-cache/served.h"
#include "tests/origin/nginx_server.h"

namespace fs = std::filesystem;
using namespace segue::test;

namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Behind that name in a file of /proc.
long number_in(const std::string& path, const std::string& name) {
  const std::string text = content_of(path);
  const std::size_t at = text.find(name);
  return at == std::string::npos ? -1 : std::stol(text.substr(at + name.size()));
}

// Of the processor's time, in user mode and in the kernel (proc(5): the 14th and the 15th field of stat).
long ticks_of(pid_t process) {
  const std::string text = content_of("/proc/" + std::to_string(process) + "/stat");
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  long user = 0, system = 0;
  fields >> user >> system;
  return user + system;
}

}  // namespace

TEST_CASE("a hundred clients, one request to the origin, and all read while it arrives") {
  Gate first_half, second_half;
  Served served([&](const OriginServer::Exchange& asked) {
    first_half.wait();
    asked.send(ten("01234"));
    second_half.wait();
    asked.send("56789");
    return true;
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(std::make_unique<Client>(served.edge->port(), get("/a")));
  clients.push_back(std::make_unique<Client>(served.edge->port(), get("/a", "Range: bytes=1-3\r\n")));
  first_half.open();
  CHECK(ends_with(clients.back()->read_until("123"), "\r\n\r\n123"));
  CHECK(clients.back()->read_until("123").starts_with("HTTP/1.1 206"));
  clients.pop_back();
  for (const auto& client : clients) CHECK(ends_with(client->read_until("01234"), "\r\n\r\n01234"));
  second_half.open();
  for (const auto& client : clients) CHECK(ends_with(client->read_to_end(), "\r\n\r\n0123456789"));
  CHECK(Client(served.edge->port(), get("/a")).read_to_end().find("Cache-Status: segue-edge; hit") != std::string::npos);
  CHECK(served.origin.requests("/a") == 1);
}

TEST_CASE("an answer that cannot be stored does not make the others wait") {
  Gate answered;
  Served served([&](const OriginServer::Exchange& asked) {
    answered.wait();
    asked.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: no-store\r\n\r\nhi");
    return true;
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(std::make_unique<Client>(served.edge->port(), get("/a")));
  answered.open();
  for (const auto& client : clients) CHECK(ends_with(client->read_to_end(), "\r\n\r\nhi"));
  CHECK(served.origin.requests("/a") == 20);
}

TEST_CASE("whoever asked first may leave") {
  Gate asked_once, rest;
  Served served([&](const OriginServer::Exchange& asked) {
    asked.send(ten("01234"));
    asked_once.open();
    rest.wait();
    asked.send("56789");
    return true;
  });
  {
    Client first(served.edge->port(), get("/a"));
    asked_once.wait();
    first.read_until("01234");
  }
  Client second(served.edge->port(), get("/a"));
  rest.open();
  CHECK(ends_with(second.read_to_end(), "\r\n\r\n0123456789"));
  CHECK(served.origin.requests("/a") == 1);
}

TEST_CASE("origins that fail") {
  std::atomic<int> count = 0;
  Served served([&](const OriginServer::Exchange& asked) {
    const std::string path = asked.path();
    const bool resumes = asked.head.find("Range: bytes=5-") != std::string::npos;
    if (path == "/garbage") asked.send("\x16\x03\x01 this is not HTTP\r\n\r\n");
    if (path == "/fields") {
      std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n";
      for (int i = 0; i < 5000; ++i) head += "X-Field-" + std::to_string(i) + ": some value\r\n";
      asked.send(head + "\r\nx");
    }
    if (path == "/short") asked.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\n\r\n01234");
    if (path == "/chunked") asked.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n5\r\n01234\r\n");
    if (path == "/reset" && resumes) {
      asked.send("HTTP/1.1 206 Partial\r\nETag: \"e\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789");
      return true;
    }
    if (path == "/reset") asked.send(ten("01234"));
    if (path == "/stale" && count++ == 0) {
      asked.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=0, stale-if-error=60\r\nETag: \"e\"\r\n\r\nok");
      return true;
    }
    if (path == "/error" && count++ < 100) {
      asked.send("HTTP/1.1 503 Unavailable\r\nContent-Length: 4\r\n\r\nbusy");
      return true;
    }
    return false;
  });
  CHECK(served.ask("/garbage").status == 502);
  CHECK(served.ask("/fields").status == 502);
  CHECK(served.ask("/nothing").status == 502);
  for (int i = 1; i <= 2; ++i) {
    CHECK(is_visibly_broken(Client(served.edge->port(), get("/short")).read_to_end()));
    CHECK(served.origin.requests("/short") == i);
    CHECK(is_visibly_broken(Client(served.edge->port(), get("/chunked")).read_to_end()));
    CHECK(served.origin.requests("/chunked") == i);
  }
  CHECK(served.ask("/reset").body == "0123456789");
  CHECK(served.ask("/stale").body == "ok");
  const Response stale = served.ask("/stale");
  CHECK(stale.body == "ok");
  CHECK(stale.field("cache-status").ends_with("detail=stale-if-error"));
  const Response error = served.ask("/error");
  CHECK(error.status == 503);
  CHECK(error.body == "busy");
}

TEST_CASE("methods, conditions and bodies that are not GET") {
  Served served([](const OriginServer::Exchange& asked) {
    const bool post = asked.head.starts_with("POST");
    asked.send(post ? "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone" : ten(asked.head.starts_with("HEAD") ? "" : "0123456789"));
    return !post;
  });
  CHECK(served.ask("/a").body == "0123456789");
  CHECK(served.ask("/a", {"If-None-Match: \"e\""}).status == 304);
  CHECK(served.ask("/a", {"Range: bytes=20-"}).status == 416);
  const Response parts = served.ask("/a", {"Range: bytes=0-0,-1"});
  CHECK(parts.status == 206);
  CHECK(parts.body.find("Content-Range: bytes 9-9/10\r\n\r\n9\r\n--") != std::string::npos);
  HttpConnection connection(served.edge->port());
  CHECK(connection.request("HEAD", "/a").field("content-length") == "10");
  CHECK(connection.request("HEAD", "/b").field("content-length") == "10");
  CHECK(served.origin.requests("/a") == 1);
  CHECK(connection.request("POST", "/a", {"Content-Length: 0"}).body == "done");
  CHECK(connection.get("/a").field("cache-status").starts_with("segue-edge; fwd=uri-miss"));
}

TEST_CASE("what comes next is fetched before it is asked for, once, and leads to nothing further") {
  Gate third;
  Served served(
      [&](const OriginServer::Exchange& asked) {
        if (asked.path() == "/s/3") third.wait();
        const int number = asked.path()[3] - '0';
        asked.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\nLink: <" + std::to_string(number + 1) +
                   ">; rel=next\r\n\r\n0123456789");
        return true;
      },
      {"--prefetch", "1m"});
  const auto asked_for = [&](const std::string& path) {
    while (served.origin.requests(path) == 0) std::this_thread::yield();
  };
  const auto ask = [&](const std::string& path, const std::string& fields = "") {
    return Client(served.edge->port(), get(path, fields)).read_to_end();
  };
  for (int i = 0; i < 10; ++i) CHECK(ends_with(ask("/s/1"), "\r\n\r\n0123456789"));
  asked_for("/s/2");
  CHECK(ends_with(ask("/s/2"), "\r\n\r\n0123456789"));
  CHECK(served.origin.requests("/s/2") == 1);
  asked_for("/s/3");  // because of the listener, not because of the fetch
  Client early(served.edge->port(), get("/s/3"));
  third.open();
  CHECK(ends_with(early.read_to_end(), "\r\n\r\n0123456789"));
  CHECK(served.origin.requests("/s/3") == 1);
  // A player's word comes first, and does not reach outside of its folder's neighbours.
  CHECK(ask("/s/6", "CMCD-Request: nor=\"8\"\r\n").starts_with("HTTP/1.1 200"));
  asked_for("/s/8");
  CHECK(served.origin.requests("/s/7") == 0);
}

TEST_CASE("whatever an edge refuses it refuses in one line of text") {
  Served served([](const OriginServer::Exchange& asked) {
    if (asked.path() == "/404") asked.send("HTTP/1.1 404 X\r\nContent-Length: 6\r\nContent-Type: text/html\r\n\r\n<html>");
    return false;  // closes without a word
  });
  struct Row {
    bool status_server;
    std::string bytes;
    int status;
    const char* body;
  };
  const std::string long_field = "X: " + std::string(200000, 'x'), rest = " HTTP/1.1\r\nHost: h\r\n\r\n";
  const Row rows[] = {
      {false, "nonsense\r\n\r\n", 400, "not an HTTP request that can be answered\n"},
      {false, "GET /a HTTP/1.1\r\n\r\n", 400, "not an HTTP request that can be answered\n"},
      {false, "GET /a HTTP/1.1\r\nHost: h\r\n" + long_field + "\r\n\r\n", 400, "not an HTTP request that can be answered\n"},
      {false, "GET /.segue-edge/400" + rest, 404, "this address is the edge's own\n"},
      {false, "GET /.segue-edge/x" + rest, 404, "this address is the edge's own\n"},
      {false, "TRACE /a" + rest, 405, "this method is not forwarded\n"},
      {false, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n", 413, "expected a body of at most 64 MB\n"},
      {false, "GET /" + std::string(200000, 'x') + rest, 414, "address too long\n"},
      {false, "GET /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: x\r\n\r\n", 501, "expected a transfer coding that HTTP/1.1 has\n"},
      {false, "GET /a" + rest, 502, "the origin does not answer, and the edge has no copy\n"},
      {false, "GET /a HTTP/1.1\r\nHost: h\r\nCache-Control: only-if-cached\r\n\r\n", 504,
       "no answer from the origin in time, and no copy that may be used\n"},
      {false, "GET /a HTTP/9.9\r\nHost: h\r\n\r\n", 505, "expected HTTP/1.0 or HTTP/1.1\n"},
      {true, "nonsense\r\n\r\n", 400, "expected an address that the edge keeps: /explain?url=http://HOST/PATH\n"},
      {true, "GET /explain" + rest, 400, "expected an address that the edge keeps: /explain?url=http://HOST/PATH\n"},
      {true, "GET /metrics HTTP/1.1\r\nHost: h\r\nVia: 1.1 p\r\n\r\n", 403, "for this machine only\n"},
      {true, "GET /x" + rest, 404, "expected /metrics or /explain?url=\n"},
      {true, "PUT /metrics HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 405, "expected GET or HEAD\n"},
      {true, "PUT /metrics HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n", 413, "a request here has no body\n"},
      {true, "GET /" + std::string(200000, 'x') + rest, 414, "address too long\n"},
      {true, "GET /metrics HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: x\r\n\r\n", 501, "expected a transfer coding that HTTP/1.1 has\n"},
      {true, "GET /metrics HTTP/9.9\r\nHost: h\r\n\r\n", 505, "expected HTTP/1.0 or HTTP/1.1\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.status_server, row.bytes.substr(0, 60), row.bytes.size());
    const Response answer = HttpConnection(row.status_server ? served.edge->status_port() : served.edge->port()).raw(row.bytes);
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.body);
    CHECK(answer.field("content-type") == "text/plain");
  }
  CHECK(served.ask("/404").body == "<html>");  // the origin's own goes through
}

TEST_CASE("what is stale is answered while it is asked for again, on a connection that goes on at once") {
  Gate over;
  std::atomic<int> count = 0;
  Served served([&](const OriginServer::Exchange& asked) {
    if (count++ > 0) over.wait();
    asked.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=0, stale-while-revalidate=60\r\nETag: \"e\"\r\n\r\nok");
    return true;
  });
  CHECK(served.ask("/a").body == "ok");
  HttpConnection connection(served.edge->port());
  for (int i = 0; i < 3; ++i) {  // none of them waits for the origin, which answers only when they are through
    const Response stale = connection.get("/a");
    CHECK(stale.body == "ok");
    CHECK(ends_with(stale.field("cache-status"), "detail=stale-while-revalidate"));
  }
  over.open();
  while (served.origin.requests("/a") < 2) std::this_thread::yield();
  CHECK(served.origin.requests("/a") == 2);
}

TEST_CASE("a reload: transfers go on to their end, what is stored is hit, workers of before end; another folder is refused") {
  Gate rest;
  Served served([&](const OriginServer::Exchange& asked) {
    asked.send(ten("01234"));
    if (asked.path() == "/slow") rest.wait();
    asked.send("56789");
    return true;
  });
  CHECK(served.ask("/a").body == "0123456789");
  HttpConnection idle(served.edge->port());
  CHECK(idle.get("/a").body == "0123456789");
  Client slow(served.edge->port(), get("/slow"));
  slow.read_until("01234");
  const std::vector<pid_t> before = served.edge->workers();
  served.edge->reload();
  const auto is_old = [&](pid_t worker) { return std::find(before.begin(), before.end(), worker) != before.end(); };
  const auto old_ones = [&] {
    const std::vector<pid_t> now = served.edge->workers();
    return static_cast<std::size_t>(std::count_if(now.begin(), now.end(), is_old));
  };
  while (served.edge->workers().size() == old_ones() || old_ones() == 2) std::this_thread::yield();
  CHECK(old_ones() == 1);                           // who reads what arrives; the idle connection holds up nobody
  Client joins(served.edge->port(), get("/slow"));  // a new worker's client, an old worker's fetch
  CHECK(ends_with(joins.read_until("01234"), "\r\n\r\n01234"));
  CHECK(served.ask("/a").field("cache-status").starts_with("segue-edge; hit"));
  rest.open();
  CHECK(ends_with(slow.read_to_end(), "\r\n\r\n0123456789"));
  CHECK(ends_with(joins.read_to_end(), "\r\n\r\n0123456789"));
  CHECK(served.origin.requests("/slow") == 1);
  while (old_ones() > 0) std::this_thread::yield();

  const std::string path = served.folder.path + "/run/edge.conf", errors = served.folder.path + "/log/edge-error.log";
  std::string text = content_of(path);
  text.replace(text.find("/cache\" objects"), 6, "/other");
  std::ofstream(path) << text;
  served.edge->reload();
  while (content_of(errors).find("another folder needs a restart, not a reload") == std::string::npos) std::this_thread::yield();
  CHECK(served.ask("/a").field("cache-status").starts_with("segue-edge; hit"));
  CHECK(served.edge->workers().size() == 2);  // and their master lives

  // One that fails late (an address that somebody has) leaves nothing behind either: who is started after it runs with what runs.
  text.replace(text.find("/other\" objects"), 6, "/cache");
  text.replace(text.rfind('}'), 1, "  server { listen 127.0.0.1:" + std::to_string(served.origin.port()) + "; }\n}");
  std::ofstream(path) << text;
  served.edge->reload();
  while (content_of(errors).find("still could not bind()") == std::string::npos) std::this_thread::yield();
  const std::vector<pid_t> killed = served.edge->workers();
  for (const pid_t worker : killed) ::kill(worker, SIGKILL);
  const auto is_killed = [&](pid_t worker) { return std::find(killed.begin(), killed.end(), worker) != killed.end(); };
  for (std::vector<pid_t> now; now.size() != 2 || std::any_of(now.begin(), now.end(), is_killed);) now = served.edge->workers();
  for (int i = 0; i < 20; ++i) CHECK(served.ask("/a").field("cache-status").starts_with("segue-edge; hit"));
  CHECK(http_get(served.edge->status_port(), "/metrics").body.find("\nsegue_edge_hits_total ") != std::string::npos);
}

TEST_CASE("a timer fires while its worker is kept busy, and a worker that is asked nothing sleeps") {
  Gate over;
  Served served(
      [&](const OriginServer::Exchange& asked) {
        if (asked.path() == "/hung") over.wait();
        asked.send(ten("0123456789"));
        return true;
      },
      {"--timeout", "1", "--workers", "1"});
  std::atomic<bool> answered = false;
  std::atomic<int> wrong = 0;
  std::thread busy([&] {
    HttpConnection connection(served.edge->port());
    while (!answered) wrong += connection.get("/a").body != "0123456789";
  });
  CHECK(served.ask("/hung").status == 504);
  answered = true;
  busy.join();
  CHECK(wrong == 0);
  over.open();
  // It wakes of itself each second; who looks for events instead of sleeping uses up all of that time.
  const pid_t worker = served.edge->workers().at(0);
  const auto woken = [&] { return number_in("/proc/" + std::to_string(worker) + "/status", "\nvoluntary_ctxt_switches:"); };
  const long first = woken();
  while (woken() == first) std::this_thread::yield();
  const long ticks = ticks_of(worker), since = woken();
  while (woken() < since + 2) std::this_thread::yield();
  CHECK(ticks_of(worker) - ticks < ::sysconf(_SC_CLK_TCK) / 4);
}

TEST_CASE("a failing origin is asked once for all who wait, in all workers") {
  Gate answer;
  Served served([&](const OriginServer::Exchange& asked) {
    answer.wait();
    asked.send("HTTP/1.1 503 Unavailable\r\nContent-Length: 4\r\n\r\nbusy");
    return true;
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 40; ++i) clients.push_back(std::make_unique<Client>(served.edge->port(), get("/a")));
  const auto all_wait = [&] {
    return http_get(served.edge->status_port(), "/metrics").body.find("\nsegue_edge_collapsed_total 39\n") != std::string::npos;
  };
  while (!all_wait()) std::this_thread::yield();
  answer.open();
  for (const auto& client : clients) {
    CHECK(client->read_to_end().starts_with("HTTP/1.1 503"));
    CHECK(ends_with(client->read_to_end(), "\r\n\r\nbusy"));
  }
  CHECK(served.origin.requests("/a") == 1);
  while (!fs::is_empty(served.folder.path + "/cache/arriving")) std::this_thread::yield();
}

TEST_CASE("an open edge takes purges by a Redis, alone or with others") {
  const RedisServer redis;
  std::atomic<int> count = 0;
  const auto script = [&](const OriginServer::Exchange& asked) {
    const std::string body = std::to_string(++count);
    asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nSurrogate-Key: k\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body);
    return true;
  };
  const Served one(script, {"--redis", redis.socket()}), two(script, {"--redis", redis.socket()});
  const auto purge = [&](const std::string& what) { return printed_by(PURGE " --redis " + redis.socket() + ' ' + what + " 2>&1"); };
  // Who answers requests may not have told Redis yet that it is there.
  while (purge("--tag nothing").text.find("2 of 2 edges") == std::string::npos) std::this_thread::yield();
  for (const char* order : {"http://test/a", "--prefix http://test/", "--tag k", "--all"}) {
    CAPTURE(order);
    const std::string before[] = {one.ask("/a").body, two.ask("/a").body};
    CHECK(one.ask("/a").body == before[0]);
    const Printed said = purge(order);
    CHECK(said.code == 0);
    CHECK(said.text.starts_with("applied on 2 of 2 edges in "));
    CHECK(one.ask("/a").body != before[0]);
    CHECK(two.ask("/a").body != before[1]);
  }
}

TEST_CASE("what a player says of itself makes no other object, unless it is to") {
  const auto script = [](const OriginServer::Exchange& asked) {
    asked.send(ten("0123456789"));
    return true;
  };
  struct Row {
    std::vector<std::string> options;
    int objects;  // of /a, /a?CMCD=1, /a?CMCD=2, /a?x=1, /a?x=1&y=2, /a?y=3
  };
  const Row rows[] = {{{}, 4}, {{"--keep-query", "x"}, 2}, {{"--ignore-query", "x,y"}, 3}};
  for (const Row& row : rows) {
    const Served served(script, row.options);
    std::size_t asked = 0;
    for (const char* target : {"/a", "/a?CMCD=1", "/a?CMCD=2", "/a?x=1", "/a?x=1&y=2", "/a?y=3"})
      asked += served.ask(target).field("cache-status").find("; hit;") == std::string::npos;
    CHECK(asked == static_cast<std::size_t>(row.objects));
  }
}

TEST_CASE("a second edge in the same folder is refused, and the first one's configuration stays") {
  const Served first([](const OriginServer::Exchange& asked) {
    asked.send(ten("0123456789"));
    return true;
  });
  REQUIRE(first.ask("/a").status == 200);  // its folder is its own from when its workers run
  const std::string file = first.folder.path + "/run/edge.conf", before = content_of(file);
  REQUIRE(before.starts_with("load_module "));
  const Printed said =
      printed_by(EDGE " --home " + first.folder.path + " --listen " + std::to_string(free_port()) + " --origin http://127.0.0.1:1 2>&1");
  CHECK(said.code == 1);
  CHECK(said.text == "segue edge: " + first.folder.path + ": another edge is running in it; give this one a --home of its own\n");
  CHECK(content_of(file) == before);
}
