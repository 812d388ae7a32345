// SPDX-License-Identifier: Apache-2.0
// Law: any bytes are refused or read as each question and answer of lists, and what was read is read again as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "catalog-api/playlists/lists_wire.h"

namespace {

using namespace segue::playlists;
namespace wire = segue::service::wire;

template <class T>
void read_as(const nlohmann::json& given) {
  const auto value = wire::read<T>(given);
  if (!value) return;
  const auto written = wire::Form<T>::write(*value);
  const auto again = wire::read<T>(written);
  if (!again || wire::Form<T>::write(*again) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto given = nlohmann::json::parse(std::string_view(reinterpret_cast<const char*>(data), size), nullptr, false);
  read_as<Answer<Playlist>>(given);
  read_as<Answer<Changed>>(given);
  read_as<ShelfSlice>(given);
  read_as<std::vector<Announced>>(given);
  read_as<std::tuple<std::string, std::string, Edit>>(given);
  read_as<std::tuple<std::string, ShelfPage>>(given);
  return 0;
}
