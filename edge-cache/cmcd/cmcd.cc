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
  for (const Known& one : kKnown) {
    if (one.key[0] == key[0] && one.key == key) return &one;
  }
  return nullptr;
}

template <class T>
bool read_number(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// The end of an item that starts at `at`: the next comma outside quotes.
std::size_t item_end(std::string_view field, std::size_t at) {
  for (bool quoted = false; at < field.size(); ++at) {
    const char c = field[at];
    if (c == ',' && !quoted) return at;
    if (c == '"') quoted = !quoted;
    if (c == '\\' && quoted) ++at;
  }
  return field.size();
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

char* put(std::string_view text, char* out) { return std::copy(text.begin(), text.end(), out); }

char* put_quoted(std::string_view text, char* out) {
  *out++ = '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') *out++ = '\\';
    *out++ = c;
  }
  *out++ = '"';
  return out;
}

constexpr std::size_t kMostNumberBytes = 24;
char* put_number(std::int64_t value, char* out) { return std::to_chars(out, out + kMostNumberBytes, value).ptr; }
char* put_decimal(double value, char* out) { return out + std::snprintf(out, kMostNumberBytes, "%g", value); }

}  // namespace

// `text`: a part of words_.
void Cmcd::set_words(std::string_view text, Item& item) {
  item.at = static_cast<std::uint32_t>(text.data() - words_.data());
  item.size = static_cast<std::uint32_t>(text.size());
}

// The inside of a quoted string becomes the item's; false: not quoted, or longer than `limit`.
bool Cmcd::unquote(std::string_view text, std::size_t limit, Item& item) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
  text = text.substr(1, text.size() - 2);
  std::size_t escapes = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && (++escapes, ++at == text.size())) return false;
    if (text[at] < 0x20 || text[at] > 0x7E) return false;
  }
  set_words(text, item);
  if (escapes == 0) return item.size > 0 && item.size <= limit;
  const std::size_t from = item.at, to = from + text.size(), start = words_.size();
  for (std::size_t at = from; at < to; ++at) {
    if (words_[at] == '\\') ++at;
    words_ += words_[at];
  }
  item.at = static_cast<std::uint32_t>(start);
  item.size = static_cast<std::uint32_t>(words_.size() - start);
  return item.size <= limit;
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
    set_words(*value, item);
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

void Cmcd::add_item(std::string_view text) {
  const std::size_t equals = text.find('=');
  const Known* of = known(text.substr(0, equals));
  if (!of || count_ == items_.size()) return;
  for (std::size_t i = 0; i < count_; ++i) {
    if (items_[i].key.data() == of->key.data()) return;  // both are the table's
  }
  Item& item = items_[count_];
  item.key = of->key;
  item.at = item.size = 0;
  if (take(item, *of, equals == std::string_view::npos ? std::nullopt : std::optional(text.substr(equals + 1)))) ++count_;
}

void Cmcd::add(std::string_view field) {
  constexpr std::size_t kUsualBytes = 500;
  field = field.substr(0, kMostCmcdBytes);
  const std::size_t start = words_.size(), end = start + field.size();
  words_.reserve(std::max(end, kUsualBytes));
  words_ += field;
  for (std::size_t at = start; at < end;) {
    const std::string_view all = std::string_view(words_).substr(0, end);  // a string with backslashes may have moved it
    const std::size_t comma = item_end(all, at);
    add_item(trimmed(all.substr(at, comma - at)));
    at = comma + 1;
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
  std::size_t most = 2;
  for (std::size_t i = 0; i < count_; ++i) most += sizeof(R"(,"":"")") + items_[i].key.size() + 2 * items_[i].size + kMostNumberBytes;
  std::string text(most, '\0');
  char* out = text.data();
  *out++ = '{';
  for (std::size_t i = 0; i < count_; ++i) {
    const Item& item = items_[i];
    out = put(i > 0 ? ",\"" : "\"", out);
    out = put("\":", put(item.key, out));
    switch (item.kind) {
      case Item::Kind::integer: out = put_number(static_cast<std::int64_t>(item.value), out); break;
      case Item::Kind::decimal: out = put_decimal(item.value, out); break;
      case Item::Kind::truth: out = put(item.value != 0 ? "true" : "false", out); break;
      default: out = put_quoted(words_of(item), out);
    }
  }
  *out++ = '}';
  text.resize(static_cast<std::size_t>(out - text.data()));
  return text;
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
