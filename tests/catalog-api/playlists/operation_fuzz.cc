// SPDX-License-Identifier: Apache-2.0
// Laws: what parses prints, and parses to the same again; applied to any list it keeps every uid once, and what was done does the same
// again.
#include <cstdint>
#include <set>
#include <string_view>

#include "catalog-api/playlists/operations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue::playlists;
  auto operation = parse_operation({reinterpret_cast<const char*>(data), size});
  if (!operation) return 0;
  const std::string text = to_json(*operation);
  auto again = parse_operation(text);
  if (!again || (to_json(*again) != text)) __builtin_trap();
  List before{"n", "", "", false, {{"a", "t", "", 0}, {"b", "t", "", 0}, {"c", "t", "", 0}}};
  List list = before, repeated = before;
  const auto done = apply(list, *operation, before);
  if (!done) return 0;
  std::set<std::string> uids;
  for (const Item& item : list.items) uids.insert(item.uid);
  if (uids.size() != list.items.size()) __builtin_trap();
  if (!apply(repeated, *done, repeated) || repeated != list) __builtin_trap();
  return 0;
}
