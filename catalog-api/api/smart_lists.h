// SPDX-License-Identifier: Apache-2.0
// A smart list's tracks: its rules asked of the library, and of what the list's owner listened to (through listening's own interface; no
// service reads another's database). Answers are kept for a moment, since a list is read by page, player and search at once. Any thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "catalog-api/accounts/directory.h"
#include "catalog-api/api/library_tracks.h"
#include "catalog-api/library/view.h"
#include "catalog-api/listening/listening.h"
#include "service/database_pool.h"

namespace segue::api {

class SmartLists {
 public:
  SmartLists(service::DatabasePool& library, listening::Listening& listening, accounts::Directory& accounts)
      : library_(library), listening_(listening), accounts_(accounts) {}

  // What the rules choose now, in order.
  [[nodiscard]] Result<std::vector<std::string>> tracks(const SmartList& list);

 private:
  struct Kept {
    std::string hash;        // of the list's revision
    std::uint32_t seen = 0;  // by its owner
    std::int64_t library = 0, until = 0;
    std::vector<std::string> tracks;
  };
  [[nodiscard]] Result<std::vector<std::string>> ask(library::Reader& reader, const SmartList& list,
                                                     const std::optional<accounts::User>& owner);
  [[nodiscard]] Result<void> bring_marks(service::Database& database, const std::optional<accounts::User>& owner);

  service::DatabasePool& library_;
  listening::Listening& listening_;
  accounts::Directory& accounts_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

}  // namespace segue::api
