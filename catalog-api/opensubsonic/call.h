// SPDX-License-Identifier: Apache-2.0
// One call of the protocol: its parameters (of the address and of a form body together), who calls, and what the methods work on.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "access/media_addresses.h"
#include "catalog-api/accounts/directory.h"
#include "catalog-api/covers/covers.h"
#include "catalog-api/library/read.h"
#include "catalog-api/listening/listening.h"
#include "catalog-api/opensubsonic/node.h"
#include "catalog-api/opensubsonic/shown_lists.h"
#include "catalog-api/opensubsonic/walks.h"
#include "catalog-api/playlists/lists.h"
#include "catalog-api/search/searcher.h"
#include "catalog-api/sharing/sharing.h"
#include "service/database_pool.h"
#include "service/http/message.h"

namespace segue::opensubsonic {

// Codes of the protocol.
enum Code : int {
  kGeneric = 0,
  kMissingParameter = 10,
  kWrongCredentials = 40,
  kTokenNotSupported = 41,
  kConflictingMechanisms = 43,
  kInvalidApiKey = 44,
  kNotAuthorized = 50,
  kNotFound = 70
};

struct Failure {
  int code = kGeneric;
  std::string message;
};

// A tree for the envelope, a response of its own (media), or why not.
using Reply = std::variant<Node, service::http::Response, Failure>;

struct Pieces {
  service::DatabasePool& library;
  search::Searcher& searcher;
  bool is_search_far;  // a call waits for another process
  accounts::Directory& accounts;
  listening::Listening& listening;
  playlists::Lists& lists;  // filled
  bool are_lists_far;       // as is_search_far
  sharing::Sharing& sharing;
  covers::Covers& covers;
  std::string store, public_url;
  std::function<void()> request_scan;
  std::function<bool()> is_scanning;
  access::MediaAddresses media{};
  Walks walks{};
  ShownLists shown{};
};

class Call {
 public:
  Call(const service::http::Request& request, service::http::Fields parameters, Pieces& pieces)
      : request_(request), parameters_(std::move(parameters)), pieces_(pieces) {}

  [[nodiscard]] std::optional<std::string> get(std::string_view name) const;  // the first of that name
  [[nodiscard]] std::string text(std::string_view name, std::string_view fallback = {}) const;
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  // Clamped to [least, most]; nonsense is `fallback`, as other servers take it.
  [[nodiscard]] std::int64_t number(std::string_view name, std::int64_t fallback, std::int64_t least, std::int64_t most) const;
  [[nodiscard]] bool truth(std::string_view name, bool fallback) const;
  // How the client calls itself; empty where it does not, or at a length that nobody keeps.
  [[nodiscard]] std::string client() const;
  // Whose device it is and which, as far as that can be told: a guess, and no proof of anything.
  [[nodiscard]] std::string device() const;

  [[nodiscard]] const service::http::Request& request() const noexcept { return request_; }
  [[nodiscard]] Pieces& pieces() const noexcept { return pieces_; }
  [[nodiscard]] const accounts::User& user() const noexcept { return user_; }
  void set_user(accounts::User user) { user_ = std::move(user); }
  // What the caller sees, narrowed to musicFolderId where the client says one; and the library through it.
  [[nodiscard]] library::View view() const;
  [[nodiscard]] library::Readers library() const { return {pieces_.library, view()}; }

 private:
  const service::http::Request& request_;
  service::http::Fields parameters_;
  Pieces& pieces_;
  accounts::User user_;
};

[[nodiscard]] Failure missing(std::string_view name);
[[nodiscard]] Failure not_found(std::string_view what);
[[nodiscard]] Failure broken(const Call& call, const Error& error);  // logged; the client hears only that
// The same of playlists; of what writes the client hears as well when nobody knows whether it was done.
[[nodiscard]] Failure broken_lists(const Call& call, const Error& error);

// Folders are numbered from 1 on: clients take 0 for none.
[[nodiscard]] inline std::int64_t folder_of(std::uint32_t library) { return std::int64_t{library} + 1; }

// "2024-05-03T10:20:30.000Z".
[[nodiscard]] std::string time_text(std::int64_t unix_seconds);

}  // namespace segue::opensubsonic
