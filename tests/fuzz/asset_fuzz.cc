// SPDX-License-Identifier: Apache-2.0
// Any text as asset.json: what is accepted is written as text that reads back as the same.
#include <cstdlib>

#include "media/asset.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue::media;
  const auto asset = parse_asset({reinterpret_cast<const char*>(data), size});
  if (!asset) return 0;
  const std::string text = to_json(*asset);
  const auto again = parse_asset(text);
  if (!again || to_json(*again) != text) std::abort();
  return 0;
}
