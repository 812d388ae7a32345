// SPDX-License-Identifier: Apache-2.0
// Law: any bytes are refused or read as each answer, and what was read is read again as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "catalog-api/accounts/directory_wire.h"

namespace {

using namespace segue::accounts;

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
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto given = nlohmann::json::parse(text, nullptr, false);
  read_as<std::optional<Identity>>(given);
  read_as<Outcome<User>>(given);
  read_as<Outcome<MusicLibrary>>(given);
  read_as<Guests>(given);
  read_as<std::vector<MusicLibrary>>(given);
  read_as<decltype(wire::kCheckAppPassword)::Values>(given);
  read_as<decltype(wire::kGiveLibrary)::Values>(given);
  return 0;
}
