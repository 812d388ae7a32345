// SPDX-License-Identifier: Apache-2.0
#include "ingest/identity.h"

#include <map>

#include "ingest/digest.h"
#include "media/hex.h"

namespace segue::ingest {
namespace {

// Raised when the same source and ladder must give other bytes than before (a fault in what was written): every file is then a new
// generation when it is ingested again.
constexpr std::string_view kForm = "segue-1\n";

// RFC 4648 base32 of 128 bits, lower case, without padding.
std::string base32(const Digest& digest) {
  static constexpr const char* kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr std::size_t kBytes = 16;
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (std::size_t i = 0; i < kBytes; ++i) {
    bits = bits << 8 | digest[i];
    for (count += 8; count >= 5; count -= 5) text += kAlphabet[bits >> (count - 5) & 31];
  }
  if (count > 0) text += kAlphabet[bits << (5 - count) & 31];
  return text;
}

bool stands_in(const media::Asset& asset, const std::string& library) {
  const auto tag = asset.tags.find("library");
  return library.empty() || (tag != asset.tags.end() && tag->second == std::vector<std::string>{library});
}

}  // namespace

std::string asset_id(std::string_view media_hash) { return base32(sha256(media_hash)); }

std::vector<std::string> track_ids(const std::vector<std::string>& media_hashes) {
  std::map<std::string, int> seen;
  std::vector<std::string> ids;
  for (const std::string& hash : media_hashes) {
    const int count = ++seen[hash];
    ids.push_back(asset_id(count == 1 ? hash : hash + "#" + std::to_string(count)));
  }
  return ids;
}

std::string joined_hash(const std::vector<std::string>& hashes) {
  std::string all = "album\n";
  for (const std::string& hash : hashes) all += hash + "\n";
  return media::hex(sha256(all));
}

std::string ladder_hash(std::string_view ladder_text) { return media::hex(sha256(std::string(kForm) + std::string(ladder_text))); }

bool is_same(const media::Asset& current, const Generation& wanted) {
  return current.source.file_hash == wanted.file_hash && current.ladder_hash == wanted.ladder_hash &&
         (wanted.album.empty() || wanted.album == current.album) && stands_in(current, wanted.library);
}

}  // namespace segue::ingest
