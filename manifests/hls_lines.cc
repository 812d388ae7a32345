// SPDX-License-Identifier: Apache-2.0
#include "manifests/hls_lines.h"

#include <algorithm>
#include <charconv>

#include "manifests/limits.h"

namespace segue::manifests::hls {
namespace {

std::string shown(std::string_view text) { return '"' + std::string(text.substr(0, 40)) + (text.size() > 40 ? "...\"" : "\""); }

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

Line line_of(std::string_view text, std::uint32_t number) {
  if (text.front() != '#') return {number, {}, text};
  const std::size_t colon = text.find(':');
  return {number, text.substr(0, colon), colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1)};
}

// Takes one NAME=value off the head of `text`, and the comma behind it.
Result<Attribute> take_attribute(std::string_view& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) return Error{"attribute-list: expected NAME=value, found " + shown(text)};
  Attribute attribute{text.substr(0, equals), {}, false};
  // 4.2 forbids white space around names; some packagers write a blank behind the comma.
  while (!attribute.name.empty() && attribute.name.front() == ' ') attribute.name.remove_prefix(1);
  text.remove_prefix(equals + 1);
  std::size_t end = 0;
  if (!text.empty() && text.front() == '"') {
    const std::size_t quote = text.find('"', 1);
    if (quote == std::string_view::npos) return Error{"attribute " + shown(attribute.name) + ": closing quote missing"};
    attribute.value = text.substr(1, quote - 1);
    attribute.quoted = true;
    end = quote + 1;
  } else {
    end = std::min(text.find(','), text.size());
    attribute.value = text.substr(0, end);
    if (attribute.value.find('"') != std::string_view::npos) return Error{"attribute " + shown(attribute.name) + ": quote inside a value"};
  }
  text.remove_prefix(end);
  if (text.empty()) return attribute;
  if (text.front() != ',') return Error{"attribute " + shown(attribute.name) + ": expected a comma, found " + shown(text)};
  text.remove_prefix(1);
  return attribute;
}

}  // namespace

Result<std::vector<Line>> split_lines(std::string_view text) {
  if (text.size() > kMaxManifestBytes)
    return Error{"playlist of " + std::to_string(text.size()) + " bytes, at most " + std::to_string(kMaxManifestBytes)};
  std::vector<Line> lines;
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (std::any_of(line.begin(), line.end(), is_control)) return Error{"line " + std::to_string(number) + ": control character"};
    const bool comment = !line.empty() && line.front() == '#' && line.substr(0, 4) != "#EXT";
    if (!line.empty() && !comment) lines.push_back(line_of(line, number));
  }
  return lines;
}

std::optional<std::uint64_t> parse_integer(std::string_view text) noexcept {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_decimal(std::string_view text, std::int64_t scale) noexcept {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto whole = point == 0 ? std::optional<std::uint64_t>(0) : parse_integer(text.substr(0, point));
  if (!whole || *whole > static_cast<std::uint64_t>(kMaxSeconds) || text.empty() || text == ".") return std::nullopt;
  std::int64_t value = static_cast<std::int64_t>(*whole) * scale;
  for (const char c : text.substr(std::min(text.size(), point + 1))) {
    if (c < '0' || c > '9') return std::nullopt;
    if (scale == 1) value += c >= '5' ? 1 : 0;
    if (scale <= 1) scale = 0;
    scale /= 10;
    value += (c - '0') * scale;
  }
  return value;
}

Result<AttributeList> AttributeList::parse(std::string_view text) {
  AttributeList list;
  while (!text.empty()) {
    const auto attribute = take_attribute(text);
    if (!attribute) return attribute.error();
    if (list.find(attribute->name) != nullptr) return Error{"attribute " + shown(attribute->name) + " comes twice"};
    if (list.attributes_.size() == 64) return Error{"attribute-list of more than 64 attributes"};
    list.attributes_.push_back(*attribute);
  }
  return list;
}

const Attribute* AttributeList::find(std::string_view name) const noexcept {
  const auto found = std::find_if(attributes_.begin(), attributes_.end(), [&](const Attribute& a) { return a.name == name; });
  return found == attributes_.end() ? nullptr : &*found;
}

std::string_view AttributeList::text(std::string_view name) const noexcept {
  const Attribute* found = find(name);
  return found == nullptr ? std::string_view() : found->value;
}

Result<std::optional<std::uint64_t>> AttributeList::integer(std::string_view name) const {
  const Attribute* found = find(name);
  if (found == nullptr) return std::optional<std::uint64_t>();
  const auto value = parse_integer(found->value);
  if (!value) return Error{std::string(name) + ": expected a whole number, found " + shown(found->value)};
  return value;
}

Result<std::optional<std::uint32_t>> AttributeList::integer32(std::string_view name) const {
  const auto value = integer(name);
  if (!value) return value.error();
  if (!*value) return std::optional<std::uint32_t>();
  if (**value > UINT32_MAX) return Error{std::string(name) + ": too large, " + shown(text(name))};
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(**value));
}

Result<std::optional<std::uint32_t>> AttributeList::milli(std::string_view name) const {
  const Attribute* found = find(name);
  if (found == nullptr) return std::optional<std::uint32_t>();
  const auto value = parse_decimal(found->value, 1000);
  if (!value || *value > UINT32_MAX) return Error{std::string(name) + ": expected a decimal number, found " + shown(found->value)};
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(*value));
}

}  // namespace segue::manifests::hls
