// SPDX-License-Identifier: Apache-2.0
#include "transcoder/id3.h"

#include <algorithm>

namespace segue::transcoder {
namespace {

using Bytes = std::span<const std::uint8_t>;
using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t kHeader = 10, kMostValues = 100;
enum TagFlag : std::uint8_t { kUnsynchronised = 0x80, kExtended = 0x40 };
enum FrameFlag : std::uint8_t { kCompressed = 0x08, kEncrypted = 0x04, kFrameUnsynchronised = 0x02, kHasLength = 0x01 };

std::uint32_t number(Bytes at, unsigned bits_each) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << bits_each | (at[i] & ((1u << bits_each) - 1));
  return value;
}

// ID3v2.4 6.1: a zero stands behind each FF.
Buffer synchronised(Bytes bytes) {
  Buffer out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out.push_back(bytes[i]);
    if (bytes[i] == 0xFF && i + 1 < bytes.size() && bytes[i + 1] == 0) ++i;
  }
  return out;
}

void put_utf8(std::string& out, std::uint32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  const int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  constexpr unsigned kLead[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(kLead[more] | code >> (6 * more));
  for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (code >> (6 * i) & 0x3F));
}

// UTF-16; each string may have a byte order mark of its own.
std::string from_utf16(Bytes text, bool big) {
  std::string out;
  std::uint32_t high = 0;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::uint32_t unit = big ? text[i] << 8 | text[i + 1] : text[i + 1] << 8 | text[i];
    if (unit == 0xFEFF || unit == 0xFFFE) {
      big = big == (unit == 0xFEFF);
    } else if (unit >= 0xD800 && unit < 0xDC00) {
      high = unit;
    } else if (unit >= 0xDC00 && unit < 0xE000) {
      if (high != 0) put_utf8(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
      high = 0;
    } else {
      put_utf8(out, unit);
    }
  }
  return out;
}

enum class Encoding : std::uint8_t { latin1, utf16, utf16_be, utf8 };

std::string decoded(Encoding encoding, Bytes text) {
  if (encoding == Encoding::utf8) return {text.begin(), text.end()};
  if (encoding != Encoding::latin1) return from_utf16(text, encoding == Encoding::utf16_be);
  std::string out;
  for (const std::uint8_t byte : text) put_utf8(out, byte);
  return out;
}

// The encoding's byte, then values with NUL between them. One at the end is none.
std::vector<std::string> values_of(Bytes content) {
  if (content.empty() || content[0] > 3) return {};
  const auto encoding = static_cast<Encoding>(content[0]);
  const std::size_t width = encoding == Encoding::utf16 || encoding == Encoding::utf16_be ? 2 : 1;
  const Bytes text = content.subspan(1);
  std::vector<std::string> values;
  std::size_t from = 0;
  const auto take = [&](std::size_t to) {
    if (values.size() < kMostValues) values.push_back(decoded(encoding, text.subspan(from, to - from)));
    from = to + width;
  };
  for (std::size_t at = 0; at + width <= text.size(); at += width) {
    if (text[at] == 0 && text[at + width - 1] == 0) take(at);
  }
  if (from < text.size()) take(text.size());
  return values;
}

struct Frame {
  std::string id;
  Buffer content;
};

// An empty id: there is none.
Frame frame_at(Bytes tag, std::size_t& at, unsigned version) {
  Frame frame;
  if (tag.size() - at < kHeader || tag[at] == 0) return frame;
  const std::size_t size = number(tag.subspan(at + 4, 4), version == 4 ? 7 : 8);
  const std::uint8_t flags = tag[at + 9];
  const std::size_t start = at + kHeader;
  if (size > tag.size() - start) return frame;
  Bytes content = tag.subspan(start, size);
  frame.id.assign(tag.begin() + static_cast<std::ptrdiff_t>(at), tag.begin() + static_cast<std::ptrdiff_t>(at) + 4);
  at = start + size;
  if (version == 4 && (flags & kHasLength) != 0) content = content.subspan(std::min<std::size_t>(4, content.size()));
  const bool plain = version == 4 ? (flags & (kCompressed | kEncrypted)) == 0 : (flags & 0xE0) == 0;
  if (!plain) return frame;
  frame.content = version == 4 && (flags & kFrameUnsynchronised) != 0 ? synchronised(content) : Buffer(content.begin(), content.end());
  return frame;
}

}  // namespace

std::map<std::string, std::vector<std::string>> id3_lists(Bytes file) {
  std::map<std::string, std::vector<std::string>> lists;
  if (file.size() < kHeader || file[0] != 'I' || file[1] != 'D' || file[2] != '3' || (file[3] != 3 && file[3] != 4)) return lists;
  const unsigned version = file[3];
  const std::size_t size = std::min<std::size_t>(number(file.subspan(6, 4), 7), file.size() - kHeader);
  Buffer tag(file.begin() + kHeader, file.begin() + static_cast<std::ptrdiff_t>(kHeader + size));
  if (version == 3 && (file[5] & kUnsynchronised) != 0) tag = synchronised(tag);
  std::size_t at = 0;
  if ((file[5] & kExtended) != 0 && tag.size() >= 4) at = version == 4 ? number(tag, 7) : number(tag, 8) + std::size_t{4};
  while (at < tag.size()) {
    const Frame frame = frame_at(tag, at, version);
    if (frame.id.empty()) break;
    if (frame.id[0] != 'T') continue;
    std::vector<std::string> values = values_of(frame.content);
    std::string name = frame.id;
    if (name == "TXXX" && !values.empty()) {
      name = values.front();
      values.erase(values.begin());
    }
    if (values.size() > 1) lists[name] = std::move(values);
  }
  return lists;
}

}  // namespace segue::transcoder
