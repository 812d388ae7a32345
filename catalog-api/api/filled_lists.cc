// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/filled_lists.h"

#include <utility>

#include "service/outcome.h"

namespace segue::api {

using playlists::Answer;
using playlists::Playlist;
using playlists::ShelfSlice;

Result<Answer<Playlist>> FilledLists::filled(Result<Answer<Playlist>> answer) const {
  auto* playlist = answer ? std::get_if<Playlist>(&*answer) : nullptr;
  if (playlist == nullptr) return answer;
  if (auto done = sight_.fill(*playlist); !done) return std::move(done).error();
  return answer;
}

Result<Answer<Playlist>> FilledLists::get(const std::string& user, const std::string& id, const std::string& revision) {
  return filled(lists_.get(user, id, revision));
}
Result<Answer<Playlist>> FilledLists::create(const std::string& user, const std::string& name, const std::vector<std::string>& tracks) {
  return lists_.create(user, name, tracks);
}
Result<Answer<playlists::Changed>> FilledLists::edit(const std::string& user, const std::string& id, const playlists::Edit& edit) {
  auto edited = lists_.edit(user, id, edit);
  auto* done = edited ? std::get_if<playlists::Changed>(&*edited) : nullptr;
  if (done == nullptr) return edited;
  if (auto shown = sight_.fill(done->now); !shown) return Error{shown.error().message + "; " + std::string(service::kDoneUntold)};
  return edited;
}
Result<Answer<Playlist>> FilledLists::remove(const std::string& user, const std::string& id) { return lists_.remove(user, id); }

Result<ShelfSlice> FilledLists::shelf(const std::string& user, const playlists::ShelfPage& page) {
  auto slice = lists_.shelf(user, page);
  if (!slice) return slice;
  std::size_t items = 0;
  for (std::size_t i = 0; i < slice->lists.size(); ++i) {
    auto& one = slice->lists[i];
    if (auto done = sight_.fill(one.playlist); !done) return std::move(done).error();
    items += one.playlist.list.items.size();
    if (items < playlists::kMaxSliceItems || i + 1 == slice->lists.size()) continue;
    slice->next = one.place;
    slice->lists.resize(i + 1);
  }
  return slice;
}

// Each is filled when its turn comes, and its items go before the next one's come: however many rules choose much, a slice of lists is
// read once. (Filled slice by slice, a shelf of lists that choose 10,000 songs each was read anew for every second one of them.)
Result<void> FilledLists::each_shelved(const std::string& user, playlists::Shelf which, const Visit& visit) {
  return lists_.each_shelved(user, which, [&](playlists::Shelved& one) -> Result<void> {
    if (auto done = sight_.fill(one.playlist); !done) return done;
    auto visited = visit(one);
    std::exchange(one.playlist.list.items, {});
    return visited;
  });
}

Result<std::vector<playlists::Announced>> FilledLists::announced_since(std::int64_t change, const std::string& id, std::int64_t most) {
  return lists_.announced_since(change, id, most);
}

}  // namespace segue::api
