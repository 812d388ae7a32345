// SPDX-License-Identifier: Apache-2.0
#include "transcoder/truncation.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <vector>

#include "transcoder/raw_frames.h"

namespace segue::transcoder {
namespace {

constexpr int kMaxBoxes = 200'000;  // fragmented files have two or three a fragment
constexpr int kMaxChunks = 1000;
constexpr int kMaxTags = 4'000'000;             // 15 hours of a film
constexpr std::uint64_t kOggTail = 128u << 10;  // two of the largest pages
constexpr std::uint64_t kRawTail = 128u << 10;  // sixteen of the largest frames
constexpr std::uint64_t kAbsurd = std::uint64_t{1} << 62;

class File {
 public:
  explicit File(const std::string& path) : stream_(path, std::ios::binary) {
    stream_.seekg(0, std::ios::end);
    const auto end = stream_.tellg();
    size_ = end > 0 ? static_cast<std::uint64_t>(end) : 0;
  }
  std::uint64_t size() const { return size_; }
  // As many bytes as there are, at most `count`.
  std::vector<std::uint8_t> read(std::uint64_t offset, std::size_t count) {
    std::vector<std::uint8_t> bytes(offset < size_ ? static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - offset)) : 0);
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(offset));
    stream_.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream_.gcount()));
    return bytes;
  }

 private:
  std::ifstream stream_;
  std::uint64_t size_ = 0;
};

using Bytes = std::vector<std::uint8_t>;

bool starts(const Bytes& bytes, std::size_t at, const char* text) {
  return bytes.size() >= at + std::strlen(text) && std::memcmp(bytes.data() + at, text, std::strlen(text)) == 0;
}

std::uint64_t big_endian(const Bytes& bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count && at + i < bytes.size(); ++i) value = value << 8 | bytes[at + i];
  return value;
}

std::uint64_t little_endian(const Bytes& bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i-- > 0;) value = value << 8 | (at + i < bytes.size() ? bytes[at + i] : 0);
  return value;
}

Result<void> within(const char* what, std::uint64_t end, std::uint64_t size) {
  if (end <= size) return {};
  return Error{std::string("truncated: ") + what + " ends at byte " + std::to_string(end) + ", the file at " + std::to_string(size)};
}

// Where the file ends but for tags that taggers hang onto anything: ID3v1 (128 bytes, "TAG") and APEv2 before it, whose footer counts
// the items and itself, and has a flag for a header of 32 bytes more.
std::uint64_t end_without_tags(File& file) {
  std::uint64_t end = file.size();
  if (end >= 128 && starts(file.read(end - 128, 3), 0, "TAG")) end -= 128;
  if (end < 32) return end;
  const Bytes footer = file.read(end - 32, 32);
  if (!starts(footer, 0, "APETAGEX")) return end;
  const std::uint64_t size = little_endian(footer, 12, 4) + ((footer[23] & 0x80) != 0 ? 32 : 0);
  return size <= end ? end - size : end;
}

// ISO/IEC 14496-12 4.2: size, type, [largesize]; size 0 reaches to the end of the file. A movie without its moov cannot be read at all.
// A tag, zeros or what a camera keeps there behind the last box are nobody's loss; up to three zeros after a fragment may be the head of
// the next one's size.
Result<void> boxes(File& file) {
  bool moov = false, mdat = false, moof = false;
  std::uint64_t at = 0;
  const std::uint64_t end = end_without_tags(file);
  for (int count = 0; at < end && count < kMaxBoxes; ++count) {
    const Bytes head = file.read(at, 16);
    const bool zeros = std::all_of(head.begin(), head.end(), [](std::uint8_t byte) { return byte == 0; });
    if (zeros && moov && mdat && (head.size() > 3 || !moof)) return {};
    if (head.size() < 8) return within("a box header", at + 8, file.size());
    std::uint64_t size = big_endian(head, 0, 4);
    moov = moov || starts(head, 4, "moov");
    mdat = mdat || starts(head, 4, "mdat");
    moof = moof || starts(head, 4, "moof");
    if (size == 0) break;
    if (size == 1) size = big_endian(head, 8, 8);
    if (size < 8 || size > kAbsurd) return {};  // nonsense: the demuxer's to judge
    const std::string type(head.begin() + 4, head.begin() + 8);
    const bool is_name = std::all_of(type.begin(), type.end(), [](char c) { return (c >= 0x20 && c < 0x7F) || c == '\xA9'; });
    if (!is_name && moov && mdat) return {};
    if (auto whole = within(("box " + type).c_str(), at + size, file.size()); !whole) return whole;
    at += size;
  }
  if (!moov) return Error{"truncated: expected a moov box, found the end of the file"};
  return {};
}

