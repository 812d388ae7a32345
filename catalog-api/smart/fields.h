// SPDX-License-Identifier: Apache-2.0
// What rules may ask, and where it stands: the table that parser, compiler and documentation share.
#pragma once

#include <span>
#include <string_view>

#include "catalog-api/smart/rules.h"

namespace segue::smart {

enum class Type : std::uint8_t { text, number, time, truth };

struct Field {
  std::string_view name;
  Type type;
  std::string_view sql;   // of the library's tables (a: asset, b: its album, m: the owner's marks); text: a key without case and accents
  std::string_view each;  // text that a track may have several of: "EXISTS (… %)", where % is the comparison with `sql`; empty: one
  bool is_mark = false;   // of the owner's listening
};

[[nodiscard]] std::span<const Field> fields();
[[nodiscard]] const Field* field_named(std::string_view name);  // nullptr: none

struct Operator {
  std::string_view name;
  Op op;
  bool text, number, time, truth;  // the types that it takes
};
[[nodiscard]] std::span<const Operator> operators();

}  // namespace segue::smart
