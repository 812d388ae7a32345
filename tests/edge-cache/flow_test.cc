// SPDX-License-Identifier: Apache-2.0
// Visits and fetches of two workers on one folder, without sockets: who asks, who waits, what is kept.
#include <filesystem>

#include "edge-cache/ahead.h"
#include "edge-cache/pass.h"
#include "tests/edge-cache/flow.h"

namespace fs = std::filesystem;
using namespace segue::edge;
using namespace segue::edge::test;

TEST_CASE("one fetch for all, who read while it arrives") {
  Edge edge;
  Visit first(edge.one, edge.policy, get("/a")), second(edge.one, edge.policy, get("/a")), elsewhere(edge.two, edge.policy, get("/a"));
  CHECK(steps(first, 0) == Step::wait);
  CHECK(steps(second, 0) == Step::wait);
  CHECK(steps(elsewhere, 0) == Step::wait);
  auto job = first.take_fetch();
  REQUIRE(job != nullptr);
  CHECK(second.take_fetch() == nullptr);
  CHECK(elsewhere.take_fetch() == nullptr);
  CHECK(accept(*job, kFive) == FetchJob::Next::body);
  CHECK(arrive(*job, "he") == FetchJob::Next::body);
  Visit late(edge.two, edge.policy, get("/a"));
  CHECK(steps(late, 0) == Step::answer);  // at once: nothing more may move for a while
  CHECK(steps(elsewhere, 0) == Step::answer);
  CHECK(elsewhere.progress().arrived == 2);
  CHECK_FALSE(elsewhere.progress().finished);
  CHECK(elsewhere.answer().fields.first("Cache-Status") == "segue-edge; fwd=uri-miss; fwd-status=200; stored; ttl=60; collapsed");
  CHECK(arrive(*job, "llo") == FetchJob::Next::finished);
  CHECK(elsewhere.progress().finished);
  CHECK(body_of(elsewhere) == "hello");
  CHECK(steps(first, 0) == Step::answer);
  CHECK(body_of(first) == "hello");
  job.reset();
  Visit later(edge.two, edge.policy, get("/a"));
  CHECK(steps(later, 59) == Step::answer);
  CHECK(later.answer().fields.first("Cache-Status") == "segue-edge; hit; ttl=1");
  CHECK(body_of(later) == "hello");
  Visit stale(edge.two, edge.policy, get("/a"));
  CHECK(steps(stale, 60) == Step::wait);
  CHECK(stale.take_fetch()->upstream_request("", 60).find("If-None-Match: \"e\"") != std::string::npos);
}

TEST_CASE("an answer that cannot be stored is one client's; the others go themselves, and so do the next") {
  Edge edge;
  Visit first(edge.one, edge.policy, get("/a")), second(edge.two, edge.policy, get("/a"));
  CHECK(steps(first, 0) == Step::wait);
  CHECK(steps(second, 0) == Step::wait);
  auto job = first.take_fetch();
  CHECK(accept(*job, "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nTransfer-Encoding: chunked\r\n\r\n") == FetchJob::Next::body);
  CHECK(steps(second, 0) == Step::pass);
  CHECK(steps(first, 0) == Step::answer);
  CHECK(arrive(*job, "2\r\nhi\r\n0\r\n\r\n") == FetchJob::Next::finished);
  CHECK(body_of(first) == "hi");
  Visit third(edge.one, edge.policy, get("/a"));
  CHECK(steps(third, 1) == Step::pass);
  CHECK(edge.files() == 0);
}

