// SPDX-License-Identifier: Apache-2.0
// Our statements are written so that SQLite and PostgreSQL both take them; what is left is told here, word by word. Pure.
#pragma once

#include <string>
#include <string_view>

namespace segue::service {

// The statement as PostgreSQL reads it. Outside quotes: '?' and '?N' are $1, $N (as SQLite counts); group_concat, instr are string_agg,
// strpos; user and session_user, reserved words there, are quoted; in a schema (upper case) INTEGER, REAL, TEXT, BLOB are BIGINT, DOUBLE
// PRECISION, TEXT COLLATE "C", BYTEA, an INTEGER PRIMARY KEY numbers itself, WITHOUT ROWID and COLLATE NOCASE fall away.
[[nodiscard]] std::string to_postgres(std::string_view sql);

// Text that PostgreSQL can hold: U+FFFD instead of U+0000 and of what is no UTF-8 (RFC 3629: no surrogates, nothing overlong).
[[nodiscard]] std::string storable_text(std::string_view text);

}  // namespace segue::service