// What programs that write to a pipe, and cannot go back, put for the length of the sound: FFmpeg, SoX, others.
bool of_a_pipe(std::uint64_t size) {
  return size == 0 || size == 0x7FFFF000u || size == 0x7FFFFFFFu || size == 0x80000000u || size >= 0xFFFFFF00u;
}

// RF64 (EBU Tech 3306): its ds64 chunk, always the first, holds what 32 bits cannot. 0: none.
std::uint64_t long_data(File& file) {
  const Bytes head = file.read(12, 24);
  const std::uint64_t size = starts(head, 0, "ds64") ? little_endian(head, 16, 8) : 0;
  return size > kAbsurd ? 0 : size;
}

// RIFF and FORM: the size counts what follows it, and the chunk that holds the sound must be whole. Long AVI files are several RIFF, one
// behind the other; what else stands behind the end is no part of the file.
Result<void> chunks(File& file, bool big) {
  const auto number = [big](const Bytes& bytes, std::size_t at) { return big ? big_endian(bytes, at, 4) : little_endian(bytes, at, 4); };
  const std::uint64_t end = 8 + number(file.read(4, 4), 0);
  std::uint64_t at = 12;
  for (int count = 0; at + 8 <= file.size() && count < kMaxChunks; ++count) {
    if (at >= end && end > 12 && !starts(file.read(at, 4), 0, "RIFF")) break;
    const Bytes head = file.read(at, 8);
    const std::uint64_t size = number(head, 4);
    const bool sound = starts(head, 0, "data") || starts(head, 0, "SSND") || starts(head, 0, "movi");
    if (sound && of_a_pipe(size)) return within("chunk of sound", at + 8 + long_data(file), file.size());
    if (size == 0xFFFFFFFFu) return {};
    if (sound || at + 8 + size > file.size()) return within("chunk of sound", at + 8 + size, file.size());
    at += 8 + size + (size & 1);
  }
  return within("the RIFF or FORM chunk", end - 8, file.size());
}

// Apple's Core Audio Format: type, size (64 bits, without the head). The sound of a pipe has -1, and reaches to the end of the file.
Result<void> caf_chunks(File& file) {
  const std::uint64_t end = end_without_tags(file);
  std::uint64_t at = 8;
  for (int count = 0; at < end && count < kMaxChunks; ++count) {
    const Bytes head = file.read(at, 12);
    const std::uint64_t size = big_endian(head, 4, 8);
    if (head.size() < 12 || size > kAbsurd) return {};
    at += 12 + size;
    if (auto whole = within("a CAF chunk", at, file.size()); !whole) return whole;
  }
  return {};
}

// Sony's Wave64: a GUID that begins with the chunk's name, and its size (64 bits, with the head), in steps of 8. A pipe's is absurd.
Result<void> wave64_chunks(File& file) {
  constexpr std::uint64_t kHead = 24;
  const std::uint64_t end = end_without_tags(file);
  std::uint64_t at = 40;
  for (int count = 0; at < end && count < kMaxChunks; ++count) {
    const Bytes head = file.read(at, kHead);
    const std::uint64_t size = little_endian(head, 16, 8);
    if (head.size() < kHead || size < kHead || size > kAbsurd) return {};
    if (auto whole = within("a Wave64 chunk", at + size, file.size()); !whole) return whole;
    at += (size + 7) / 8 * 8;
  }
  return {};
}

