// SPDX-License-Identifier: Apache-2.0
// Which neighbours in a list become one run, and which lie where.
#include "catalog-api/presentation/arrange.h"

#include "tests/catch.h"

using namespace segue;
using namespace segue::presentation;

namespace {

StoredPtr stored(const std::string& id, const std::string& album, std::uint32_t generation = 1, std::uint32_t timescale = 44100) {
  auto made = std::make_shared<Stored>();
  made->presentation.asset = id;
  made->presentation.generation = generation;
  made->album = album;
  media::Track track;
  track.rendition.id = "aac-128";
  track.rendition.track.timescale = timescale;
  made->presentation.tracks.push_back(std::move(track));
  return made;
}

// Tracks a, b, c.
StoredPtr run() {
  auto made = std::make_shared<Stored>(*stored("run", ""));
  for (const char* id : {"a", "b", "c"}) made->album_tracks.push_back({id, 1, 1, ""});
  return made;
}

// Folders of each run, with '|' between runs.
std::string arranged(const std::vector<StoredPtr>& items) {
  const auto made = arrange(
      "T", items, [](const std::string& asset) { return "../" + asset + '/'; },
      [](const std::string& id) { return id == "run" ? run() : nullptr; });
  std::string text;
  for (const auto& one : made.sequence.runs) {
    if (!text.empty()) text += " | ";
    for (std::size_t i = 0; i < one.folders.size(); ++i) text += (i > 0 ? " " : "") + one.folders[i];
    if (one.folders.size() != one.tracks.size()) return "folders and tracks differ";
  }
  return text;
}

}  // namespace

TEST_CASE("neighbours of one encoder run play as one; everything else alone") {
  const StoredPtr a = stored("a", "run"), b = stored("b", "run"), c = stored("c", "run"), x = stored("x", ""), lost = stored("l", "gone");
  const StoredPtr newer = stored("b", "run", 2), other_clock = stored("c", "run", 1, 48000);
  const std::pair<std::vector<StoredPtr>, const char*> table[] = {
      {{}, ""},
      {{x}, "../x/g1/"},
      {{a, b, c}, "../run/g1/"},  // all of it: the album's own timeline
      {{x, a, b, c, x}, "../x/g1/ | ../run/g1/ | ../x/g1/"},
      {{b, c}, "../b/g1/ ../c/g1/"},
      {{a, b}, "../a/g1/ ../b/g1/"},
      {{a, c}, "../a/g1/ | ../c/g1/"},
      {{c, b, a}, "../c/g1/ | ../b/g1/ | ../a/g1/"},
      {{a, a, b}, "../a/g1/ | ../a/g1/ ../b/g1/"},
      {{a, newer, c}, "../a/g1/ | ../b/g2/ | ../c/g1/"},  // encoded anew, not in that run
      {{b, other_clock}, "../b/g1/ | ../c/g1/"},
      {{lost, lost}, "../l/g1/ | ../l/g1/"},
  };
  for (const auto& [items, expected] : table) CHECK(arranged(items) == expected);
}
