// SPDX-License-Identifier: Apache-2.0
// What the rest of the catalog asks of accounts: who is this, what do they see, which libraries are there. Two forms of it exist: Accounts
// (its database is here) and RemoteDirectory (another process has it). Nothing is kept between two questions, so that what was revoked is
// refused by the next one, wherever that is asked.
// Every function may be called from any thread. An Error: accounts do not answer, nobody may be let in, and nothing is known to be done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/accounts/libraries.h"
#include "media/result.h"

namespace segue::accounts {

struct User {
  std::int64_t row = 0;
  std::string name;
  std::string role;  // "admin", "listener"
  bool is_disabled = false;
  std::int64_t created = 0;
  std::uint32_t libraries = 0;  // that they see, a bit each; told by find() and by whatever lets them in
};

enum class Scope : std::uint8_t { read, write, admin };  // each holds those before it

struct Identity {
  User user;
  Scope scope = Scope::read;  // what this way of proving oneself allows; an admin's session: admin
  std::string session;        // of an access token; empty: another way
};

// What a client of OpenSubsonic shows to prove that it has an app password. The password itself never leaves accounts.
struct AppPasswordProof {
  enum class Kind : std::uint8_t { clear, token };
  Kind kind = Kind::clear;
  std::string shown;  // clear: the password; token: the MD5 of it and the salt, in hex of any case
  std::string salt;   // token only
};

// Who may look at the library without an account: "loopback", "all" or "none"; and which libraries they see, a bit each.
struct Guests {
  std::string who;
  std::uint32_t libraries = 0;
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
  Denial why = Denial::wrong;
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

class Directory {
 public:
  virtual ~Directory() = default;

  // An access token or an API key. nullopt: neither, or not any more.
  virtual Result<std::optional<Identity>> identify(std::string_view bearer) = 0;
  // OpenSubsonic: does the proof hold for one of the user's app passwords?
  virtual Result<Outcome<User>> check_app_password(std::string_view name, const AppPasswordProof& proof) = 0;
  // The same by the app password alone, or an API key.
  virtual Result<std::optional<User>> check_api_key(std::string_view secret) = 0;
  [[nodiscard]] virtual Result<Guests> guests() = 0;

  [[nodiscard]] virtual Result<std::optional<User>> find(std::string_view name) = 0;
  // Those that follow `after` in the order of names without regard to case, at most `most`.
  [[nodiscard]] virtual Result<std::vector<User>> users_after(std::string_view after, std::uint32_t most) = 0;
  [[nodiscard]] Result<std::vector<User>> users();  // all

  [[nodiscard]] virtual Result<std::vector<MusicLibrary>> libraries() = 0;
  // `in_use`: numbers, a bit each, that things are still sorted by; the new library gets another one.
  virtual Result<Outcome<MusicLibrary>> add_library(MusicLibrary library, std::uint32_t in_use) = 0;
  virtual Result<Outcome<Done>> change_library(const MusicLibrary& library) = 0;  // name, is_open, rules
  virtual Result<Outcome<Done>> remove_library(std::uint32_t number) = 0;         // what is in it goes to number 0
  virtual Result<Outcome<Done>> give_library(std::uint32_t number, std::string_view user, bool given) = 0;

  // Into the audit log.
  virtual Result<void> note(std::string_view who, std::string_view what, std::string_view about, std::string_view address) = 0;

  // Is `digest` what was kept under `name` by whoever came first?
  virtual Result<bool> keeps_digest(std::string_view name, std::string_view digest) = 0;
  // A secret file that all nodes on one database must share. Error: another node has another one, or accounts do not say.
  [[nodiscard]] virtual Result<void> check_key(const std::string& path);

 protected:
  // Whether it is theirs; and what to say when it is not.
  [[nodiscard]] Result<bool> is_shared(const std::string& path);
  [[nodiscard]] static Error not_shared(const std::string& path);
};

}  // namespace segue::accounts