// Files whose head tells where they or their sound end. Philips' DSDIFF: one chunk of 64 bits around all. Sony's DSF: the file's size.
Result<void> dsdiff(File& file) { return within("the FRM8 chunk", 12 + std::min(big_endian(file.read(4, 8), 0, 8), kAbsurd), file.size()); }
Result<void> dsf(File& file) { return within("the DSF file", std::min(little_endian(file.read(12, 8), 0, 8), kAbsurd), file.size()); }

// Sun's AU: where the sound begins, how long it is; all ones: not known.
Result<void> au(File& file) {
  const Bytes head = file.read(4, 8);
  const std::uint64_t size = big_endian(head, 4, 4);
  return of_a_pipe(size) ? Result<void>() : within("the sound", big_endian(head, 0, 4) + size, file.size());
}

// ASF (Microsoft, 1.20.3; 3.1, 5.1): objects of a GUID and a size (64 bits, with the head): the header, then the data; 0: of a broadcast.
Result<void> asf(File& file) {
  const std::uint64_t data = little_endian(file.read(16, 8), 0, 8);
  if (data > kAbsurd) return {};
  const std::uint64_t size = little_endian(file.read(data + 16, 8), 0, 8);
  return size > kAbsurd ? Result<void>() : within("the data object", data + std::max<std::uint64_t>(size, 24), file.size());
}

// RealMedia: type, size (32 bits, with the head), up to the data; 0: of a live stream. FFmpeg counts ten bytes of the data's head twice.
Result<void> real_chunks(File& file) {
  constexpr std::uint64_t kTwice = 10;
  std::uint64_t at = 0;
  for (int count = 0; at < file.size() && count < kMaxChunks; ++count) {
    const Bytes head = file.read(at, 8);
    const std::uint64_t size = big_endian(head, 4, 4);
    if (size < 8 + kTwice) return {};
    at += size;
    const bool data = starts(head, 0, "DATA");
    if (auto whole = within("a RealMedia chunk", data ? at - kTwice : at, file.size()); !whole || data) return whole;
  }
  return {};
}

// FLV (Adobe, 10.1; E.4.1): a head, whose size it tells, then tags of audio, video and script (8, 9, 18), each with the size of its data,
// and behind each four bytes with the whole tag's size, which writers count in several ways and a recording that was stopped lacks at the
// end.
Result<void> flv(File& file) {
  constexpr std::uint64_t kHead = 11, kBehind = 4;
  std::uint64_t at = big_endian(file.read(5, 4), 0, 4) + kBehind;
  for (int count = 0; at < file.size() && count < kMaxTags; ++count) {
    const Bytes head = file.read(at, kHead);
    const int type = head[0] & 0x1F;
    if (type != 8 && type != 9 && type != 18) return {};
    if (head.size() < kHead) return within("an FLV tag", at + kHead, file.size());
    at += kHead + big_endian(head, 1, 3);
    if (auto whole = within("an FLV tag", at, file.size()); !whole) return whole;
    at += kBehind;
  }
  return {};
}

// RFC 3533 6: the last page carries the end-of-stream flag and lies whole in the file.
Result<void> ogg(File& file) {
  const std::uint64_t from = file.size() > kOggTail ? file.size() - kOggTail : 0;
  const Bytes tail = file.read(from, kOggTail);
  for (std::size_t at = tail.size(); at-- > 0;) {
    if (!starts(tail, at, "OggS") || at + 27 > tail.size()) continue;
    const std::size_t segments = tail[at + 26];
    std::size_t end = at + 27 + segments;
    for (std::size_t i = 0; i < segments && at + 27 + i < tail.size(); ++i) end += tail[at + 27 + i];
    if (auto whole = within("the last Ogg page", from + end, file.size()); !whole) return whole;
    if ((tail[at + 5] & 0x04) == 0) return Error{"truncated: expected an end-of-stream flag in the last Ogg page, found none"};
    return {};
  }
  return Error{"truncated: expected an Ogg page near the end, found none"};
}

