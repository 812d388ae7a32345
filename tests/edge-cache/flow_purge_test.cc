// SPDX-License-Identifier: Apache-2.0
// Purges while requests are under way: what was acknowledged holds for whoever comes after it.
#include "tests/edge-cache/flow.h"

using namespace segue::edge;
using namespace segue::edge::test;

TEST_CASE("purges by address, tag, prefix and of all, also of what is arriving") {
  Edge edge;
  const auto stored = [&](std::string_view target) {
    Visit visit(edge.two, edge.policy, get(target));
    const Step step = steps(visit, 1);
    visit.take_fetch().reset();
    return step == Step::answer;
  };
  constexpr char kTagged[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\nSurrogate-Key: t u\r\n\r\n";
  store(edge, "/a", kTagged);
  store(edge, "/b");
  CHECK(edge.one.purge_url("h/b", Hardness::hard));
  CHECK_FALSE(stored("/b"));
  CHECK(stored("/a"));
  edge.shared->purges().purge_tag(tag_hash("u"), Hardness::hard);
  CHECK_FALSE(stored("/a"));
  CHECK(edge.files() == 0);
  Visit visit(edge.one, edge.policy, get("/a"));
  REQUIRE(steps(visit, 0) == Step::wait);
  const auto job = visit.take_fetch();
  REQUIRE(accept(*job, kTagged) == FetchJob::Next::body);
  edge.shared->purges().purge_prefix("h/", Hardness::hard);
  REQUIRE(arrive(*job, "hello") == FetchJob::Next::finished);
  CHECK(steps(visit, 0) == Step::answer);
  CHECK_FALSE(stored("/a"));
}

TEST_CASE("who comes after a purge gets nothing that was asked for before it") {
  struct Row {
    const char* name;
    void (*purge)(Edge&);
    bool hits;
  };
  const Row rows[] = {
      {"tag", [](Edge& edge) { edge.shared->purges().purge_tag(tag_hash("t"), Hardness::hard); }, true},
      {"tag, soft", [](Edge& edge) { edge.shared->purges().purge_tag(tag_hash("t"), Hardness::soft); }, true},
      {"prefix", [](Edge& edge) { edge.shared->purges().purge_prefix("h/", Hardness::hard); }, true},
      {"all", [](Edge& edge) { edge.shared->purges().purge_all(Hardness::soft); }, true},
      {"address", [](Edge& edge) { (void)edge.one.purge_url("h/a", Hardness::hard); }, true},
      {"address, soft", [](Edge& edge) { (void)edge.one.purge_url("h/a", Hardness::soft); }, true},
      {"another tag", [](Edge& edge) { edge.shared->purges().purge_tag(tag_hash("u"), Hardness::hard); }, false},
      {"another address", [](Edge& edge) { (void)edge.one.purge_url("h/b", Hardness::hard); }, false},
  };
  constexpr char kTagged[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\nSurrogate-Key: t\r\n\r\n";
  Edge edge;
  for (const Row& row : rows) {
    for (const bool arrives : {false, true}) {
      CAPTURE(row.name, arrives);
      edge.shared->purges().purge_all(Hardness::hard);  // of the row before
      Visit first(edge.one, edge.policy, get("/a"));
      REQUIRE(steps(first, 0) == Step::wait);
      const auto job = first.take_fetch();
      if (arrives) REQUIRE(accept(*job, kTagged) == FetchJob::Next::body);
      if (arrives) REQUIRE(arrive(*job, "he") == FetchJob::Next::body);
      row.purge(edge);
      Visit late(edge.two, edge.policy, get("/a")), later(edge.one, edge.policy, get("/a"));
      if (!arrives) {  // nobody knows its tags yet
        CHECK(steps(late, 0) == Step::wait);
        CHECK(late.take_fetch() == nullptr);
        REQUIRE(accept(*job, kTagged) == FetchJob::Next::body);
      }
      CHECK(steps(late, 0) == (row.hits ? Step::wait : Step::answer));
      auto anew = late.take_fetch();
      CHECK((anew != nullptr) == row.hits);
      CHECK(steps(later, 0) == (row.hits ? Step::wait : Step::answer));
      CHECK(later.take_fetch() == nullptr);    // joins the new one
      CHECK(steps(first, 0) == Step::answer);  // who asked before it
      if (!row.hits) continue;
      REQUIRE(accept(*anew, kTagged) == FetchJob::Next::body);
      REQUIRE(arrive(*anew, "newer") == FetchJob::Next::finished);
      REQUIRE(arrive(*job, arrives ? "llo" : "older") == FetchJob::Next::finished);  // the older one ends last
      CHECK(steps(later, 0) == Step::answer);
      CHECK(body_of(later) == "newer");
    }
  }
}

TEST_CASE("who comes after a purge is not answered by a validation of before it, nor by what it took when the origin fails") {
  constexpr char kTagged[] =
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=0, stale-if-error=60\r\nETag: \"e\"\r\nSurrogate-Key: t\r\n\r\n";
  for (const Hardness hardness : {Hardness::soft, Hardness::hard}) {
    for (const bool fails : {false, true}) {
      CAPTURE(static_cast<int>(hardness), fails);
      Edge edge;
      store(edge, "/a", kTagged);
      Visit first(edge.one, edge.policy, get("/a")), late(edge.two, edge.policy, get("/a"));
      REQUIRE(steps(first, 1) == Step::wait);
      auto job = first.take_fetch();
      if (fails) REQUIRE(steps(late, 1) == Step::wait);  // joins before the purge, and is answered after it
      edge.shared->purges().purge_tag(tag_hash("t"), hardness);
      if (fails) {
        CHECK_FALSE(ended(*job, false, 502));
        CHECK(steps(late, 1) == Step::error);
        continue;
      }
      if (hardness == Hardness::soft) {
        CHECK(steps(late, 1) == Step::wait);
        CHECK(late.take_fetch() == nullptr);
      }
      CHECK(accept(*job, "HTTP/1.1 304 X\r\nCache-Control: max-age=60\r\n\r\n", 1) == FetchJob::Next::finished);
      CHECK(steps(late, 1) == Step::wait);
      CHECK(late.take_fetch() != nullptr);
    }
  }
}

TEST_CASE("orders were lost: everything is asked for again, and stands in while no origin answers; what was purged softly does not") {
  constexpr char kTagged[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\nETag: \"e\"\r\nSurrogate-Key: t\r\n\r\n";
  constexpr char kSlow[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60, stale-while-revalidate=60\r\n\r\n";
  struct Row {
    const char *name, *head;
    void (*purge)(Purges&);
    bool stands_in;
  };
  const Row rows[] = {
      {"doubt", kTagged, [](Purges& purges) { purges.doubt_all(); }, true},
      {"doubt, never stale without asking", kSlow, [](Purges& purges) { purges.doubt_all(); }, true},
      {"an operator's", kTagged, [](Purges& purges) { purges.purge_all(Hardness::soft); }, false},
      {"both", kTagged, [](Purges& purges) { purges.purge_tag(tag_hash("t"), Hardness::soft), purges.doubt_all(); }, false},
      {"both, the other way round", kTagged, [](Purges& purges) { purges.doubt_all(), purges.purge_tag(tag_hash("t"), Hardness::soft); },
       false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Edge edge;
    store(edge, "/a", row.head);
    row.purge(edge.shared->purges());
    Visit visit(edge.two, edge.policy, get("/a"));
    REQUIRE(steps(visit, 1) == Step::wait);
    const auto job = visit.take_fetch();
    REQUIRE(job != nullptr);
    CHECK_FALSE(ended(*job, false, 502));
    CHECK(steps(visit, 1) == (row.stands_in ? Step::answer : Step::error));
    if (row.stands_in) CHECK(body_of(visit) == "hello");
  }
}

TEST_CASE("what is doubtful stands in for an origin's error (RFC 5861 4: 500, 502, 503, 504), and for no other answer of it") {
  struct Row {
    const char *stored, *answer, *body;
  };
  constexpr char kSays[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60, stale-if-error=600\r\nETag: \"e\"\r\n\r\n";
  constexpr char kForbids[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60, must-revalidate\r\nETag: \"e\"\r\n\r\n";
  for (const Row& row : {Row{kSays, "HTTP/1.1 500 X\r\nContent-Length: 4\r\n\r\n", "hello"},
                         Row{kSays, "HTTP/1.1 502 X\r\nContent-Length: 4\r\n\r\n", "hello"},
                         Row{kSays, "HTTP/1.1 503 X\r\nContent-Length: 4\r\n\r\n", "hello"},
                         Row{kSays, "HTTP/1.1 504 X\r\nContent-Length: 4\r\n\r\n", "hello"},
                         Row{kSays, "HTTP/1.1 404 X\r\nContent-Length: 4\r\n\r\n", "gone"},
                         Row{kSays, "HTTP/1.1 410 X\r\nContent-Length: 4\r\n\r\n", "gone"},
                         Row{kForbids, "HTTP/1.1 500 X\r\nContent-Length: 4\r\n\r\n", "gone"}}) {
    CAPTURE(row.stored, row.answer);
    Edge edge;
    store(edge, "/a", row.stored);
    edge.shared->purges().doubt_all();
    Visit visit(edge.two, edge.policy, get("/a"));
    REQUIRE(steps(visit, 1) == Step::wait);
    const auto job = visit.take_fetch();
    REQUIRE(job != nullptr);
    if (accept(*job, row.answer, 1) == FetchJob::Next::body) (void)arrive(*job, "gone");
    REQUIRE(steps(visit, 1) == Step::answer);
    CHECK(body_of(visit) == row.body);
  }
}

TEST_CASE("a doubt is over for what an origin confirmed") {
  Edge edge;
  store(edge, "/a");
  edge.shared->purges().doubt_all();
  Visit visit(edge.one, edge.policy, get("/a"));
  REQUIRE(steps(visit, 1) == Step::wait);
  const auto job = visit.take_fetch();
  CHECK(accept(*job, "HTTP/1.1 304 X\r\nCache-Control: max-age=60\r\n\r\n", 1) == FetchJob::Next::finished);
  CHECK(steps(visit, 1) == Step::answer);
  Visit next(edge.two, edge.policy, get("/a"));
  CHECK(steps(next, 2) == Step::answer);
  CHECK(next.take_fetch() == nullptr);
}

TEST_CASE("what is doubtful is no answer for another cache, which would take it for the origin's") {
  for (const bool through_another : {false, true}) {
    CAPTURE(through_another);
    Edge edge;
    store(edge, "/a");
    edge.shared->purges().doubt_all();
    Request request = get("/a");
    if (through_another) request.fields.add("CDN-Loop", "segue-edge; node=ffff");
    Visit visit(edge.one, edge.policy, request);
    REQUIRE(steps(visit, 1) == Step::wait);
    const auto job = visit.take_fetch();
    REQUIRE(job != nullptr);
    CHECK_FALSE(ended(*job, false, 502));
    CHECK(steps(visit, 1) == (through_another ? Step::error : Step::answer));
  }
}
