// SPDX-License-Identifier: Apache-2.0
// Law: any bytes are refused or read as each question and answer of lists, and what was read is read again as the same.
#include "catalog-api/playlists/lists_wire.h"
#include "tests/service/http/reread.h"

namespace {

using namespace segue::playlists;
using segue::tests::reread;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto given = segue::tests::parsed(data, size);
  reread<Answer<Playlist>>(given);
  reread<Answer<Changed>>(given);
  reread<ShelfSlice>(given);
  reread<std::vector<Announced>>(given);
  reread<std::tuple<std::string, std::string, Edit>>(given);
  reread<std::tuple<std::string, ShelfPage>>(given);
  return 0;
}
