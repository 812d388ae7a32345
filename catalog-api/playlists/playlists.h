// SPDX-License-Identifier: Apache-2.0
// Playlists as logs: each revision is one operation, named "n-hash", where the hash is of everything up to it. A list is its last snapshot
// and the operations since. Nothing is ever overwritten: history, undo and restore are reading the log. Writes of many at once are one
// transaction, on disk when they are answered. A database of its own; any thread.
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
#include "service/database_place.h"
#include "service/database_pool.h"
#include "service/group_commit.h"

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

enum class Problem : std::uint8_t { unknown, forbidden, stale, invalid, full };
struct Refusal {
  Problem why = Problem::unknown;
  std::string detail;
};

inline const Refusal kOwnersToShow{Problem::forbidden, "public: only the owner may change it"};

struct Edit {
  std::vector<Operation> operations;
  std::string base;        // the revision that the author saw; empty: whatever is newest
  bool is_strict = false;  // refuse instead of rebasing when others were faster
};

struct Edited {
  std::shared_ptr<const Playlist> held;
  const Playlist& now;         // *held: a long list is not copied to say that it was changed
  std::vector<Logged> missed;  // what others did between base and this edit
};

struct Collaborator {
  std::string user, role;  // "owner", "editor", "viewer"
};

struct Difference {
  std::string from, to;  // revisions
  std::vector<Operation> operations;
};

enum class Shelf : std::uint8_t { all, mine, others };  // mine: own, shared with me, followed; others: public ones beyond these
// Where a list stands on somebody's shelf: own ones first, then followed, shared and public ones, each by the beginning of the name.
struct ShelfPlace {
  std::int64_t nearness = -1;
  std::string name, id;
};
struct Shelved {
  Playlist playlist;
  bool is_followed = false;
  std::string folder;  // of the one who asks; empty: none
  ShelfPlace place = {};
};
struct ShelfPage {
  Shelf which = Shelf::all;
  ShelfPlace after = {};  // the start, unless told
  std::int64_t most = 1000;
};

struct ShelfSlice {
  std::vector<Shelved> lists;
  std::optional<ShelfPlace> next;  // the place after which there is more
};

struct Folder {  // each user's own order in the lists that they see
  std::string id, name, parent;
};

// What a search says of a list.
struct Announced {
  std::string id, name, owner;
  bool is_public = false, is_deleted = false;
  std::int64_t change = 0;
};

template <class T>
using Answer = std::variant<T, Refusal>;

inline constexpr std::size_t kMaxSliceItems = 20'000;
inline constexpr std::int64_t kMaxLists = 5000;    // of one user, those that are deleted not counted
inline constexpr std::int64_t kMaxDeleted = 1000;  // of one user, that can be brought back: the last ones

class Playlists {
 public:
  static Result<Playlists> open(const service::DatabasePlace& place);
  // After what is waiting was written; nothing can be changed afterwards. Before what on_change calls goes.
  void close() { writer_.reset(); }

  // `user` is a name. As many as the page has, or less: the slice ends with the list that brings it to kMaxSliceItems, for all together may
  // be more than there is memory for. One that is damaged is left out; whoever asks for it hears so.
  [[nodiscard]] Result<ShelfSlice> shelf(const std::string& user, const ShelfPage& page);
  [[nodiscard]] Result<Answer<Playlist>> get(const std::string& user, const std::string& id);
  // "n-hash" of the newest, for whoever may see the list: what was printed of that revision may be shown again. nullopt: no such list.
  [[nodiscard]] Result<std::optional<std::string>> revision_for(const std::string& user, const std::string& id);
  // As it was at a revision.
  [[nodiscard]] Result<Answer<Playlist>> get_at(const std::string& user, const std::string& id, const std::string& revision);
  [[nodiscard]] Result<Answer<std::vector<Logged>>> history(const std::string& user, const std::string& id, std::int64_t below,
                                                            std::int64_t most);

  // What leads from one revision to the other, older or newer; empty `to`: the newest. Of the past one sees what history shows.
  [[nodiscard]] Result<Answer<Difference>> diff(const std::string& user, const std::string& id, const std::string& from,
                                                const std::string& to);

