// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/index_boxes.h"

#include <cassert>

namespace segue::media::bmff {

void SidxReference::io(Fields& f) {
  std::uint32_t type_size = static_cast<std::uint32_t>(to_index) << 31 | size;
  std::uint32_t sap = static_cast<std::uint32_t>(starts_with_sap) << 31 | std::uint32_t{sap_type} << 28 | sap_delta;
  f.number(type_size);
  f.number(duration);
  f.number(sap);
  to_index = type_size >> 31 != 0;
  size = type_size & 0x7FFFFFFF;
  starts_with_sap = sap >> 31 != 0;
  sap_type = sap >> 28 & 7;
  sap_delta = sap & 0x0FFFFFFF;
}

void SidxHeader::io(Fields& f) {
  std::uint8_t version = 1;
  std::uint32_t flags = 0;
  f.version_flags(version, flags);
  f.number(reference_id);
  f.number(timescale);
  f.sized(earliest_presentation_time, version);
  f.sized(first_offset, version);
  f.zeros(2);
  f.number(reference_count);
  if (f.reading() && !f.fits(reference_count, SidxReference::kBytes)) reference_count = 0;
}

void Sidx::io(Fields& f) {
  assert(references.size() <= UINT16_MAX);
  if (!f.reading()) header.reference_count = static_cast<std::uint16_t>(references.size());
  header.io(f);
  if (f.reading()) references.resize(header.reference_count);
  for (SidxReference& reference : references) reference.io(f);
}

void SsixRange::io(Fields& f) {
  f.number(level);
  f.number(size, 3);
}

void Ssix::io(Fields& f) {
  f.fixed(0, 4);
  f.list(subsegments, 4, [&](std::vector<SsixRange>& ranges) { f.list(ranges, 4, [&](SsixRange& range) { range.io(f); }); });
}

}  // namespace segue::media::bmff
