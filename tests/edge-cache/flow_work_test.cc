// SPDX-License-Identifier: Apache-2.0
// What of a fetch is true before, while and after a thread does its work.
#include <signal.h>
#include <sys/resource.h>

#include <deque>
#include <fstream>

#include "tests/edge-cache/flow.h"

using namespace segue::edge;
using namespace segue::edge::test;

namespace {

// A fetch whose head came.
struct Begun {
  Begun(Edge& edge, std::string_view head) : visit(edge.one, edge.policy, get("/a")) {
    REQUIRE(steps(visit, 0) == Step::wait);
    job = visit.take_fetch();
    (void)job->upstream_request("", 0);
    std::size_t consumed = 0;
    REQUIRE(job->read_head(head, consumed) == HeadState::complete);
    REQUIRE(job->accept(0) == FetchJob::Next::body);
  }
  FetchJob::Next work() {
    REQUIRE(job->start_work());
    job->work();
    return job->worked();
  }
  Visit visit;
  std::unique_ptr<FetchJob> job;
};

constexpr char kChunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nCache-Control: max-age=60\r\n\r\n";

// Files of this process are not longer for so long.
class ShortFiles {
 public:
  explicit ShortFiles(rlim_t bytes) : before_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit shorter = {bytes, limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &shorter);
  }
  ~ShortFiles() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    ::signal(SIGXFSZ, before_);
  }
  ShortFiles(const ShortFiles&) = delete;
  ShortFiles& operator=(const ShortFiles&) = delete;

 private:
  void (*before_)(int);
  rlimit limit_{};
};

// No file can be opened.
class FewFiles {
 public:
  FewFiles() {
    ::getrlimit(RLIMIT_NOFILE, &limit_);
    const rlimit fewer = {0, limit_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &fewer);
  }
  ~FewFiles() { ::setrlimit(RLIMIT_NOFILE, &limit_); }
  FewFiles(const FewFiles&) = delete;
  FewFiles& operator=(const FewFiles&) = delete;

 private:
  rlimit limit_{};
};

}  // namespace

TEST_CASE("nobody sees what is not written; a small object that came at once is one piece of work") {
  Edge edge;
  Begun begun(edge, kFive);
  CHECK(begun.job->body("hello") == FetchJob::Next::finished);
  CHECK(edge.files() == 0);
  Visit second(edge.two, edge.policy, get("/a"));
  CHECK(steps(second, 0) == Step::wait);
  REQUIRE(begun.job->start_work());
  CHECK_FALSE(begun.job->start_work());  // one at a time
  begun.job->work();
  CHECK(edge.files() == 1);
  CHECK(edge.shared->index().count() == 0);
  CHECK(begun.job->has_work());
  for (Visit* visit : {&begun.visit, &second}) CHECK(steps(*visit, 0) == Step::wait);
  CHECK(begun.job->worked() == FetchJob::Next::finished);
  CHECK_FALSE(begun.job->has_work());
  CHECK(edge.shared->index().count() == 1);
  for (Visit* visit : {&begun.visit, &second}) {
    REQUIRE(steps(*visit, 0) == Step::answer);
    CHECK(body_of(*visit) == "hello");
  }
}

TEST_CASE("what comes while a thread works is written next, in hundreds of pieces as well") {
  Edge edge;
  Begun begun(edge, kChunked);
  std::deque<std::string> chunks;  // they stay where they are
  std::string whole;
  REQUIRE(begun.job->start_work());
  for (int i = 0; i < 500; ++i) {
    const std::string text = std::to_string(i * 7919);
    whole += text;
    chunks.push_back(std::to_string(text.size()) + "\r\n" + text + "\r\n");
    CHECK(begun.job->body(chunks.back()) == FetchJob::Next::body);
    if (i == 250) begun.job->work();
  }
  CHECK(begun.job->worked() == FetchJob::Next::body);
  REQUIRE(steps(begun.visit, 0) == Step::answer);
  CHECK(begun.visit.progress().arrived == 0);
  CHECK(begun.work() == FetchJob::Next::body);
  CHECK(body_of(begun.visit) == whole);
  CHECK_FALSE(begun.job->has_work());
  CHECK(begun.job->body("0\r\n\r\n") == FetchJob::Next::finished);
  CHECK(begun.work() == FetchJob::Next::finished);
  Visit hit(edge.two, edge.policy, get("/a"));
  REQUIRE(steps(hit, 0) == Step::answer);
  CHECK(body_of(hit) == whole);
}

TEST_CASE("an origin that is given up while a piece is out: what came is written first, and is never a short object") {
  Edge edge;
  const bool whole = GENERATE(true, false);
  Begun begun(edge, kFive);
  CHECK(begun.job->body("h") == FetchJob::Next::body);
  REQUIRE(begun.job->start_work());
  CHECK(begun.job->body(whole ? "ello" : "el") == (whole ? FetchJob::Next::finished : FetchJob::Next::body));
  begun.job->work();
  CHECK(begun.job->worked() == FetchJob::Next::body);
  CHECK(ended(*begun.job, false, 504) == !whole);
  if (!whole) {
    const char* const rest = "HTTP/1.1 206 P\r\nETag: \"e\"\r\nContent-Range: bytes 3-4/5\r\nContent-Length: 2\r\n\r\n";
    REQUIRE(accept(*begun.job, rest) == FetchJob::Next::body);
    CHECK(arrive(*begun.job, "lo") == FetchJob::Next::finished);
  }
  CHECK(edge.shared->index().count() == 1);
  Visit hit(edge.two, edge.policy, get("/a"));
  REQUIRE(steps(hit, 0) == Step::answer);
  CHECK(body_of(hit) == "hello");
}

