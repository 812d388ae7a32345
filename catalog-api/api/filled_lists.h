// SPDX-License-Identifier: Apache-2.0
// Lists as who has the library sees them: smart ones with their items. Beside the library, for what plays and shows lists there; so whoever
// is asked for a list never asks back.
#pragma once

#include "catalog-api/api/playlist_sight.h"
#include "catalog-api/playlists/lists.h"

namespace segue::api {

class FilledLists final : public playlists::Lists {
 public:
  FilledLists(playlists::Lists& lists, LibraryTracks& library) : lists_(lists), sight_(library) {}

  [[nodiscard]] Result<playlists::Answer<playlists::Playlist>> get(const std::string& user, const std::string& id,
                                                                   const std::string& revision) override;
  Result<playlists::Answer<playlists::Playlist>> create(const std::string& user, const std::string& name,
                                                        const std::vector<std::string>& tracks) override;
  Result<playlists::Answer<playlists::Changed>> edit(const std::string& user, const std::string& id, const playlists::Edit& edit) override;
  Result<playlists::Answer<playlists::Playlist>> remove(const std::string& user, const std::string& id) override;
  // What is filled and does not fit into a slice is asked for again with the next one; each_shelved asks for no list twice.
  [[nodiscard]] Result<playlists::ShelfSlice> shelf(const std::string& user, const playlists::ShelfPage& page) override;
  [[nodiscard]] Result<void> each_shelved(const std::string& user, playlists::Shelf which, const Visit& visit) override;
  [[nodiscard]] Result<std::vector<playlists::Announced>> announced_since(std::int64_t change, const std::string& id,
                                                                          std::int64_t most) override;

 private:
  [[nodiscard]] Result<playlists::Answer<playlists::Playlist>> filled(Result<playlists::Answer<playlists::Playlist>> answer) const;
  playlists::Lists& lists_;
  PlaylistSight sight_;
};

}  // namespace segue::api
