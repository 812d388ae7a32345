// SPDX-License-Identifier: Apache-2.0
// Who there is, and how each proves it: a login password (argon2id), sessions (short access token, rotating refresh), app passwords for
// clients that need the clear text, API keys. The first user is the administrator; nobody has a default password.
// Every function may be called from any thread and from several processes (the command line works beside the service).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/accounts/directory.h"
#include "catalog-api/accounts/secrets.h"
#include "media/result.h"
#include "service/database_place.h"
#include "service/database_pool.h"

namespace segue::accounts {

inline constexpr std::size_t kMinPassword = 8, kMaxPassword = 200;
inline constexpr std::int64_t kAccessSeconds = 900, kRefreshSeconds = 60LL * 24 * 3600;

struct UserChange {  // what is nullopt stays
  std::optional<std::string_view> role = {}, password = {};
  std::optional<bool> disabled = {};
};

struct Session {
  std::string access_token, refresh_token;
};

struct Credential {  // an app password or an API key, without its secret
  std::string id, label, scope;
  std::int64_t created = 0, last_used = 0;  // 0: never
};

struct NewCredential {
  Credential credential;
  std::string secret;  // told once
};

struct Invitation {  // without its code
  std::string id, role, made_by;
  std::int64_t created = 0, expires = 0;
};

struct NewInvitation {
  Invitation invitation;
  std::string code;  // told once
};

enum class CredentialKind : std::uint8_t { app_password, api_key };

struct AuditEntry {
  std::int64_t time = 0;
  std::string who, what, about, address;
  std::int64_t row = 0;  // rises
};

inline constexpr std::int64_t kMostAuditEntries = 100'000;

// The functions of Directory are told there.
class Accounts final : public Directory {
 public:
  // The database and <folder>/accounts.key, made when missing. On a server the key must be the other nodes'.
  static Result<Accounts> open(const service::DatabasePlace& place);
  Result<bool> keeps_digest(std::string_view name, std::string_view digest) override;

  [[nodiscard]] Result<std::vector<User>> users_after(std::string_view after, std::uint32_t most) override;
  [[nodiscard]] Result<std::optional<User>> find(std::string_view name) override;
  // The first one becomes the administrator whatever `role` says.
  Result<Outcome<User>> add(std::string_view name, std::string_view password, std::string_view role);
  // All of it or none. Disabling and a new password end sessions at once.
  Result<Outcome<Done>> change(std::string_view name, const UserChange& wanted);
  Result<Outcome<Done>> set_disabled(std::string_view name, bool disabled) { return change(name, {.disabled = disabled}); }
  Result<Outcome<Done>> set_role(std::string_view name, std::string_view role) { return change(name, {.role = role}); }
  Result<Outcome<Done>> set_password(std::string_view name, std::string_view password) { return change(name, {.password = password}); }

  // One code that makes the first administrator, valid for a day; empty when there is a user already.
  [[nodiscard]] Result<std::string> make_setup_code();
  Result<Outcome<User>> set_up(std::string_view code, std::string_view name, std::string_view password);

  // A code with which one stranger makes an account of that role, within a week. `by`: the administrator.
  Result<Outcome<NewInvitation>> invite(std::string_view by, std::string_view role);
  [[nodiscard]] Result<std::vector<Invitation>> invitations();  // that are open
  Result<Outcome<Done>> withdraw_invitation(std::string_view id);
  // What is wrong with the name or the password spends no code.
  Result<Outcome<User>> sign_up(std::string_view code, std::string_view name, std::string_view password);

  Result<Outcome<Session>> log_in(std::string_view name, std::string_view password, const std::string& address);
  // The old refresh token is worth nothing afterwards; who shows it again ends the session, for it was stolen.
  Result<Outcome<Session>> refresh(std::string_view refresh_token);
  Result<void> log_out(const std::string& session);
  Result<std::optional<Identity>> identify(std::string_view bearer) override;

  Result<Outcome<NewCredential>> add_credential(std::string_view user, CredentialKind kind, std::string_view label, std::string_view scope);
  [[nodiscard]] Result<std::vector<Credential>> credentials(std::string_view user, CredentialKind kind);
  Result<Outcome<Done>> revoke_credential(std::string_view user, CredentialKind kind, std::string_view id);

  Result<Outcome<User>> check_app_password(std::string_view name, const AppPasswordProof& proof) override;
  Result<std::optional<User>> check_api_key(std::string_view secret) override;

  [[nodiscard]] Result<Guests> guests() override;
  Result<Outcome<Done>> set_guests(std::string_view who);

  [[nodiscard]] Result<std::vector<MusicLibrary>> libraries() override;
  Result<Outcome<MusicLibrary>> add_library(MusicLibrary library, std::uint32_t in_use) override;
  Result<Outcome<Done>> change_library(const MusicLibrary& library) override;
  Result<Outcome<Done>> remove_library(std::uint32_t number) override;
  Result<Outcome<Done>> give_library(std::uint32_t number, std::string_view user, bool given) override;

  Result<void> note(std::string_view who, std::string_view what, std::string_view about, std::string_view address) override {
    return note(who, what, about, address, kMostAuditEntries);
  }
  // `most`: entries that are kept, the newest; some of them anybody can make, by failing to log in.
  Result<void> note(std::string_view who, std::string_view what, std::string_view about, std::string_view address, std::int64_t most);
  // The newest first, of those below a row.
  [[nodiscard]] Result<std::vector<AuditEntry>> audit(std::size_t most, std::int64_t below = INT64_MAX);

 private:
  // A user's row, in a transaction that is open; `hash`: of the password.
  static Result<Outcome<User>> put_user(service::Database& database, std::string_view name, std::string_view hash, std::string_view role);
  Accounts(std::string path, Keys keys) : pool_(std::make_unique<service::DatabasePool>(std::move(path))), keys_(keys) {}
  std::unique_ptr<service::DatabasePool> pool_;
  Keys keys_;
};

}  // namespace segue::accounts