// EBML (RFC 8794 5): a variable-length size whose bits are all ones means unknown. The second element of the file is the Segment.
struct Element {
  std::uint64_t size = 0, head = 0;
  bool known = false;
};
Element element(const Bytes& bytes, std::size_t id_length) {
  if (bytes.size() <= id_length || bytes[id_length] == 0) return {};
  std::size_t length = 1;
  while ((bytes[id_length] & (0x80 >> (length - 1))) == 0) ++length;
  const std::uint64_t mask = (std::uint64_t{1} << (7 * length)) - 1;
  const std::uint64_t size = big_endian(bytes, id_length, length) & mask;
  return {size, id_length + length, size != mask};
}
Result<void> matroska(File& file) {
  const Element header = element(file.read(0, 12), 4);
  const std::uint64_t at = header.head + header.size;
  if (!header.known || at > file.size()) return within("the EBML header", at, file.size());
  const Element segment = element(file.read(at, 12), 4);
  if (!segment.known) return {};
  return within("the Segment", at + segment.head + segment.size, file.size());
}

// What the Xing or Info header in an MP3's first frame counts, from that frame on; 0: it does not. LAME's part behind it has the length
// again and a checksum of what follows the frame.
struct Xing {
  std::uint64_t bytes = 0, checksum = 0;
  bool has_checksum = false;
};
Xing xing(File& file, std::uint64_t at) {
  const Bytes frame = file.read(at, 192);
  for (const std::size_t side : {std::size_t{4 + 32}, std::size_t{4 + 17}, std::size_t{4 + 9}}) {  // side information of the three layouts
    if (!starts(frame, side, "Xing") && !starts(frame, side, "Info")) continue;
    const std::uint64_t flags = big_endian(frame, side + 4, 4);
    if ((flags & 2) == 0) return {};
    const std::uint64_t bytes = big_endian(frame, side + ((flags & 1) != 0 ? 12 : 8), 4);
    return {bytes, big_endian(frame, side + 152, 2), (flags & 15) == 15 && big_endian(frame, side + 148, 4) == bytes};
  }
  return {};
}

// LAME's: polynomial 8005, reflected, from 0.
std::uint64_t checksum(File& file, std::uint64_t from, std::uint64_t to) {
  constexpr std::size_t kPiece = 64u << 10;
  unsigned sum = 0;
  while (from < to) {
    const Bytes piece = file.read(from, static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, to - from)));
    if (piece.empty()) break;
    for (const std::uint8_t byte : piece) {
      sum ^= byte;
      for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ ((sum & 1) != 0 ? 0xA001u : 0);
    }
    from += piece.size();
  }
  return sum;
}

// Whether zeros stand in place of the end of the last frame, whose head is there. Zeros alone prove nothing, nor does another checksum
// alone (programs that change a song's volume leave it): LAME fills its frames with other bytes.
bool ends_in_zeros(File& file, std::uint64_t at, const Xing& header) {
  constexpr std::size_t kMany = 16;
  const std::uint64_t end = at + header.bytes, first = frame_size(RawStream::mpeg_audio, file.read(at, 16));
  if (!header.has_checksum || header.bytes < first + kMany) return false;
  const Bytes last = file.read(end - kMany, kMany);
  if (std::any_of(last.begin(), last.end(), [](std::uint8_t byte) { return byte != 0; })) return false;
  return checksum(file, at + first, end) != header.checksum;
}

