// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/message/body_digest.h"

#include <algorithm>

#include "access/base64url.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

using Kind = access::RunningDigest::Kind;

std::optional<std::string> from_base64(std::string_view text) {
  std::string other(text);
  while (other.ends_with('=')) other.pop_back();
  // One alphabet only: "-" and "_" are none of base64's characters.
  if (text.size() % 4 != 0 || text.size() - other.size() > 2 || other.find_first_of("-_") != std::string::npos) return std::nullopt;
  std::replace(other.begin(), other.end(), '+', '-');
  std::replace(other.begin(), other.end(), '/', '_');
  return access::from_base64url(other);
}

// The byte sequence ":…:" of a member of a dictionary (RFC 8941 3.2, 3.3.5).
std::optional<std::string> member(std::string_view dictionary, std::string_view name) {
  ListReader list(dictionary);
  for (std::string_view element; list.next(element);) {
    const std::size_t equals = element.find('=');
    if (equals == std::string_view::npos || trimmed(element.substr(0, equals)) != name) continue;
    std::string_view value = element.substr(equals + 1);
    value = trimmed(value.substr(0, value.find(';')));
    if (value.size() < 2 || value.front() != ':' || value.back() != ':') return std::nullopt;
    return from_base64(value.substr(1, value.size() - 2));
  }
  return std::nullopt;
}

}  // namespace

std::optional<BodyDigest> BodyDigest::announced_by(const Fields& response) {
  struct Row {
    std::string_view name;
    Kind kind;
    std::size_t bytes;
  };
  constexpr Row kRows[] = {{"sha-512", Kind::sha512, 64}, {"sha-256", Kind::sha256, 32}};
  for (const Row& row : kRows) {
    for (const std::string_view field : {"Repr-Digest", "Content-Digest"}) {
      if (!response.has(field)) continue;
      auto expected = member(response.combined(field), row.name);
      if (expected && expected->size() == row.bytes) return BodyDigest(row.kind, *std::move(expected));
    }
  }
  if (!response.has("Content-MD5")) return std::nullopt;
  auto expected = from_base64(trimmed(response.first("Content-MD5")));
  if (!expected || expected->size() != 16) return std::nullopt;
  return BodyDigest(Kind::md5, *std::move(expected));
}

bool BodyDigest::matches() {
  const std::string found = running_.finish();
  return found.empty() || found == expected_;  // what the system cannot compute says nothing
}

}  // namespace segue::edge
