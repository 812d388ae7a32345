// SPDX-License-Identifier: Apache-2.0
#include "access/cose.h"

#include "access/cbor.h"
#include "tests/access/keys.h"
#include "tests/catch.h"

using namespace segue::access;

namespace {

// RFC 8392, A.3.
const std::string kSigned = bytes(
    "d28443a10126a104524173796d6d657472696345434453413235365850a70175636f61703a2f2f61732e6578616d706c652e636f6d02656572696b77037818636f"
    "61703a2f2f6c696768742e6578616d706c652e636f6d041a5612aeb0051a5610d9f0061a5610d9f007420b7158405427c1ff28d23fbad1f29c4c7c6a555e601d6f"
    "a29f9179bc3d7438bacaca5acd08c8d4d4f96131680c429a01f85951ecee743a52b9b63632c57209120e1c9e30");

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("the signed CWT of RFC 8392 A.3 verifies with its key") {
  const auto message = parse_cose(kSigned);
  REQUIRE(message);
  CHECK(message->algorithm == Algorithm::es256);
  CHECK(message->key_id == "AsymmetricECDSA256");
  CHECK(message->payload.size() == 80);
  const KeyRing ring = test_ring();
  CHECK(verify(*message, *ring.find("e1")));
  CHECK_FALSE(verify(*message, *ring.find("k1")));
  CHECK(parse_cose(bytes("d83d") + kSigned)->key_id == "AsymmetricECDSA256");
}

TEST_CASE("a changed byte of a signed CWT does not verify") {
  const KeyRing ring = test_ring();
  for (std::size_t at = 0; at < kSigned.size(); ++at) {
    std::string changed = kSigned;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const auto message = parse_cose(changed);
    const bool in_unprotected_kid = at >= 9 && at < 27;
    INFO(at);
    CHECK((message && verify(*message, *ring.find("e1"))) == in_unprotected_kid);
  }
}

TEST_CASE("a COSE message is refused when it is something else") {
  struct Row {
    std::string input;
    const char* error;
  };
  const Row rows[] = {
      {"", "COSE: expected tag 17 (Mac0) or 18 (Sign1)"},
      {bytes("8443a10126a04040"), "COSE: expected tag 17 (Mac0) or 18 (Sign1)"},
      {bytes("d08343a10126a040"), "COSE: expected tag 17 (Mac0) or 18 (Sign1)"},
      {bytes("d28343a10126a040"), "COSE: expected an array of 4"},
      {bytes("d28443a10105a04040"), "COSE: expected HS256 in a Mac0, ES256 in a Sign1"},  // the algorithm of the other
      {bytes("d18443a10126a04040"), "COSE: expected HS256 in a Mac0, ES256 in a Sign1"},
      {bytes("d18443a10104a04040"), "COSE: expected HS256 in a Mac0, ES256 in a Sign1"},  // HS256/64
      {bytes("d18440a101054040"), "COSE: the unprotected header is not taken"},           // algorithm where nobody signed it
      {bytes("d18440a04040"), "COSE: expected HS256 in a Mac0, ES256 in a Sign1"},
      {bytes("d18446a20105028104a04040"), "COSE: the protected header is not taken"},       // crit
      {bytes("d18445a201050105a04040"), "COSE: the protected header is not taken"},         // twice
      {bytes("d18444a1010500a04040"), "COSE: the protected header is not taken"},           // bytes behind the map
      {bytes("d18443a10105a0f640"), "COSE: expected payload and signature, then the end"},  // detached
      {bytes("d18443a10105a0404000"), "COSE: expected payload and signature, then the end"},
      {bytes("d18443a10105a040"), "COSE: expected payload and signature, then the end"},
  };
  for (const Row& row : rows) {
    const auto message = parse_cose(row.input);
    REQUIRE_FALSE(message);
    CHECK(message.error().message == row.error);
  }
}

TEST_CASE("what is written is read and verified, by its own key only") {
  const KeyRing ring = test_ring();
  for (const char* id : {"k1", "e1"}) {
    const std::string written = write_cose("payload", *ring.find(id)).value();
    const auto message = parse_cose(written);
    REQUIRE(message);
    CHECK(message->key_id == id);
    CHECK(message->payload == "payload");
    CHECK(verify(*message, *ring.find(id)));
    CHECK_FALSE(verify(*message, *ring.find("k2")));
    const std::string forged = replaced(written, "payload", "Payload");
    CHECK_FALSE(verify(*parse_cose(forged), *ring.find(id)));
  }
  CHECK(write_cose("", *ring.find("a1")).error().message == "a Common Access Token wants HS256 or ES256, key a1 is EdDSA");
}
