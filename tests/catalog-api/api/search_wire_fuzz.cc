// SPDX-License-Identifier: Apache-2.0
// Whatever the other process says is refused or read; what was read and is written again is read as the same.
#include <cstdlib>

#include "catalog-api/api/search_wire.h"

namespace {

template <class Value>
void check(segue::Result<Value> (*read)(std::string_view), std::string (*write)(const Value&), std::string_view text) {
  const auto value = read(text);
  if (!value) return;
  const auto again = read(write(*value));
  if (!again || !(*again == *value)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace segue::api;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check<SourceState>(read_state, write_state, text);
  check<Slice>(read_slice, write_slice, text);
  check<std::vector<segue::search::Lookup>>(read_lookups, write_lookups, text);
  check<std::vector<segue::search::Ids>>(read_ids, write_ids, text);
  return 0;
}
