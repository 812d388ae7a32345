// SPDX-License-Identifier: Apache-2.0
// Logging in, going on, and who shows a token.
#include <nlohmann/json.hpp>

#include "catalog-api/accounts/accounts.h"
#include "catalog-api/accounts/rows.h"
#include "catalog-api/accounts/throttle.h"

namespace segue::accounts {
namespace {

constexpr std::string_view kRefreshPrefix = "sgr_", kApiKeyPrefix = "sgk_";

std::string access_token(const Keys& keys, const User& user, const std::string& session) {
  return keys.sign_token(nlohmann::json{{"sub", user.name}, {"sid", session}, {"exp", now() + kAccessSeconds}}.dump());
}

// An unknown name takes as long as a wrong password: a clock tells nobody who exists.
bool verify_or_waste_time(const std::string& hash, std::string_view password) {
  static const std::string kNobody =
      hash_password("nobody has this one").has_value() ? *hash_password("nobody has this one") : std::string();
  return verify_password(hash.empty() ? kNobody : hash, password) && !hash.empty();
}

Scope scope_of(std::string_view name) { return name == "admin" ? Scope::admin : name == "write" ? Scope::write : Scope::read; }

}  // namespace

Result<Outcome<Session>> Accounts::log_in(std::string_view name, std::string_view password, const std::string& address) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  Throttle throttle(**database, key_of(name), address);
  auto wait = throttle.wait();
  if (!wait) return std::move(wait).error();
  if (*wait > 0)
    return Outcome<Session>(Denied{Denial::throttled, "too many failures; try again in " + std::to_string(*wait) + " s", *wait});
  auto rows = (*database)->query("SELECT u.row, u.name, u.role, u.disabled, u.created, u.password FROM user u WHERE lower(u.name) = ?",
                                 key_of(name));
  if (!rows) return std::move(rows).error();
  const bool right = verify_or_waste_time(rows->empty() ? std::string() : rows->front()[5].text(), password.substr(0, kMaxPassword + 1));
  if (!right || rows->front()[3].integer() != 0) {
    if (auto counted = throttle.failed(); !counted) return std::move(counted).error();
    return Outcome<Session>(Denied{Denial::wrong, "user or password is wrong", 0});
  }
  if (auto known = throttle.passed(rows->front()[0].integer()); !known) return std::move(known).error();
  if (auto old = (*database)->run("DELETE FROM session WHERE expires < ?", now()); !old) return std::move(old).error();
  const User user = user_of(rows->front());
  const std::string session = random_secret(), refresh_token = random_secret(kRefreshPrefix);
  if (auto made = (*database)->run("INSERT INTO session VALUES (?, ?, ?, ?, ?)", session, user.row, hash_secret(refresh_token), now(),
                                   now() + kRefreshSeconds);
      !made)
    return std::move(made).error();
  return Outcome<Session>(Session{access_token(keys_, user, session), refresh_token});
}

Result<Outcome<Session>> Accounts::refresh(std::string_view refresh_token) {
  const Denied wrong{Denial::wrong, "refresh_token: not one that is open; log in again", 0};
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(**database);
  if (!transaction) return std::move(transaction).error();
  const std::string hash = hash_secret(refresh_token);
  auto spent = (*database)->query("SELECT session FROM spent_refresh WHERE hash = ?", hash);
  if (!spent) return std::move(spent).error();
  if (!spent->empty()) {
    if (auto ended = (*database)->run("DELETE FROM session WHERE id = ?", spent->front()[0].text()); !ended)
      return std::move(ended).error();
    if (auto done = transaction->commit(); !done) return std::move(done).error();
    return Outcome<Session>(wrong);
  }
  auto rows = (*database)->query(
      "SELECT u.row, u.name, u.role, u.disabled, u.created, s.id FROM session s JOIN user u ON u.row = s.user WHERE s.refresh = ? AND "
      "s.expires > ? AND "
      "u.disabled = 0",
      hash, now());
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return Outcome<Session>(wrong);
  const std::string session = rows->front()[5].text(), next = random_secret(kRefreshPrefix);
  if (auto kept = (*database)->run("INSERT INTO spent_refresh VALUES (?, ?, ?)", hash, session, now() + kRefreshSeconds); !kept)
    return std::move(kept).error();
  if (auto old = (*database)->run("DELETE FROM spent_refresh WHERE expires < ?", now()); !old) return std::move(old).error();
  if (auto set =
          (*database)->run("UPDATE session SET refresh = ?, expires = ? WHERE id = ?", hash_secret(next), now() + kRefreshSeconds, session);
      !set)
    return std::move(set).error();
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return Outcome<Session>(Session{access_token(keys_, user_of(rows->front()), session), next});
}

Result<void> Accounts::log_out(const std::string& session) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto ended = (*database)->run("DELETE FROM session WHERE id = ?", session);
  if (!ended) return std::move(ended).error();
  return {};
}

// A token is checked against its session each time: what is revoked ends at once, not when the token runs out.
Result<std::optional<Identity>> Accounts::identify(std::string_view bearer) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  if (bearer.starts_with(kApiKeyPrefix)) {
    auto rows = (*database)->query(
        "SELECT u.row, u.name, u.role, u.disabled, u.created, c.scope, c.id, c.last_used FROM credential c JOIN user u ON u.row = c.user "
        "WHERE c.hash = ? AND "
        "c.kind = ? AND "
        "u.disabled = 0",
        hash_secret(bearer), static_cast<int>(CredentialKind::api_key));
    if (!rows) return std::move(rows).error();
    if (rows->empty()) return std::optional<Identity>();
    note_use(**database, rows->front()[6].text(), rows->front()[7].integer());
    auto user = with_view(**database, user_of(rows->front()));
    if (!user) return std::move(user).error();
    Identity identity{std::move(*user), scope_of(rows->front()[5].text()), {}};
    if (identity.user.role != "admin") identity.scope = std::min(identity.scope, Scope::write);
    return std::optional(std::move(identity));
  }
  const auto claims = keys_.open_token(bearer);
  if (!claims) return std::optional<Identity>();
  const auto json = nlohmann::json::parse(*claims, nullptr, false);
  if (!json.is_object() || json.value("exp", std::int64_t{0}) <= now()) return std::optional<Identity>();
  const std::string session = json.value("sid", "");
  auto rows = (*database)->query(
      "SELECT u.row, u.name, u.role, u.disabled, u.created FROM session s JOIN user u ON u.row = s.user WHERE s.id = ? AND u.disabled = 0",
      session);
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::optional<Identity>();
  auto user = with_view(**database, user_of(rows->front()));
  if (!user) return std::move(user).error();
  const Scope scope = user->role == "admin" ? Scope::admin : Scope::write;
  return std::optional(Identity{std::move(*user), scope, session});
}

}  // namespace segue::accounts
