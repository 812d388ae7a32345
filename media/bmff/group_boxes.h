// SPDX-License-Identifier: Apache-2.0
// Sample groups (ISO/IEC 14496-12 8.9), of which packaging needs the roll distance: how many access units before a sample a decoder
// must be fed so that this sample comes out right (10.1.1). Counted in access units, never in PCM samples.
#pragma once

#include <cstdint>
#include <vector>

#include "media/bmff/fields.h"

namespace segue::media::bmff {

struct Sgpd {
  static constexpr FourCc kType = fourcc("sgpd");
  FourCc grouping = fourcc("roll");
  std::vector<std::int16_t> roll_distances;  // the entries of 'roll' and 'prol'; of other groupings none are read
  void io(Fields& f);
};

struct SbgpEntry {
  std::uint32_t sample_count = 0, description_index = 0;
  friend bool operator==(const SbgpEntry&, const SbgpEntry&) = default;
};
struct Sbgp {
  static constexpr FourCc kType = fourcc("sbgp");
  FourCc grouping = fourcc("roll");
  std::vector<SbgpEntry> entries;
  void io(Fields& f);
};

}  // namespace segue::media::bmff
