// SPDX-License-Identifier: Apache-2.0
// Law: any bytes are refused or read as each answer, and what was read is read again as the same.
#include "catalog-api/accounts/directory_wire.h"
#include "tests/service/http/reread.h"

namespace {

using namespace segue::accounts;
using segue::tests::reread;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto given = segue::tests::parsed(data, size);
  reread<std::optional<Identity>>(given);
  reread<Outcome<User>>(given);
  reread<Outcome<MusicLibrary>>(given);
  reread<Guests>(given);
  reread<std::vector<MusicLibrary>>(given);
  reread<decltype(wire::kCheckAppPassword)::Values>(given);
  reread<decltype(wire::kGiveLibrary)::Values>(given);
  return 0;
}
