// SPDX-License-Identifier: Apache-2.0
// Numbers of CTA-5007 and RFC 8392, shared by the reader and the writer of claims.
#pragma once

#include <cstdint>

namespace segue::access::label {

inline constexpr std::int64_t kIssuer = 1, kSubject = 2, kAudience = 3, kExpires = 4, kNotBefore = 5, kIssuedAt = 6, kId = 7;
inline constexpr std::int64_t kReplay = 308, kVersion = 310, kNetworks = 311, kUri = 312, kMethods = 313, kIf = 322, kRenewal = 323;
inline constexpr std::int64_t kRenewKind = 0, kRenewAdds = 1, kRenewDeadline = 2, kRenewCookie = 3, kRenewHeader = 4;
inline constexpr std::int64_t kRenewCookieParams = 5, kRenewHeaderParams = 6;
inline constexpr std::uint64_t kTagEpoch = 1, kTagIpv4 = 52, kTagIpv6 = 54;  // RFC 8949 3.4.2, RFC 9164
inline constexpr std::int64_t kCatVersion = 1;

}  // namespace segue::access::label
