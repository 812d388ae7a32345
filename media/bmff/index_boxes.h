// SPDX-License-Identifier: Apache-2.0
// Where the segments of a file lie (ISO/IEC 14496-12 8.16.3, 8.16.4). A reader that only walks them needs no vector: parse the
// header, then one SidxReference after the other from the same Fields.
#pragma once

#include <cstdint>
#include <vector>

#include "media/bmff/fields.h"

namespace segue::media::bmff {

struct SidxReference {
  static constexpr std::size_t kBytes = 12;
  bool to_index = false;   // refers to another sidx instead of media
  std::uint32_t size = 0;  // 31 bits
  std::uint32_t duration = 0;
  bool starts_with_sap = true;
  std::uint8_t sap_type = 1;    // 3 bits
  std::uint32_t sap_delta = 0;  // 28 bits
  void io(Fields& f);
  friend bool operator==(const SidxReference&, const SidxReference&) = default;
};

struct SidxHeader {
  std::uint32_t reference_id = 1;
  std::uint32_t timescale = 0;
  std::uint64_t earliest_presentation_time = 0;
  std::uint64_t first_offset = 0;  // from the end of the sidx to the first referenced byte
  std::uint16_t reference_count = 0;
  // Version 1 is written always. Reading: also checks that all references fit into the box.
  void io(Fields& f);
};

struct Sidx {
  static constexpr FourCc kType = fourcc("sidx");
  SidxHeader header;
  std::vector<SidxReference> references;  // at most 65535
  void io(Fields& f);
};

struct SsixRange {
  std::uint8_t level = 0;
  std::uint32_t size = 0;  // 24 bits
  void io(Fields& f);
  friend bool operator==(const SsixRange&, const SsixRange&) = default;
};

struct Ssix {
  static constexpr FourCc kType = fourcc("ssix");
  std::vector<std::vector<SsixRange>> subsegments;
  void io(Fields& f);
};

}  // namespace segue::media::bmff
