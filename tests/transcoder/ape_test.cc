// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ape.h"

#include <fstream>
#include <iterator>

#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;
using namespace std::string_literals;

namespace {

using Items = std::map<std::string, std::vector<std::string>>;

std::string number(std::size_t value) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> 8 * i);
  return bytes;
}
std::string item(const std::string& key, const std::string& value, std::size_t flags = 0) {
  return number(value.size()) + number(flags) + key + '\0' + value;
}
std::string tag(const std::string& items, std::size_t more = 0) {
  return items + "APETAGEX" + number(2000) + number(items.size() + 32 + more) + number(1) + number(0x80000000) + std::string(8, '\0');
}
Items read(const std::string& bytes) {
  const std::span<const std::uint8_t> all(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const std::size_t wanted = ape_bytes(all);
  return wanted > all.size() ? Items() : ape_items(all.last(wanted));
}

const std::string kId3v1 = "TAG" + "Old title"s + std::string(21, '\0') + std::string(95, ' ');

}  // namespace

TEST_CASE("items of an APEv2 tag, alone and before ID3v1") {
  const Items two = {{"Artist", {"A", "B\xC3\xA9"}}};
  struct Row {
    const char* what;
    std::string bytes;
    Items items;
  };
  const std::vector<Row> table = {
      {"several values", "sound" + tag(item("Artist", "A\0B\xC3\xA9"s)), two},
      {"before ID3v1", "sound" + tag(item("Artist", "A\0B\xC3\xA9"s)) + kId3v1, two},
      {"a cover is no text", tag(item("Cover Art (Front)", "a.png\0\x89PNG"s, 2) + item("Artist", "A\0B\xC3\xA9"s)), two},
      {"a link is no text", tag(item("Link", "http://a", 4) + item("Artist", "A\0B\xC3\xA9"s)), two},
      {"an empty value", tag(item("Artist", "")), {{"Artist", {}}}},
      {"a value beyond the items", tag(item("Artist", "A\0B\xC3\xA9"s) + number(99) + number(0) + "Title\0T"s), two},
      {"no key", tag(item("", "x")), {}},
      {"a size beyond the file", tag(item("Artist", "A"), 99), {}},
      {"a size below the footer", "APETAGEX" + number(2000) + number(31) + number(1) + std::string(12, '\0'), {}},
      {"no tag", std::string(300, 'x'), {}},
      {"less than a footer", "APETAGEX", {}},
      {"nothing", "", {}},
  };
  for (const Row& row : table) {
    INFO(row.what);
    CHECK(read(row.bytes) == row.items);
  }
}

TEST_CASE("an MP3's APEv2 tag is read; it knows more than ID3v1, and ID3v2 is believed before it") {
  const TestFolder folder;
  const auto song = [&](const std::string& options) {
    std::ifstream in(folder.make("-f lavfi -i sine=d=0.3 -b:a 64k " + options, "plain.mp3"), std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  };
  const std::string ape =
      tag(item("Title", "New title") + item("Artist", "A\0B"s) + item("Genre", "Rock;Pop") + item("Track", "3/9") + item("Year", "1999"));
  const auto tags_of = [&](const std::string& bytes) {
    std::ofstream(folder.path("tagged.mp3"), std::ios::binary) << bytes;
    const auto source = probe(folder.path("tagged.mp3"));
    REQUIRE(source);
    return source->tags;
  };
  using Values = std::vector<std::string>;
  for (const std::string& bytes : {song("-id3v2_version 0") + ape, song("-id3v2_version 0") + ape + kId3v1}) {
    const media::Tags tags = tags_of(bytes);
    CHECK(tags.at("title") == Values{"New title"});
    CHECK(tags.at("artist") == Values{"A", "B"});
    CHECK(tags.at("genre") == Values{"Rock", "Pop"});
    CHECK(tags.at("track") == Values{"3"});
    CHECK(tags.at("track_total") == Values{"9"});
    CHECK(tags.at("date") == Values{"1999"});
  }
  const media::Tags both = tags_of(song("-metadata title=Mine") + ape);
  CHECK(both.at("title") == Values{"Mine"});
  CHECK(both.at("artist") == Values{"A", "B"});
  const std::string path = folder.make("-f lavfi -i sine=d=0.3 -metadata title=Mine", "a.flac");
  std::ofstream(path, std::ios::binary | std::ios::app) << ape;
  const auto flac = probe(path);
  REQUIRE(flac);
  CHECK(flac->tags.at("title") == Values{"Mine"});
  CHECK(flac->tags.at("artist") == Values{"A", "B"});
}
