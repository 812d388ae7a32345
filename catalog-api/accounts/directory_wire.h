// SPDX-License-Identifier: Apache-2.0
// Directory's questions as they go to the process that has the accounts (service/http/question.h).
#pragma once

#include <nlohmann/json.hpp>

#include "catalog-api/accounts/directory.h"
#include "service/http/question.h"
#include "service/http/wire.h"

namespace segue::accounts {

NLOHMANN_JSON_SERIALIZE_ENUM(Scope, {{Scope::read, "read"}, {Scope::write, "write"}, {Scope::admin, "admin"}})
NLOHMANN_JSON_SERIALIZE_ENUM(AppPasswordProof::Kind, {{AppPasswordProof::Kind::clear, "clear"}, {AppPasswordProof::Kind::token, "token"}})
NLOHMANN_JSON_SERIALIZE_ENUM(Denial, {{Denial::wrong, "wrong"},
                                      {Denial::disabled, "disabled"},
                                      {Denial::throttled, "throttled"},
                                      {Denial::taken, "taken"},
                                      {Denial::invalid, "invalid"},
                                      {Denial::unknown, "unknown"},
                                      {Denial::last_admin, "last_admin"}})
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(User, row, name, role, is_disabled, created, libraries)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Identity, user, scope, session)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(AppPasswordProof, kind, shown, salt)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Guests, who, libraries)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Denied, why, detail, retry_after)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(LibraryRule, tag, value)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(MusicLibrary, number, name, is_open, rules, users)

}  // namespace segue::accounts

namespace segue::service::wire {

template <>
struct Form<accounts::Done> {
  static json write(accounts::Done) { return true; }
  static accounts::Done read(const json&) { return {}; }
};
template <class T>
struct Form<accounts::Outcome<T>> {
  static json write(const accounts::Outcome<T>& outcome) {
    return outcome.value ? json{{"value", Form<T>::write(*outcome.value)}} : json{{"denied", outcome.denied}};
  }
  static accounts::Outcome<T> read(const json& given) {
    if (given.contains("denied")) return given["denied"].template get<accounts::Denied>();
    return Form<T>::read(given.at("value"));
  }
};

}  // namespace segue::service::wire

namespace segue::accounts::wire {

using namespace service::wire;
using service::http::Question;

inline constexpr const char* kFolder = "/internal/v1/accounts/";

inline constexpr Question kIdentify{"identify", &Directory::identify};
inline constexpr Question kCheckAppPassword{"check-app-password", &Directory::check_app_password};
inline constexpr Question kCheckApiKey{"check-api-key", &Directory::check_api_key};
inline constexpr Question kGuests{"guests", &Directory::guests};
inline constexpr Question kFind{"find", &Directory::find};
inline constexpr Question kUsersAfter{"users-after", &Directory::users_after};
inline constexpr Question kLibraries{"libraries", &Directory::libraries};
inline constexpr Question kAddLibrary{"add-library", &Directory::add_library, false};
inline constexpr Question kChangeLibrary{"change-library", &Directory::change_library, false};
inline constexpr Question kRemoveLibrary{"remove-library", &Directory::remove_library, false};
inline constexpr Question kGiveLibrary{"give-library", &Directory::give_library, false};
inline constexpr Question kNote{"note", &Directory::note, false};
inline constexpr Question kKeepsDigest{"keeps-digest", &Directory::keeps_digest};

}  // namespace segue::accounts::wire
