// SPDX-License-Identifier: Apache-2.0
#include "access/cat.h"

#include "access/base64url.h"
#include "access/cose.h"
#include "tests/access/keys.h"
#include "tests/catch.h"

using namespace segue::access;

namespace {

using Part = UriCondition::Part;
using Match = UriCondition::Match;

Asker asks() { return {"GET", "https", "edge.example", "8443", "/v/a/g1/flac/12.m4s", "codecs=flac", "203.0.113.7", "", 1764100000}; }

CatClaims everything() {
  CatClaims claims;
  claims.issuer = "catalog";
  claims.subject = "listener 7";
  claims.audience = {"edge"};
  claims.expires = 1764103600;
  claims.not_before = 1764000000;
  claims.issued_at = 1764000000;
  claims.id = "\x01\x02";
  claims.uri = {{Part::scheme, Match::exact, "https"}, {Part::path, Match::prefix, "/v/a/"}};
  claims.methods = {"GET", "HEAD"};
  claims.networks = {*network_of("203.0.113.0/24"), *network_of("2001:db8::1")};
  claims.renewal = Renewal{Renewal::Kind::cookie, 600, 120, "cat", "", {"Secure"}, {}};
  return claims;
}

}  // namespace

TEST_CASE("claims are read as they are written") {
  for (const CatClaims& claims : {everything(), CatClaims{}}) {
    const ClaimsRead read = read_claims(write_claims(claims));
    CHECK(read.refusal == Refusal::none);
    CHECK(read.claims == claims);
  }
}

TEST_CASE("the claims of RFC 8392 A.1") {
  const ClaimsRead read =
      read_claims(bytes("a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f61703a2f2f6c696768742e6578616d"
                        "706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b71"));
  CHECK(read.refusal == Refusal::none);
  CHECK(read.claims.issuer == "coap://as.example.com");
  CHECK(read.claims.audience == std::vector<std::string>{"coap://light.example.com"});
  CHECK(read.claims.expires == 1444064944);
  CHECK(read.claims.not_before == 1443944944);
}

TEST_CASE("claims that are broken or not enforced here are refused") {
  struct Row {
    const char *cbor, *expected;
  };
  const Row rows[] = {
      {"a0", "none"},
      {"", "malformed"},
      {"80", "malformed"},
      {"a000", "malformed"},                             // bytes behind the map
      {"a2041a5612aeb0041a5612aeb0", "malformed"},       // exp twice
      {"a104f6", "malformed"},                           // exp null
      {"a104c11a5612aeb0", "none"},                      // exp with tag 1
      {"a104fb41d584abac000000", "none"},                // exp as a double
      {"a104fb7ff0000000000000", "malformed"},           // infinity
      {"a104fb7ff8000000000000", "malformed"},           // NaN
      {"a11901340 0", "none"},                           // catreplay 0: permitted
      {"a119013401", "unsupported"},                     // catreplay 1: prohibited
      {"a119013601", "none"},                            // catv 1
      {"a119013602", "unsupported"},                     // catv 2
      {"a119013b a0", "unsupported"},                    // cath
      {"a119013c 80", "unsupported"},                    // catgeoiso3166
      {"a1190141a0", "unsupported"},                     // catdpop
      {"a11a0001 0000 00", "unsupported"},               // nobody's claim
      {"a1190138 a1 03 a1 01 63 '/v/'", "none"},         // catu path prefix
      {"a1190138 a1 03 a1 04 63 '/v/'", "unsupported"},  // a regular expression
      {"a1190138 a1 03 a1 05 63 '/v/'", "unsupported"},
      {"a1190138 a1 09 a1 00 61 'x'", "unsupported"},
      {"a1190138 a1 03 a0", "unsupported"},
      {"a1190138 a1 03 a2 00 61 'x' 01 61 'x'", "unsupported"},
      {"a1190138 a1 03 a1 01 43 '/v/'", "malformed"},  // bytes where text belongs
      {"a1190139 80", "malformed"},                    // catm without a method
      {"a1190137 81 1a 0000fde8", "unsupported"},      // catnip: an AS number
      {"a1190137 81 d834 44 cb007107", "none"},
      {"a1190137 81 d834 45 cb00710700", "malformed"},
      {"a1190137 81 d834 82 1821 44 cb007107", "malformed"},
      {"a1190137 81 d836 82 1820 44 20010db8", "none"},  // a prefix without its zero bytes
      {"a1190137 80", "unsupported"},
      {"a1190143 a1 00 00", "malformed"},  // catr without expadd
      {"a1190143 a2 00 00 01 00", "malformed"},
      {"a1190143 a2 00 04 01 0a", "malformed"},
      {"a1190143 a2 00 00 01 0a", "none"},
      {"a1190142 a1 03 82 19012f 80", "none"},       // catif
      {"a1190142 818181818181818100", "malformed"},  // deeper than anybody needs
      {"a11903e8", "unsupported"},
  };
  for (const Row& row : rows) {
    INFO(row.cbor);
    CHECK(name_of(read_claims(bytes(row.cbor)).refusal) == row.expected);
  }
}

