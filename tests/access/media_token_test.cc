// SPDX-License-Identifier: Apache-2.0
#include "access/media_token.h"

#include "access/base64url.h"
#include "tests/access/keys.h"
#include "tests/catch.h"

using namespace segue::access;

namespace {

constexpr std::int64_t kNow = 1764100000;

Asker asks(std::string_view path) {
  Asker asker;
  asker.method = "GET";
  asker.path = path;
  asker.address = "203.0.113.7";
  asker.now = kNow;
  return asker;
}

std::string token_for(const MediaGrant& grant) { return issue(grant, *test_ring().find("k1")).value(); }

}  // namespace

TEST_CASE("a media token's text is what the format says") {
  CHECK(token_for({1764103600, "/v/kindred-3f/", "", ""}) ==
        "s1.k1.ZTE3NjQxMDM2MDAKcC92L2tpbmRyZWQtM2Yv.gdMGB3cO8wazBCz9Iwn5mZ0pUmoaRDvwyjRU6mKyfI0");
}

TEST_CASE("a media token opens what it grants") {
  struct Row {
    MediaGrant grant;
    const char *path, *address, *referrer;
    Refusal expected;
  };
  const MediaGrant folder{kNow + 60, "/v/a/", "", ""}, file{kNow + 60, "/v/a/m.m3u8", "", ""},
      near{kNow + 60, "/v/a/", "203.0.113.0/24", ""}, site{kNow + 60, "/v/a/", "", "example.org"};
  const Row rows[] = {
      {folder, "/v/a/g1/x/1.m4s", "", "", Refusal::none},
      {folder, "/v/a/", "", "", Refusal::none},
      {folder, "/v/ab/m.m3u8", "", "", Refusal::path},
      {folder, "/v/a/../b/m.m3u8", "", "", Refusal::path},
      {folder, "/v/a/%2e%2e/b/m.m3u8", "", "", Refusal::path},
      {folder, "/v/a/%2E./b", "", "", Refusal::path},
      {folder, "/v/a/..%2fb", "", "", Refusal::path},
      {folder, "/v/a/..\\b", "", "", Refusal::path},
      {folder, "/v/a//b", "", "", Refusal::path},
      {folder, "/v/a/%C3%A9", "", "", Refusal::none},
      {folder, "/v/a/%", "", "", Refusal::path},
      {folder, "", "", "", Refusal::path},
      {file, "/v/a/m.m3u8", "", "", Refusal::none},
      {file, "/v/a/m.m3u8x", "", "", Refusal::path},
      {near, "/v/a/1", "203.0.113.200", "", Refusal::none},
      {near, "/v/a/1", "198.51.100.1", "", Refusal::address},
      {near, "/v/a/1", "", "", Refusal::address},
      {site, "/v/a/1", "", "https://example.org/page", Refusal::none},
      {site, "/v/a/1", "", "https://WWW.Example.ORG:8443", Refusal::none},
      {site, "/v/a/1", "", "https://badexample.org/", Refusal::referrer},
      {site, "/v/a/1", "", "https://example.org@evil.net/", Refusal::referrer},
      {site, "/v/a/1", "", "https://evil.net/?https://example.org/", Refusal::referrer},
      {site, "/v/a/1", "", "", Refusal::referrer},
      {{kNow, "/v/a/", "", ""}, "/v/a/1", "", "", Refusal::expired},
      {{kNow + 1, "/v/a/", "", ""}, "/v/a/1", "", "", Refusal::none},
  };
  for (const Row& row : rows) {
    INFO(row.path << " " << row.address << " " << row.referrer);
    Asker asker = asks(row.path);
    asker.address = row.address;
    asker.referrer = row.referrer;
    const std::string token = token_for(row.grant);
    CHECK(name_of(check_media_token(token, test_ring(), asker).refusal) == name_of(row.expected));
  }
}

TEST_CASE("a forged, cut or wrongly keyed media token is refused") {
  const KeyRing ring = test_ring();
  const std::string good = token_for({kNow + 60, "/v/a/", "", ""});
  const auto refusal = [&](const std::string& token) { return check_media_token(token, ring, asks("/v/a/1")).refusal; };
  REQUIRE(refusal(good) == Refusal::none);
  for (std::size_t at = 0; at < good.size(); ++at) {
    INFO(at);
    std::string changed = good;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    CHECK(refusal(changed) != Refusal::none);
    CHECK(refusal(good.substr(0, at)) != Refusal::none);
  }
  CHECK(refusal("s1.k2" + good.substr(5)) == Refusal::bad_signature);
  CHECK(refusal("s1.k9" + good.substr(5)) == Refusal::unknown_key);
  CHECK(refusal("s1.a1" + good.substr(5)) == Refusal::unknown_key);
  CHECK(refusal(good + std::string(5000, 'A')) == Refusal::malformed);
}

TEST_CASE("a signed payload that we would not write is refused") {
  const KeyRing ring = test_ring();
  const Key& key = *ring.find("k1");
  for (const char* payload :
       {"e01764103600\np/v/a/", "e+1764103600\np/v/a/", "p/v/a/\ne1764103600", "e1764103600", "p/v/a/", "e1764103600\np/v/a/\n",
        "e1764103600\np/v/a/\nx1", "e1764103600\ne1764103600\np/v/a/", "e1764103600\np/v/../a/", "e99999999999999999999\np/v/a/",
        "e1764103600\np/v/a/\ni1.2.3", "e1764103600\np/v/a/\nrEXAMPLE.org", "e1764103600\np"}) {
    INFO(payload);
    const std::string head = "s1.k1." + base64url(payload);
    CHECK(check_media_token(head + '.' + base64url(key.sign(head).value()), ring, asks("/v/a/1")).refusal != Refusal::none);
  }
}

TEST_CASE("what cannot be granted is said") {
  const KeyRing ring = test_ring();
  const auto error = [&](const MediaGrant& grant, const char* key) { return issue(grant, *ring.find(key)).error().message; };
  CHECK(error({kNow, "v/a", "", ""}, "k1") == "path: expected a plain absolute path of up to 1024 characters");
  CHECK(error({kNow, "/v/a\n", "", ""}, "k1") == "path: expected a plain absolute path of up to 1024 characters");
  CHECK(error({kNow, "/v/", "here", ""}, "k1") == "address: expected an IP address or a network (203.0.113.0/24), found here");
  CHECK(error({kNow, "/v/", "", "https://x"}, "k1") == "referrer: expected a host in lower case, found https://x");
  CHECK(error({kNow, "/v/", "", ""}, "e1") == "a media token wants an HS256 key, e1 is ES256");
}
