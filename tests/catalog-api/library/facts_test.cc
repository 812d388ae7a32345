// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/facts.h"

#include "catalog-api/library/names.h"
#include "tests/catalog-api/library/asset_text.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::library;

namespace {

std::string joined(const std::vector<ArtistName>& names) {
  std::string text;
  for (const auto& [name, is_guest] : names) text += (text.empty() ? "" : "|") + std::string(is_guest ? "+" : "") + name;
  return text;
}

}  // namespace

TEST_CASE("several artists in one tag, or in several") {
  const std::pair<std::vector<std::string>, const char*> table[] = {
      {{"AC/DC"}, "AC/DC"},      {{"Simon & Garfunkel"}, "Simon & Garfunkel"},
      {{"A feat. B"}, "A|+B"},   {{"A Featuring B; C"}, "A|+B|+C"},
      {{"A (feat. B)"}, "A|+B"}, {{"A / B", "C"}, "A|B|C"},
      {{"A", "A"}, "A"},         {{" ", ""}, ""},
      {{"feat. B"}, "feat. B"},
  };
  for (const auto& [tags, expected] : table) CHECK(joined(split_artists(tags)) == expected);
}

TEST_CASE("names that are the same, and how they are ordered") {
  CHECK(name_key("Björk") == name_key("BJORK"));
  CHECK(name_key("  The   Who ") == "the who");
  CHECK(name_key("AC/DC") != name_key("ACDC"));
  CHECK(name_key("!!!") != name_key("???"));
  CHECK(sort_name("The Beatles") == "beatles");
  CHECK(sort_name("The The") == "the");
  CHECK(sort_name("Die") == "die");
  std::string text(600, 'x');
  CHECK(cut_key(text) == text.substr(0, 500));
  text.replace(499, 2, "ä");
  CHECK(cut_key(text) == text.substr(0, 499));
  text = text.substr(1);
  CHECK(cut_key(text) == text.substr(0, 500));
  CHECK(name_key(std::string(6000, 'X')) == std::string(500, 'x'));
}

TEST_CASE("ids are made of names, and differ") {
  CHECK(make_id("ar-", "who", 0) == make_id("ar-", "who", 0));
  CHECK(make_id("ar-", "who", 0) != make_id("ar-", "who", 1));
  CHECK(make_id("ar-", "who", 0) != make_id("ar-", "whom", 0));
  CHECK(make_id("al-", "who", 0).size() == 23);
}

TEST_CASE("what the tags of a file say") {
  const Facts facts = facts_of(tests::make_asset(7, {{"title", {"Song"}},
                                                     {"artist", {"A feat. B"}},
                                                     {"composer", {"C"}},
                                                     {"album", {"The Album"}},
                                                     {"album_artist", {"The A"}},
                                                     {"track", {"03/12"}},
                                                     {"disc", {"1"}},
                                                     {"date", {"2001-05-03"}},
                                                     {"genre", {"Rock", "Rock", "Pop"}}}));
  CHECK(facts.title == "Song");
  CHECK(facts.credits == std::vector<Credit>{{"A", "main"}, {"B", "guest"}, {"C", "composer"}});
  CHECK(facts.album_artists == std::vector<std::string>{"The A"});
  CHECK(facts.genres == std::vector<std::string>{"Rock", "Pop"});
  CHECK((facts.number == 3 && facts.disc == 1 && facts.year == 2001));
  CHECK(facts.cover == "/v/aaaaaaaaaaaaaaaaaaaaaaaaah/g1/cover.jpg");
  CHECK(facts.sort ==
        "a\x1f"
        "album\x1f"
        "00100003\x1f"
        "song");
  CHECK((facts.format.codec == "aac" && facts.format.bit_rate == 128000 && facts.seconds == 180));
}

TEST_CASE("a file without tags is known by its name") {
  const Facts facts = facts_of(tests::make_asset(7, {{"track", {"x"}}, {"date", {"May"}}, {"disc", {"4294967296"}}}));
  CHECK(facts.title == "file7");
  CHECK((facts.credits.empty() && facts.album_key.empty() && facts.number == 0 && facts.year == 0 && facts.disc == 0));
}

TEST_CASE("names to sort by are other names, where it is clear whose they are") {
  const auto aliases = [](media::Tags tags) {
    tags["title"] = {"Song"};
    std::string text;
    for (const Alias& alias : facts_of(tests::make_asset(1, std::move(tags))).aliases)
      text += alias.kind + '|' + alias.of + '|' + alias.name + '\n';
    return text;
  };
  const std::pair<media::Tags, const char*> table[] = {
      {{{"artist", {"The Beatles"}}, {"artistsort", {"Beatles, The"}}}, "artist|The Beatles|Beatles, The\n"},
      {{{"artist", {"東京事変"}}, {"artist-sort", {"Tokyo Jihen"}}}, "artist|東京事変|Tokyo Jihen\n"},
      {{{"artist", {"A feat. B"}}, {"sort_artist", {"X feat. Y"}}}, "artist|A|X\nartist|B|Y\n"},
      {{{"artist", {"A", "B"}}, {"artistsort", {"X"}}}, ""},  // whose?
      {{{"artist", {"Nora"}}, {"artistsort", {"NORA"}}, {"titlesort", {"Song"}}}, ""},
      {{{"titlesort", {"Chanson"}}, {"alias", {"Lied"}}}, "asset||Chanson\nasset||Lied\n"},
      {{{"album", {"Die Platte"}}, {"albumsort", {"Platte, Die"}}}, "album||Platte, Die\n"},
      {{{"albumsort", {"Of none"}}}, ""},
      {{{"album", {"P"}}, {"album_artist", {"The Who"}}, {"albumartistsort", {"Who, The"}}}, "artist|The Who|Who, The\n"},
  };
  for (const auto& [tags, expected] : table) CHECK(aliases(tags) == expected);
}

TEST_CASE("which tracks are one album") {
  const auto key = [](media::Tags tags, const std::string& run = {}) {
    tags["album"] = {"Hits"};
    auto asset = tests::make_asset(1, std::move(tags));
    asset.album = run;
    return facts_of(asset).album_key;
  };
  CHECK(key({{"artist", {"A"}}}) == key({{"artist", {"A feat. B"}}}));
  CHECK(key({{"artist", {"A"}}}) != key({{"artist", {"B"}}}));
  CHECK(key({{"artist", {"A"}}, {"album_artist", {"X"}}}) == key({{"artist", {"B"}}, {"album_artist", {"x"}}}));
  CHECK(key({{"artist", {"A"}}, {"compilation", {"1"}}}) == key({{"artist", {"B"}}, {"compilation", {"1"}}}));
  CHECK(key({{"artist", {"A"}}}, tests::asset_id(9)) == key({{"artist", {"B"}}}, tests::asset_id(9)));
  CHECK(key({{"artist", {"A"}}, {"musicbrainz_album_id", {"m"}}}) == key({{"artist", {"B"}}, {"musicbrainz_album_id", {"m"}}}));
}
