// SPDX-License-Identifier: Apache-2.0
#include "transcoder/raw_frames.h"

#include <algorithm>
#include <array>
#include <string>

namespace segue::transcoder {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kHeader = 6;      // the longest of those below
constexpr std::size_t kLargest = 1729;  // of MPEG audio: layer II at 384 kbit/s and 32 kHz, padded
constexpr int kBelieved = 3;            // frames in a row: two may be chance in 128 KiB of compressed sound

// ISO/IEC 11172-3 2.4.1.3 and 13818-3 2.4.1: 1,152 samples, half as many in layer III at the low rates.
std::size_t mpeg_frame(Bytes at) {
  static constexpr std::array<std::array<std::uint16_t, 15>, 3> kRates = {{
      {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},   // layer III
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},  // layer II
      {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},       // both of MPEG-2 and 2.5
  }};
  static constexpr std::array<std::uint32_t, 3> kSampleRates = {44100, 48000, 32000};
  if (at[0] != 0xFF || (at[1] & 0xE0) != 0xE0) return 0;
  const unsigned version = at[1] >> 3 & 3, layer = at[1] >> 1 & 3, rate = at[2] >> 4, frequency = at[2] >> 2 & 3;
  if (version == 1 || layer == 0 || layer == 3 || rate == 0 || rate == 15 || frequency == 3) return 0;
  const bool first = version == 3;
  const std::uint32_t hertz = kSampleRates[frequency] >> (first ? 0 : version == 2 ? 1 : 2);
  const std::uint32_t bits = kRates[first ? layer - 1 : 2][rate] * 1000u;
  return (!first && layer == 1 ? 72 : 144) * bits / hertz + (at[2] >> 1 & 1);
}

// ISO/IEC 13818-7 6.2.
std::size_t adts_frame(Bytes at) {
  if (at[0] != 0xFF || (at[1] & 0xF6) != 0xF0) return 0;
  const std::size_t length = (at[3] & 3u) << 11 | at[4] << 3 | at[5] >> 5;
  return length < 7 ? 0 : length;
}

// ETSI TS 102 366 4.4.1.4 (words of 16 bits in 1,536 samples at each bit rate) and E.1.3.1.3.
std::size_t dolby_frame(Bytes at) {
  static constexpr std::array<std::uint16_t, 19> kRates = {32,  40,  48,  56,  64,  80,  96,  112, 128, 160,
                                                           192, 224, 256, 320, 384, 448, 512, 576, 640};
  if (at[0] != 0x0B || at[1] != 0x77) return 0;
  const unsigned id = at[5] >> 3, rate = at[4] >> 6, code = at[4] & 0x3F;
  if (id > 10) return id > 16 ? 0 : (((at[2] & 7u) << 8 | at[3]) + 1) * 2;
  if (rate == 3 || code / 2 >= kRates.size()) return 0;
  const std::size_t kilobits = kRates[code / 2];
  if (rate == 0) return kilobits * 4;
  if (rate == 2) return kilobits * 6;
  return (kilobits * 320 / 147 + (code & 1)) * 2;
}

// 0: no frame begins here, or too little of its header is there.
std::size_t frame(RawStream stream, Bytes at) {
  if (at.size() < kHeader) return 0;
  switch (stream) {
    case RawStream::mpeg_audio: return mpeg_frame(at);
    case RawStream::adts: return adts_frame(at);
    case RawStream::dolby: return dolby_frame(at);
  }
  return 0;
}

// The first place from which frames follow one another; tail.size(): none.
std::size_t believed(RawStream stream, Bytes tail) {
  for (std::size_t from = 0; from + kHeader <= tail.size(); ++from) {
    std::size_t at = from;
    int frames = 0;
    for (std::size_t size = 0; frames < kBelieved && at < tail.size() && (size = frame(stream, tail.subspan(at))) != 0; ++frames)
      at += size;
    if (frames == kBelieved) return from;
  }
  return tail.size();
}

bool begins_a_header(RawStream stream, Bytes rest) {
  const bool dolby = stream == RawStream::dolby;
  if (rest.empty() || rest.size() >= kHeader || rest[0] != (dolby ? 0x0B : 0xFF)) return false;
  return rest.size() == 1 || (dolby ? rest[1] == 0x77 : (rest[1] & 0xE0) == 0xE0);
}

}  // namespace

std::optional<RawStream> raw_stream(Bytes head) {
  for (const RawStream stream : {RawStream::mpeg_audio, RawStream::adts, RawStream::dolby}) {
    if (frame(stream, head) != 0) return stream;
  }
  return std::nullopt;
}

std::size_t frame_size(RawStream stream, Bytes head) { return frame(stream, head); }

Result<void> check_last_frame(RawStream stream, Bytes tail) {
  std::size_t at = believed(stream, tail), size = 0;
  for (; (size = at < tail.size() ? frame(stream, tail.subspan(at)) : 0) != 0; at += size) {
    if (size > tail.size() - at) {
      return Error{"truncated: the last frame needs " + std::to_string(size) + " bytes, found " + std::to_string(tail.size() - at)};
    }
  }
  const Bytes rest = tail.subspan(std::min(at, tail.size()));
  if (begins_a_header(stream, rest)) {
    return Error{"truncated: the last frame's header needs " + std::to_string(kHeader) + " bytes, found " + std::to_string(rest.size())};
  }
  return {};
}

std::optional<std::size_t> ends_before(RawStream stream, Bytes tail, std::size_t end, bool is_all) {
  end = std::min(end, tail.size());
  std::size_t last = 0;
  for (std::size_t at = is_all ? 0 : believed(stream, tail.first(end)); at < end;
       at = last + believed(stream, tail.subspan(last, end - last))) {
    for (std::size_t size = 0; at < end && (size = frame(stream, tail.subspan(at))) != 0;) at += size;
    last = at;
    if (last >= end) return std::nullopt;
  }
  const Bytes rest = tail.subspan(last, end - last);
  const bool zeros = std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; });
  return zeros || rest.size() > kLargest ? std::optional(last) : std::nullopt;
}

}  // namespace segue::transcoder
