// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/cmcd/cmcd.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "edge-cache/cmcd/percent.h"

namespace segue::edge {

struct KnownCmcdKey {
  std::string_view key;
  int kind;           // Cmcd::Item::Kind
  std::size_t limit;  // characters of a string
  std::string_view tokens;
};

namespace {

using Known = KnownCmcdKey;
constexpr std::int64_t kMostNumber = 1'000'000'000'000;  // 31 years in ms, a petabit per second in kbit/s
enum { kInteger, kDecimal, kToken, kText, kTruth };

// CTA-5004 table 1.
constexpr Known kKnown[] = {
    {"bl", kInteger, 0, ""},        {"br", kInteger, 0, ""},
    {"bs", kTruth, 0, ""},          {"cid", kText, 64, ""},
    {"d", kInteger, 0, ""},         {"dl", kInteger, 0, ""},
    {"mtp", kInteger, 0, ""},       {"nor", kText, 1024, ""},
    {"nrr", kText, 64, ""},         {"ot", kToken, 0, " m a v av i c tt k o "},
    {"pr", kDecimal, 0, ""},        {"rtp", kInteger, 0, ""},
    {"sf", kToken, 0, " d h s o "}, {"sid", kText, 64, ""},
    {"st", kToken, 0, " v l "},     {"su", kTruth, 0, ""},
    {"tb", kInteger, 0, ""},        {"v", kInteger, 0, ""},
};

const Known* known(std::string_view key) {
  if (key.empty()) return nullptr;
  // The first letter tells most apart without a call.
  const auto found = std::ranges::find_if(kKnown, [&](const Known& one) { return one.key[0] == key[0] && one.key == key; });
  return found == std::end(kKnown) ? nullptr : found;
}

template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// The end of an item that starts at `at`: the next comma outside quotes.
std::size_t item_end(std::string_view field, std::size_t at) {
  for (bool quoted = false; at < field.size(); ++at) {
    if (quoted && field[at] == '\\') {
      ++at;
    } else if (field[at] == '"') {
      quoted = !quoted;
    } else if (field[at] == ',' && !quoted) {
      return at;
    }
  }
  return field.size();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

void add_quoted(std::string_view text, std::string& out) {
  out += '"';
  for (std::size_t special; (special = text.find_first_of("\"\\")) != std::string_view::npos; text.remove_prefix(special + 1)) {
    out += text.substr(0, special);
    out += '\\';
    out += text[special];
  }
  out += text;
  out += '"';
}

void add_number(std::int64_t value, std::string& out) {
  std::array<char, 24> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

}  // namespace

// The inside of a quoted string becomes the item's; false: not quoted, or longer than `limit`.
bool Cmcd::unquote(std::string_view text, std::size_t limit, Item& item) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  item.at = static_cast<std::uint32_t>(words_.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && ++at == text.size()) return false;
    const auto c = static_cast<unsigned char>(text[at]);
    if (c < 0x20 || c > 0x7E) return false;
    words_ += static_cast<char>(c);
  }
  item.size = static_cast<std::uint32_t>(words_.size()) - item.at;
  return item.size > 0 && item.size <= limit;
}

bool Cmcd::take(Item& item, const Known& of, std::optional<std::string_view> value) {
  item.kind = static_cast<Item::Kind>(of.kind);
  if (of.kind == kTruth) {
    item.value = value && *value == "false" ? 0 : 1;
    return !value || *value == "true" || *value == "false";
  }
  if (!value) return false;
  if (of.kind == kText) return unquote(*value, of.limit, item);
  if (of.kind == kToken) {
    item.at = static_cast<std::uint32_t>(words_.size());
    item.size = static_cast<std::uint32_t>(value->size());
    words_ += *value;
    if (value->empty() || value->find(' ') != std::string_view::npos) return false;
    const std::size_t at = of.tokens.find(*value);  // a whole word of the list, between two blanks
    return at != std::string_view::npos && of.tokens[at - 1] == ' ' && of.tokens[at + value->size()] == ' ';
  }
  if (of.kind == kDecimal) return read_number(*value, item.value) && item.value >= 0 && item.value <= 1000;
  std::int64_t number = 0;
  if (!read_number(*value, number) || number < 0 || number > kMostNumber) return false;
  item.value = static_cast<double>(number);
  return true;
}

void Cmcd::add_item(std::string_view key, std::optional<std::string_view> value) {
  const Known* of = known(key);
  if (!of || count_ == items_.size()) return;
  for (std::size_t i = 0; i < count_; ++i) {
    if (items_[i].key.data() == of->key.data()) return;  // both are the table's
  }
  Item& item = items_[count_] = Item{};
  item.key = of->key;
  const std::size_t before = words_.size();
  if (take(item, *of, value))
    ++count_;
  else
    words_.resize(before);
}

void Cmcd::add(std::string_view field) {
  field = field.substr(0, kMostCmcdBytes);
  words_.reserve(words_.size() + field.size());
  for (std::size_t at = 0; at < field.size();) {
    const std::size_t end = item_end(field, at);
    const std::string_view item = trimmed(field.substr(at, end - at));
    at = end + 1;
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos)
      add_item(item, std::nullopt);
    else
      add_item(item.substr(0, equals), item.substr(equals + 1));
  }
}

const Cmcd::Item* Cmcd::find(std::string_view key) const {
  const Item* end = items_.data() + count_;
  const Item* found = std::find_if(items_.data(), end, [&](const Item& item) { return item.key == key; });
  return found == end ? nullptr : found;
}

std::optional<std::int64_t> Cmcd::number(std::string_view key) const {
  const Item* item = find(key);
  return item && item->kind == Item::Kind::integer ? std::optional(static_cast<std::int64_t>(item->value)) : std::nullopt;
}

std::string_view Cmcd::text(std::string_view key) const {
  const Item* item = find(key);
  return item ? words_of(*item) : std::string_view();
}

std::string Cmcd::json() const {
  std::string out;
  out.reserve(512);
  out += '{';
  for (std::size_t i = 0; i < count_; ++i) {
    const Item& item = items_[i];
    out += out.size() > 1 ? ",\"" : "\"";
    out += item.key;
    out += "\":";
    char number[32];
    switch (item.kind) {
      case Item::Kind::integer: add_number(static_cast<std::int64_t>(item.value), out); break;
      case Item::Kind::decimal: out.append(number, static_cast<std::size_t>(std::snprintf(number, sizeof number, "%g", item.value))); break;
      case Item::Kind::truth: out += item.value != 0 ? "true" : "false"; break;
      default: add_quoted(words_of(item), out);
    }
  }
  return out += '}';
}

std::string cmcd_of_query(std::string_view query) {
  constexpr std::string_view kName = "CMCD=";
  for (std::size_t at = 0; at < query.size();) {
    const std::size_t end = std::min(query.find('&', at), query.size());
    const std::string_view parameter = query.substr(at, end - at);
    if (parameter.starts_with(kName)) return percent_decoded(parameter.substr(kName.size(), 3 * kMostCmcdBytes));
    at = end + 1;
  }
  return {};
}

}  // namespace segue::edge
