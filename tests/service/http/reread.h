// SPDX-License-Identifier: Apache-2.0
// For the fuzzers of what goes between processes: any JSON is refused or read, and what was read is read again as the same.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "service/http/wire.h"

namespace segue::tests {

inline nlohmann::json parsed(const std::uint8_t* data, std::size_t size) {
  return nlohmann::json::parse(std::string_view(reinterpret_cast<const char*>(data), size), nullptr, false);
}

template <class T>
void reread(const nlohmann::json& given) {
  namespace wire = service::wire;
  const auto value = wire::read<T>(given);
  if (!value) return;
  const auto written = wire::Form<T>::write(*value);
  const auto again = wire::read<T>(written);
  if (!again || wire::Form<T>::write(*again) != written) std::abort();
}

}  // namespace segue::tests
