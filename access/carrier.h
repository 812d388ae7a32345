// SPDX-License-Identifier: Apache-2.0
// Where a request carries its token, and what is left of the address without it. In this order: a path that starts with /t/TOKEN/ (so
// that a playlist's relative addresses carry it on), the query's `token=` or `CAT=`, the field CTA-Common-Access-Token, the cookies
// `segue-token` and `CTA-Common-Access-Token`. The address without the token is what is looked up, logged and sent to the origin.
#pragma once

#include <string>
#include <string_view>

namespace segue::access {

inline constexpr std::string_view kTokenCookie = "segue-token", kCatName = "CTA-Common-Access-Token", kTokenPath = "/t/";

struct Carried {
  enum class By { none, path, query, field, cookie };
  By by = By::none;
  std::string token;  // as it was sent, percent-decoding not needed: tokens are of unreserved characters
  std::string path;
  std::string query;  // every other parameter as it was, in order
};

struct CarrierFields {
  std::string_view path, query;  // of the request line: "/v/a/master.m3u8", "token=…&codecs=flac"
  std::string_view cat_field;    // CTA-Common-Access-Token; empty: none
  std::string_view cookies;      // Cookie, several joined with "; "
};
[[nodiscard]] Carried find_token(const CarrierFields& fields);

}  // namespace segue::access
