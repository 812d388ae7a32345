// SPDX-License-Identifier: Apache-2.0
#include "access/base64url.h"
#include "access/digest.h"
#include "tests/access/keys.h"
#include "tests/catch.h"

using namespace segue::access;

TEST_CASE("HMAC-SHA256 as RFC 4231's test 2 has it, digests as FIPS 180-4's") {
  CHECK(hmac_sha256("Jefe", "what do ya want for nothing?") == bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
  CHECK(sha256("abc") == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  CHECK(sha512_256("abc") == bytes("53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"));
}

TEST_CASE("Ed25519 signs RFC 8032's test 1") {
  const KeyRing ring = test_ring();
  const Key& key = *ring.find("a1");
  CHECK(key.public_bytes() == bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
  CHECK(key.sign("").value() == bytes("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                                      "d25bf5f0595bbe24655141438e7a100b"));
}

TEST_CASE("every algorithm verifies what it signed and nothing else") {
  const KeyRing ring = test_ring();
  for (const char* id : {"k1", "e1", "a1"}) {
    INFO(id);
    const Key& key = *ring.find(id);
    std::string signature = key.sign("music").value();
    CHECK(key.verify("music", signature));
    CHECK_FALSE(key.verify("musik", signature));
    CHECK_FALSE(key.verify("music", ""));
    CHECK_FALSE(key.verify("music", signature + "x"));
    CHECK_FALSE(key.verify("music", std::string(signature.size(), '\0')));
    signature[0] = static_cast<char>(signature[0] ^ 1);
    CHECK_FALSE(key.verify("music", signature));
  }
}

TEST_CASE("a public half verifies and does not sign") {
  const KeyRing ring = test_ring();
  for (const char* id : {"e1", "a1"}) {
    const Key& whole = *ring.find(id);
    const KeyRing halves = KeyRing::parse(public_line(whole)).value();
    const Key& half = *halves.find(id);
    CHECK(half.verify("music", whole.sign("music").value()));
    CHECK(half.sign("music").error().message == "key " + std::string(id) + " only verifies: its private half is not here");
    CHECK(halves.signer(whole.algorithm()) == nullptr);
  }
}

TEST_CASE("a ring of keys names the line that is wrong and never a key") {
  struct Row {
    const char *text, *error;
  };
  const std::string secret = base64url(std::string(32, 'x'));
  const Row rows[] = {
      {"k1 HS256 secret", "keys line 1: expected ID ALGORITHM secret|private|public BASE64URL, found 3 words"},
      {"\n# c\nk.1 HS256 secret AAAA", "keys line 3: an id has 1 to 64 letters, digits, '-' and '_'"},
      {"k1 RS256 secret AAAA", "keys line 1: expected HS256, ES256 or EdDSA, found RS256"},
      {"k1 none secret AAAA", "keys line 1: expected HS256, ES256 or EdDSA, found none"},
      {"k1 HS256 secret AAAA", "keys line 1: an HS256 secret has 32 to 256 bytes, found 3"},
      {"k1 HS256 secret AAA*", "keys line 1: the key's bytes are not base64url"},
      {"k1 HS256 public AAAA", "keys line 1: HS256 has a secret, no public key"},
      {"k1 ES256 secret AAAA", "keys line 1: expected secret (HS256), private or public (ES256, EdDSA)"},
      {"k1 ES256 private AAAA", "keys line 1: a private key has 32 bytes, found 3"},
      {"k1 ES256 private AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "keys line 1: not a private key of ES256"},
      {"k1 ES256 private __________________________________________8", "keys line 1: not a private key of ES256"},
      {"k1 ES256 public BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
       "keys line 1: not a public key of ES256"},
      {"k1 EdDSA public AAAA", "keys line 1: not a public key of EdDSA"},
      {"a HS256 secret eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg\na HS256 secret eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHg",
       "keys line 2: a second key a"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto ring = KeyRing::parse(row.text);
    REQUIRE_FALSE(ring);
    CHECK(ring.error().message == row.error);
  }
  CHECK(KeyRing::parse(std::string(65537, '#')).error().message == "keys: 65537 bytes, at most 65536");
}

TEST_CASE("the first key of a ring signs; new keys are lines of a ring") {
  CHECK(test_ring().signer(Algorithm::hs256)->id() == "k2");
  for (const Algorithm algorithm : {Algorithm::hs256, Algorithm::es256, Algorithm::eddsa}) {
    const auto line = new_key_line("n-1", algorithm);
    const auto again = new_key_line("n-1", algorithm);
    REQUIRE(line);
    CHECK(*line != *again);
    CHECK(KeyRing::parse(*line)->find("n-1")->algorithm() == algorithm);
  }
  CHECK_FALSE(new_key_line("n 1", Algorithm::hs256));
}
