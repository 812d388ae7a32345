// SPDX-License-Identifier: Apache-2.0
// `segue validate` reads anybody's init segments and segments, leniently: whatever they hold, facts stay inside the bytes.
#include <cstdlib>
#include <span>

#include "validator/init_facts.h"
#include "validator/segment_facts.h"

namespace {

using namespace segue::validator;

void check(std::span<const std::uint8_t> bytes, const InitFacts& init) {
  const SegmentFacts segment = parse_segment(bytes, init);
  if (segment.bytes != bytes.size() || segment.fragments.size() > bytes.size() / 8) std::abort();
  for (const FragmentFacts& fragment : segment.fragments) {
    // A trun of samples that take no byte of their own may claim as many as it likes; its picture cannot end behind the segment.
    if (fragment.samples_in_mdat && fragment.first_sample_end > bytes.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::uint8_t> bytes(data, size);
  check(bytes, {});
  const auto init = read_init(bytes);
  if (init) check(bytes, *init);
  return 0;
}
