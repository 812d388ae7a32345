// SPDX-License-Identifier: Apache-2.0
// A snapshot answers as the index did; a damaged one is refused or answers something, and is never trusted.
#include "catalog-api/search/snapshot.h"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "catalog-api/search/builder.h"
#include "catalog-api/search/index.h"
#include "tests/catch.h"

namespace segue::search {
namespace {

namespace fs = std::filesystem;

struct Folder {
  Folder() : path(fs::temp_directory_path() / ("segue-search-" + std::to_string(::getpid()))) { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

std::vector<Document> documents() {
  std::vector<Document> out;
  for (std::uint32_t i = 0; i < 300; ++i)
    out.push_back({Kind::track,
                   "id" + std::to_string(i),
                   "Song Number " + std::to_string(i),
                   "Ärtist",
                   "Älbum",
                   {"alias" + std::to_string(i)},
                   i % 2 ? "Rock" : "",
                   static_cast<std::uint16_t>(1990 + i % 30),
                   i % 3,
                   i * 7});
  return out;
}

TEST_CASE("saved and opened again: the same documents, the same answers, the mark") {
  const Folder folder;
  Index before;
  before.put(documents());
  REQUIRE(before.save(folder.path, 77));
  Index after;
  const auto mark = after.open(folder.path);
  REQUIRE(mark);
  CHECK(*mark == 77);
  CHECK(after.size(Kind::track) == 300);
  for (const Document& document : documents()) CHECK(after.find(Kind::track, document.id) == document);
  for (const char* query : {"song", "alias17", "number 29", "artits", "s"}) {
    const auto a = before.search({query, {}, {}, 10}).groups[2], b = after.search({query, {}, {}, 10}).groups[2];
    REQUIRE(a.hits.size() == b.hits.size());
    for (std::size_t i = 0; i < a.hits.size(); ++i) CHECK(a.hits[i].document == b.hits[i].document);
  }
  after.put({documents()[3]});
  CHECK(after.size(Kind::track) == 300);
}

// Ten million documents would otherwise lie in memory once as they were built and once as they are mapped.
TEST_CASE("what was saved is served from its file, as it was before, and goes on being written to") {
  const Folder folder;
  Index index;
  index.put(documents());
  const std::vector<std::string> gone = {"id4", "id5"};
  index.remove(Kind::track, gone);
  const auto maps_it = [&] {
    std::ifstream maps("/proc/self/maps");
    return std::string(std::istreambuf_iterator<char>(maps), {}).find(folder.path / "track.idx") != std::string::npos;
  };
  CHECK_FALSE(maps_it());
  for (int round = 0; round < 2; ++round) {
    REQUIRE(index.save(folder.path, 1));
    CHECK(maps_it());
    CHECK(index.size(Kind::track) == 298);
    for (const Document& document : documents()) {
      const auto found = index.find(Kind::track, document.id);
      CHECK(found.has_value() == (document.id != gone[0] && document.id != gone[1]));
      if (found) CHECK(*found == document);
    }
    CHECK(index.search({"song number 29", {}, {}, 10}).groups[2].hits[0].document.id == "id29");
    index.put(documents());  // all of them anew, over the file
    index.remove(Kind::track, gone);
    index.compact(true);
    CHECK_FALSE(maps_it());
  }
}

TEST_CASE("what hardly changed is not written again: its mark says from where on it is to be read") {
  const Folder folder;
  const auto written = [&] { return fs::last_write_time(folder.path / "track.idx"); };
  Index index;
  index.put(documents());
  REQUIRE(index.save(folder.path, 1));
  const auto first = written();
  const auto again = [&](std::uint32_t i) {
    Document document = documents()[i];
    document.name = "Renamed " + std::to_string(i);
    return document;
  };
  index.put({again(1)});
  index.remove(Kind::track, std::vector<std::string>{"id2"});
  REQUIRE(index.save(folder.path, 2));
  CHECK(written() == first);
  CHECK(index.search({"renamed", {}, {}, 10}).groups[2].hits.size() == 1);
  Index opened;
  const auto mark = opened.open(folder.path);
  REQUIRE(mark);
  CHECK((*mark == 1 && opened.find(Kind::track, "id1") == documents()[1] && opened.find(Kind::track, "id2")));
  for (std::uint32_t i = 1; i < 100; ++i) opened.put({again(i)});
  REQUIRE(opened.save(folder.path, 3));
  Index last;
  CHECK((*last.open(folder.path) == 3 && last.find(Kind::track, "id99") == again(99) && last.size(Kind::track) == 300));
  // Another folder has nothing yet.
  const fs::path other = folder.path / "other";
  fs::create_directories(other);
  REQUIRE(last.save(other, 4));
  CHECK(*Index().open(other) == 4);
}

TEST_CASE("no folder, no file, an empty file: an error that names the file, and the index is as it was") {
  const Folder folder;
  Index index;
  index.put(documents());
  CHECK_FALSE(index.open(folder.path / "none"));
  CHECK_FALSE(index.save(folder.path / "none", 1));
  std::ofstream(folder.path / "artist.idx").flush();
  const auto opened = index.open(folder.path);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message.find("artist.idx") != std::string::npos);
  CHECK(index.size(Kind::track) == 300);
}

TEST_CASE("a cut or overwritten snapshot is refused") {
  const Folder folder;
  const OwnedSections sections = build_sections(Documents(documents()));
  const std::string path = folder.path / "track.idx";
  REQUIRE(write_snapshot(path, Kind::track, 1, view_of(sections)));
  std::vector<char> bytes(fs::file_size(path));
  std::ifstream(path, std::ios::binary).read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  std::vector<std::uint64_t> aligned(bytes.size() / 8 + 1);
  const auto read = [&](std::size_t size) {
    std::memcpy(aligned.data(), bytes.data(), size);
    return read_snapshot(std::as_bytes(std::span(aligned)).first(size));
  };
  REQUIRE(read(bytes.size()));
  for (std::size_t size = 0; size < bytes.size() - 8; size += 97) CHECK_FALSE(read(size));
  for (const std::size_t at : {0U, 7U, 8U, 12U, 24U, 32U, 40U}) {
    bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
    INFO(at);
    CHECK_FALSE(read(bytes.size()));
    bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
  }
}

}  // namespace
}  // namespace segue::search
