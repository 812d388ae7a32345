// SPDX-License-Identifier: Apache-2.0
// Playlists as logs: each revision is one operation, named "n-hash", where the hash is of everything up to it. A list is its last snapshot
// and the operations since. Nothing is ever overwritten: history, undo and restore are reading the log. playlists.sqlite3; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "catalog-api/playlists/operations.h"
#include "media/result.h"
#include "service/database_pool.h"

namespace segue::playlists {

enum class Role : std::uint8_t { none, viewer, editor, owner };

struct Playlist {
  std::string id, owner;  // owner: a user's name
  std::int64_t created = 0, changed = 0;
  std::int64_t number = 0;  // of the revision
  std::string hash;
  List list;

  [[nodiscard]] std::string revision() const { return std::to_string(number) + "-" + hash; }
};

struct Logged {  // one line of the history
  std::int64_t number = 0, time = 0;
  std::string hash, author, operation;  // operation: JSON
  [[nodiscard]] std::string revision() const { return std::to_string(number) + "-" + hash; }
};

enum class Problem : std::uint8_t { unknown, forbidden, stale, invalid };
struct Refusal {
  Problem why = Problem::unknown;
  std::string detail;
};

struct Edit {
  std::vector<Operation> operations;
  std::string base;        // the revision that the author saw; empty: whatever is newest
  bool is_strict = false;  // refuse instead of rebasing when others were faster
};

struct Edited {
  Playlist now;
  std::vector<Logged> missed;  // what others did between base and this edit
};

template <class T>
using Answer = std::variant<T, Refusal>;

class Playlists {
 public:
  static Result<Playlists> open(const std::string& folder);

  // `user` is a name. Lists that user may see: own, shared with, followed ones.
  [[nodiscard]] Result<std::vector<Playlist>> visible(const std::string& user);
  [[nodiscard]] Result<Answer<Playlist>> get(const std::string& user, const std::string& id);
  // As it was at a revision.
  [[nodiscard]] Result<Answer<Playlist>> get_at(const std::string& user, const std::string& id, const std::string& revision);
  [[nodiscard]] Result<Answer<std::vector<Logged>>> history(const std::string& user, const std::string& id, std::int64_t below,
                                                            std::int64_t most);

  Result<Answer<Playlist>> create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks);
  // All operations or none, in one transaction.
  Result<Answer<Edited>> edit(const std::string& user, const std::string& id, const Edit& edit);
  // Takes one revision back, whatever came after it; empty: the newest.
  Result<Answer<Edited>> undo(const std::string& user, const std::string& id, const std::string& revision);
  // Makes the list what it was at a revision.
  Result<Answer<Edited>> restore(const std::string& user, const std::string& id, const std::string& revision);
  // Out of sight for all; the owner can bring it back.
  Result<Answer<Playlist>> set_deleted(const std::string& user, const std::string& id, bool deleted);
  // "editor", "viewer", or "none" to take it back. The owner's right.
  Result<Answer<Playlist>> share(const std::string& user, const std::string& id, const std::string& with, const std::string& role);
  [[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> collaborators(const std::string& id);

  // `told` is called after each change of any list, on the thread that made it. To be set before others use this.
  void on_change(std::function<void()> told) { told_ = std::move(told); }
  // Rises with each change of any list.
  [[nodiscard]] Result<std::int64_t> change_count();

 private:
  struct Head {
    Playlist facts;  // without the list
    Role role = Role::none;
    bool is_deleted = false;
  };
  struct Cache {
    std::mutex mutex;
    std::map<std::string, Playlist> lists;
  };
  explicit Playlists(std::string path);
  Result<std::optional<Head>> head(service::Database& database, const std::string& user, const std::string& id);
  Result<Answer<Playlist>> load(service::Database& database, const Head& head, std::int64_t number);
  Result<Answer<Edited>> write(service::Database& database, const Head& head, Playlist now, const std::string& author, const Edit& edit);
  void remember(const Playlist& playlist);
  // Takes a list back to, or by, an older revision: `plan` says by which operations.
  template <class Plan>
  Result<Answer<Edited>> go_back(const std::string& user, const std::string& id, const std::string& revision, Plan plan);
  Result<Answer<Playlist>> owned(service::Database& database, const std::string& user, const std::string& id);

  std::unique_ptr<service::DatabasePool> pool_;
  std::shared_ptr<Cache> cache_;
  std::function<void()> told_ = [] {};
};

}  // namespace segue::playlists
