// SPDX-License-Identifier: Apache-2.0
// The boxes inside a sample entry (ISO/IEC 14496-12 8.5.2, 12.1, 12.2; 14496-14 6.7.2 for esds), and the entries' own fields.
#pragma once

#include <cstdint>
#include <vector>

#include "media/bmff/fields.h"

namespace segue::media::bmff {

// The fixed fields at the head of a sample entry; its child boxes follow them.
struct AudioEntryFields {  // 12.2.3
  std::uint16_t channels = 0, sample_size = 16;
  std::uint32_t sample_rate = 0;  // 16.16
  std::uint16_t version = 0;      // QuickTime: 1 and 2 have more fields, which are skipped
  void io(Fields& f);
};
struct VisualEntryFields {  // 12.1.3
  std::uint16_t width = 0, height = 0;
  void io(Fields& f);
};
struct PlainEntryFields {  // 8.5.2
  void io(Fields& f);
};

struct Esds {
  static constexpr FourCc kType = fourcc("esds");
  static constexpr std::uint8_t kMpeg4Audio = 0x40, kMpeg2AacLc = 0x67;
  std::uint8_t object_type = kMpeg4Audio;
  std::uint8_t stream_type = 5;  // audio
  std::uint32_t buffer_size = 0, max_bit_rate = 0, average_bit_rate = 0;
  std::vector<std::uint8_t> config;  // DecoderSpecificInfo, under 2^28 bytes
  void io(Fields& f);
};

struct Btrt {  // 8.5.2.2
  static constexpr FourCc kType = fourcc("btrt");
  std::uint32_t buffer_size = 0, max_bit_rate = 0, average_bit_rate = 0;
  void io(Fields& f);
};

struct Colr {  // 12.1.5; code points of ISO/IEC 23091-2
  static constexpr FourCc kType = fourcc("colr");
  FourCc kind = fourcc("nclx");  // of other kinds only this is read
  std::uint16_t primaries = 2, transfer = 2, matrix = 2;
  bool full_range = false;
  void io(Fields& f);
};

struct Pasp {  // 12.1.4
  static constexpr FourCc kType = fourcc("pasp");
  std::uint32_t horizontal = 1, vertical = 1;
  void io(Fields& f);
};

// Channel layout, 12.2.4, in the only form written: one loudspeaker position (23091-3) for each channel, in the stream's order.
struct Chnl {
  static constexpr FourCc kType = fourcc("chnl");
  std::vector<std::uint8_t> positions;
  void io(Fields& f);
};

// dfLa: version and flags, then the metadata blocks. vttC and the other records have no fields of their own.
struct DfLa {
  static constexpr FourCc kType = fourcc("dfLa");
  std::vector<std::uint8_t> blocks;
  void io(Fields& f);
};

}  // namespace segue::media::bmff
