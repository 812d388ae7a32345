// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/cmcd/next_object.h"

#include "tests/catch.h"

using namespace segue::edge;

TEST_CASE("references resolve to paths of this edge or to nothing") {
  struct Row {
    const char *base, *reference, *expected;
  };
  const Row rows[] = {
      {"/v/a/g1/x/1.m4s", "2.m4s", "/v/a/g1/x/2.m4s"},
      {"/v/a/g1/x/1.m4s", "./2.m4s", "/v/a/g1/x/2.m4s"},
      {"/v/a/g1/x/1.m4s", "../y/2.m4s?a=1", "/v/a/g1/y/2.m4s?a=1"},
      {"/v/a/g1/x/1.m4s", "/v/b/2.m4s", "/v/b/2.m4s"},
      {"/1", "../../2", ""},
      {"/1", "..", ""},
      {"/v/1", "//evil.example/2", ""},
      {"/v/1", "http://evil.example/2", ""},
      {"/v/1", "javascript:2", ""},
      {"/v/1", "", ""},
      {"/v/1", "?q", ""},
      {"/v/1", "a b", ""},
      {"/v/1", "a\r\nX: y", ""},
      {"/v/1", "a?b\r\nX: y", ""},
      {"/v/1", "%2e%2e/2", ""},
      {"/v/1", "a//b", ""},
      {"/v/1", "a#b", ""},
      {"/v/1", "a?b=http://c/", "/v/a?b=http://c/"},
  };
  for (const Row& row : rows) {
    INFO(row.reference);
    CHECK(resolve(row.base, row.reference).value_or("") == row.expected);
  }
}

TEST_CASE("CMCD names the next object and its range") {
  struct Row {
    const char *field, *target, *range;
  };
  const Row rows[] = {
      {"nor=\"..%2Fx%2F2.m4s\"", "/v/a/x/2.m4s", ""},
      {"nor=\"2.m4s\",nrr=\"100-199\"", "/v/a/g1/2.m4s", "bytes=100-199"},
      {"nor=\"2.m4s\",nrr=\"100-\"", "/v/a/g1/2.m4s", "bytes=100-"},
      {"nor=\"2.m4s\",nrr=\"1-2,5-6\"", "/v/a/g1/2.m4s", ""},
      {"nor=\"2.m4s\",nrr=\"-\"", "/v/a/g1/2.m4s", ""},
      {"nrr=\"100-199\"", "", ""},
      {"nor=\"https%3A%2F%2Fe%2F2.m4s\"", "", ""},
  };
  for (const Row& row : rows) {
    INFO(row.field);
    Cmcd cmcd;
    cmcd.add(row.field);
    const auto next = next_of_cmcd(cmcd, "/v/a/g1/1.m4s");
    CHECK((next ? next->target : "") == row.target);
    CHECK((next ? next->range : "") == row.range);
  }
}

TEST_CASE("Link: rel=next names the next object") {
  struct Row {
    const char *field, *target;
  };
  const Row rows[] = {
      {"<2.m4s>; rel=next", "/v/2.m4s"},
      {"<a>; rel=\"prev\", <2.m4s>; rel=\"next preload\"; as=fetch", "/v/2.m4s"},
      {"<a>; rel=nextish", ""},
      {"<a>", ""},
      {"<a", ""},
      {"<http://e/>; rel=next", ""},
      {"", ""},
  };
  for (const Row& row : rows) {
    INFO(row.field);
    const auto next = next_of_link(row.field, "/v/1.m4s");
    CHECK((next ? next->target : "") == row.target);
  }
}
