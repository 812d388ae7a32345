// SPDX-License-Identifier: Apache-2.0
// Directory's questions as they go to the process that has the accounts: each by its name, with the array of its arguments.
//   POST /internal/v1/accounts/find  ["ada"]   ->  200 {"answer":{"row":1,"name":"ada",…}}    503 {"error":"…/accounts.db: database is
//   locked"}
// Names and types stand here once, and both ends are made of them. What is read must be what would be written: of anything else (a role
// that nobody knows, a number that does not fit) nothing is taken. Members that this version does not know are passed over.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "catalog-api/accounts/directory.h"

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

namespace wire {

using nlohmann::json;

inline constexpr const char* kFolder = "/internal/v1/accounts/";

// A value as JSON. read() throws json::exception, which stays in the function below.
template <class T>
struct Form {
  static json write(const T& value) { return value; }
  static T read(const json& given) { return given.get<T>(); }
};
template <>
struct Form<Done> {
  static json write(Done) { return true; }
  static Done read(const json&) { return {}; }
};
template <class T>
struct Form<std::optional<T>> {
  static json write(const std::optional<T>& value) { return value ? Form<T>::write(*value) : json(); }
  static std::optional<T> read(const json& given) { return given.is_null() ? std::optional<T>() : Form<T>::read(given); }
};
template <class T>
struct Form<Outcome<T>> {
  static json write(const Outcome<T>& outcome) {
    return outcome.value ? json{{"value", Form<T>::write(*outcome.value)}} : json{{"denied", outcome.denied}};
  }
  static Outcome<T> read(const json& given) {
    if (given.contains("denied")) return given["denied"].template get<Denied>();
    return Form<T>::read(given.at("value"));
  }
};
template <class... T>
struct Form<std::tuple<T...>> {
  static json write(const std::tuple<T...>& values) {
    json all = json::array();
    std::apply([&](const T&... one) { (all.push_back(Form<T>::write(one)), ...); }, values);
    return all;
  }
  static std::tuple<T...> read(const json& given) { return read(given, std::index_sequence_for<T...>()); }

 private:
  template <std::size_t... I>
  static std::tuple<T...> read(const json& given, std::index_sequence<I...>) {
    return {Form<T>::read(given.at(I))...};
  }
};

// Has `given` all that `written` has?
inline bool holds(const json& given, const json& written) {
  if (written.is_object()) {
    for (const auto& [name, member] : written.items())
      if (!given.is_object() || !given.contains(name) || !holds(given[name], member)) return false;
    return true;
  }
  if (written.is_number()) return given.dump() == written.dump();  // == takes 2^63 and -2^63 for one
  if (!written.is_array()) return given == written;
  if (!given.is_array() || given.size() != written.size()) return false;
  for (std::size_t i = 0; i < written.size(); ++i)
    if (!holds(given[i], written[i])) return false;
  return true;
}

template <class T>
std::string write(const T& value) {
  return Form<T>::write(value).dump(-1, ' ', false, json::error_handler_t::replace);
}
// No value here has a fraction, and one that is too large for what it is read as is undefined behaviour.
inline bool is_whole(const json& given) {
  std::vector<const json*> left{&given};
  while (!left.empty()) {
    const json& one = *left.back();
    left.pop_back();
    if (one.is_number_float()) return false;
    if (!one.is_structured()) continue;
    for (const json& member : one) left.push_back(&member);
  }
  return true;
}

template <class T>
std::optional<T> read(const json& given) {
  if (!is_whole(given)) return std::nullopt;
  try {
    T value = Form<T>::read(given);
    if (holds(given, Form<T>::write(value))) return value;
  } catch (const json::exception&) {  // something is missing, or of another type
  }
  return std::nullopt;
}

template <class T>
struct InAnswer {  // what stands in a Result
  using Type = typename T::value_type;
};
template <>
struct InAnswer<Result<void>> {
  using Type = Done;
};

// One of Directory's functions. `is_repeatable`: asked twice is as asked once.
template <class Answer, class... Arguments>
struct Question {
  using Value = typename InAnswer<Answer>::Type;
  template <class T>
  using Kept = std::conditional_t<std::is_same_v<T, std::string_view>, std::string, std::remove_cvref_t<T>>;
  using Values = std::tuple<Kept<Arguments>...>;

  const char* name;
  Answer (Directory::*call)(Arguments...);
  bool is_repeatable = true;
};
template <class Answer, class... Arguments>
Question(const char*, Answer (Directory::*)(Arguments...)) -> Question<Answer, Arguments...>;
template <class Answer, class... Arguments>
Question(const char*, Answer (Directory::*)(Arguments...), bool) -> Question<Answer, Arguments...>;

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

}  // namespace wire
}  // namespace segue::accounts
