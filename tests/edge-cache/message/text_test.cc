// SPDX-License-Identifier: Apache-2.0
// Dates, directives, ranges, keys, Vary: each a table of texts and what they mean.
#include "edge-cache/decision/key.h"
#include "edge-cache/decision/opening.h"
#include "edge-cache/decision/vary.h"
#include "edge-cache/message/cache_control.h"
#include "edge-cache/message/http_date.h"
#include "edge-cache/message/ranges.h"
#include "tests/catch.h"

using namespace segue::edge;

TEST_CASE("HTTP dates in three forms, strictly") {
  constexpr std::int64_t kNow = 1764100000;  // November 2025
  struct Row {
    const char* text;
    std::optional<std::int64_t> expected;
  };
  const Row rows[] = {{"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
                      {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
                      {"Sun Nov  6 08:49:37 1994", 784111777},
                      {"SUN, 06 NOV 1994 08:49:37 gmt", 784111777},
                      {"Thursday, 18-Aug-50 02:01:18 GMT", 2544400878},
                      {"Thu, 18 Aug 2050 02:01:18 UTC", std::nullopt},
                      {"Thu, 18 Aug 50 02:01:18 GMT", std::nullopt},
                      {"Thu 18 Aug 2050 02:01:18 GMT", std::nullopt},
                      {"Thu, 18  Aug  2050 02:01:18 GMT", std::nullopt},
                      {"Thu, 18-Aug-2050 02:01:18 GMT", std::nullopt},
                      {"Thu, 18 Aug 2050 2:01:18 GMT", std::nullopt},
                      {"Thu, 31 Feb 2050 02:01:18 GMT", std::nullopt},
                      {"0", std::nullopt},
                      {"", std::nullopt}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_http_date(row.text, kNow) == row.expected);
  }
  CHECK(print_http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(print_http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST_CASE("max-age as it is written and as it counts") {
  struct Row {
    const char* text;
    std::optional<std::int64_t> expected;
  };
  const Row rows[] = {{"max-age=3600", 3600},
                      {"MaX-aGe=\"3600\"", 3600},
                      {"max-age=003600", 3600},
                      {"max-age=99999999999", 2147483648},
                      {"max-age=1, max-age=1800", 1},
                      {"max-age='3600'", 0},
                      {"max-age=3600.0", 0},
                      {"max-age =3600", 0},
                      {"max-age= 3600", 0},
                      {"extension=\"max-age=3600\"", std::nullopt},
                      {"extension=\"a\\\", max-age=5\", max-age=7", 7},
                      {"", std::nullopt}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(parse_cache_control(row.text).max_age == row.expected);
  }
  const Directives named = parse_cache_control("no-cache=\"Set-Cookie, B\", No-StOrE");
  CHECK_FALSE(named.no_cache);
  CHECK(named.no_store);
  CHECK(named.withheld == std::vector<std::string>{"set-cookie", "b"});
}

TEST_CASE("a targeted field counts only when it is well formed") {
  Fields response;
  response.add("Cache-Control", "no-store");
  response.add("CDN-Cache-Control", "max-age=100, foobar");
  CHECK(directives_of(response, {"CDN-Cache-Control"}).directives.max_age == 100);
  CHECK(directives_of(response, {}).directives.no_store);
  CHECK(directives_of(response, {"Segue-Cache-Control", "CDN-Cache-Control"}).targeted);
  CHECK_FALSE(parse_targeted("max-age=10000, &&&&&").has_value());
  CHECK_FALSE(parse_targeted("max-age=\"10000\"").has_value());
  CHECK_FALSE(parse_targeted("max-age =100").has_value());
}

TEST_CASE("ranges of ten bytes") {
  using Pairs = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
  struct Row {
    const char* text;
    RangeState state;
    Pairs ranges;
  };
  const Row rows[] = {{"bytes=0-0", RangeState::partial, {{0, 1}}},  {"bytes=3-", RangeState::partial, {{3, 7}}},
                      {"Bytes=-4", RangeState::partial, {{6, 4}}},   {"bytes=-40", RangeState::partial, {{0, 10}}},
                      {"bytes=8-99", RangeState::partial, {{8, 2}}}, {"bytes=0-1, 8-", RangeState::partial, {{0, 2}, {8, 2}}},
                      {"bytes=10-", RangeState::unsatisfiable, {}},  {"bytes=-0", RangeState::unsatisfiable, {}},
                      {"bytes=0-8,1-9", RangeState::whole, {}},      {"bytes=5-4", RangeState::whole, {}},
                      {"bytes=a-b", RangeState::whole, {}},          {"bytes=", RangeState::whole, {}},
                      {"lines=1-2", RangeState::whole, {}},          {"bytes=18446744073709551616-", RangeState::whole, {}}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const RangeSet set = parse_ranges(row.text, 10);
    CHECK(set.state == row.state);
    Pairs found;
    for (const ByteRange range : set.ranges) found.emplace_back(range.first, range.size);
    CHECK(found == row.ranges);
  }
}

TEST_CASE("one address, one key; what a player adds is left out") {
  Policy policy;
  policy.ignored_query = {"cmcd", "token"};
  CHECK(normal_target(policy, "/a.m4s?CMCD=br%3D128&x=1&token=abc") == "/a.m4s?x=1");
  CHECK(normal_target(policy, "/a.m4s?CMCD=1") == "/a.m4s");
  CHECK(normal_target(policy, "/a?") == "/a");
  CHECK(url_of(policy, {.method = "GET", .host = "Example.ORG:80", .target = "/A?b", .fields = {}}) == "example.org/A?b");
  CHECK(url_of("http://Example.org/a?b#c") == "example.org/a?b");
  CHECK(url_of(policy, "http://Example.org/a.m4s?CMCD=br%3D128&x=1#c") == "example.org/a.m4s?x=1");
  CHECK(url_of(policy, "example.org") == "example.org/");
  Policy only;
  only.ignored_query = {"cmcd"};
  only.kept_query = {"max_height", "_hls_msn", "_hls_part", "_hls_skip"};
  CHECK(normal_target(only, "/a.m3u8?_HLS_part=2&utm=x&_HLS_msn=7&CMCD=1") == "/a.m3u8?_HLS_msn=7&_HLS_part=2");
  CHECK(normal_target(only, "/a.m3u8?_HLS_msn=7&_HLS_part=2") == "/a.m3u8?_HLS_msn=7&_HLS_part=2");
  CHECK(normal_target(only, "/a?max_height=2&max_height=1&&=&max_heights") == "/a?max_height=2&max_height=1");
  CHECK(normal_target(only, "/a?nonce=1") == "/a");
  // SipHash-2-4-128 of nothing and of 15 bytes under the key 00 01 … 0f: the reference implementation's vectors.
  CHECK(hash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, "") == Key{0xe6a825ba047f81a3, 0x930255c71472f66d});
}

TEST_CASE("Vary compares what requests mean") {
  const auto values = [](const char* names, std::initializer_list<Field> fields) {
    Request request;
    for (const Field& field : fields) request.fields.add(field.name, field.value);
    return vary_values(names, request);
  };
  CHECK(values("foo", {{"Foo", "1, 2"}}) == values("foo", {{"foo", "1"}, {"Foo", "2"}}));
  CHECK(values("foo", {{"Foo", "1,2"}}) == values("foo", {{"Foo", " 1 ,  2 "}}));
  CHECK(values("foo", {{"Foo", ""}}) != values("foo", {}));
  CHECK(values("foo", {{"Foo", "1"}}) != values("foo", {{"Foo", "2"}}));
  CHECK(values("accept-language", {{"Accept-Language", "eN, De"}}) == values("accept-language", {{"Accept-Language", "de,  en"}}));
  CHECK(values("accept-language", {{"Accept-Language", "en;q=0.5, de"}}) != values("accept-language", {{"Accept-Language", "en, de"}}));
  CHECK(normal_accept_encoding("deflate, gzip;q=0.5, br;q=0, *;q=0.1") == "gzip");
  CHECK(offered_codings("br, gzip", {"gzip"}) == "gzip");
  CHECK(offered_codings("gzip, deflate, zstd;q=0", {"br", "gzip", "zstd"}) == "gzip");
  CHECK(offered_codings("br", {"gzip"}).empty());
  CHECK(offered_codings("identity", {"gzip"}).empty());
  Fields response;
  response.add("Vary", "Foo, bar");
  response.add("Vary", "BAR, Accept");
  CHECK(vary_names(response) == "accept,bar,foo");
  response.add("Vary", ", *");
  CHECK(vary_names(response) == "*");
}

TEST_CASE("what starts a track, as its origin says in CMSD-Static") {
  struct Row {
    const char* value;
    bool opening;
  };
  const Row rows[] = {{"su", true},     {"ot=a,su", true}, {"su=?1;x=2, ot=a", true}, {"su;x", true}, {"", false}, {"ot=a,d=4000", false},
                      {"su=?0", false}, {"sub", false},    {"n=\"a,su,b\"", false},   {"SU", false}};
  for (const Row& row : rows) {
    CAPTURE(row.value);
    Fields fields;
    if (*row.value != '\0') fields.add("CMSD-Static", row.value);
    CHECK(is_opening(fields) == row.opening);
  }
}