// A file whose room was reserved before its bytes came (downloads) has zeros up to the counted end. What stands behind that is harmless.
Result<void> counted_frames(File& file, RawStream stream, std::uint64_t at, const Xing& header) {
  const std::uint64_t counted = header.bytes;
  const std::uint64_t end = std::min(at + counted, std::max(at, end_without_tags(file)));
  const std::uint64_t from = end - at > kRawTail ? end - kRawTail : at;
  const auto last = ends_before(stream, file.read(from, kRawTail), static_cast<std::size_t>(end - from), from == at);
  if (!last && !ends_in_zeros(file, at, header)) return {};
  if (!last) return Error{"truncated: the last frame, up to byte " + std::to_string(at + counted) + ", ends in zeros"};
  return Error{"truncated: frames are counted up to byte " + std::to_string(at + counted) + ", the last one ends at byte " +
               std::to_string(from + *last)};
}

// Frames alone. ID3v2 (sync-safe size) may stand before them, ID3v1 and APEv2 after. A Xing header that counts more than there is says
// nothing by itself: whoever cuts a song between two frames leaves it as it was.
Result<void> frames(File& file, const Bytes& head) {
  std::uint64_t at = 0;
  if (starts(head, 0, "ID3")) {
    for (std::size_t i = 6; i < 10; ++i) at = at << 7 | (head[i] & 0x7F);
    at += 10;
  }
  const auto stream = raw_stream(file.read(at, 16));
  if (!stream) return {};
  const Xing header = *stream == RawStream::mpeg_audio ? xing(file, at) : Xing();
  if (header.bytes != 0 && at + header.bytes <= file.size()) return counted_frames(file, *stream, at, header);
  const std::uint64_t end = end_without_tags(file), from = std::max(at, end > kRawTail ? end - kRawTail : 0);
  return from < end ? check_last_frame(*stream, file.read(from, static_cast<std::size_t>(end - from))) : Result<void>{};
}

// ISO/IEC 13818-1 2.4.3.2: packets of 188 bytes that begin with 0x47; M2TS has four bytes of arrival time before each. 0: neither.
std::size_t transport_packet(File& file) {
  const Bytes head = file.read(0, 400);
  const auto synced = [&](std::size_t first, std::size_t packet) {
    return head.size() > first + 2 * packet && head[first] == 0x47 && head[first + packet] == 0x47 && head[first + 2 * packet] == 0x47;
  };
  return synced(0, 188) ? 188 : synced(4, 192) ? 192 : 0;
}

Result<void> transport_packets(const File& file, std::size_t packet) {
  const std::uint64_t rest = file.size() % packet;
  if (rest == 0) return {};
  return Error{"truncated: the last transport packet needs " + std::to_string(packet) + " bytes, found " + std::to_string(rest)};
}

}  // namespace

std::uint64_t end_of_media(const std::string& path) {
  File file(path);
  return end_without_tags(file);
}

Result<void> check_not_truncated(const std::string& path) {
  File file(path);
  const Bytes head = file.read(0, 16);
  if (starts(head, 4, "ftyp")) return boxes(file);
  if (starts(head, 0, "RIFF") || starts(head, 0, "RF64") || starts(head, 0, "BW64")) return chunks(file, false);
  if (starts(head, 0, "FORM")) return chunks(file, true);
  if (starts(head, 0, "FRM8")) return dsdiff(file);
  if (starts(head, 0, "DSD ")) return dsf(file);
  if (starts(head, 0, ".snd")) return au(file);
  if (starts(head, 0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11")) return asf(file);
  if (starts(head, 0, ".RMF")) return real_chunks(file);
  if (starts(head, 0, "FLV\x01")) return flv(file);
  if (starts(head, 0, "caff")) return caf_chunks(file);
  if (starts(head, 0, "riff\x2E\x91\xCF\x11")) return wave64_chunks(file);
  if (starts(head, 0, "OggS")) return ogg(file);
  if (starts(head, 0, "\x1A\x45\xDF\xA3")) return matroska(file);
  if (const std::size_t packet = transport_packet(file); packet != 0) return transport_packets(file, packet);
  if (head.size() == 16) return frames(file, head);
  return {};
}

}  // namespace segue::transcoder
