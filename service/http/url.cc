// SPDX-License-Identifier: Apache-2.0
#include "service/http/url.h"

#include <algorithm>
#include <optional>

namespace segue::service::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      if (i + 2 >= text.size() || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) return std::nullopt;
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

bool has_odd_segment(std::string_view path) {
  path.remove_prefix(1);
  while (true) {
    const std::size_t end = path.find('/');
    const std::string_view segment = path.substr(0, end);
    if (segment == "." || segment == ".." || (segment.empty() && end != std::string_view::npos)) return true;
    if (end == std::string_view::npos) return false;
    path.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xC2 && lead < 0xE0 ? 2 : lead >= 0xE0 && lead < 0xF0 ? 3 : lead >= 0xF0 && lead < 0xF5 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return false;
    std::uint32_t code = lead & (0xFFU >> (length + 1));
    for (std::size_t j = 1; j < length; ++j) {
      const auto next = static_cast<unsigned char>(text[i + j]);
      if ((next & 0xC0) != 0x80) return false;
      code = code << 6 | (next & 0x3F);
    }
    if ((length == 3 && code < 0x800) || (length == 4 && (code < 0x10000 || code > 0x10FFFF)) || (code >= 0xD800 && code < 0xE000))
      return false;
    i += length;
  }
  return true;
}

Result<Target> parse_target(std::string_view target) {
  if (target.size() > kMaxTargetBytes)
    return Error{"request target: " + std::to_string(target.size()) + " bytes, at most " + std::to_string(kMaxTargetBytes)};
  if (target.empty() || target.front() != '/') return Error{"request target: does not start with /"};
  const std::size_t question = target.find('?');
  const auto path = decode(target.substr(0, question), false);
  if (!path) return Error{"request path: a broken %-escape"};
  if (has_control(*path) || !is_utf8(*path)) return Error{"request path: a control character or bytes that are not UTF-8"};
  if (has_odd_segment(*path)) return Error{"request path: an empty, . or .. segment"};
  Target out{*path, {}};
  if (question == std::string_view::npos) return out;
  auto query = parse_query(target.substr(question + 1));
  if (!query) return query.error();
  out.query = std::move(*query);
  return out;
}

Result<Fields> parse_query(std::string_view text) {
  Fields fields;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('&'), text.size());
    const std::string_view field = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (field.empty()) continue;
    if (fields.size() == kMaxQueryFields) return Error{"query: more than " + std::to_string(kMaxQueryFields) + " fields"};
    const std::size_t equals = std::min(field.find('='), field.size());
    const auto name = decode(field.substr(0, equals), true);
    const auto value = decode(field.substr(std::min(equals + 1, field.size())), true);
    if (!name || !value) return Error{"query: a broken %-escape"};
    if (!is_utf8(*name) || !is_utf8(*value)) return Error{"query: bytes that are not UTF-8"};
    fields.emplace_back(*name, *value);
  }
  return fields;
}

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[static_cast<unsigned char>(c) & 15];
    }
  }
  return out;
}

}  // namespace segue::service::http
