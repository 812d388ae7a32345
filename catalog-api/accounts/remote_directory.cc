// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/remote_directory.h"

#include "catalog-api/accounts/directory_wire.h"
#include "service/outcome.h"

namespace segue::accounts {
namespace {

using service::http::Answer;
using wire::json;

// 32 libraries of 50 rules and 100,000 users to whom they were given are 7 MB; everything else is some hundred KB at most.
constexpr std::uint64_t kMostBytes = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds kPatience{2000};  // each answer is a look-up or a small write

// The value of an answer; else why there is none, and, where they may have done what was asked, `unknown`. What accounts themselves say
// went wrong is said on as it is.
Result<json> value_in(const Answer& answer, const std::string& where, const std::string& unknown) {
  if (answer.status == 403) return Error{where + "refuses our internal key"};
  json given = json::parse(answer.body, nullptr, false);
  const auto has = [&](const char* name) { return given.is_object() && given.contains(name); };
  if (answer.status == 503 && has("error") && given["error"].is_string()) return Error{given["error"].get<std::string>()};
  if (answer.status != 200 || !has("answer"))
    return Error{where + R"(expected 200 {"answer":…}, found )" + std::to_string(answer.status) + " and " +
                 std::to_string(answer.body.size()) + " bytes" + unknown};
  return std::move(given["answer"]);
}

}  // namespace

RemoteDirectory::RemoteDirectory(service::http::ServerName server, const service::http::InternalKey& key)
    : client_(std::move(server), {{service::http::kInternalKeyField, key.text()}}) {}

Result<void> RemoteDirectory::check_key(const std::string& path) {
  auto is_theirs = is_shared(path);
  if (is_theirs) return *is_theirs ? Result<void>() : not_shared(path);
  key_path_ = path;
  is_key_left_ = true;
  return {};
}

Result<void> RemoteDirectory::check_what_is_left() {
  if (!is_key_left_) return {};
  if (auto same = Directory::check_key(key_path_); !same) return same;
  is_key_left_ = false;
  return {};
}

template <class Answer, class... Arguments>
Answer RemoteDirectory::ask(const wire::Question<Answer, Arguments...>& question, std::type_identity_t<Arguments>... arguments) {
  if (auto checked = check_what_is_left(); !checked) return std::move(checked).error();
  return send(question, std::move(arguments)...);
}

template <class Answer, class... Arguments>
Answer RemoteDirectory::send(const wire::Question<Answer, Arguments...>& question, std::type_identity_t<Arguments>... arguments) {
  using Asked = wire::Question<Answer, Arguments...>;
  auto answer = client_.ask({.method = service::http::Method::post,
                             .target = std::string(wire::kFolder) + question.name,
                             .body = wire::write(typename Asked::Values{arguments...}),
                             .is_repeatable = question.is_repeatable,
                             .patience = kPatience,
                             .most_bytes = kMostBytes});
  const std::string where = "accounts: " + client_.server().text() + ' ' + question.name + ": ";
  const std::string unknown = question.is_repeatable ? "" : "; " + std::string(service::kUnknownOutcome);
  if (!answer) return Error{"accounts: " + answer.error().message};
  auto value = value_in(*answer, where, unknown);
  if (!value) return std::move(value).error();
  auto taken = wire::read<typename Asked::Value>(*value);
  if (!taken) return Error{where + "expected an answer of its type, found another" + unknown};
  if constexpr (std::is_same_v<Answer, Result<void>>)
    return {};
  else
    return std::move(*taken);
}

Result<std::optional<Identity>> RemoteDirectory::identify(std::string_view bearer) { return ask(wire::kIdentify, bearer); }
Result<Outcome<User>> RemoteDirectory::check_app_password(std::string_view name, const AppPasswordProof& proof) {
  return ask(wire::kCheckAppPassword, name, proof);
}
Result<std::optional<User>> RemoteDirectory::check_api_key(std::string_view secret) { return ask(wire::kCheckApiKey, secret); }
Result<Guests> RemoteDirectory::guests() { return ask(wire::kGuests); }
Result<std::optional<User>> RemoteDirectory::find(std::string_view name) { return ask(wire::kFind, name); }
Result<std::vector<User>> RemoteDirectory::users_after(std::string_view after, std::uint32_t most) {
  return ask(wire::kUsersAfter, after, most);
}
Result<std::vector<MusicLibrary>> RemoteDirectory::libraries() { return ask(wire::kLibraries); }
Result<Outcome<MusicLibrary>> RemoteDirectory::add_library(MusicLibrary library, std::uint32_t in_use) {
  return ask(wire::kAddLibrary, std::move(library), in_use);
}
Result<Outcome<Done>> RemoteDirectory::change_library(const MusicLibrary& library) { return ask(wire::kChangeLibrary, library); }
Result<Outcome<Done>> RemoteDirectory::remove_library(std::uint32_t number) { return ask(wire::kRemoveLibrary, number); }
Result<Outcome<Done>> RemoteDirectory::give_library(std::uint32_t number, std::string_view user, bool given) {
  return ask(wire::kGiveLibrary, number, user, given);
}
Result<void> RemoteDirectory::note(std::string_view who, std::string_view what, std::string_view about, std::string_view address) {
  return ask(wire::kNote, who, what, about, address);
}
Result<bool> RemoteDirectory::keeps_digest(std::string_view name, std::string_view digest) {
  return send(wire::kKeepsDigest, name, digest);
}

}  // namespace segue::accounts
