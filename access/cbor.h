// SPDX-License-Identifier: Apache-2.0
// CBOR (RFC 8949) as tokens need it: a reader that hands out one item after the other without building a tree, and a writer. The
// decoding is libcbor's streaming decoder, the only home of libcbor. Only what COSE and CWT use is taken: definite lengths (RFC 9052 9
// asks for them where bytes are signed), no simple values but booleans and null.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace segue::access {

struct CborItem {
  enum class Kind : std::uint8_t { uint, negint, bytes, text, array, map, tag, boolean, null, number };
  Kind kind = Kind::null;
  std::uint64_t value = 0;  // uint; negint: -1 - value; array, map: how many entries; tag; boolean
  double number = 0;        // of kind number
  std::string_view bytes;   // of bytes and text; points into the input

  // An integer that fits; nullopt: another kind, or larger than 63 bits.
  [[nodiscard]] std::optional<std::int64_t> integer() const noexcept;
};

class CborReader {
 public:
  explicit CborReader(std::string_view input) noexcept : rest_(input) {}
  // nullopt: the input ends, is not CBOR, or has what is not taken. A count is never larger than the bytes that are left.
  [[nodiscard]] std::optional<CborItem> next();
  // The next item, when it is of that kind.
  [[nodiscard]] std::optional<CborItem> next(CborItem::Kind kind);
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
};

class CborWriter {
 public:
  CborWriter& integer(std::int64_t value);
  CborWriter& bytes(std::string_view value);
  CborWriter& text(std::string_view value);
  CborWriter& array(std::size_t entries);
  CborWriter& map(std::size_t entries);
  CborWriter& tag(std::uint64_t number);
  [[nodiscard]] const std::string& out() const noexcept { return out_; }

 private:
  std::string out_;
};

}  // namespace segue::access
