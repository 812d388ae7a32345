// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/group_boxes.h"

namespace segue::media::bmff {

void Sgpd::io(Fields& f) {
  std::uint8_t version = 1;
  std::uint32_t flags = 0;
  f.version_flags(version, flags);
  f.number(grouping);
  std::uint32_t length = 2;
  if (version >= 1) f.number(length);
  if (version >= 2) f.fixed(0, 4);  // default description index
  if (grouping != fourcc("roll") && grouping != fourcc("prol")) return;
  if (length != 2) return f.fail("entries of " + std::to_string(length) + " bytes, expected 2");
  f.list(roll_distances, 2, [&](std::int16_t& distance) { f.number(distance); });
}

void Sbgp::io(Fields& f) {
  std::uint8_t version = 0;
  std::uint32_t flags = 0;
  f.version_flags(version, flags);
  f.number(grouping);
  if (version >= 1) f.fixed(0, 4);
  f.list(entries, 8, [&](SbgpEntry& entry) {
    f.number(entry.sample_count);
    f.number(entry.description_index);
  });
}

}  // namespace segue::media::bmff
