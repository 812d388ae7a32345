// SPDX-License-Identifier: Apache-2.0
#include "platform/template.h"

#include <algorithm>

namespace segue::platform {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_writable(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c != '"' && c != '\\' && c != '$' && static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

Error at_line(std::string_view name, std::string_view before, const std::string& what) {
  return Error{std::string(name) + " line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ": " + what};
}

}  // namespace

Result<std::string> fill_template(std::string_view name, std::string_view text, const Values& values) {
  std::string filled;
  std::size_t at = 0;
  for (;;) {
    const std::size_t open = text.find('@', at);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('@', open + 1);
    if (close == std::string_view::npos) break;
    const std::string_view key = text.substr(open + 1, close - open - 1);
    filled += text.substr(at, open - at);
    at = open;
    if (!is_name(key)) {  // a named location of nginx; its mark may still be followed by a name's
      filled += text[at++];
      continue;
    }
    const auto value = values.find(key);
    if (value == values.end()) return at_line(name, text.substr(0, open), '@' + std::string(key) + "@ has no value");
    if (!is_writable(value->second)) {
      return at_line(name, text.substr(0, open),
                     '@' + std::string(key) + "@: nginx cannot read a value with \", \\, $ or a control character: " + value->second);
    }
    filled += value->second;
    at = close + 1;
  }
  return filled + std::string(text.substr(at));
}

}  // namespace segue::platform
