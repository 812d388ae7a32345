// SPDX-License-Identifier: Apache-2.0
// Users, settings, the audit log. Sessions and credentials stand in their own files.
#include "catalog-api/accounts/accounts.h"

#include <algorithm>
#include <ctime>

#include "catalog-api/accounts/rows.h"
#include "catalog-api/accounts/schema.h"

namespace segue::accounts {
namespace {

constexpr std::int64_t kSetupSeconds = 24 * 3600;

// Would `name`, as anything but an active administrator, leave none?
Result<bool> is_last_admin(service::Database& database, std::int64_t row) {
  auto rows = database.query("SELECT 1 FROM user WHERE role = 'admin' AND disabled = 0 AND row <> ? LIMIT 1", row);
  if (!rows) return std::move(rows).error();
  return rows->empty();
}

}  // namespace

// Letters, digits and . - _ @: a name stands in addresses, logs and on command lines.
std::optional<Denied> check_name(std::string_view name) {
  constexpr std::size_t kMaxName = 64;
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' || c == '@';
  };
  if (!name.empty() && name.size() <= kMaxName && name.front() != '-' && std::all_of(name.begin(), name.end(), fits)) return std::nullopt;
  return Denied{Denial::invalid, "user: expected 1 to 64 of a-z A-Z 0-9 . - _ @, not starting with -", 0};
}

std::optional<Denied> check_password(std::string_view password) {
  if (password.size() >= kMinPassword && password.size() <= kMaxPassword) return std::nullopt;
  return Denied{Denial::invalid, "password: expected 8 to 200 bytes, found " + std::to_string(password.size()), 0};
}

bool is_role(std::string_view role) { return role == "admin" || role == "listener"; }

Result<Accounts> Accounts::open(const service::DatabasePlace& place) {
  auto keys = Keys::load(place.folder + "/accounts.key");
  if (!keys) return std::move(keys).error();
  Accounts accounts(place.database("accounts"), *keys);
  {
    auto database = accounts.pool_->borrow();
    if (!database) return std::move(database).error();
    if (auto made = (*database)->define(kSchema); !made) return std::move(made).error();
  }
  if (!place.server.empty())
    if (auto same = accounts.check_key(place.folder + "/accounts.key"); !same) return std::move(same).error();
  return accounts;
}

Result<bool> Accounts::keeps_digest(std::string_view name, std::string_view digest) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  if (auto kept = (*database)->run("INSERT INTO setting VALUES (?, ?) ON CONFLICT DO NOTHING", name, digest); !kept)
    return std::move(kept).error();
  auto rows = (*database)->query("SELECT value FROM setting WHERE name = ?", name);
  if (!rows) return std::move(rows).error();
  return !rows->empty() && rows->front()[0].text() == digest;
}

Result<std::vector<User>> Accounts::users_after(std::string_view after, std::uint32_t most) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(kUsers + std::string(" WHERE lower(u.name) > ? ORDER BY lower(u.name) LIMIT ?"), key_of(after),
                                 std::int64_t{most});
  if (!rows) return std::move(rows).error();
  std::vector<User> users;
  for (const auto& row : *rows) {
    auto user = with_view(**database, user_of(row));
    if (!user) return std::move(user).error();
    users.push_back(std::move(*user));
  }
  return users;
}

Result<std::optional<User>> Accounts::find(std::string_view name) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto user = find_user(**database, name);
  if (!user || !*user) return user;
  auto seeing = with_view(**database, std::move(**user));
  if (!seeing) return std::move(seeing).error();
  return std::optional(std::move(*seeing));
}

Result<Outcome<User>> Accounts::add(std::string_view name, std::string_view password, std::string_view role) {
  if (auto wrong = check_name(name)) return Outcome<User>(*wrong);
  if (auto wrong = check_password(password)) return Outcome<User>(*wrong);
  if (!is_role(role)) return Outcome<User>(Denied{Denial::invalid, "role: expected admin or listener", 0});
  auto hash = hash_password(password);
  if (!hash) return std::move(hash).error();
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  auto user = put_user(**database, name, *hash, role);
  if (!user || !user->value) return user;
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return user;
}

Result<Outcome<User>> Accounts::put_user(service::Database& database, std::string_view name, std::string_view hash, std::string_view role) {
  auto there = find_user(database, name);
  if (!there) return std::move(there).error();
  if (*there) return Outcome<User>(Denied{Denial::taken, "user: " + std::string(name) + " exists already", 0});
  if (auto made =
          database.run("INSERT INTO user (name, role, password, created) VALUES (?1, CASE WHEN EXISTS (SELECT 1 FROM user) THEN ?2 ELSE "
                       "'admin' END, ?3, ?4)",
                       name, role, hash, now());
      !made)
    return std::move(made).error();
  if (auto cleared = database.run("DELETE FROM setup"); !cleared) return std::move(cleared).error();
  auto user = find_user(database, name);
  if (!user) return std::move(user).error();
  return Outcome<User>(std::move(**user));
}

