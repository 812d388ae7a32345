// SPDX-License-Identifier: Apache-2.0
#include "ingest/slots.h"

namespace segue::ingest {

Result<std::optional<Slot>> try_slot(const std::string& folder, int count) {
  for (int number = 0; number < count; ++number) {
    auto lock = service::FileLock::try_acquire(folder + '/' + std::to_string(number));
    if (!lock) return std::move(lock).error();
    if (*lock) return std::optional<Slot>(Slot{number, std::move(**lock)});
  }
  return std::optional<Slot>();
}

}  // namespace segue::ingest
