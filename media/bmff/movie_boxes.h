// SPDX-License-Identifier: Apache-2.0
// The boxes of a moov that are neither sample tables nor sample entries (ISO/IEC 14496-12 8.2 to 8.8). Dates are written as zero,
// matrices as identity: a track file must come out the same whenever it is made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/bmff/fields.h"

namespace segue::media::bmff {

// ftyp, styp: 4.3, 8.16.2
struct Brands {
  FourCc major = 0;
  std::uint32_t minor = 0;
  std::vector<FourCc> compatible;
  void io(Fields& f);
};
struct Ftyp : Brands {
  static constexpr FourCc kType = fourcc("ftyp");
};
struct Styp : Brands {
  static constexpr FourCc kType = fourcc("styp");
};

struct Mvhd {  // 8.2.2
  static constexpr FourCc kType = fourcc("mvhd");
  std::uint32_t timescale = 0;
  std::uint64_t duration = 0;
  std::uint32_t next_track_id = 2;
  void io(Fields& f);
};

struct Tkhd {  // 8.3.2
  static constexpr FourCc kType = fourcc("tkhd");
  std::uint32_t flags = 7;  // enabled, in movie, in preview
  std::uint32_t track_id = 1;
  std::uint64_t duration = 0;
  std::uint16_t alternate_group = 0;
  bool audible = false;
  std::uint32_t width = 0, height = 0;  // 16.16, in square pixels
  void io(Fields& f);
};

struct Mdhd {  // 8.4.2
  static constexpr FourCc kType = fourcc("mdhd");
  std::uint32_t timescale = 0;
  std::uint64_t duration = 0;
  std::uint16_t language = 0;  // three letters of five bits
  void io(Fields& f);
};

struct Hdlr {  // 8.4.3
  static constexpr FourCc kType = fourcc("hdlr");
  FourCc handler = 0;
  std::string name;
  void io(Fields& f);
};

struct Elng {  // 8.4.6
  static constexpr FourCc kType = fourcc("elng");
  std::string language;  // BCP 47
  void io(Fields& f);
};

struct Edit {
  std::uint64_t duration = 0;   // in the movie's timescale; 0 in a fragmented file: to the end
  std::int64_t media_time = 0;  // in the track's; -1: empty edit
  std::int16_t rate = 1;
};
struct Elst {  // 8.6.6
  static constexpr FourCc kType = fourcc("elst");
  std::vector<Edit> edits;
  void io(Fields& f);
};

struct Mehd {  // 8.8.2
  static constexpr FourCc kType = fourcc("mehd");
  std::uint64_t duration = 0;
  void io(Fields& f);
};

struct Trex {  // 8.8.3
  static constexpr FourCc kType = fourcc("trex");
  std::uint32_t track_id = 1, description_index = 1, sample_duration = 0, sample_size = 0, sample_flags = 0;
  void io(Fields& f);
};

// Sample flags, 8.8.3.1.
inline constexpr std::uint32_t kSyncSample = 0x02000000;     // depends on no other
inline constexpr std::uint32_t kNonSyncSample = 0x01010000;  // depends on others, is not a sync sample

// ISO 639-2 letters packed as mdhd has them; `und` when `language` (BCP 47) has no three-letter form known here.
[[nodiscard]] std::uint16_t pack_language(const std::string& language) noexcept;
// As BCP 47 wants it: two letters where there are any.
[[nodiscard]] std::string unpack_language(std::uint16_t packed);

}  // namespace segue::media::bmff
