// SPDX-License-Identifier: Apache-2.0
// The boxes of a movie fragment (ISO/IEC 14496-12 8.8.4 to 8.8.12).
#pragma once

#include <cstdint>
#include <vector>

#include "media/bmff/fields.h"

namespace segue::media::bmff {

struct Mfhd {  // 8.8.5
  static constexpr FourCc kType = fourcc("mfhd");
  std::uint32_t sequence_number = 0;
  void io(Fields& f);
};

struct Tfhd {  // 8.8.7
  static constexpr FourCc kType = fourcc("tfhd");
  static constexpr std::uint32_t kBaseDataOffset = 0x1, kDescriptionIndex = 0x2, kDuration = 0x8, kSize = 0x10, kFlags = 0x20;
  static constexpr std::uint32_t kDefaultBaseIsMoof = 0x20000;
  std::uint32_t flags = kDefaultBaseIsMoof;  // which of the following are there
  std::uint32_t track_id = 1;
  std::uint64_t base_data_offset = 0;
  std::uint32_t description_index = 0, sample_duration = 0, sample_size = 0, sample_flags = 0;
  void io(Fields& f);
};

struct Tfdt {  // 8.8.12; version 1 is written always, so that a live track never changes its layout
  static constexpr FourCc kType = fourcc("tfdt");
  std::uint64_t time = 0;
  void io(Fields& f);
};

struct TrunSample {
  std::uint32_t duration = 0, size = 0, flags = 0;
  std::int32_t composition_offset = 0;
  friend bool operator==(const TrunSample&, const TrunSample&) = default;
};

struct Trun {  // 8.8.8; version 1: composition offsets may be negative
  static constexpr FourCc kType = fourcc("trun");
  static constexpr std::uint32_t kDataOffset = 0x1, kFirstFlags = 0x4, kDuration = 0x100, kSize = 0x200, kFlags = 0x400,
                                 kComposition = 0x800;
  static constexpr std::size_t kDataOffsetAt = 16;  // from the box's first byte
  std::uint8_t version = 1;
  std::uint32_t flags = kDataOffset | kSize;
  std::int32_t data_offset = 0;
  std::uint32_t first_sample_flags = 0;
  std::vector<TrunSample> samples;
  void io(Fields& f);
};

}  // namespace segue::media::bmff
