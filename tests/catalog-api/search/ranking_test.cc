// SPDX-License-Identifier: Apache-2.0
// Who comes first, and who is found at all: a small library that everybody knows.
#include "catalog-api/search/index.h"
#include "tests/catch.h"

namespace segue::search {
namespace {

Document artist(std::string name, std::uint32_t popularity = 10, std::vector<std::string> aliases = {}) {
  Document out;
  out.kind = Kind::artist;
  out.id = "artist:" + name;
  out.name = std::move(name);
  out.aliases = std::move(aliases);
  out.popularity = popularity;
  return out;
}

Document track(std::string name, std::string by, std::string in, std::uint32_t popularity = 10) {
  Document out;
  out.kind = Kind::track;
  out.id = "track:" + name + "/" + by;
  out.name = std::move(name);
  out.by = std::move(by);
  out.in = std::move(in);
  out.popularity = popularity;
  return out;
}

struct Known {
  Known() {
    index.put({artist("AC/DC", 900), artist("R.E.M.", 500), artist("a-ha", 400), artist("!!!", 5), artist("Björk", 300), artist("Кино", 80),
               artist("東京事変", 60), artist("Beyoncé", 950), artist("Queen", 990), artist("Queens of the Stone Age", 600),
               artist("The Artist Formerly Known as Prince", 700, {"Prince", "TAFKAP"}), artist("방탄소년단", 999, {"BTS"}),
               artist("Guns N' Roses", 650), artist("Radiohead", 800), artist("Sigur Rós", 200), artist("Pink Floyd", 940)});
    index.put({track("Bohemian Rhapsody", "Queen", "A Night at the Opera", 900), track("Killer Queen", "Queen", "Sheer Heart Attack", 300),
               track("Dancing Queen", "ABBA", "Arrival", 800), track("Queen", "Perfume Genius", "Too Bright", 20),
               track("Hello", "Adele", "25", 700), track("Hello Goodbye", "The Beatles", "Magical Mystery Tour", 600),
               track("Creep", "Radiohead", "Pablo Honey", 850), track("Creep", "Stone Temple Pilots", "Core", 100),
               track("Back in Black", "AC/DC", "Back in Black", 800), track("Help!", "The Beatles", "Help!", 750),
               track("Smells Like Teen Spirit", "Nirvana", "Nevermind", 900),
               track("Wish You Were Here", "Pink Floyd", "Wish You Were Here", 870)});
  }
  std::string first(const std::string& query, Kind kind) const {
    const Results results = index.search({query, {kind}, {}, 5});
    return results.groups[0].hits.empty() ? "" : results.groups[0].hits[0].document.name;
  }
  Index index;
};

TEST_CASE("every way to write a name leads to it") {
  const Known known;
  struct Row {
    const char *query, *expected;
  };
  const auto row =
      GENERATE(Row{"ac/dc", "AC/DC"}, Row{"acdc", "AC/DC"}, Row{"ac dc", "AC/DC"}, Row{"AC-DC", "AC/DC"}, Row{"rem", "R.E.M."},
               Row{"r.e.m", "R.E.M."}, Row{"aha", "a-ha"}, Row{"!!!", "!!!"}, Row{"bjork", "Björk"}, Row{"BJÖRK", "Björk"},
               Row{"kino", "Кино"}, Row{"кино", "Кино"}, Row{"事変", "東京事変"}, Row{"東", "東京事変"}, Row{"bey", "Beyoncé"},
               Row{"prince", "The Artist Formerly Known as Prince"}, Row{"bts", "방탄소년단"}, Row{"방타", "방탄소년단"},
               Row{"guns n roses", "Guns N' Roses"}, Row{"guns'n'roses", "Guns N' Roses"}, Row{"pinkfloyd", "Pink Floyd"},
               Row{"radiohaed", "Radiohead"}, Row{"raidohaed", "Radiohead"}, Row{"radihed", "Radiohead"}, Row{"qeen", "Queen"},
               Row{"q", "Queen"}, Row{"queens", "Queens of the Stone Age"}, Row{"stone age queens", "Queens of the Stone Age"});
  INFO(row.query);
  CHECK(known.first(row.query, Kind::artist) == row.expected);
}

TEST_CASE("tracks: the name itself, then whole words, then fields, then popularity") {
  const Known known;
  CHECK(known.first("hello", Kind::track) == "Hello");
  CHECK(known.first("hello g", Kind::track) == "Hello Goodbye");
  CHECK(known.first("queen", Kind::track) == "Queen");  // a track of that very name, however unpopular
  const Results queen = known.index.search({"queen", {Kind::track}, {}, 4});
  REQUIRE(queen.groups[0].hits.size() == 4);
  CHECK(queen.groups[0].hits[1].document.name == "Bohemian Rhapsody");  // by Queen before named Queen
  CHECK(queen.groups[0].hits[2].document.name == "Killer Queen");
  CHECK(queen.groups[0].hits[3].document.name == "Dancing Queen");
  CHECK(known.index.search({"creep stone temple", {Kind::track}, {}, 1}).groups[0].hits[0].document.by == "Stone Temple Pilots");
}

TEST_CASE("a wrong, a missing and a misplaced word still find the track") {
  const Known known;
  CHECK(known.first("smells like teen sprit", Kind::track) == "Smells Like Teen Spirit");
  CHECK(known.first("spirit teen nirvana", Kind::track) == "Smells Like Teen Spirit");
  CHECK(known.first("wish you were xyzzy floyd", Kind::track) == "Wish You Were Here");
  CHECK(known.first("whish you where here", Kind::track) == "Wish You Were Here");
  CHECK(known.first("xyzzy", Kind::track).empty());
}

TEST_CASE("the top result is the best of all kinds") {
  const Known known;
  CHECK(known.index.search({"queen", {}, {}, 5}).top->document.id == "artist:Queen");
  CHECK(known.index.search({"hello", {}, {}, 5}).top->document.id == "track:Hello/Adele");
  CHECK_FALSE(known.index.search({"", {}, {}, 5}).top);
  CHECK_FALSE(known.index.search({"zzzzzz", {}, {}, 5}).top);
}

TEST_CASE("highlights are the words that were meant, in bytes of the name") {
  const Known known;
  const Results results = known.index.search({"wisch floid", {Kind::track}, {}, 1});
  REQUIRE(results.groups[0].hits.size() == 1);
  const Hit& hit = results.groups[0].hits[0];
  REQUIRE(hit.highlights.size() == 3);
  CHECK((hit.highlights[0].field == Field::name && hit.highlights[0].begin == 0 && hit.highlights[0].end == 4));
  CHECK((hit.highlights[1].field == Field::by && hit.highlights[1].begin == 5 && hit.highlights[1].end == 10));
  const Results bjork = known.index.search({"bjork", {Kind::artist}, {}, 1});
  CHECK(bjork.groups[0].hits[0].highlights[0].end == 6);  // ö has two bytes
}

TEST_CASE("filters and facets") {
  Index index;
  std::vector<Document> documents;
  for (int i = 0; i < 40; ++i) {
    Document document = track("Song " + std::to_string(i), "Somebody", "Record");
    document.genre = i % 4 == 0 ? "Jazz" : "Rock";
    document.year = static_cast<std::uint16_t>(1980 + i);
    document.libraries = i % 2 == 0 ? 1 : 6;  // bits: the first library; the second and the third
    documents.push_back(document);
  }
  index.put(documents);
  const Results all = index.search({"song", {Kind::track}, {}, 5});
  CHECK(all.groups[0].found == 40);
  REQUIRE(all.groups[0].genres.size() == 2);
  CHECK((all.groups[0].genres[0].value == "Rock" && all.groups[0].genres[0].count == 30));
  CHECK((all.groups[0].decades.size() == 4 && all.groups[0].decades[0].count == 10));
  CHECK(index.search({"song", {}, {"Jazz"}, 5}).groups[2].found == 10);
  CHECK(index.search({"song", {}, {"Polka"}, 5}).groups[2].found == 0);
  CHECK(index.search({"song", {}, {"", 1990, 1994}, 5}).groups[2].found == 5);
  CHECK(index.search({"song", {}, {"", 0, 0, 1U << 2}, 5}).groups[2].found == 20);
  CHECK(index.search({"song", {}, {"", 0, 0, 3}, 5}).groups[2].found == 40);
  const Results none = index.search({"song", {}, {"", 0, 0, 8}, 5});
  CHECK((none.groups[2].found == 0 && none.groups[2].genres.empty() && !none.top));
}

TEST_CASE("a letter that thousands begin with looks at the most popular only, and says so") {
  Index index;
  std::vector<Document> many;
  for (std::uint32_t i = 0; i < 3000; ++i) many.push_back(track("Song " + std::to_string(i), "Somebody", "Album", i));
  index.put(many);
  const Group group = index.search({"s", {Kind::track}, {}, 3}).groups[0];
  CHECK(group.is_capped);
  CHECK(group.found < 3000);
  REQUIRE(group.hits.size() == 3);
  for (std::uint32_t i = 0; i < 3; ++i) CHECK(group.hits[i].document.name == "Song " + std::to_string(2999 - i));
  const Group one = index.search({"song 17", {Kind::track}, {}, 3}).groups[0];
  CHECK(one.hits[0].document.name == "Song 17");
  CHECK_FALSE(one.is_capped);
}

}  // namespace
}  // namespace segue::search
