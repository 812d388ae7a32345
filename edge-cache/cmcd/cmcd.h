// SPDX-License-Identifier: Apache-2.0
// Common Media Client Data (CTA-5004): what a player says about its request, in four header fields or one query parameter, as
//   field = item *( "," item )       item = key [ "=" ( integer / decimal / token / quoted string ) ]      a key alone: true
// Typed and bounded: what is not a known key with a value of its type is left out, for what clients send ends in logs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace segue::edge {

inline constexpr std::size_t kMostCmcdBytes = 4096;  // of one field; the longest that a conforming player sends is under 1,000
inline constexpr std::size_t kMostCmcdItems = 24;

class Cmcd {
 public:
  // Adds the items of one header field, or of the query parameter after percent-decoding. A key that is there already stays.
  void add(std::string_view field);

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key) const;
  [[nodiscard]] std::string_view text(std::string_view key) const;  // of a string or token; empty: not there
  // {"bl":21300,"bs":true,…}, keys in the order of their arrival; {} when nothing was said. One line, ASCII.
  [[nodiscard]] std::string json() const;

 private:
  // Without initial values: most of the items of most requests are not there.
  struct Item {
    std::string_view key;    // of the table of known keys
    std::uint32_t at, size;  // string, token: in words_
    double value;            // integer, decimal; true: 1
    enum class Kind : std::uint8_t { integer, decimal, token, text, truth } kind;
  };
  void add_item(std::string_view item);
  [[nodiscard]] const Item* find(std::string_view key) const;
  [[nodiscard]] std::string_view words_of(const Item& item) const { return std::string_view(words_).substr(item.at, item.size); }
  [[nodiscard]] bool take(Item& item, const struct KnownCmcdKey& of, std::optional<std::string_view> value);
  [[nodiscard]] bool unquote(std::string_view text, std::size_t limit, Item& item);
  void set_words(std::string_view text, Item& item);
  // Every request of a player has some, so neither the list nor a text is a block of memory of its own.
  std::array<Item, kMostCmcdItems> items_;
  std::size_t count_ = 0;
  std::string words_;  // the fields as they came, and strings of them without their backslashes
};

// The value of the query's parameter CMCD, percent-decoded; empty: none.
[[nodiscard]] std::string cmcd_of_query(std::string_view query);

}  // namespace segue::edge
