// SPDX-License-Identifier: Apache-2.0
// Playlists over a database that goes with the test.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catalog-api/playlists/lists.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"
#include "tests/service/place.h"

namespace segue::tests {

struct PlaylistsFixture {
  tests::Folder folder;
  service::DatabasePlace place = place_in(folder.path().string());
  playlists::Playlists playlists = std::move(*playlists::Playlists::open(place));

  playlists::Playlist create(const std::vector<std::string>& tracks = {}) {
    auto made = playlists.create("ada", "Mix", tracks);
    REQUIRE(made);
    return std::get<playlists::Playlist>(*made);
  }
  playlists::Edited edit(const std::string& user, const std::string& id, playlists::Edit what) {
    auto edited = playlists.edit(user, id, what);
    if (!edited) FAIL(edited.error().message);
    if (auto* why = std::get_if<playlists::Refusal>(&*edited)) FAIL(why->detail);
    return std::get<playlists::Edited>(*edited);
  }
  std::vector<playlists::Shelved> shelf(const std::string& user, playlists::Shelf which = playlists::Shelf::all) {
    std::vector<playlists::Shelved> all;
    const auto seen = playlists::LocalLists(playlists).each_shelved(user, which, [&](const playlists::Shelved& one) -> Result<void> {
      all.push_back(one);
      return {};
    });
    REQUIRE(seen);
    return all;
  }
  playlists::Problem refused(Result<playlists::Answer<playlists::Edited>> outcome) {
    REQUIRE(outcome);
    REQUIRE(std::holds_alternative<playlists::Refusal>(*outcome));
    return std::get<playlists::Refusal>(*outcome).why;
  }
};

}  // namespace segue::tests
