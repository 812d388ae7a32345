// SPDX-License-Identifier: Apache-2.0
// Any query is refused with a printable reason or becomes a filter that can be asked.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "manifests/filter.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto filter = segue::manifests::parse_filter({reinterpret_cast<const char*>(data), size});
  if (filter) {
    if (!filter->keeps({}) && filter->codecs.empty() && filter->max_bandwidth_bps > 0) std::abort();
    return 0;
  }
  for (const char c : filter.error().message) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) std::abort();
  }
  return 0;
}
