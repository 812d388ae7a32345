// SPDX-License-Identifier: Apache-2.0
// The head of anybody's fragment, moved: what is accepted stays the same but for twelve bytes at most, and a second move undoes nothing.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "origin/fragment_head.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue;
  std::vector<std::uint8_t> head(data, data + std::min(size, origin::kFragmentHeadBytes));
  const std::vector<std::uint8_t> before = head;
  const auto end = origin::move_fragment(head, 0x01020304, 0x05060708);
  if (!end) return 0;
  if (*end > head.size()) std::abort();
  std::size_t changed = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] != before[i]) ++changed;
    if (i >= *end && head[i] != before[i]) std::abort();
  }
  if (changed > 12) std::abort();
  const std::vector<std::uint8_t> once = head;
  const auto again = origin::move_fragment(head, 0x01020304, 0x05060708);
  if (!again || *again != *end || head != once) std::abort();
  return 0;
}
