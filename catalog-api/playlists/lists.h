// SPDX-License-Identifier: Apache-2.0
// What the rest of the catalog asks of playlists: read a list, write one, what stands on a shelf, what changed. Two forms: LocalLists (the
// database is here) and RemoteLists (another process has it). A smart list comes with its rules and without items: the library tells
// those (api/library_tracks.h).
// Any thread. An Error: playlists do not answer; of what writes, the error says so where it is not known whether it was done
// (service/outcome.h).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "catalog-api/playlists/playlists.h"

namespace segue::playlists {

struct Changed {
  Playlist now;
  bool is_rebased = false;  // others did something between what the edit was made on and the edit
};

class Lists {
 public:
  virtual ~Lists() = default;

  // `revision`: the list as it was then; empty: as it is.
  [[nodiscard]] virtual Result<Answer<Playlist>> get(const std::string& user, const std::string& id, const std::string& revision) = 0;
  virtual Result<Answer<Playlist>> create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks) = 0;
  virtual Result<Answer<Changed>> edit(const std::string& user, const std::string& id, const Edit& edit) = 0;
  virtual Result<Answer<Playlist>> remove(const std::string& user, const std::string& id) = 0;
  // As Playlists::shelf.
  [[nodiscard]] virtual Result<ShelfSlice> shelf(const std::string& user, const ShelfPage& page) = 0;
  // All lists of a shelf, one after the other; a slice of them is held at a time. `visit` gives the first error, which ends it.
  using Visit = std::function<Result<void>(Shelved&)>;
  [[nodiscard]] virtual Result<void> each_shelved(const std::string& user, Shelf which, const Visit& visit);
  // As Playlists::announced_since.
  [[nodiscard]] virtual Result<std::vector<Announced>> announced_since(std::int64_t change, const std::string& id, std::int64_t most) = 0;
};

class LocalLists final : public Lists {
 public:
  explicit LocalLists(Playlists& playlists) : playlists_(playlists) {}

  [[nodiscard]] Result<Answer<Playlist>> get(const std::string& user, const std::string& id, const std::string& revision) override;
  Result<Answer<Playlist>> create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks) override;
  Result<Answer<Changed>> edit(const std::string& user, const std::string& id, const Edit& edit) override;
  Result<Answer<Playlist>> remove(const std::string& user, const std::string& id) override;
  [[nodiscard]] Result<ShelfSlice> shelf(const std::string& user, const ShelfPage& page) override;
  [[nodiscard]] Result<std::vector<Announced>> announced_since(std::int64_t change, const std::string& id, std::int64_t most) override;

 private:
  Playlists& playlists_;
};

}  // namespace segue::playlists
