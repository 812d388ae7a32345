// SPDX-License-Identifier: Apache-2.0
// Our own media token: short, made by any language in ten lines (docs/formats/tokens.md).
//   token   = "s1." kid "." base64url(payload) "." base64url(hmac-sha256(key, "s1." kid "." base64url(payload)))
//   payload = "e" seconds LF "p" path [ LF "i" network ] [ LF "r" host ]
// A path that ends in "/" covers everything below it; another covers itself.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "access/asker.h"
#include "access/key_ring.h"
#include "access/known_tokens.h"
#include "media/result.h"

namespace segue::access {

inline constexpr std::string_view kMediaTokenStart = "s1.";
inline constexpr std::size_t kMostTokenBytes = 4096;  // nginx's default header buffers hold 8 KiB a line

struct MediaGrant {
  std::int64_t expires = 0;  // seconds since 1970: refused from then on
  std::string path;          // "/v/kindred-3f/", "/v/kindred-3f/master.m3u8"
  std::string network;       // "203.0.113.7", "2001:db8::/48"; empty: any
  std::string referrer;      // a host, its subdomains included; empty: any
  bool operator==(const MediaGrant&) const = default;
};

// Error: a path that is not plain, a network or host that is none, a key that is not HS256.
[[nodiscard]] Result<std::string> issue(const MediaGrant& grant, const Key& key);

struct MediaVerdict {
  Refusal refusal = Refusal::none;
  MediaGrant grant;  // when the signature is good
  std::string_view key_id;
};
using KnownMediaTokens = KnownTokens<MediaGrant>;
// `key_id` points into `token`. `known`: null, or what this ring verified before; learns.
[[nodiscard]] MediaVerdict check_media_token(std::string_view token, const KeyRing& ring, const Asker& asker,
                                             KnownMediaTokens* known = nullptr);

}  // namespace segue::access
