// SPDX-License-Identifier: Apache-2.0
// No bytes pass as a token: neither as they are, nor signed with a good key unless they are a payload that we would write. What is read
// of claims is written and read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "access/base64url.h"
#include "access/carrier.h"
#include "access/cat.h"
#include "access/cose.h"
#include "access/gate.h"
#include "access/media_token.h"

namespace {

using namespace segue::access;

const KeyRing& ring() {
  static const KeyRing kRing = KeyRing::parse("k1 HS256 secret QDaX3oevZGEcHTKgXasP4fy3FahqtDXx7JkZLXlWk4g\n").value();
  return kRing;
}

void check_claims(std::string_view input) {
  const ClaimsRead read = read_claims(input);
  if (read.refusal != Refusal::none) return;
  const ClaimsRead again = read_claims(write_claims(read.claims));
  if (again.refusal != Refusal::none || !(again.claims == read.claims)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const Asker asker{"GET", "https", "e", "1", "/v/a/1", "", "203.0.113.7", "", 1764100000};
  const Carried carried = find_token({input, input, {}, input});
  static const Gate kGate(ring());
  if (kGate.check({Carried::By::path, std::string(input), "", ""}, asker).refusal == Refusal::none) std::abort();
  (void)kGate.check(carried, asker);
  (void)parse_cose(input);
  check_claims(input);
  const std::string head = "s1.k1." + base64url(input);
  const auto verdict = check_media_token(head + '.' + base64url(ring().keys()[0].sign(head).value()), ring(), asker);
  if (verdict.refusal == Refusal::none && !issue(verdict.grant, ring().keys()[0])) std::abort();
  (void)KeyRing::parse(input);
  return 0;
}