  // `rules`: makes a smart list, which has no tracks of its own: whoever shows it asks the library for them; empty: an ordinary one.
  Result<Answer<Playlist>> create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks,
                                  const std::string& rules = {});
  // All operations or none, in one transaction.
  Result<Answer<Edited>> edit(const std::string& user, const std::string& id, const Edit& edit);
  // Takes one revision back, whatever came after it; empty: the newest.
  Result<Answer<Edited>> undo(const std::string& user, const std::string& id, const std::string& revision);
  // Makes the list what it was at a revision.
  Result<Answer<Edited>> restore(const std::string& user, const std::string& id, const std::string& revision);
  // Out of sight for all; the owner can bring it back, until kMaxDeleted others were deleted after it.
  Result<Answer<Playlist>> set_deleted(const std::string& user, const std::string& id, bool deleted);
  // "editor", "viewer", or "none" to take it back. The owner's right; whoever has got one may give it back.
  Result<Answer<Playlist>> share(const std::string& user, const std::string& id, const std::string& with, const std::string& role);
  // The owner, and for whom it is shared with also the others: whoever sees it only because it is public is not told who they are.
  [[nodiscard]] Result<Answer<std::vector<Collaborator>>> collaborators(const std::string& user, const std::string& id);

  // A list that the user may see, in the user's own or out of it.
  Result<Answer<Playlist>> follow(const std::string& user, const std::string& id, bool following);
  [[nodiscard]] Result<std::vector<Folder>> folders(const std::string& user);
  Result<Answer<Folder>> add_folder(const std::string& user, const std::string& name, const std::string& parent);
  Result<Answer<Folder>> change_folder(const std::string& user, const std::string& id, const std::optional<std::string>& name,
                                       const std::optional<std::string>& parent);
  // What is in it goes to its parent.
  Result<Answer<Folder>> remove_folder(const std::string& user, const std::string& id);
  // Empty: out of all folders.
  Result<Answer<Playlist>> put_in(const std::string& user, const std::string& id, const std::string& folder);

  // What changed after `change`, oldest first, at most `most`; those of `change` itself whose id stands behind `id`, where it is not empty.
  [[nodiscard]] Result<std::vector<Announced>> announced_since(std::int64_t change, const std::string& id, std::int64_t most);

  // `told` is called after each transaction that changed lists, on the writer's thread. To be set before others use this.
  void on_change(std::function<void()> told) { shared_->told = std::move(told); }
  // Rises with each change of any list.
  [[nodiscard]] Result<std::int64_t> change_count();

 private:
  struct Head {
    Playlist facts;  // without the list
    Role role = Role::none;
    bool is_deleted = false;
    bool is_among = false;        // the owner, or one it is shared with; else the user sees it because it is public
    std::int64_t shown_from = 0;  // the revision that made it public, the last time
    std::int64_t sees_from = 0;   // the oldest that the user may look at: of who sees it only because it is public, that one
  };
  using PlaylistPtr = std::shared_ptr<const Playlist>;
  struct Shared {  // with the writer's thread
    std::mutex mutex;
    std::map<std::string, PlaylistPtr> lists;  // newest revisions
    std::size_t items = 0;                     // of all of them, and one for each
    void forget(const std::string& id) {       // under the mutex
      const auto known = lists.find(id);
      if (known == lists.end()) return;
      items -= known->second->list.items.size() + 1;
      lists.erase(known);
    }
    std::function<void()> told = [] {};
  };
  explicit Playlists(std::string path);
  static Result<std::optional<Head>> head(service::Database& database, const std::string& user, const std::string& id);
  static constexpr std::int64_t kGone =
      2;  // of a deleted list that cannot be brought back: its row stays, so that every search hears of it
  // nullopt: one more may be there.
  static Result<std::optional<Refusal>> is_full(service::Database& database, const std::string& user);
  static Result<void> forget_oldest(service::Database& database, const std::string& user);
  // The newest revision of a list that the user may see, edit, own.
  Result<Answer<Head>> head_for(service::Database& database, const std::string& user, const std::string& id, Role least);
  Result<PlaylistPtr> load(service::Database& database, const Head& head, std::int64_t number);
  Result<Answer<Edited>> write(service::Database& database, const Head& head, PlaylistPtr newest, const std::string& author,
                               const Edit& edit);
  std::shared_ptr<Playlist> to_change(PlaylistPtr newest);
  Result<void> log(service::Database& database, Playlist& playlist, const std::string& author, const Operation& done);
  void remember(PlaylistPtr playlist);
  void keep_snapshot(const PlaylistPtr& playlist);
  static Result<Answer<Playlist>> copied(Result<PlaylistPtr> list);
  // `work(database)` gives an Answer; a refusal takes back what it did.
  template <class T>
  Result<Answer<T>> change(const std::function<Result<Answer<T>>(service::Database&)>& work);
  // Takes a list back to, or by, an older revision: `plan` says by which operations.
  template <class Plan>
  Result<Answer<Edited>> go_back(const std::string& user, const std::string& id, const std::string& revision, Plan plan);

  std::unique_ptr<service::DatabasePool> pool_;
  std::shared_ptr<Shared> shared_;
  std::unique_ptr<service::GroupCommit> writer_;  // ends first
};

}  // namespace segue::playlists
