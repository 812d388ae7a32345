// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/remote_directory.h"

#include "catalog-api/accounts/directory_wire.h"

namespace segue::accounts {
namespace {

// 32 libraries of 50 rules and 100,000 users to whom they were given are 7 MB; everything else is some hundred KB at most.
constexpr std::uint64_t kMostBytes = 16 * 1024 * 1024;

}  // namespace

RemoteDirectory::RemoteDirectory(service::http::ServerName server, const service::http::InternalKey& key)
    : asking_("accounts", wire::kFolder, std::move(server), key, kMostBytes) {}

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
Answer RemoteDirectory::ask(const service::http::Question<Directory, Answer, Arguments...>& question,
                            const std::type_identity_t<Arguments>&... arguments) {
  if (auto checked = check_what_is_left(); !checked) return std::move(checked).error();
  return asking_.ask(question, arguments...);
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
  return ask(wire::kAddLibrary, library, in_use);
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
  return asking_.ask(wire::kKeepsDigest, name, digest);
}

}  // namespace segue::accounts
