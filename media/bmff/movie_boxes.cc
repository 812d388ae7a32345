// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/movie_boxes.h"

#include <limits>
#include <string_view>

namespace segue::media::bmff {
namespace {

constexpr std::uint64_t kMax32 = std::numeric_limits<std::uint32_t>::max();

// Version 1 only when a value asks for it: version 0 is what every reader knows.
void io_header(Fields& f, std::uint32_t& flags, std::uint64_t& duration, bool with_track_id, std::uint32_t& timescale_or_id) {
  std::uint8_t version = duration > kMax32 ? 1 : 0;
  f.version_flags(version, flags);
  f.zeros(version == 0 ? 8 : 16);  // creation and modification
  f.number(timescale_or_id);
  if (with_track_id) f.zeros(4);
  f.sized(duration, version);
}

void io_matrix(Fields& f) {
  for (const std::uint32_t entry : {0x10000u, 0u, 0u, 0u, 0x10000u, 0u, 0u, 0u, 0x40000000u}) f.fixed(entry, 4);
}

}  // namespace

void Brands::io(Fields& f) {
  f.number(major);
  f.number(minor);
  if (f.reading()) compatible.resize(f.left() / 4);
  for (FourCc& brand : compatible) f.number(brand);
}

void Mvhd::io(Fields& f) {
  std::uint32_t flags = 0;
  io_header(f, flags, duration, false, timescale);
  f.fixed(0x00010000, 4);  // rate
  f.fixed(0x0100, 2);      // volume
  f.zeros(10);
  io_matrix(f);
  f.zeros(24);
  f.number(next_track_id);
}

void Tkhd::io(Fields& f) {
  io_header(f, flags, duration, true, track_id);
  f.zeros(8);
  f.fixed(0, 2);  // layer
  f.number(alternate_group);
  std::uint16_t volume = audible ? 0x0100 : 0;
  f.number(volume);
  audible = volume != 0;
  f.zeros(2);
  io_matrix(f);
  f.number(width);
  f.number(height);
}

void Mdhd::io(Fields& f) {
  std::uint32_t flags = 0;
  io_header(f, flags, duration, false, timescale);
  f.number(language);
  f.zeros(2);
}

void Hdlr::io(Fields& f) {
  f.fixed(0, 4);
  f.zeros(4);
  f.number(handler);
  f.zeros(12);
  f.text(name);
}

void Elng::io(Fields& f) {
  f.fixed(0, 4);
  f.text(language);
}

void Elst::io(Fields& f) {
  std::uint8_t version = 0;
  for (const Edit& edit : edits) {
    if (edit.duration > kMax32 || edit.media_time > std::numeric_limits<std::int32_t>::max()) version = 1;
  }
  std::uint32_t flags = 0;
  f.version_flags(version, flags);
  f.list(edits, version == 0 ? 12 : 20, [&](Edit& edit) {
    f.sized(edit.duration, version);
    f.sized(edit.media_time, version);
    f.number(edit.rate);
    f.fixed(0, 2);
  });
}

void Mehd::io(Fields& f) {
  std::uint8_t version = duration > kMax32 ? 1 : 0;
  std::uint32_t flags = 0;
  f.version_flags(version, flags);
  f.sized(duration, version);
}

void Trex::io(Fields& f) {
  f.fixed(0, 4);
  for (std::uint32_t* field : {&track_id, &description_index, &sample_duration, &sample_size, &sample_flags}) f.number(*field);
}

namespace {
// ISO 639-1 and its 639-2/T, for mdhd; what is not here is named in full by elng.
constexpr std::string_view kLanguages =
    "af afr ar ara be bel bg bul bn ben bs bos ca cat cs ces cy cym da dan de deu el ell en eng eo epo es spa et est eu eus fa fas fi fin "
    "fr fra ga gle gl glg gu guj he heb hi hin hr hrv hu hun hy hye id ind is isl it ita ja jpn ka kat kk kaz km khm kn kan ko kor la lat "
    "lt lit lv lav mk mkd ml mal mn mon mr mar ms msa mt mlt my mya nb nob ne nep nl nld nn nno no nor pa pan pl pol pt por ro ron ru rus "
    "sk slk sl slv sq sqi sr srp sv swe sw swa ta tam te tel th tha tl tgl tr tur uk ukr ur urd uz uzb vi vie zh zho zu zul ";
}  // namespace

std::uint16_t pack_language(const std::string& language) noexcept {
  std::string_view code = std::string_view(language).substr(0, language.find('-'));
  for (std::size_t at = 0; code.size() == 2 && at < kLanguages.size(); at += 7) {
    if (kLanguages.substr(at, 2) == code) code = kLanguages.substr(at + 3, 3);
  }
  if (code.size() != 3) code = "und";
  unsigned packed = 0;
  for (const char letter : code) {
    if (letter < 'a' || letter > 'z') return pack_language("und");
    packed = packed << 5 | static_cast<unsigned>(letter - 0x60);
  }
  return static_cast<std::uint16_t>(packed);
}

std::string unpack_language(std::uint16_t packed) {
  std::string text;
  for (int shift = 10; shift >= 0; shift -= 5) text += static_cast<char>(0x60 + (packed >> shift & 31));
  for (const char letter : text) {
    if (letter < 'a' || letter > 'z') return "und";
  }
  for (std::size_t at = 0; at < kLanguages.size(); at += 7) {
    if (kLanguages.substr(at + 3, 3) == text) return std::string(kLanguages.substr(at, 2));
  }
  return text;
}

}  // namespace segue::media::bmff
