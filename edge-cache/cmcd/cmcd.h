// SPDX-License-Identifier: Apache-2.0
// Common Media Client Data (CTA-5004): what a player says about its request, in four header fields or one query parameter, as
//   field = item *( "," item )       item = key [ "=" ( integer / decimal / token / quoted string ) ]      a key alone: true
// Typed and bounded: what is not a known key with a value of its type is left out, for what clients send ends in logs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace segue::edge {

inline constexpr std::size_t kMostCmcdBytes = 4096;  // of one field; the longest that a conforming player sends is under 1,000

class Cmcd {
 public:
  // Adds the items of one header field, or of the query parameter after percent-decoding. A key that is there already stays.
  void add(std::string_view field);

  [[nodiscard]] bool empty() const noexcept { return items_.empty(); }
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key) const;
  [[nodiscard]] std::string_view text(std::string_view key) const;  // of a string or token; empty: not there
  // {"bl":21300,"bs":true,…}, keys in the order of their arrival; {} when nothing was said. One line, ASCII.
  [[nodiscard]] std::string json() const;

 private:
  struct Item {
    std::string_view key;  // of the table of known keys
    std::string text;      // string, token; else empty
    double value = 0;      // integer, decimal; true: 1
    enum class Kind : std::uint8_t { integer, decimal, token, text, truth } kind = Kind::truth;
  };
  void add_item(std::string_view key, std::optional<std::string_view> value);
  [[nodiscard]] const Item* find(std::string_view key) const;
  [[nodiscard]] static bool take(Item& item, std::optional<std::string_view> value);
  std::vector<Item> items_;
};

// The value of the query's parameter CMCD, percent-decoded; empty: none.
[[nodiscard]] std::string cmcd_of_query(std::string_view query);

}  // namespace segue::edge
