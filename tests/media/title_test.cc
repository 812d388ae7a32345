// SPDX-License-Identifier: Apache-2.0
#include "media/title.h"

#include "tests/catch.h"

using namespace segue::media;

TEST_CASE("what an asset is called") {
  struct Row {
    const char *kind, *title, *album, *file, *called;
  };
  const Row rows[] = {
      {"track", "Song", "Disc", "01.flac", "Song"},
      {"track", "", "Disc", "01. Song.flac", "01. Song"},
      {"track", "", "", "mono.8k.WAV", "mono.8k"},
      {"video", "", "", "film.m2ts", "film"},
      {"track", "", "", "Live 1.05", "Live 1.05"},
      {"track", "", "", "Mr. Smith goes", "Mr. Smith goes"},
      {"track", "", "", ".mp3", ".mp3"},
      {"track", "", "", "a.", "a."},
      {"track", "", "", "", "id"},
      {"album", "", "Disc", "folder", "Disc"},
      {"album", "", "", "folder", "id"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.file, row.called);
    Asset asset;
    asset.id = "id";
    asset.kind = row.kind;
    asset.source.file_name = row.file;
    if (*row.title != 0) asset.tags["title"] = {row.title};
    if (*row.album != 0) asset.tags["album"] = {row.album};
    CHECK(title_of(asset) == row.called);
  }
}
