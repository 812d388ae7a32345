// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/sample_entry_boxes.h"

#include <algorithm>

namespace segue::media::bmff {
namespace {

constexpr std::uint8_t kEsTag = 3, kDecoderConfigTag = 4, kDecoderSpecificTag = 5, kSlConfigTag = 6;  // 14496-1 7.2.2.1

std::size_t length_bytes(std::size_t size) { return size < 0x80 ? 1 : size < 0x4000 ? 2 : size < 0x200000 ? 3 : 4; }

// A descriptor's tag and its length, seven bits a byte (14496-1 8.3.3). Returns the length.
std::uint32_t io_descriptor(Fields& f, std::uint8_t expected_tag, std::size_t size) {
  std::uint8_t tag = expected_tag;
  f.number(tag);
  if (f.ok() && tag != expected_tag) {
    f.fail("descriptor tag " + std::to_string(tag) + ", expected " + std::to_string(expected_tag));
    return 0;
  }
  std::uint32_t length = 0;
  std::uint8_t more = 0x80;
  if (f.reading()) {
    for (int i = 0; i < 4 && more != 0; ++i) {
      std::uint8_t byte = 0;
      f.number(byte);
      more = byte & 0x80;
      length = length << 7 | (byte & 0x7Fu);
    }
    if (!f.fits(length, 1)) return 0;
    return length;
  }
  for (std::size_t i = length_bytes(size); i > 0; --i) f.fixed((size >> 7 * (i - 1) & 0x7F) | (i > 1 ? 0x80u : 0u), 1);
  return static_cast<std::uint32_t>(size);
}

std::size_t whole(std::size_t size) { return 1 + length_bytes(size) + size; }

}  // namespace

void PlainEntryFields::io(Fields& f) {
  f.zeros(6);
  f.fixed(1, 2);  // data reference
}

void AudioEntryFields::io(Fields& f) {
  PlainEntryFields{}.io(f);
  f.number(version);
  f.zeros(6);
  f.number(channels);
  f.number(sample_size);
  f.zeros(4);
  f.number(sample_rate);
}

void VisualEntryFields::io(Fields& f) {
  PlainEntryFields{}.io(f);
  f.zeros(16);
  f.number(width);
  f.number(height);
  f.fixed(0x00480000, 4);  // 72 dpi
  f.fixed(0x00480000, 4);
  f.zeros(4);
  f.fixed(1, 2);  // one picture a sample
  f.zeros(32);    // compressor name
  f.fixed(24, 2);
  f.fixed(0xFFFF, 2);
}

void Esds::io(Fields& f) {
  f.fixed(0, 4);
  const std::size_t specific = config.size(), decoder = 13 + whole(specific);
  io_descriptor(f, kEsTag, 3 + whole(decoder) + whole(1));
  f.fixed(0, 2);  // ES_ID
  std::uint8_t flags = 0;
  f.number(flags);
  if (f.reading()) {
    if (flags & 0x80) f.zeros(2);
    std::uint8_t url = 0;
    if (flags & 0x40) f.number(url);
    f.zeros(url);
    if (flags & 0x20) f.zeros(2);
  }
  const std::uint32_t decoder_length = io_descriptor(f, kDecoderConfigTag, decoder);
  f.number(object_type);
  auto stream = static_cast<std::uint8_t>(stream_type << 2 | 1);
  f.number(stream);
  stream_type = stream >> 2;
  f.number(buffer_size, 3);
  f.number(max_bit_rate);
  f.number(average_bit_rate);
  if (f.reading() && decoder_length <= 13) return;  // MP3 and others without a record
  const std::uint32_t specific_length = io_descriptor(f, kDecoderSpecificTag, specific);
  if (f.reading()) config.resize(specific_length);
  f.array(config);
  if (f.reading()) return;
  io_descriptor(f, kSlConfigTag, 1);
  f.fixed(2, 1);  // predefined for MP4
}

void Btrt::io(Fields& f) {
  f.number(buffer_size);
  f.number(max_bit_rate);
  f.number(average_bit_rate);
}

void Colr::io(Fields& f) {
  f.number(kind);
  if (kind != fourcc("nclx") && kind != fourcc("nclc")) return;
  f.number(primaries);
  f.number(transfer);
  f.number(matrix);
  if (kind != fourcc("nclx")) return;
  std::uint8_t range = full_range ? 0x80 : 0;
  f.number(range);
  full_range = range >> 7 != 0;
}

void Pasp::io(Fields& f) {
  f.number(horizontal);
  f.number(vertical);
}

void Chnl::io(Fields& f) {
  f.fixed(0, 4);
  std::uint8_t structure = 1, layout = 0;  // channels; explicit positions
  f.number(structure);
  f.number(layout);
  if (f.reading() && (structure != 1 || layout != 0)) return;
  if (f.reading()) positions.resize(f.left());
  f.array(positions);
}

void DfLa::io(Fields& f) {
  f.fixed(0, 4);
  f.rest(blocks);
}

}  // namespace segue::media::bmff
