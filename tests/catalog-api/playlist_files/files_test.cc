// SPDX-License-Identifier: Apache-2.0
// Playlist files as other programs write them, read; what we print, literally; and what is refused.
#include "catalog-api/playlist_files/file_list.h"
#include "catalog-api/playlist_files/guess.h"
#include "catalog-api/playlist_files/identifiers.h"
#include "tests/catch.h"

using namespace segue::playlist_files;

namespace {

constexpr const char* kMbid = "8f3471b5-7e6a-48da-86a9-c1c07a0f47ae";

FileList sample() {
  return {"Mix & more",
          "ada",
          "For <evenings>",
          {{"/v/aaaaaaaaaaaaaaaaaaaaaaaaab/master.m3u8", "Sæglópur", "Sigur Rós", "Takk…", kMbid, "GBAYE0500001", 457123},
           {"a/b - c.mp3", "Title - with dash", "", "", "", "", 0}}};
}

}  // namespace

TEST_CASE("M3U8 as players write it") {
  const auto list = parse(
      Format::m3u8,
      "\xEF\xBB\xBF#EXTM3U\r\n#PLAYLIST:Evening\r\n#EXTENC:UTF-8\r\n#EXTINF:213,Björk - Jóga\r\nMusic\\Björk\\02 Jóga.mp3\r\n\r\n"
      "#EXTINF:-1 tvg-name=\"a,b\",Radio\nhttp://radio.example/a?b#c\n#EXTART:AC/DC\n#EXTALB:Back\n#EXTINF:255.5,AC/DC - Hells Bells\n"
      "../x.flac\nplain.ogg");
  REQUIRE(list);
  CHECK(list->title == "Evening");
  const std::vector<FileEntry> expected{{"Music\\Björk\\02 Jóga.mp3", "Jóga", "Björk", "", "", "", 213000},
                                        {"http://radio.example/a?b#c", "Radio", "", "", "", "", 0},
                                        {"../x.flac", "Hells Bells", "AC/DC", "Back", "", "", 255500},
                                        {"plain.ogg", "", "", "", "", "", 0}};
  CHECK(list->entries == expected);
  const auto latin = parse(Format::m3u8, "#EXTINF:1,Bj\xF6rk - J\xF3ga\nx.mp3");
  REQUIRE(latin);
  CHECK((latin->entries[0].creator == "Björk" && latin->entries[0].title == "Jóga"));
}

TEST_CASE("each format, printed") {
  CHECK(print(Format::m3u8, sample()) ==
        "#EXTM3U\n#PLAYLIST:Mix & more\n#EXTALB:Takk…\n#EXTINF:457.123,Sigur Rós - Sæglópur\n/v/aaaaaaaaaaaaaaaaaaaaaaaaab/master.m3u8\n"
        "#EXTART:\n#EXTINF:-1,Title - with dash\na/b - c.mp3\n");
  CHECK(print(Format::xspf, sample()) ==
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n <title>Mix &amp; "
        "more</title>\n"
        " <creator>ada</creator>\n <annotation>For &lt;evenings&gt;</annotation>\n <trackList>\n  <track>\n"
        "   <location>/v/aaaaaaaaaaaaaaaaaaaaaaaaab/master.m3u8</location>\n"
        "   <identifier>https://musicbrainz.org/recording/8f3471b5-7e6a-48da-86a9-c1c07a0f47ae</identifier>\n"
        "   <identifier>urn:isrc:GBAYE0500001</identifier>\n   <title>Sæglópur</title>\n   <creator>Sigur Rós</creator>\n   "
        "<album>Takk…</album>\n"
        "   <duration>457123</duration>\n  </track>\n  <track>\n   <location>a/b - c.mp3</location>\n   <title>Title - with dash</title>\n "
        " </track>\n"
        " </trackList>\n</playlist>\n");
  CHECK(print(Format::jspf, {"M", "", "", {{"x", "t", "", "", kMbid, "", 1000}}}) ==
        "{\n \"playlist\": {\n  \"title\": \"M\",\n  \"track\": [\n   {\n    \"location\": [\n     \"x\"\n    ],\n    \"identifier\": [\n"
        "     \"https://musicbrainz.org/recording/8f3471b5-7e6a-48da-86a9-c1c07a0f47ae\"\n    ],\n    \"title\": \"t\",\n    \"duration\": "
        "1000\n"
        "   }\n  ]\n }\n}\n");
  for (const Format format : {Format::xspf, Format::jspf}) {
    CHECK(format_of(print(format, sample())) == format);
    const auto again = parse(format, print(format, sample()));
    REQUIRE(again);
    CHECK(*again == sample());
  }
}