TEST_CASE("a body that ends with its connection and could not be written whole is no whole one, however the connection ended") {
  Edge edge;
  Begun begun(edge, "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nConnection: close\r\n\r\n");
  CHECK(begun.job->body("he") == FetchJob::Next::body);
  CHECK(begun.work() == FetchJob::Next::body);
  REQUIRE(steps(begun.visit, 0) == Step::answer);
  CHECK(begun.job->body("llo") == FetchJob::Next::body);
  REQUIRE(begun.job->start_work());
  {
    const ShortFiles limit(kBodyAlignment + 2);
    begun.job->work();
  }
  CHECK(begun.job->worked() == FetchJob::Next::abort);
  CHECK_FALSE(ended(*begun.job, true, 502));
  CHECK(begun.visit.progress().failed);
  CHECK_FALSE(begun.visit.progress().finished);
  CHECK(edge.files() == 0);
}

TEST_CASE("a fetch that fails while another worker opens its file: who waits there is told of the failure") {
  Edge edge;
  Begun begun(edge, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\n\r\n");
  Visit second(edge.two, edge.policy, get("/a"));
  REQUIRE(steps(second, 0) == Step::wait);
  REQUIRE(begun.work() == FetchJob::Next::body);
  fs::remove_all(edge.folder.path + "/cache/arriving");
  REQUIRE(second.step(0) == Step::open);
  CHECK_FALSE(ended(*begun.job, false, 504));
  second.open();
  CHECK(second.step(0) == Step::error);
  CHECK(second.error_status() == 504);
}

TEST_CASE("a hard purge while a thread finishes an object: it is not kept, nor is its file") {
  Edge edge;
  Begun begun(edge, kFive);
  CHECK(begun.job->body("hello") == FetchJob::Next::finished);
  REQUIRE(begun.job->start_work());
  begun.job->work();
  (void)edge.two.purge_url("h/a", Hardness::hard);
  CHECK(begun.job->worked() == FetchJob::Next::finished);
  CHECK(edge.shared->index().count() == 0);
  CHECK(edge.files() == 0);
}

TEST_CASE("a disk that takes no file, or not all of a body: who asked goes himself, or his answer ends") {
  Edge edge;
  const auto unwritten = [&] { return edge.shared->counter(Counter::unwritten).load(); };
  SECTION("no file") {
    fs::remove_all(edge.folder.path + "/cache/arriving");
    std::ofstream(edge.folder.path + "/cache/arriving").close();
    Begun begun(edge, kFive);
    CHECK(begun.job->body("he") == FetchJob::Next::body);
    CHECK(begun.work() == FetchJob::Next::abort);
    CHECK(ended(*begun.job, false, 502) == false);
    CHECK(steps(begun.visit, 0) == Step::pass);
  }
  SECTION("not all") {
    Begun begun(edge, kFive);
    CHECK(begun.job->body("he") == FetchJob::Next::body);
    CHECK(begun.work() == FetchJob::Next::body);
    REQUIRE(steps(begun.visit, 0) == Step::answer);
    CHECK(begun.job->body("llo") == FetchJob::Next::finished);
    REQUIRE(begun.job->start_work());
    {
      const ShortFiles limit(kBodyAlignment + 2);
      begun.job->work();
    }
    CHECK(begun.job->worked() == FetchJob::Next::abort);
    CHECK(begun.visit.progress().arrived == 2);
    CHECK_FALSE(ended(*begun.job, true, 502));
    CHECK(begun.visit.progress().failed);
    CHECK(edge.files() == 0);
  }
  CHECK(unwritten() == 1);
  CHECK(edge.shared->index().count() == 0);
}

TEST_CASE("an object that nobody has open is opened by a thread where that is to be waited for; one that is damaged is forgotten") {
  Edge edge;
  store(edge, "/a");
  const bool damaged = GENERATE(false, true);
  CAPTURE(damaged);
  const auto id = edge.shared->index().next_id() - 1;
  const std::string file = edge.folder.path + "/cache/" + ObjectFiles::name_of(id);
  if (damaged) fs::resize_file(file, 100);
  Visit visit(edge.two, edge.policy, get("/a"));
  Step step = visit.step(0);
  if (damaged) CHECK(step == Step::open);  // whatever is wrong is found out by who may wait
  if (step == Step::open) {
    visit.open();
    step = visit.step(0);
  }
  CHECK(step == (damaged ? Step::wait : Step::answer));
  CHECK(fs::exists(file) == !damaged);
}

TEST_CASE("an object that cannot be opened for want of descriptors is not forgotten") {
  Edge edge;
  store(edge, "/a");
  {
    Visit visit(edge.two, edge.policy, get("/a"));
    const FewFiles limit;
    CHECK(steps(visit, 0) == Step::pass);
  }
  Visit visit(edge.two, edge.policy, get("/a"));
  CHECK(steps(visit, 0) == Step::answer);
}
