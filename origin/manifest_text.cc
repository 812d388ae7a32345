// SPDX-License-Identifier: Apache-2.0
#include "origin/manifest_text.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include "origin/gzip.h"

namespace segue::origin {
namespace {

// FNV-1a, 64 bit: tells texts apart, keeps no secret. The same text has the same tag on every origin.
std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return hash;
}

}  // namespace

ManifestText make_manifest_text(std::string text, std::int64_t modified_unix) {
  ManifestText made;
  std::array<char, 16> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), hash_of(text), 16).ptr;
  const std::string tag = '"' + std::string(digits.data(), end);
  made.plain_etag = tag + '"';
  made.gzipped = gzip(text);
  made.gzipped_etag = tag + "-gz\"";
  made.plain = std::move(text);
  made.plain.shrink_to_fit();
  made.modified_unix = modified_unix;
  return made;
}

}  // namespace segue::origin