TEST_CASE("XSPF and JSPF of others") {
  const auto xspf =
      parse(Format::xspf,
            "<?xml version='1.0'?><x:playlist version='1' "
            "xmlns:x='http://xspf.org/ns/0/'><x:trackList><x:track><x:identifier>urn:other</x:identifier>"
            "<x:identifier>isrc:us-rc1-76-07839</x:identifier><x:title> Spaces\n and lines </x:title><x:duration>-5</x:duration>"
            "<x:extension application='x'><x:title>no</x:title></x:extension></x:track></x:trackList></x:playlist>");
  REQUIRE(xspf);
  REQUIRE(xspf->entries.size() == 1);
  CHECK((xspf->entries[0].isrc == "USRC17607839" && xspf->entries[0].title == "Spaces  and lines" && xspf->entries[0].duration_ms == 0));
  const auto jspf =
      parse(Format::jspf,
            R"({"playlist":{"title":"LB","track":[{"identifier":"https://musicbrainz.org/recording/8F3471B5-7E6A-48DA-86A9-C1C07A0F47AE",
      "title":"T","creator":"A","duration":"long","extension":{"x":[[[]]]}},{"identifier":["isrc:GBAYE0500001"],"location":"http://x/y.flac"}]}})");
  REQUIRE(jspf);
  CHECK(
      (jspf->entries[0].musicbrainz == kMbid && jspf->entries[1].isrc == "GBAYE0500001" && jspf->entries[1].location == "http://x/y.flac"));
}

TEST_CASE("what is refused, and why") {
  struct Case {
    Format format;
    std::string text, error;
  };
  const Case table[] = {
      {Format::m3u8, "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n1.ts\n",
       "an HLS playlist (#EXT-X-TARGETDURATION:4), expected a list of tracks"},
      {Format::xspf, "<playlist>", "line 1: "},
      {Format::xspf, "<MPD/>", "expected the element playlist, found MPD"},
      {Format::xspf, "<!DOCTYPE a [<!ENTITY b \"c\">]><playlist/>", "a DOCTYPE, which is not taken"},
      {Format::jspf, "{\"playlist\":", "not JSON, or not UTF-8"},
      {Format::jspf, std::string(200'000, '['), "not JSON, or not UTF-8"},
      {Format::jspf, "{}", "/playlist: expected an object"},
      {Format::jspf, R"({"playlist":{"track":{}}})", "/playlist/track: expected an array of at most 10000"},
      {Format::jspf, R"({"playlist":{"track":[7]}})", "/playlist/track/0: expected an object"},
      {Format::m3u8, std::string(kMaxFileBytes + 1, 'x'), "a file of 4194305 bytes, at most 4194304"},
  };
  for (const auto& [format, text, error] : table) {
    const auto list = parse(format, text);
    REQUIRE_FALSE(list);
    CHECK(list.error().message.substr(0, error.size()) == error);
  }
  std::string many;
  for (std::size_t i = 0; i <= kMaxEntries; ++i) many += "x\n";
  CHECK_FALSE(parse(Format::m3u8, many));
}

TEST_CASE("what an address tells") {
  const std::tuple<const char*, const char*, const char*, const char*, const char*> table[] = {
      {"/music/Sigur Rós/Takk…/03 - Hoppípolla.flac", "Hoppípolla", "", "Takk…", "Sigur Rós"},
      {"C:\\Music\\Air\\Moon Safari\\1-05 Talisman.mp3", "Talisman", "", "Moon Safari", "Air"},
      {"file:///m/Bj%C3%B6rk/Homogenic/J%c3%b3ga.mp3?x=1", "Jóga", "", "Homogenic", "Björk"},
      {"Daft Punk - Da Funk.ogg", "Da Funk", "Daft Punk", "", ""},
      {"07. Song.opus", "Song", "", "", ""},
      {"1979.mp3", "1979", "", "", ""},
      {"100%.mp3", "100%", "", "", ""},
      {"", "", "", "", ""},
  };
  for (const auto& [location, title, artist, folder, parent] : table) {
    const PathNames names = names_of(location);
    CAPTURE(location);
    CHECK((names.title == title && names.artist == artist && names.folder == folder && names.parent == parent));
  }
  CHECK(asset_of("http://x:8080/t/s1.k/v/aaaaaaaaaaaaaaaaaaaaaaaaab/master.m3u8") == "aaaaaaaaaaaaaaaaaaaaaaaaab");
  CHECK(asset_of("/v/aaaaaaaaaaaaaaaaaaaaaaaaabc/x").empty());
  CHECK(musicbrainz_of("mbid:8f3471b5").empty());
  CHECK(isrc_of("USRC1760783").empty());
}
