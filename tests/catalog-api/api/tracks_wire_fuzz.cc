// SPDX-License-Identifier: Apache-2.0
// Law: any bytes are refused or read as each question and answer about tracks, and what was read is read again as the same.
#include "catalog-api/api/tracks_wire.h"
#include "tests/service/http/reread.h"

namespace {

using namespace segue;
using segue::tests::reread;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto given = segue::tests::parsed(data, size);
  reread<std::vector<std::optional<api::TrackMatch>>>(given);
  reread<std::vector<std::vector<std::string>>>(given);
  reread<std::tuple<library::View, std::vector<playlist_files::FileEntry>>>(given);
  reread<std::tuple<std::vector<api::SmartList>>>(given);
  return 0;
}
