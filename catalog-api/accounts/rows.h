// SPDX-License-Identifier: Apache-2.0
// What the files of accounts share: users as rows, what may be one, the wall clock.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "catalog-api/accounts/accounts.h"

namespace segue::accounts {

inline constexpr const char* kUsers = "SELECT u.row, u.name, u.role, u.disabled, u.created FROM user u";

inline std::int64_t now() { return std::time(nullptr); }

inline User user_of(const service::Row& row) {
  return {row[0].integer(), row[1].text(), row[2].text(), row[3].integer() != 0, row[4].integer()};
}

// What may be a user's name and password. nullopt: good.
std::optional<Denied> check_name(std::string_view name);
std::optional<Denied> check_password(std::string_view password);
bool is_role(std::string_view role);

// Names have ASCII letters only, and ADA is ada: compared as lower(name).
inline std::string key_of(std::string_view name) {
  std::string key(name);
  for (char& c : key)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return key;
}

// Of a user's row; 0: of a guest, who sees what is open.
Result<std::uint32_t> visible_libraries(service::Database& database, std::int64_t user);

// A user with what they see; to be asked for wherever one is let in.
inline Result<User> with_view(service::Database& database, User user) {
  user.libraries = kEverything;
  if (user.role == "admin") return user;
  auto seen = visible_libraries(database, user.row);
  if (!seen) return std::move(seen).error();
  user.libraries = *seen;
  return user;
}

inline Result<std::optional<User>> find_user(service::Database& database, std::string_view name) {
  auto rows = database.query(kUsers + std::string(" WHERE lower(u.name) = ?"), key_of(name));
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::optional<User>() : std::optional(user_of(rows->front()));
}

// When a credential was last used, to the hour: else each request would be a write. A disk that is full keeps nobody out.
inline void note_use(service::Database& database, const std::string& credential, std::int64_t last_used) {
  constexpr std::int64_t kHour = 3600;
  if (now() - last_used > kHour) static_cast<void>(database.run("UPDATE credential SET last_used = ? WHERE id = ?", now(), credential));
}

inline Outcome<Done> unknown_user(std::string_view name) { return Denied{Denial::unknown, "user: no " + std::string(name), 0}; }

inline Result<void> end_sessions(service::Database& database, std::int64_t user) {
  auto ended = database.run("DELETE FROM session WHERE user = ?", user);
  if (!ended) return std::move(ended).error();
  return {};
}

}  // namespace segue::accounts
