// SPDX-License-Identifier: Apache-2.0
#include "ingest/album_detection.h"

#include "tests/catch.h"

using namespace segue;
using namespace segue::ingest;

namespace {

TaggedFile file(const std::string& path, media::Tags tags) { return {path, std::move(tags), true}; }
media::Tags by(const std::string& album, const std::string& artist, const std::string& track, const std::string& disc = "") {
  media::Tags tags{{"album", {album}}, {"album_artist", {artist}}, {"track", {track}}};
  if (!disc.empty()) tags["disc"] = {disc};
  return tags;
}
using Groups = std::vector<std::vector<std::size_t>>;

}  // namespace

TEST_CASE("a track's place") {
  const auto place = [](const std::string& track, const std::string& disc) { return position_of({{"track", {track}}, {"disc", {disc}}}); };
  CHECK(place("3", "") == Position{1, 3});
  CHECK(place("03/12", "2/2") == Position{2, 3});
  CHECK_FALSE(place("", "1"));
  CHECK_FALSE(place("A1", "1"));
  CHECK_FALSE(place("0", "1"));
}

TEST_CASE("an album in disc and track order, whatever the files are called") {
  const std::vector<TaggedFile> files = {file("z", by("X", "Us", "2", "1")), file("a", by("X", "Us", "10", "1")),
                                         file("b", by("X", "Us", "1", "2")), file("c", by("X", "Us", "1/10", "1"))};
  CHECK(albums_among(files) == Groups{{3, 0, 1, 2}});
}

TEST_CASE("two albums in one folder are two, what has no place is in none") {
  const std::vector<TaggedFile> files = {file("a", by("X", "Us", "1")), file("b", by("Y", "Us", "1")), file("c", by("X", "Us", "2")),
                                         file("d", by("Y", "Us", "2")), file("e", by("X", "Us", "")),  file("f", by("X", "Them", "3"))};
  CHECK(albums_among(files) == Groups{{0, 2}, {1, 3}});
}

TEST_CASE("no album: two at one place, one file, no tags, pictures that move") {
  CHECK(albums_among(std::vector<TaggedFile>{file("a", by("X", "Us", "1")), file("b", by("X", "Us", "1"))}).empty());
  CHECK(albums_among(std::vector<TaggedFile>{file("a", by("X", "Us", "1"))}).empty());
  CHECK(albums_among(std::vector<TaggedFile>{file("a", {}), file("b", {})}).empty());
  std::vector<TaggedFile> films = {file("a", by("X", "Us", "1")), file("b", by("X", "Us", "2"))};
  films[1].sound_only = false;
  CHECK(albums_among(films).empty());
}

TEST_CASE("without an album artist: a compilation, or one artist") {
  const auto tags = [](const std::string& artist, const std::string& track, const std::string& compilation) {
    media::Tags made{{"album", {"X"}}, {"artist", {artist}}, {"track", {track}}};
    if (!compilation.empty()) made["compilation"] = {compilation};
    return made;
  };
  CHECK(albums_among(std::vector<TaggedFile>{file("a", tags("A", "1", "1")), file("b", tags("B", "2", "1"))}) == Groups{{0, 1}});
  CHECK(albums_among(std::vector<TaggedFile>{file("a", tags("A", "1", "")), file("b", tags("B", "2", ""))}).empty());
  CHECK(albums_among(std::vector<TaggedFile>{file("a", tags("A", "1", "")), file("b", tags("A", "2", ""))}) == Groups{{0, 1}});
}

TEST_CASE("files that are said to be an album play by their places, else by name") {
  CHECK(playing_order(std::vector<TaggedFile>{file("a", by("X", "Us", "2")), file("b", by("Y", "Us", "1"))}) ==
        std::vector<std::size_t>{1, 0});
  CHECK(playing_order(std::vector<TaggedFile>{file("t10", {}), file("t9", {}), file("t09b", {}), file("s", {})}) ==
        std::vector<std::size_t>{3, 1, 2, 0});
}
