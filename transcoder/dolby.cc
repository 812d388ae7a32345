// SPDX-License-Identifier: Apache-2.0
#include "transcoder/dolby.h"

#include <array>
#include <string>

#include "media/bits.h"

namespace segue::transcoder {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Fields in the order in which a record lists them, most significant bit first.
class BitWriter {
 public:
  void put(unsigned count, std::uint32_t value) {
    for (; count > 0; --count) {
      if (used_ % 8 == 0) bytes_.push_back(0);
      bytes_.back() |= static_cast<std::uint8_t>((value >> (count - 1) & 1) << (7 - used_ % 8));
      ++used_;
    }
  }
  media::CodecConfig take() { return std::move(bytes_); }

 private:
  media::CodecConfig bytes_;
  unsigned used_ = 0;
};

// syncinfo and the head of bsi, TS 102 366 4.3.1 and 4.3.2.
Result<media::CodecConfig> ac3(Bytes unit) {
  media::BitReader bits(unit);
  bits.get(16), bits.get(16);  // syncword, crc1
  const std::uint32_t rate = bits.get(2), size = bits.get(6), id = bits.get(5), mode = bits.get(3), channels = bits.get(3);
  if ((channels & 1) != 0 && channels != 1) bits.get(2);  // cmixlev
  if ((channels & 4) != 0) bits.get(2);                   // surmixlev
  if (channels == 2) bits.get(2);                         // dsurmod
  const std::uint32_t lfe = bits.get(1);
  if (rate == 3 || id > 10 || bits.overrun())
    return Error{"AC-3 frame: expected a known sample rate and bsid up to 10, found " + std::to_string(rate) + " and " +
                 std::to_string(id)};
  BitWriter record;
  record.put(2, rate), record.put(5, id), record.put(3, mode), record.put(3, channels), record.put(1, lfe), record.put(5, size >> 1),
      record.put(5, 0);
  return record.take();
}

struct Eac3Frame {
  std::uint32_t type = 0, bytes = 0, rate = 0, blocks = 0, channels = 0, lfe = 0, id = 0;
};

// TS 102 366 E.1.3.1.
Eac3Frame eac3_frame(Bytes unit) {
  media::BitReader bits(unit);
  Eac3Frame frame;
  bits.get(16);
  frame.type = bits.get(2);
  bits.get(3);  // substreamid
  frame.bytes = (bits.get(11) + 1) * 2;
  frame.rate = bits.get(2);
  frame.blocks = bits.get(2);
  frame.channels = bits.get(3);
  frame.lfe = bits.get(1);
  frame.id = bits.get(5);
  return frame;
}

Result<media::CodecConfig> eac3(Bytes unit) {
  static constexpr std::array<std::uint32_t, 3> kRates = {48000, 44100, 32000};
  const Eac3Frame frame = eac3_frame(unit);
  if (frame.rate == 3 || frame.blocks != 3 || frame.id < 11 || frame.id > 16 || frame.type == 1) {
    return Error{"E-AC-3 frame: expected an independent frame of six blocks, found type " + std::to_string(frame.type) + ", blocks code " +
                 std::to_string(frame.blocks)};
  }
  std::uint32_t dependent = 0;  // frames after the first, that add channels to it
  for (std::size_t at = frame.bytes; at + 8 <= unit.size();) {
    const Eac3Frame next = eac3_frame(unit.subspan(at));
    if (unit[at] != 0x0B || next.type != 1) return Error{"E-AC-3 access unit: expected one programme, found several"};
    ++dependent;
    at += next.bytes;
  }
  const std::uint32_t kilobits = static_cast<std::uint32_t>(unit.size() * 8 * kRates[frame.rate] / 1536 / 1000);
  BitWriter record;
  record.put(13, kilobits), record.put(3, 0);  // one independent substream
  record.put(2, frame.rate), record.put(5, frame.id), record.put(1, 0), record.put(1, 0), record.put(3, 0);
  record.put(3, frame.channels), record.put(1, frame.lfe), record.put(3, 0), record.put(4, dependent);
  if (dependent > 0) {
    record.put(9, 1u << 1);  // chan_loc: Lrs/Rrs, what 7.1 adds
  } else {
    record.put(1, 0);
  }
  return record.take();
}

}  // namespace

Result<media::CodecConfig> dolby_config(media::Codec codec, Bytes unit) {
  if (unit.size() < 8 || unit[0] != 0x0B || unit[1] != 0x77)
    return Error{std::string(media::name_of(codec)) + ": expected a sync frame, found none"};
  return codec == media::Codec::ac3 ? ac3(unit) : eac3(unit);
}

}  // namespace segue::transcoder