TEST_CASE("truncated, overlong, malformed and broken bodies are never kept") {
  struct Row {
    const char* head;
    const char* body;
  };
  const Row rows[] = {{kFive, "hel"},
                      {kFive, "hello!"},
                      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n", "5\r\nhello\r\n"},
                      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n", "x"}};
  for (const Row& row : rows) {
    CAPTURE(row.body);
    Edge edge;
    Visit visit(edge.one, edge.policy, get("/a"));
    REQUIRE(steps(visit, 0) == Step::wait);
    auto job = visit.take_fetch();
    REQUIRE(accept(*job, row.head) == FetchJob::Next::body);
    (void)arrive(*job, row.body);
    while (ended(*job, false, 502)) (void)accept(*job, "HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n");
    CHECK(steps(visit, 0) == Step::error);
    job.reset();
    Visit next(edge.one, edge.policy, get("/a"));
    CHECK(steps(next, 0) == Step::wait);
    next.take_fetch().reset();
    CHECK(edge.files() == 0);
  }
}

TEST_CASE("a body is kept, and ends, only when it has the digest that was announced") {
  struct Row {
    const char* field;  // of "hello"
    bool good;
  };
  const Row rows[] = {
      {"Repr-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:", true},
      {"Repr-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCA=:", false},
      {"Content-Digest: unixsum=:AAA=:, sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:", true},
      {"Content-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:", false},
      {"Content-Digest: sha-512=:m3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==:", true},
      {"Content-Digest: sha-512=:n3HSJL1i83hdltRq0+o9czGb+8KJDKra4t/3JRlnPKcjI8PZm6XBHXx6zG4UuMXaDEZjR1wuXDre9G9zvN7AQw==:", false},
      {"Content-MD5: XUFAKrxLKna5cZ2REBfFkg==", true},
      {"Content-MD5: XUFAKrxLKna5cZ2REBfFkw==", false},
      // Malformed, of another length, or of a kind that nobody knows: says nothing.
      {"Repr-Digest: sha-256=LPJNul", true},
      {"Repr-Digest: sha-256=:AAAA:", true},
      {"Content-Digest: adler=:AAAA:", true},
      {"Content-MD5: not base64", true},
  };
  Edge edge;
  for (const Row& row : rows) {
    for (const bool chunked : {false, true}) {
      CAPTURE(row.field, chunked);
      Visit visit(edge.one, edge.policy, get("/a"));
      REQUIRE(steps(visit, 0) == Step::wait);
      auto job = visit.take_fetch();
      const std::string head = std::string("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n") +
                               (chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: 5\r\n") + row.field + "\r\n\r\n";
      REQUIRE(accept(*job, head) == FetchJob::Next::body);
      REQUIRE(arrive(*job, chunked ? "3\r\nhel\r\n" : "hel") == FetchJob::Next::body);
      CHECK(steps(visit, 0) == Step::answer);
      CHECK(arrive(*job, chunked ? "2\r\nlo\r\n0\r\n\r\n" : "lo") == (row.good ? FetchJob::Next::finished : FetchJob::Next::abort));
      const bool more = ended(*job, true, 502);
      CHECK_FALSE(more);
      job.reset();
      CHECK(visit.progress().finished == row.good);
      CHECK(visit.progress().failed == !row.good);
      if (!row.good && !chunked) CHECK(visit.progress().arrived == 3);
      Visit next(edge.one, edge.policy, get("/a"));
      CHECK(steps(next, 0) == (row.good ? Step::answer : Step::wait));
      next.take_fetch().reset();
      CHECK(edge.files() == (row.good ? 1 : 0));
      CHECK(edge.one.purge_url("h/a", Hardness::hard) == row.good);
    }
  }
}

TEST_CASE("what starts a track comes as if it had been asked for") {
  for (const bool opening : {false, true}) {
    Edge edge;
    Visit visit(edge.one, edge.policy, get("/a"));
    REQUIRE(steps(visit, 0) == Step::wait);
    auto job = visit.take_fetch();
    const std::string head = std::string("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 5\r\n") +
                             (opening ? "CMSD-Static: ot=a,su\r\n\r\n" : "CMSD-Static: ot=a\r\n\r\n");
    REQUIRE(accept(*job, head) == FetchJob::Next::body);
    REQUIRE(arrive(*job, "hello") == FetchJob::Next::finished);
    job.reset();
    Index& index = edge.one.shared().index();
    const Entry* stored = index.find(hash(index.secret(), "h/a"));
    REQUIRE(stored != nullptr);
    CHECK(stored->uses == (opening ? kUsesOfOpening : 0));
  }
}

TEST_CASE("a body that broke off goes on where it stopped") {
  Edge edge;
  Visit visit(edge.one, edge.policy, get("/a"));
  REQUIRE(steps(visit, 0) == Step::wait);
  const auto job = visit.take_fetch();
  REQUIRE(accept(*job, kFive) == FetchJob::Next::body);
  REQUIRE(arrive(*job, "he") == FetchJob::Next::body);
  REQUIRE(ended(*job, false, 502));
  CHECK(accept(*job, "HTTP/1.1 206 X\r\nETag: \"e\"\r\nContent-Range: bytes 2-4/5\r\nContent-Length: 3\r\n\r\n") == FetchJob::Next::body);
  CHECK(arrive(*job, "llo") == FetchJob::Next::finished);
  CHECK(steps(visit, 0) == Step::answer);
  CHECK(body_of(visit) == "hello");
}

TEST_CASE("a leader that is gone: who waited asks anew") {
  Edge edge;
  auto leader = std::make_unique<EdgeWorker>(*edge.shared, 10, 3);
  Visit waiting(edge.two, edge.policy, get("/a"));
  std::unique_ptr<FetchJob> lost;
  {
    Visit first(*leader, edge.policy, get("/a"));
    REQUIRE(steps(first, 0) == Step::wait);
    lost = first.take_fetch();
  }
  CHECK(steps(waiting, 0) == Step::wait);
  leader->leave();
  CHECK(steps(waiting, 0) == Step::wait);
  CHECK(waiting.take_fetch() != nullptr);
  lost.reset();
}

TEST_CASE("variants lie side by side, and a 304 renews the one it confirmed") {
  Edge edge;
  const auto asked = [&](std::string_view foo) {
    Request request = get("/a");
    request.fields.add("Foo", foo);
    return request;
  };
  for (const char* foo : {"1", "2"}) {
    Visit visit(edge.one, edge.policy, asked(foo));
    REQUIRE(steps(visit, 0) == Step::wait);
    const auto job = visit.take_fetch();
    REQUIRE(accept(*job, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nVary: Foo\r\nETag: \"e\"\r\nCache-Control: max-age=10\r\n\r\n") ==
            FetchJob::Next::body);
    REQUIRE(arrive(*job, foo) == FetchJob::Next::finished);
  }
  Visit one(edge.two, edge.policy, asked("1")), stale(edge.two, edge.policy, asked("2"));
  CHECK(steps(one, 5) == Step::answer);
  CHECK(body_of(one) == "1");
  CHECK(steps(stale, 11) == Step::wait);
  CHECK(accept(*stale.take_fetch(), "HTTP/1.1 304 X\r\nX: y\r\nCache-Control: max-age=100\r\n\r\n", 11) == FetchJob::Next::finished);
  CHECK(steps(stale, 11) == Step::answer);
  CHECK(body_of(stale) == "2");
  Visit renewed(edge.one, edge.policy, asked("2")), other(edge.one, edge.policy, asked("1"));
  CHECK(steps(renewed, 50) == Step::answer);
  CHECK(renewed.answer().fields.first("X") == "y");
  CHECK(steps(other, 50) == Step::wait);
  other.take_fetch().reset();
}

TEST_CASE("a failing origin's answer is for all who wait, unless it is one client's") {
  struct Row {
    const char* fields;
    bool shared;
  };
  const Row rows[] = {{"", true},
                      {"Cache-Control: no-cache\r\n", true},
                      {"Cache-Control: private\r\n", false},
                      {"Cache-Control: no-store\r\n", false},
                      {"Set-Cookie: session=1\r\n", false},
                      {"Vary: Accept-Language\r\n", false}};
  Edge edge;
  for (const Row& row : rows) {
    CAPTURE(row.fields);
    {
      Visit first(edge.one, edge.policy, get("/a")), second(edge.two, edge.policy, get("/a"));
      REQUIRE(steps(first, 0) == Step::wait);
      REQUIRE(steps(second, 0) == Step::wait);
      const auto job = first.take_fetch();
      REQUIRE(accept(*job, std::string("HTTP/1.1 503 X\r\nContent-Length: 4\r\n") + row.fields + "\r\n") == FetchJob::Next::body);
      REQUIRE(arrive(*job, "busy") == FetchJob::Next::finished);
      CHECK(steps(first, 0) == Step::answer);
      CHECK(first.answer().fields.first("Cache-Status").find("stored") == std::string_view::npos);
      CHECK(steps(second, 0) == (row.shared ? Step::answer : Step::pass));  // of another worker, and it was all there at once
      if (row.shared) CHECK(body_of(second) == "busy");
    }
    CHECK(edge.files() == 0);
    Visit third(edge.one, edge.policy, get("/a"));  // and nobody is sent past the cache because of it
    CHECK(steps(third, 1) == Step::wait);
    third.take_fetch().reset();
  }
}

TEST_CASE("a body that only the connection's end ends is kept with a digest only: an origin that dies looks the same") {
  constexpr char kGood[] = "Repr-Digest: sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:\r\n";  // of "hello"
  for (const std::string fields : {"", kGood}) {
    for (const std::string body : {"hello", "hel"}) {
      CAPTURE(fields, body);
      Edge edge;
      Visit visit(edge.one, edge.policy, get("/a"));
      REQUIRE(steps(visit, 0) == Step::wait);
      const auto job = visit.take_fetch();
      REQUIRE(accept(*job, "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n" + fields + "\r\n") == FetchJob::Next::body);
      REQUIRE(arrive(*job, body) == FetchJob::Next::body);
      CHECK(steps(visit, 0) == Step::answer);
      CHECK_FALSE(ended(*job, true, 502));
      const bool whole = !fields.empty() && body == "hello";
      CHECK(edge.files() == (whole ? 1 : 0));
      CHECK(visit.progress().finished == (fields.empty() || whole));
    }
  }
}

TEST_CASE("what the admission keeps out is not called stored, and comes as long as somebody reads it") {
  Edge edge;
  auto visit = std::make_unique<Visit>(edge.one, edge.policy, get("/a"));
  REQUIRE(steps(*visit, 0) == Step::wait);
  const auto job = visit->take_fetch();
  REQUIRE(accept(*job, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nCache-Control: max-age=60\r\n\r\n") == FetchJob::Next::body);
  CHECK(steps(*visit, 0) == Step::answer);
  CHECK(visit->answer().fields.first("Cache-Status") == "segue-edge; fwd=uri-miss; fwd-status=200");
  CHECK(arrive(*job, "hello") == FetchJob::Next::body);
  visit.reset();
  CHECK(arrive(*job, "hello") == FetchJob::Next::abort);
}

TEST_CASE("fetched ahead: once, joined by who comes, dropped when it is too large for what nobody asked for") {
  Edge edge;
  edge.policy.ahead_bytes = 5;
  const auto ahead = [&](std::string_view target, std::int64_t now) { return fetch_ahead(edge.one, edge.policy, get(target), now); };
  store(edge, "/a");
  CHECK(ahead("/a", 100) == nullptr);  // it is there
  auto job = ahead("/b", 100);
  REQUIRE(job != nullptr);
  CHECK(ahead("/b", 100) == nullptr);  // it is under way
  Visit listener(edge.two, edge.policy, get("/b"));
  CHECK(steps(listener, 100) == Step::wait);
  CHECK(listener.take_fetch() == nullptr);
  CHECK(accept(*job, kFive, 100) == FetchJob::Next::body);
  CHECK(arrive(*job, "hello") == FetchJob::Next::finished);
  CHECK(steps(listener, 100) == Step::answer);
  CHECK(body_of(listener) == "hello");
  CHECK(ahead("/c", 100) != nullptr);  // 5 of 10 bytes are left
  auto large = ahead("/d", 100);
  REQUIRE(large != nullptr);
  CHECK(accept(*large, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nCache-Control: max-age=60\r\n\r\n", 100) == FetchJob::Next::abort);
  auto endless = ahead("/e", 100);
  REQUIRE(endless != nullptr);
  CHECK(accept(*endless, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n", 100) ==
        FetchJob::Next::body);
  CHECK(arrive(*endless, "6\r\nhello!\r\n") == FetchJob::Next::abort);
  CHECK(ahead("/f", 100) == nullptr);  // the budget is spent
  CHECK(ahead("/f", 101) != nullptr);
  edge.policy.ahead_bytes = 0;
  CHECK(ahead("/g", 200) == nullptr);
  CHECK(edge.files() == 2);
}

TEST_CASE("a clock that jumps: nothing is served for longer than it was fresh, nothing is lost") {
  Edge edge;
  const auto step = [&](std::string_view target, std::int64_t now) {
    Visit visit(edge.two, edge.policy, get(target));
    const Step taken = steps(visit, now);
    visit.take_fetch().reset();
    return taken;
  };
  store(edge, "/a");                          // at 0, for 60 seconds
  CHECK(step("/a", 1000000) == Step::wait);   // forward: it is asked for again
  CHECK(step("/a", -30) == Step::answer);     // a little back: time stands still
  CHECK(step("/a", -1000000) == Step::wait);  // far back: nobody knows its age
  CHECK(step("/a", 30) == Step::answer);      // and right again
  Visit first(edge.one, edge.policy, get("/b"));
  REQUIRE(steps(first, 1000) == Step::wait);
  (void)accept(*first.take_fetch(), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nCache-Control: no-store\r\n\r\n", 1000);
  CHECK(step("/b", 1001) == Step::pass);  // uncacheable: for ten seconds nobody waits
  CHECK(step("/b", 1011) == Step::wait);
  CHECK(step("/b", 500) == Step::wait);  // not for the 510 seconds until the clock is there again
}

TEST_CASE("an unsafe request that succeeds takes away what is stored") {
  Edge edge;
  store(edge, "/a/b");
  store(edge, "/a/c");
  Request post = get("/a/b");
  post.method = "POST";
  Pass pass(edge.one, edge.policy, post, "h/a/b", "method");
  std::size_t consumed = 0;
  (void)pass.upstream_request("", "", 0, 0);
  REQUIRE(pass.read_head("HTTP/1.1 204 X\r\nLocation: c\r\n\r\n", consumed) == HeadState::complete);
  CHECK(edge.files() == 2);
  pass.accept(0);
  CHECK(edge.files() == 0);
}

TEST_CASE("a cache outlives its process; a file that is not what the index says is not served") {
  Folder folder;
  std::string error;
  Policy policy;
  {
    const auto shared = Shared::open(folder.path, {100, 1 << 20}, error);
    CHECK(Shared::open(folder.path, {100, 1 << 20}, error) == nullptr);
    CHECK(error == folder.path + ": another edge uses this folder: Resource temporarily unavailable");
    EdgeWorker worker(*shared, 10, 1);
    for (const char* target : {"/a", "/b", "/c"}) {
      Visit visit(worker, policy, get(target));
      REQUIRE(steps(visit, 0) == Step::wait);
      const auto job = visit.take_fetch();
      REQUIRE(accept(*job, kFive) == FetchJob::Next::body);
      REQUIRE(arrive(*job, "hello") == FetchJob::Next::finished);
    }
  }
  std::vector<fs::path> files;
  for (const auto& item : fs::recursive_directory_iterator(folder.path + "/objects")) {
    if (item.is_regular_file()) files.push_back(item.path());
  }
  REQUIRE(files.size() == 3);
  fs::remove(files[0]);
  fs::resize_file(files[1], fs::file_size(files[1]) - 1);
  const auto shared = Shared::open(folder.path, {100, 1 << 20}, error);
  EdgeWorker worker(*shared, 10, 1);
  int answered = 0;
  for (const char* target : {"/a", "/b", "/c"}) {
    Visit visit(worker, policy, get(target));
    if (steps(visit, 1) == Step::answer && body_of(visit) == "hello") ++answered;
    visit.take_fetch().reset();
  }
  CHECK(answered == 1);
  CHECK(shared->index().count() == 1);
}

TEST_CASE("a request that comes round is answered by what is stored, and asks nobody") {
  Edge edge;
  edge.policy.node = "0123456789abcdef";
  store(edge, "/swr", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=1, stale-while-revalidate=60\r\n\r\n");
  store(edge, "/error", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=1, stale-if-error=60\r\n\r\n");
  struct Row {
    const char *target, *detail;
    int status;
  };
  const Row rows[] = {{"/swr", "detail=stale-while-revalidate", 0}, {"/error", "detail=stale-if-error", 0}, {"/nothing", "", 508}};
  for (const Row& row : rows) {
    CAPTURE(row.target);
    Request request = get(row.target);
    request.fields.add("CDN-Loop", "segue-edge; node=0123456789abcdef");
    Visit visit(edge.two, edge.policy, request);
    CHECK(steps(visit, 10) == (row.status == 0 ? Step::answer : Step::error));
    CHECK(visit.take_fetch() == nullptr);
    if (row.status != 0) CHECK(visit.error_status() == row.status);
    if (row.status == 0) CHECK(visit.answer().fields.first("Cache-Status").find(row.detail) != std::string_view::npos);
  }
}

TEST_CASE("a body that comes too slowly is broken off and can be asked for again, unless it is one client's own") {
  Edge edge;
  const bool shared = GENERATE(true, false);
  Visit visit(edge.one, edge.policy, get("/a"));
  REQUIRE(steps(visit, 0) == Step::wait);
  const auto job = visit.take_fetch();
  job->set_least_rate({100, 1000});
  const char* const head = shared ? kFive : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: private\r\nETag: \"e\"\r\n\r\n";
  REQUIRE(accept(*job, head) == FetchJob::Next::body);
  CHECK(arrive(*job, "h", 0) == FetchJob::Next::body);
  CHECK(arrive(*job, "e", 999) == FetchJob::Next::body);
  CHECK(arrive(*job, "l", 1000) == (shared ? FetchJob::Next::abort : FetchJob::Next::body));
  CHECK(job->is_slow() == shared);
  CHECK(job->complaint().empty() == !shared);
  if (!shared) return;
  REQUIRE(ended(*job, false, 502));
  CHECK(accept(*job, "HTTP/1.1 206 P\r\nETag: \"e\"\r\nContent-Range: bytes 3-4/5\r\nContent-Length: 2\r\n\r\n") == FetchJob::Next::body);
  CHECK_FALSE(job->is_slow());
  CHECK(arrive(*job, "lo", 100000) == FetchJob::Next::finished);
  REQUIRE(steps(visit, 0) == Step::answer);
  CHECK(body_of(visit) == "hello");
}
