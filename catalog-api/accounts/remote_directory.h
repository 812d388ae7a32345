// SPDX-License-Identifier: Apache-2.0
// Accounts of another process: each question goes there. An Error: nothing answers there, or not in time, or not as accounts do; of what
// would change something it says so where that may have been done (service/outcome.h): not, where nobody listens.
#pragma once

#include <atomic>

#include "catalog-api/accounts/directory.h"
#include "service/http/question.h"

namespace segue::accounts {

class RemoteDirectory final : public Directory {
 public:
  RemoteDirectory(service::http::ServerName server, const service::http::InternalKey& key);

  Result<std::optional<Identity>> identify(std::string_view bearer) override;
  Result<Outcome<User>> check_app_password(std::string_view name, const AppPasswordProof& proof) override;
  Result<std::optional<User>> check_api_key(std::string_view secret) override;
  [[nodiscard]] Result<Guests> guests() override;
  [[nodiscard]] Result<std::optional<User>> find(std::string_view name) override;
  [[nodiscard]] Result<std::vector<User>> users_after(std::string_view after, std::uint32_t most) override;
  [[nodiscard]] Result<std::vector<MusicLibrary>> libraries() override;
  Result<Outcome<MusicLibrary>> add_library(MusicLibrary library, std::uint32_t in_use) override;
  Result<Outcome<Done>> change_library(const MusicLibrary& library) override;
  Result<Outcome<Done>> remove_library(std::uint32_t number) override;
  Result<Outcome<Done>> give_library(std::uint32_t number, std::string_view user, bool given) override;
  Result<void> note(std::string_view who, std::string_view what, std::string_view about, std::string_view address) override;
  Result<bool> keeps_digest(std::string_view name, std::string_view digest) override;
  // Accounts that do not answer now say so later: whoever starts before them is not let down. Until they have, nothing is asked but that,
  // so nobody is let in by a node with another key.
  [[nodiscard]] Result<void> check_key(const std::string& path) override;

 private:
  [[nodiscard]] Result<void> check_what_is_left();
  template <class Answer, class... Arguments>
  Answer ask(const service::http::Question<Directory, Answer, Arguments...>& question, const std::type_identity_t<Arguments>&... arguments);
  service::http::Asking asking_;
  std::string key_path_;  // set at the start, by one thread
  std::atomic<bool> is_key_left_ = false;
};

}  // namespace segue::accounts
