// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "edge-cache/balance/members.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* bytes, std::size_t size) {
  using namespace segue::balance;
  const auto origins = parse_origins({reinterpret_cast<const char*>(bytes), size});
  if (!origins) return 0;
  const auto again = parse_origins(print_origins(*origins));
  if (!again || print_origins(*again) != print_origins(*origins)) std::abort();
  return 0;
}