// Checked before anything is written, and written at once: what is refused changes nothing.
Result<Outcome<Done>> Accounts::change(std::string_view name, const UserChange& wanted) {
  if (wanted.role && !is_role(*wanted.role)) return Outcome<Done>(Denied{Denial::invalid, "role: expected admin or listener", 0});
  std::optional<std::string> hash;
  if (wanted.password) {
    if (auto wrong = check_password(*wanted.password)) return Outcome<Done>(*wrong);
    auto made = hash_password(*wanted.password);
    if (!made) return std::move(made).error();
    hash = std::move(*made);
  }
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  auto user = find_user(**database, name);
  if (!user) return std::move(user).error();
  if (!*user) return unknown_user(name);
  const std::int64_t row = (*user)->row;
  const bool is_out = wanted.disabled.value_or(false);
  if (is_out || (wanted.role && *wanted.role != "admin")) {
    auto last = is_last_admin(**database, row);
    if (!last) return std::move(last).error();
    if (*last) return Outcome<Done>(Denied{Denial::last_admin, "user: " + std::string(name) + " is the last administrator", 0});
  }
  const auto or_null = [](const auto& value) { return value ? service::Value(*value) : service::Value(); };
  if (auto set = (*database)->run(
          "UPDATE user SET role = coalesce(?, role), password = coalesce(?, password), disabled = coalesce(?, disabled) WHERE row = ?",
          or_null(wanted.role), or_null(hash), wanted.disabled ? service::Value(int{*wanted.disabled}) : service::Value(), row);
      !set)
    return std::move(set).error();
  if (is_out || hash)
    if (auto ended = end_sessions(**database, row); !ended) return std::move(ended).error();
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return Outcome<Done>(Done{});
}

Result<std::string> Accounts::make_setup_code() {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT 1 FROM user LIMIT 1");
  if (!rows) return std::move(rows).error();
  if (!rows->empty()) return std::string();
  std::string code = random_secret();
  if (auto kept = (*database)->run("INSERT INTO setup VALUES (?, ?)", hash_secret(code), now() + kSetupSeconds); !kept)
    return std::move(kept).error();
  return code;
}

Result<Outcome<User>> Accounts::set_up(std::string_view code, std::string_view name, std::string_view password) {
  {
    auto database = pool_->borrow();
    if (!database) return std::move(database).error();
    auto rows = (*database)->query("SELECT 1 FROM setup WHERE hash = ? AND expires > ? AND NOT EXISTS (SELECT 1 FROM user)",
                                   hash_secret(code), now());
    if (!rows) return std::move(rows).error();
    if (rows->empty()) return Outcome<User>(Denied{Denial::wrong, "code: not one that is open; `segue user setup` makes one", 0});
  }
  return add(name, password, "listener");  // the first is an administrator; who came with the same code at the same moment is not
}

Result<Guests> Accounts::guests() {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT value FROM setting WHERE name = 'guests'");
  if (!rows) return std::move(rows).error();
  auto seen = visible_libraries(**database, 0);
  if (!seen) return std::move(seen).error();
  return Guests{rows->empty() ? "loopback" : rows->front()[0].text(), *seen};
}

Result<Outcome<Done>> Accounts::set_guests(std::string_view who) {
  if (who != "loopback" && who != "all" && who != "none")
    return Outcome<Done>(Denied{Denial::invalid, "guests: expected loopback, all or none", 0});
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  if (auto set = (*database)->run("INSERT INTO setting VALUES ('guests', ?1) ON CONFLICT (name) DO UPDATE SET value = ?1", who); !set)
    return std::move(set).error();
  return Outcome<Done>(Done{});
}

Result<void> Accounts::note(std::string_view who, std::string_view what, std::string_view about, std::string_view address,
                            std::int64_t most) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto noted =
      (*database)->run("INSERT INTO audit (time, who, what, about, address) VALUES (?, ?, ?, ?, ?)", now(), who, what, about, address);
  if (noted) noted = (*database)->run("DELETE FROM audit WHERE row <= (SELECT max(row) FROM audit) - ?", most);
  if (!noted) return std::move(noted).error();
  return {};
}

Result<std::vector<AuditEntry>> Accounts::audit(std::size_t most, std::int64_t below) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query("SELECT time, who, what, about, address, row FROM audit WHERE row < ? ORDER BY row DESC LIMIT ?", below,
                                 static_cast<std::int64_t>(most));
  if (!rows) return std::move(rows).error();
  std::vector<AuditEntry> entries;
  for (const auto& row : *rows)
    entries.push_back({row[0].integer(), row[1].text(), row[2].text(), row[3].text(), row[4].text(), row[5].integer()});
  return entries;
}

}  // namespace segue::accounts
