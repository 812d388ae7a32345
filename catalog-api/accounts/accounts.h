// SPDX-License-Identifier: Apache-2.0
// Who there is, and how each proves it: a login password (argon2id), sessions (short access token, rotating refresh), app passwords for
// clients that need the clear text, API keys. The first user is the administrator; nobody has a default password.
// Every function may be called from any thread and from several processes (the command line works beside the service).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/accounts/libraries.h"
#include "catalog-api/accounts/secrets.h"
#include "media/result.h"
#include "service/database_place.h"
#include "service/database_pool.h"

namespace segue::accounts {

inline constexpr std::size_t kMinPassword = 8, kMaxPassword = 200;
inline constexpr std::int64_t kAccessSeconds = 900, kRefreshSeconds = 60LL * 24 * 3600;

struct User {
  std::int64_t row = 0;
  std::string name;
  std::string role;  // "admin", "listener"
  bool is_disabled = false;
  std::int64_t created = 0;
  std::uint32_t libraries = 0;  // that they see, a bit each; told by find() and by whatever lets them in
};

struct UserChange {  // what is nullopt stays
  std::optional<std::string_view> role = {}, password = {};
  std::optional<bool> disabled = {};
};

enum class Scope : std::uint8_t { read, write, admin };  // each holds those before it

struct Identity {
  User user;
  Scope scope = Scope::read;  // what this way of proving oneself allows; an admin's session: admin
  std::string session;        // of an access token; empty: another way
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
};

// Why something was not done, for a caller who tells a person.
enum class Denial : std::uint8_t {
  wrong,      // name, password, token or code; which one is not told
  disabled,   // known, but may not
  throttled,  // too many failures: later
  taken,      // a user of that name is there
  invalid,    // a name or password that may not be
  unknown,    // no such user or credential
  last_admin  // somebody must stay
};
struct Denied {
  Denial why;
  std::string detail;
  std::int64_t retry_after = 0;  // seconds; throttled only
};
template <class T>
struct Outcome {  // a value, or why not; errors of the database stand around it in a Result
  std::optional<T> value;
  Denied denied{Denial::wrong, {}, 0};
  Outcome(T of) : value(std::move(of)) {}
  Outcome(Denied why) : denied(std::move(why)) {}
};
struct Done {};

inline constexpr std::int64_t kMostAuditEntries = 100'000;

class Accounts {
 public:
  // The database and <folder>/accounts.key, made when missing. On a server the key must be the other nodes'.
  static Result<Accounts> open(const service::DatabasePlace& place);
  // A secret file that all nodes on one database must share. Error: another node has another one.
  [[nodiscard]] Result<void> check_key(const std::string& path);

  [[nodiscard]] Result<std::vector<User>> users();
  [[nodiscard]] Result<std::optional<User>> find(std::string_view name);
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
  // An access token or an API key. nullopt: neither, or not any more.
  Result<std::optional<Identity>> identify(std::string_view bearer);

  Result<Outcome<NewCredential>> add_credential(std::string_view user, CredentialKind kind, std::string_view label, std::string_view scope);
  [[nodiscard]] Result<std::vector<Credential>> credentials(std::string_view user, CredentialKind kind);
  Result<Outcome<Done>> revoke_credential(std::string_view user, CredentialKind kind, std::string_view id);

  // OpenSubsonic: does `proves` hold for one of the user's app passwords (clear text)?
  Result<Outcome<User>> check_app_password(std::string_view name, const std::function<bool(const std::string&)>& proves);
  // The same by the app password alone, or an API key.
  Result<std::optional<User>> check_api_key(std::string_view secret);

  // "loopback", "all", "none": who may look at the library without an account.
  [[nodiscard]] Result<std::string> guests();
  Result<Outcome<Done>> set_guests(std::string_view who);

  [[nodiscard]] Result<std::vector<MusicLibrary>> libraries();
  // `in_use`: numbers, a bit each, that things are still sorted by; the new library gets another one.
  Result<Outcome<MusicLibrary>> add_library(MusicLibrary library, std::uint32_t in_use);
  Result<Outcome<Done>> change_library(const MusicLibrary& library);  // name, is_open, rules
  Result<Outcome<Done>> remove_library(std::uint32_t number);         // what is in it goes to number 0
  Result<Outcome<Done>> give_library(std::uint32_t number, std::string_view user, bool given);
  [[nodiscard]] Result<std::uint32_t> guests_see();  // a bit a library

  // `most`: entries that are kept, the newest; some of them anybody can make, by failing to log in.
  Result<void> note(std::string_view who, std::string_view what, std::string_view about, std::string_view address,
                    std::int64_t most = kMostAuditEntries);
  [[nodiscard]] Result<std::vector<AuditEntry>> audit(std::size_t most);

 private:
  // A user's row, in a transaction that is open; `hash`: of the password.
  static Result<Outcome<User>> put_user(service::Database& database, std::string_view name, std::string_view hash, std::string_view role);
  Accounts(std::string path, Keys keys) : pool_(std::make_unique<service::DatabasePool>(std::move(path))), keys_(keys) {}
  std::unique_ptr<service::DatabasePool> pool_;
  Keys keys_;
};

}  // namespace segue::accounts