TEST_CASE("claims are held against who asks") {
  struct Row {
    const char* what;
    void (*change)(CatClaims&, Asker&);
    const char* expected;
  };
  const Row rows[] = {
      {"all hold", [](CatClaims&, Asker&) {}, "none"},
      {"the second of expiry", [](CatClaims&, Asker& a) { a.now = 1764103600; }, "expired"},
      {"the second before", [](CatClaims&, Asker& a) { a.now = 1764103599; }, "none"},
      {"too early", [](CatClaims&, Asker& a) { a.now = 1763999999; }, "not-yet"},
      {"no expiry", [](CatClaims& c, Asker&) { c.expires.reset(); }, "none"},
      {"another issuer", [](CatClaims& c, Asker&) { c.issuer = "mallory"; }, "issuer"},
      {"no issuer", [](CatClaims& c, Asker&) { c.issuer = ""; }, "issuer"},
      {"another audience", [](CatClaims& c, Asker&) { c.audience = {"other"}; }, "audience"},
      {"one of two audiences",
       [](CatClaims& c, Asker&) {
         c.audience = {"other", "edge"};
       },
       "none"},
      {"another method", [](CatClaims&, Asker& a) { a.method = "POST"; }, "method"},
      {"another scheme", [](CatClaims&, Asker& a) { a.scheme = "http"; }, "path"},
      {"another path", [](CatClaims&, Asker& a) { a.path = "/v/b/x"; }, "path"},
      {"a path that climbs", [](CatClaims&, Asker& a) { a.path = "/v/a/../b"; }, "path"},
      {"IPv6 of the list", [](CatClaims&, Asker& a) { a.address = "2001:db8::1"; }, "none"},
      {"an address outside", [](CatClaims&, Asker& a) { a.address = "203.0.114.7"; }, "address"},
      {"no address", [](CatClaims&, Asker& a) { a.address = "unix:"; }, "address"},
      {"host",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::host, Match::suffix, ".example"}};
       },
       "none"},
      {"port",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::port, Match::exact, "8443"}};
       },
       "none"},
      {"query",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::query, Match::contains, "flac"}};
       },
       "none"},
      {"parent path",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::parent_path, Match::exact, "/v/a/g1/flac"}};
       },
       "none"},
      {"file name",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::filename, Match::exact, "12.m4s"}};
       },
       "none"},
      {"stem",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::stem, Match::exact, "12"}};
       },
       "none"},
      {"extension",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::extension, Match::exact, ".m4s"}};
       },
       "none"},
      {"another extension",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::extension, Match::exact, ".mpd"}};
       },
       "path"},
      {"a digest of the stem",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::stem, Match::sha256, bytes("6b51d431df5d7f141cbececcf79edf3dd861c3b4069f0b11661a3eefacbba918")}};
       },
       "none"},
      {"a digest of another",
       [](CatClaims& c, Asker&) {
         c.uri = {{Part::stem, Match::sha256, std::string(32, 'x')}};
       },
       "path"},
  };
  const CatPolicy policy{{"catalog"}, {"edge"}};
  for (const Row& row : rows) {
    INFO(row.what);
    CatClaims claims = everything();
    Asker asker = asks();
    row.change(claims, asker);
    CHECK(name_of(held_against(claims, policy, asker)) == row.expected);
  }
}

TEST_CASE("a token is checked by its signature first") {
  const KeyRing ring = test_ring();
  const CatPolicy policy{{"catalog"}, {"edge"}};
  for (const char* id : {"k1", "e1"}) {
    const std::string token = issue(everything(), *ring.find(id)).value();
    CHECK(name_of(check_cat(token, ring, policy, asks()).refusal) == "none");
    CHECK(check_cat(token, KeyRing(), policy, asks()).refusal == Refusal::unknown_key);
    for (std::size_t size = 0; size < token.size(); ++size)
      CHECK(check_cat(token.substr(0, size), ring, policy, asks()).refusal != Refusal::none);
    std::string forged = token;
    forged.back() = forged.back() == 'A' ? 'Q' : 'A';
    CHECK(check_cat(forged, ring, policy, asks()).refusal != Refusal::none);
  }
  // An expired and unknown claim of a forger is still a bad signature.
  std::string forged = *from_base64url(issue(everything(), *ring.find("k1")).value());
  forged.replace(forged.find("catalog"), 7, "mallory");
  CHECK(check_cat(base64url(forged), ring, policy, asks()).refusal == Refusal::bad_signature);
}

TEST_CASE("a token is renewed shortly before it expires") {
  CatClaims claims = everything();
  CHECK_FALSE(wants_renewal(claims, 1764103479));
  CHECK(wants_renewal(claims, 1764103480));
  CHECK_FALSE(wants_renewal(claims, 1764103600));
  const KeyRing ring = test_ring();
  Asker asker = asks();
  const std::string token = renew(claims, *ring.find("k1"), 1764103500).value();
  CHECK(check_cat(token, ring, {}, asker).claims.expires == 1764104100);
  CHECK(check_cat(token, ring, {}, asker).claims.issued_at == 1764103500);
  claims.renewal.reset();
  CHECK_FALSE(wants_renewal(claims, 1764103599));
}
