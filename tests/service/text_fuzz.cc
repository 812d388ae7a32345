// SPDX-License-Identifier: Apache-2.0
// Law: whatever bytes come, what is kept of them is text that PostgreSQL holds, and is kept as it is the second time.
#include <cstdint>
#include <cstdlib>

#include "service/postgres_sql.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view given(reinterpret_cast<const char*>(data), size);
  const std::string kept = segue::service::storable_text(given);
  if (kept.find('\0') != std::string::npos || segue::service::storable_text(kept) != kept) std::abort();
  if (kept.size() > 3 * given.size() || kept.size() < given.size()) std::abort();
  return 0;
}
