// SPDX-License-Identifier: Apache-2.0
// Law: any bytes are refused or read in each format, and what was read survives printing and reading again. The first byte chooses.
#include <cstdint>
#include <cstdlib>

#include "catalog-api/playlist_files/file_list.h"
#include "catalog-api/playlist_files/guess.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue::playlist_files;
  if (size == 0 || size > 1500) return 0;  // two names of half the limit each: printed together they are not cut
  const auto format = static_cast<Format>(data[0] % 3);
  const auto list = parse(format, {reinterpret_cast<const char*>(data) + 1, size - 1});
  if (!list) return 0;
  const auto again = parse(format, print(format, *list));
  if (!again || !(*again == *list)) std::abort();
  for (const FileEntry& entry : list->entries) {
    static_cast<void>(names_of(entry.location));
    static_cast<void>(asset_of(entry.location));
  }
  return 0;
}
