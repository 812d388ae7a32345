// SPDX-License-Identifier: Apache-2.0
#include "access/asker.h"

#include <cctype>

namespace segue::access {
namespace {

constexpr std::string_view kNames[] = {"none",   "missing",  "malformed", "unknown-key", "bad-signature", "expired", "not-yet",
                                       "issuer", "audience", "path",      "address",     "referrer",      "method",  "unsupported"};

bool is_plain_segment(std::string_view segment) noexcept { return !segment.empty() && segment != "." && segment != ".."; }

bool hides_something(std::string_view path, std::size_t percent) noexcept {
  if (percent + 2 >= path.size()) return true;
  const auto high = path[percent + 1];
  const auto low = static_cast<char>(std::tolower(static_cast<unsigned char>(path[percent + 2])));
  return (high == '2' && (low == 'e' || low == 'f')) || (high == '5' && low == 'c') || high == '0' || high == '1' || high == '7';
}

}  // namespace

std::string_view name_of(Refusal refusal) noexcept { return kNames[static_cast<int>(refusal)]; }

int status_of(Refusal refusal) noexcept {
  if (refusal == Refusal::none) return 200;
  return refusal == Refusal::missing || refusal == Refusal::expired ? 401 : 403;
}

bool is_plain_path(std::string_view path) noexcept {
  if (path.empty() || path[0] != '/') return false;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const auto c = static_cast<unsigned char>(path[at]);
    if (c < 0x20 || c == 0x7F || c == '\\') return false;
    if (c == '%' && hides_something(path, at)) return false;
  }
  for (std::size_t start = 1; start < path.size();) {
    const std::size_t end = path.find('/', start);
    if (!is_plain_segment(path.substr(start, end == std::string_view::npos ? end : end - start))) return false;
    if (end == std::string_view::npos) break;
    start = end + 1;
  }
  return true;
}

}  // namespace segue::access
