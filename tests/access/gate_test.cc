// SPDX-License-Identifier: Apache-2.0
#include "access/gate.h"

#include "access/media_token.h"
#include "tests/access/keys.h"
#include "tests/catch.h"

using namespace segue::access;

namespace {

constexpr std::int64_t kNow = 1764100000;

Asker asks(std::string_view path) { return {"GET", "https", "e.example", "443", path, "", "203.0.113.7", "", kNow}; }
Carried carry(Carried::By by, std::string token) { return {by, std::move(token), "", ""}; }
std::string media() { return issue(MediaGrant{kNow + 60, "/v/a/", "", ""}, *test_ring().find("k1")).value(); }
std::string cat(Renewal::Kind kind, std::vector<std::string> parameters = {}) {
  CatClaims claims;
  claims.subject = "s7";
  claims.expires = kNow + 30;
  claims.renewal = Renewal{kind, 600, std::nullopt, "", "", parameters, parameters};
  return issue(claims, *test_ring().find("k1")).value();
}

}  // namespace

TEST_CASE("no token is missing, and asks for one") {
  const Verdict verdict = Gate(test_ring()).check({}, asks("/v/a/1"));
  CHECK(verdict.refusal == Refusal::missing);
  CHECK(status_of(verdict.refusal) == 401);
  CHECK(status_of(Refusal::bad_signature) == 403);
}

TEST_CASE("a manifest's query token carries to its segments by a cookie of its folder") {
  const Gate gate(test_ring());
  const std::string token = media();
  CHECK(gate.check(carry(Carried::By::query, token), asks("/v/a/master.m3u8")).set_cookie ==
        "segue-token=" + token + "; Path=/v/a/; Max-Age=60; HttpOnly; SameSite=Lax");
  CHECK(gate.check(carry(Carried::By::query, token), asks("/v/a/1.m4s")).set_cookie.empty());
  CHECK(gate.check(carry(Carried::By::path, token), asks("/v/a/master.m3u8")).set_cookie.empty());
  CHECK(gate.check(carry(Carried::By::query, token), asks("/v/b/master.m3u8")).set_cookie.empty());
  // The address ends no attribute and begins none.
  CHECK(gate.check(carry(Carried::By::query, token), asks("/v/a/x;Domain=example.org/master.m3u8")).set_cookie.empty());
}

TEST_CASE("a token that was verified before is not verified again, and what it allows is looked at each time") {
  const Gate gate(test_ring()), keyless{KeyRing()};
  for (const std::string& token : {media(), cat(Renewal::Kind::automatic)}) {
    Known known;
    std::string forged = token;
    forged.back() = forged.back() == 'A' ? 'E' : 'A';
    const auto refusal = [&](const Gate& by, const std::string& carried, std::int64_t now) {
      Asker asker = asks("/v/a/1");
      asker.now = now;
      return by.check(carry(Carried::By::query, carried), asker, &known).refusal;
    };
    CHECK(refusal(gate, forged, kNow) != Refusal::none);
    CHECK(refusal(keyless, token, kNow) == Refusal::unknown_key);
    CHECK(refusal(gate, token, kNow) == Refusal::none);
    CHECK(refusal(keyless, token, kNow) == Refusal::none);  // known: the keys are not asked
    CHECK(refusal(gate, forged, kNow) != Refusal::none);
    CHECK(refusal(gate, token, kNow + 60) == Refusal::expired);
    known.clear();
    CHECK(refusal(keyless, token, kNow) == Refusal::unknown_key);
  }
}

TEST_CASE("a CAT with catr is renewed by the way it came") {
  const Gate gate(test_ring());
  const Verdict field = gate.check(carry(Carried::By::field, cat(Renewal::Kind::automatic)), asks("/v/a/1.m4s"));
  CHECK(field.refusal == Refusal::none);
  CHECK(field.subject == "s7");
  CHECK(field.field_name == "CTA-Common-Access-Token");
  CHECK(check_cat(field.field_value, test_ring(), {}, asks("/v/a/1.m4s")).claims.expires == kNow + 600);
  const Verdict cookie = gate.check(carry(Carried::By::query, cat(Renewal::Kind::automatic)), asks("/v/a/1.m4s"));
  CHECK(cookie.field_name.empty());
  CHECK(cookie.set_cookie.starts_with("CTA-Common-Access-Token="));
  CHECK(cookie.set_cookie.ends_with("; Path=/v/a/; Max-Age=600; HttpOnly; SameSite=Lax"));
  CHECK(gate.check(carry(Carried::By::query, cat(Renewal::Kind::cookie, {"Secure"})), asks("/v/a/1")).set_cookie.ends_with("; Secure"));
}

TEST_CASE("a token cannot write a field of the answer beyond its own") {
  const Gate gate(test_ring());
  const auto by_cookie = gate.check(carry(Carried::By::cookie, cat(Renewal::Kind::cookie, {"a\r\nX: y"})), asks("/v/a/1"));
  CHECK(by_cookie.set_cookie.find('\n') == std::string::npos);
  const auto by_field = gate.check(carry(Carried::By::field, cat(Renewal::Kind::header, {"a\r\nX: y"})), asks("/v/a/1"));
  CHECK(by_field.field_value.find('\n') == std::string::npos);
}

TEST_CASE("an edge with public keys only lets through and does not renew") {
  CatClaims claims;
  claims.expires = kNow + 30;
  claims.renewal = Renewal{Renewal::Kind::automatic, 600, std::nullopt, "", "", {}, {}};
  const KeyRing ring = test_ring();
  const std::string token = issue(claims, *ring.find("e1")).value();
  const Verdict verdict =
      Gate(KeyRing::parse(public_line(*ring.find("e1"))).value()).check(carry(Carried::By::cookie, token), asks("/v/a/1"));
  CHECK(verdict.refusal == Refusal::none);
  CHECK(verdict.set_cookie.empty());
}
