// SPDX-License-Identifier: Apache-2.0
// `segue package` recognises and reads anybody's ADTS.
#include <cstdlib>

#include "packager/adts_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue::packager;
  std::span<const std::uint8_t> bytes(data, size);
  (void)is_adts(bytes);
  while (!bytes.empty()) {
    const auto header = parse_adts(bytes);
    if (!header) break;
    if (header->frame_bytes < header->header_bytes || header->header_bytes < kAdtsHeaderBytes) std::abort();
    if (header->frame_bytes > bytes.size()) break;
    bytes = bytes.subspan(header->frame_bytes);
  }
  return 0;
}
