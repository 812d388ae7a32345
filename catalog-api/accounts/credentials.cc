// SPDX-License-Identifier: Apache-2.0
// App passwords (read back for OpenSubsonic's token login) and API keys (only their hash is kept).
#include "catalog-api/accounts/accounts.h"
#include "catalog-api/accounts/rows.h"

namespace segue::accounts {
namespace {

constexpr std::size_t kMaxLabel = 100, kMaxCredentials = 100;  // of one user and kind

bool proves(const AppPasswordProof& proof, const std::string& password) {
  if (proof.kind == AppPasswordProof::Kind::clear) return equal_secrets(password, proof.shown);
  return equal_secrets(md5_hex(password + proof.salt), key_of(proof.shown));
}

}  // namespace

Result<Outcome<NewCredential>> Accounts::add_credential(std::string_view name, CredentialKind kind, std::string_view label,
                                                        std::string_view scope) {
  using Answer = Outcome<NewCredential>;
  if (label.size() > kMaxLabel) return Answer(Denied{Denial::invalid, "label: expected at most 100 bytes", 0});
  if (scope != "read" && scope != "write" && scope != "admin")
    return Answer(Denied{Denial::invalid, "scope: expected read, write or admin", 0});
  if (kind == CredentialKind::app_password && scope == "read")
    return Answer(Denied{Denial::invalid, "scope: an app password does all that its user may; an API key may be for reading only", 0});
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto user = find_user(**database, name);
  if (!user) return std::move(user).error();
  if (!*user) return Answer(unknown_user(name).denied);
  auto count = (*database)->query("SELECT count(*) FROM credential WHERE user = ? AND kind = ?", (*user)->row, static_cast<int>(kind));
  if (!count) return std::move(count).error();
  if (count->front()[0].integer() >= static_cast<std::int64_t>(kMaxCredentials))
    return Answer(Denied{Denial::invalid, "at most 100 of a kind; revoke one first", 0});
  const std::string secret = random_secret(kind == CredentialKind::api_key ? "sgk_" : "");
  const std::string sealed = kind == CredentialKind::app_password ? keys_.seal(secret) : std::string();
  Credential credential{random_secret().substr(0, 12), std::string(label), std::string(scope), now(), 0};
  if (auto made = (*database)->run(
          "INSERT INTO credential (id, user, kind, label, scope, hash, sealed, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", credential.id,
          (*user)->row, static_cast<int>(kind), label, scope, hash_secret(secret), sealed, credential.created);
      !made)
    return std::move(made).error();
  return Answer(NewCredential{std::move(credential), secret});
}

Result<std::vector<Credential>> Accounts::credentials(std::string_view name, CredentialKind kind) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(
      "SELECT c.id, c.label, c.scope, c.created, c.last_used FROM credential c JOIN user u ON u.row = c.user WHERE lower(u.name) = ? AND "
      "c.kind "
      "= ? ORDER BY c.created, c.id",
      key_of(name), static_cast<int>(kind));
  if (!rows) return std::move(rows).error();
  std::vector<Credential> out;
  for (const auto& row : *rows) out.push_back({row[0].text(), row[1].text(), row[2].text(), row[3].integer(), row[4].integer()});
  return out;
}

Result<Outcome<Done>> Accounts::revoke_credential(std::string_view name, CredentialKind kind, std::string_view id) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto gone = (*database)->run("DELETE FROM credential WHERE id = ? AND kind = ? AND user = (SELECT row FROM user WHERE lower(name) = ?)",
                               id, static_cast<int>(kind), key_of(name));
  if (!gone) return std::move(gone).error();
  if (*gone == 0) return Outcome<Done>(Denied{Denial::unknown, "no such id", 0});
  return Outcome<Done>(Done{});
}

// Nobody is slowed down here: app passwords are 160 random bits, guessing them is hopeless.
Result<Outcome<User>> Accounts::check_app_password(std::string_view name, const AppPasswordProof& proof) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(
      "SELECT u.row, u.name, u.role, u.disabled, u.created, c.sealed, c.id, c.last_used FROM credential c JOIN user u ON u.row = c.user "
      "WHERE lower(u.name) = ? AND c.kind = ? AND u.disabled = 0",
      key_of(name), static_cast<int>(CredentialKind::app_password));
  if (!rows) return std::move(rows).error();
  for (const auto& row : *rows) {
    const auto clear = keys_.open(row[5].text());
    if (!clear || !proves(proof, *clear)) continue;
    note_use(**database, row[6].text(), row[7].integer());
    auto user = with_view(**database, user_of(row));
    if (!user) return std::move(user).error();
    return Outcome<User>(std::move(*user));
  }
  return Outcome<User>(Denied{Denial::wrong, "Wrong username or password", 0});
}

Result<std::optional<User>> Accounts::check_api_key(std::string_view secret) {
  auto database = pool_->borrow();
  if (!database) return std::move(database).error();
  auto rows = (*database)->query(
      "SELECT u.row, u.name, u.role, u.disabled, u.created, c.kind, c.scope, c.id, c.last_used FROM credential c JOIN user u ON u.row = "
      "c.user WHERE c.hash = "
      "? "
      "AND c.scope <> 'read' AND u.disabled = 0",
      hash_secret(secret));
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return std::optional<User>();
  const auto& row = rows->front();
  note_use(**database, row[7].text(), row[8].integer());
  auto user = with_view(**database, user_of(row));
  if (!user) return std::move(user).error();
  // It sees what its user sees, and does no more than it was made for.
  if (row[5].integer() == static_cast<int>(CredentialKind::api_key) && row[6].text() != "admin") user->role = "listener";
  return std::optional(std::move(*user));
}

}  // namespace segue::accounts
