// SPDX-License-Identifier: Apache-2.0
#include "transcoder/id3.h"

#include <fstream>

#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;
using namespace std::string_literals;

namespace {

using Lists = std::map<std::string, std::vector<std::string>>;

std::string size_of(std::size_t size, unsigned bits) {
  std::string bytes;
  for (int i = 3; i >= 0; --i) bytes += static_cast<char>(size >> (bits * static_cast<unsigned>(i)) & ((1u << bits) - 1));
  return bytes;
}
std::string frame(const std::string& id, const std::string& content, int version = 4, const std::string& flags = "\0\0"s) {
  return id + size_of(content.size(), version == 4 ? 7 : 8) + flags + content;
}
std::string tag(const std::string& frames, int version = 4, char flags = 0) {
  return "ID3"s + static_cast<char>(version) + '\0' + flags + size_of(frames.size(), 7) + frames;
}
Lists read(const std::string& bytes) { return id3_lists({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}); }

}  // namespace

TEST_CASE("lists in ID3 frames, in every encoding") {
  const Lists two = {{"TPE1", {"A", "B\xC3\xA9"}}};
  struct Row {
    const char* what;
    std::string bytes;
    Lists lists;
  };
  const std::vector<Row> table = {
      {"UTF-8", tag(frame("TPE1", "\3A\0B\xC3\xA9"s)), two},
      {"UTF-8, ended by NUL", tag(frame("TPE1", "\3A\0B\xC3\xA9\0"s)), two},
      {"Latin-1", tag(frame("TPE1", "\0A\0B\xE9"s)), two},
      {"UTF-16, marks at both",
       tag(frame("TPE1",
                 "\1\xFF\xFE"
                 "A\0\0\0\xFE\xFF\0B\0\xE9"s)),
       two},
      {"UTF-16, big end first", tag(frame("TPE1", "\2\0A\0\0\0B\0\xE9"s)), two},
      {"outside the first plane", tag(frame("TCON", "\2\0A\0\0\xD8\x3C\xDF\xB5"s)), {{"TCON", {"A", "\xF0\x9F\x8E\xB5"}}}},
      {"version 2.3", tag(frame("TPE1", "\0A\0B\xE9"s, 3), 3), two},
      {"a description", tag(frame("TXXX", "\3ARTISTS\0A\0B"s)), {{"ARTISTS", {"A", "B"}}}},
      {"a description, one value", tag(frame("TXXX", "\3ARTISTS\0A"s)), {}},
      {"one value", tag(frame("TPE1", "\3A"s)), {}},
      {"behind others", tag(frame("COMM", "\0x\0y"s) + frame("TPE1", "\3A\0B\xC3\xA9"s) + std::string(20, '\0')), two},
      {"an extended header", tag(size_of(6, 7) + "\1\0"s + frame("TPE1", "\3A\0B\xC3\xA9"s), 4, 0x40), two},
      {"a data length", tag(frame("TPE1", "\0\0\0\6\3A\0B\xC3\xA9"s, 4, "\0\1"s)), two},
      {"compressed", tag(frame("TPE1", "\3A\0B"s, 4, "\0\x08"s)), {}},
      {"longer than the file", tag(frame("TPE1", "\3A\0B"s)).substr(0, 20), {}},
      {"version 2.2", tag("TP1\0\0\4\3A\0B"s, 2), {}},
      {"no tag", "ID3", {}},
  };
  for (const Row& row : table) {
    INFO(row.what);
    CHECK(read(row.bytes) == row.lists);
  }
}

TEST_CASE("all artists of an MP3 are kept, a title with a NUL in it is one title") {
  const TestFolder folder;
  const std::string plain = folder.make("-f lavfi -i sine=d=0.3 -b:a 64k -id3v2_version 0", "plain.mp3");
  std::ifstream in(plain, std::ios::binary);
  const std::string sound((std::istreambuf_iterator<char>(in)), {});
  const std::string path = folder.path("listed.mp3");
  std::ofstream(path, std::ios::binary) << tag(frame("TPE1", "\3A feat. B"s) + frame("TXXX", "\3ARTISTS\0A\0B"s) +
                                               frame("TPE2", "\3X\0Y"s) +
                                               frame("TCON",
                                                     "\3Rock\0"
                                                     "17\0Pop"s) +
                                               frame("TIT2", "\3One\0Two"s))
                                        << sound;
  const auto source = probe(path);
  REQUIRE(source);
  using Values = std::vector<std::string>;
  CHECK(source->tags.at("artist") == Values{"A feat. B", "A", "B"});
  CHECK(source->tags.at("album_artist") == Values{"X", "Y"});
  CHECK(source->tags.at("genre") == Values{"Rock", "Pop"});
  CHECK(source->tags.at("title") == Values{"One"});
}
