// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/ahead.h"

#include "tests/catch.h"

using namespace segue::edge;

TEST_CASE("what comes next, by the player or by the origin") {
  struct Row {
    const char *name, *value;  // of a request's field
    const char* link;          // of the answer
    const char *path, *query, *next;
  };
  const Row rows[] = {
      {"CMCD-Request", "bl=1000,nor=\"2.m4s\"", "", "/v/a/g1/aac/1.m4s", "", "/v/a/g1/aac/2.m4s"},
      {"cmcd-request", "nor=\"..%2Fflac%2F2.m4s\"", "", "/v/a/g1/aac/1.m4s", "", "/v/a/g1/flac/2.m4s"},
      {"Accept", "*/*", "", "/v/a/g1/aac/1.m4s", "x=y&CMCD=bs%2Cnor%3D%222.m4s%22", "/v/a/g1/aac/2.m4s"},
      {"Accept", "*/*", "<2.m4s>; rel=next", "/v/a/g1/aac/1.m4s", "", "/v/a/g1/aac/2.m4s"},
      // A player knows better which rendition comes next than the origin does.
      {"CMCD-Request", "nor=\"../flac/2.m4s\"", "<2.m4s>; rel=next", "/v/a/g1/aac/1.m4s", "", "/v/a/g1/flac/2.m4s"},
      // An origin may lead anywhere on its host, a player not.
      {"Accept", "*/*", "</v/b/g1/aac/1.m4s>; rel=\"next\"", "/v/a/g1/aac/9.m4s", "", "/v/b/g1/aac/1.m4s"},
      {"CMCD-Request", "nor=\"/v/b/g1/aac/1.m4s\"", "", "/v/a/g1/aac/9.m4s", "", ""},
      {"CMCD-Request", "nor=\"../../../b/g1/aac/1.m4s\"", "", "/v/a/g1/aac/9.m4s", "", ""},
      {"CMCD-Request", "nor=\"http://elsewhere/1.m4s\"", "", "/v/a/g1/aac/9.m4s", "", ""},
      {"CMCD-Request", "nor=\"//elsewhere/1.m4s\"", "", "/v/a/g1/aac/9.m4s", "", ""},
      {"CMCD-Request", "nrr=\"100-199\"", "", "/v/a/g1/aac/1.m4s", "", ""},
      {"CMCD-Request", "nor=\"2\"", "", "/1", "", "/2"},
      {"CMCD-Request", "nor=\"2\"", "", "1", "", ""},
      {"Accept", "*/*", "<2.m4s>; rel=prev", "/v/a/g1/aac/1.m4s", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value, row.link, row.query);
    Fields request, answer;
    request.add(row.name, row.value);
    if (*row.link != 0) answer.add("Link", row.link);
    CHECK(next_target(request, answer, row.path, row.query) == row.next);
  }
}

TEST_CASE("a budget holds two seconds' worth, and what was overspent is made up for") {
  Budget budget;
  CHECK(budget.open(1000, 10));
  budget.spend(19);
  CHECK(budget.open(1000, 10));
  budget.spend(21);
  CHECK_FALSE(budget.open(1001, 10));
  CHECK_FALSE(budget.open(1002, 10));
  CHECK(budget.open(1003, 10));
  CHECK(budget.open(5000, 10));
  budget.spend(20);
  CHECK_FALSE(budget.open(5000, 10));
  CHECK_FALSE(budget.open(4000, 10));  // the clock was set back
  CHECK(budget.open(4001, 10));
  CHECK_FALSE(budget.open(9000, 0));
}
