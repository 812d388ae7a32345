// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlists/lists.h"

namespace segue::playlists {

Result<void> Lists::each_shelved(const std::string& user, Shelf which, const Visit& visit) {
  for (ShelfPage page{.which = which};;) {
    auto slice = shelf(user, page);
    if (!slice) return std::move(slice).error();
    for (Shelved& one : slice->lists)
      if (Result<void> done = visit(one); !done) return done;
    if (!slice->next) return {};
    page.after = std::move(*slice->next);
  }
}

Result<Answer<Playlist>> LocalLists::get(const std::string& user, const std::string& id, const std::string& revision) {
  return revision.empty() ? playlists_.get(user, id) : playlists_.get_at(user, id, revision);
}

Result<Answer<Playlist>> LocalLists::create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks) {
  return playlists_.create(user, name, tracks);
}

Result<Answer<Changed>> LocalLists::edit(const std::string& user, const std::string& id, const Edit& edit) {
  auto edited = playlists_.edit(user, id, edit);
  if (!edited) return std::move(edited).error();
  if (auto* why = std::get_if<Refusal>(&*edited)) return Answer<Changed>(std::move(*why));
  const Edited& done = std::get<Edited>(*edited);
  return Answer<Changed>(Changed{done.now, !done.missed.empty()});
}

Result<Answer<Playlist>> LocalLists::remove(const std::string& user, const std::string& id) {
  return playlists_.set_deleted(user, id, true);
}

Result<ShelfSlice> LocalLists::shelf(const std::string& user, const ShelfPage& page) { return playlists_.shelf(user, page); }

Result<std::vector<Announced>> LocalLists::announced_since(std::int64_t change, const std::string& id, std::int64_t most) {
  return playlists_.announced_since(change, id, most);
}

}  // namespace segue::playlists
