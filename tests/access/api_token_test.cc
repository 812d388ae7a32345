// SPDX-License-Identifier: Apache-2.0
#include "access/api_token.h"

#include "access/base64url.h"
#include "tests/access/keys.h"
#include "tests/catch.h"

using namespace segue::access;

namespace {
const ApiClaims kClaims{"account-7", 1764100000, 1764103600, "t1", {"library:read", "playlists:write"}};
}

TEST_CASE("an API token is a JWT that says what was signed") {
  const KeyRing ring = test_ring();
  const std::string token = issue(kClaims, *ring.find("a1")).value();
  CHECK(token.starts_with(base64url(R"({"alg":"EdDSA","typ":"at+jwt","kid":"a1"})") + "."));
  const ApiVerdict verdict = check_api_token(token, ring, 1764103599);
  CHECK(verdict.refusal == Refusal::none);
  CHECK(verdict.claims == kClaims);
  CHECK(check_api_token(token, ring, 1764103600).refusal == Refusal::expired);
}

TEST_CASE("an API token of another header, key or body is refused") {
  const KeyRing ring = test_ring();
  const Key& key = *ring.find("a1");
  const std::string good = issue(kClaims, key).value();
  const std::string header = base64url(R"({"alg":"EdDSA","typ":"at+jwt","kid":"a1"})");
  const std::string body = good.substr(header.size() + 1);
  const auto refusal = [&](const std::string& token) { return name_of(check_api_token(token, ring, 1764100000).refusal); };
  CHECK(refusal(base64url(R"({"alg":"none"})") + "." + body) == "unknown-key");
  CHECK(refusal(base64url(R"({"alg":"HS256","typ":"at+jwt","kid":"k1"})") + "." + body) == "unknown-key");
  CHECK(refusal("") == "malformed");
  CHECK(refusal("a.b") == "malformed");
  CHECK(refusal("..") == "unknown-key");
  CHECK(refusal(good + "AAAA") == "bad-signature");
  CHECK(refusal(good.substr(0, good.size() - 2)) == "bad-signature");
  const auto sign = [&](const char* payload) {
    const std::string head = header + '.' + base64url(payload);
    return head + '.' + base64url(key.sign(head).value());
  };
  for (const char* payload : {"", "[]", "{}", R"({"sub":1,"iat":1,"exp":2000000000})", R"({"sub":"a","iat":1,"exp":"never"})"})
    CHECK(refusal(sign(payload)) == "malformed");
  CHECK(issue(kClaims, *ring.find("k1")).error().message == "an API token wants an EdDSA key, k1 is HS256");
}
