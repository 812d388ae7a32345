// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/lrc.h"
#include "catalog-api/opensubsonic/decision.h"
#include "catalog-api/opensubsonic/hls.h"
#include "catalog-api/opensubsonic/node.h"
#include "catalog-api/opensubsonic/playback.h"
#include "catalog-api/opensubsonic/whole_file.h"
#include "service/http/range.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::opensubsonic;
using library::LyricLine, library::Lyrics, library::parse_lyrics;
using Kind = service::http::Range::Kind;

TEST_CASE("one tree, as XML and as JSON") {
  Node node;
  node.field("id", 7)
      .field("name", "A & \"B\" <c>\n")
      .field("real", 1.5)
      .field("yes", true)
      .field_if("none", "")
      .field_if("zero", std::int64_t{0});
  node.object("one", Node().field("x", 1).text("T<"));
  node.list("many", {Node().field("y", 1), Node()}).list("empty", {}).scalars("n", {std::int64_t{1}, std::int64_t{2}});
  std::string xml, json;
  node.print_xml("r", xml);
  node.print_json(json);
  CHECK(xml ==
        "<r id=\"7\" name=\"A &amp; &quot;B&quot; &lt;c&gt;&#10;\" real=\"1.5\" yes=\"true\"><one x=\"1\">T&lt;</one><many y=\"1\"/><many/>"
        "<n>1</n><n>2</n></r>");
  CHECK(
      json ==
      R"({"id":7,"name":"A & \"B\" <c>\u000a","real":1.5,"yes":true,"one":{"x":1,"value":"T<"},"many":[{"y":1},{}],"empty":[],"n":[1,2]})");
  std::string odd;
  Node().field("a", std::string("\x01\x7f\xff", 3)).print_xml("r", odd);
  CHECK(odd == "<r a=\"???\"/>");
  odd.clear();
  Node().field("a", "x\xEF\xBF\xBEy\xEF\xBF\xBFz\xEF\xBF\xBD").print_xml("r", odd);  // no characters of XML, but for the last
  CHECK(odd == "<r a=\"x?y?z\xEF\xBF\xBD\"/>");
}

TEST_CASE("lyrics with times and without") {
  CHECK(parse_lyrics("one\r\n\ntwo").lines == std::vector<LyricLine>{{-1, "one", {}, {}}, {-1, "", {}, {}}, {-1, "two", {}, {}}});
  const Lyrics synced =
      parse_lyrics("[ar:Somebody]\n[offset:+500]\n[00:02.50][1:00] chorus\n[00:01.005]first\n[Verse] not timed\n[99:99.00]odd");
  CHECK(synced.is_synced);
  CHECK(synced.lines == std::vector<LyricLine>{{505, "first", {}, {}}, {2000, "chorus", {}, {}}, {59500, "chorus", {}, {}}});
  CHECK(parse_lyrics("").lines.empty());
  CHECK(parse_lyrics(std::string(100000, '[')).lines.size() == 1);
}

TEST_CASE("ranges of bytes") {
  struct Case {
    const char* field;
    Kind kind;
    std::uint64_t first, last;
  };
  const Case table[] = {{"bytes=0-4", Kind::part, 0, 4},
                        {"bytes=5-", Kind::part, 5, 9},
                        {"bytes=-3", Kind::part, 7, 9},
                        {"bytes=-30", Kind::part, 0, 9},
                        {"bytes=8-99", Kind::part, 8, 9},
                        {"bytes=10-", Kind::unsatisfiable, 0, 0},
                        {"bytes=-0", Kind::unsatisfiable, 0, 0},
                        {"bytes=4-2", Kind::whole, 0, 0},
                        {"bytes=0-1,3-4", Kind::whole, 0, 0},
                        {"items=0-1", Kind::whole, 0, 0},
                        {"bytes=a-b", Kind::whole, 0, 0},
                        {"bytes=-", Kind::whole, 0, 0},
                        {"", Kind::whole, 0, 0},
                        {"bytes=18446744073709551616-", Kind::whole, 0, 0}};
  for (const auto& [field, kind, first, last] : table) {
    CAPTURE(field);
    const auto range = service::http::parse_range(field, 10);
    CHECK((range.kind == kind && range.first == first && range.last == last));
  }
}

TEST_CASE("a slice of parts is what a slice of their bytes would be") {
  const std::vector<service::http::BodyPart> parts{{"abc", "", 0, 0}, {"", "/f", 100, 4}, {"xy", "", 0, 0}};
  const auto all = slice(parts, 0, 9);
  CHECK(all.size() == 3);
  const auto middle = slice(parts, 2, 4);
  REQUIRE(middle.size() == 2);
  CHECK((middle[0].bytes == "c" && middle[1].offset == 100 && middle[1].length == 3));
  const auto tail = slice(parts, 6, 3);
  REQUIRE(tail.size() == 2);
  CHECK((tail[0].offset == 103 && tail[0].length == 1 && tail[1].bytes == "xy"));
  CHECK(slice(parts, 9, 1).empty());
}

TEST_CASE("words with times of their own") {
  const Lyrics sung = parse_lyrics("[00:01.00]<00:01.00>two <00:01.50>words<00:02.00>\n[00:03.00] <00:03.00>é<00:03.50> x ");
  REQUIRE(sung.lines.size() == 2);
  CHECK(sung.lines[0] == LyricLine{1000, "two words", {{1000, 0, 3}, {1500, 4, 9}}, 2000});
  CHECK(sung.lines[1] == LyricLine{3000, "é x", {{3000, 0, 2}, {3500, 3, 4}}, std::nullopt});
  // What is no time stays text; what runs backwards is no cue; times of words belong to one line only.
  CHECK(parse_lyrics("[00:01.00]a <b> c").lines[0] == LyricLine{1000, "a <b> c", {}, std::nullopt});
  CHECK(parse_lyrics("[00:01.00]<00:02.00>a <00:01.00>b").lines[0] == LyricLine{1000, "a b", {}, std::nullopt});
  CHECK(parse_lyrics("[00:01.00][00:09.00]<00:01.00>a").lines[1] == LyricLine{9000, "a", {}, std::nullopt});
  CHECK(parse_lyrics("<00:01.00>a").lines[0].text == "<00:01.00>a");
}

TEST_CASE("half of it, or four minutes, but thirty seconds at least") {
  struct Case {
    std::int64_t position, length;
    bool counts;
  };
  for (const auto& [position, length, counts] : {Case{29'999, 40'000, false}, Case{30'000, 40'000, true}, Case{89'999, 180'000, false},
                                                 Case{90'000, 180'000, true}, Case{240'000, 3'600'000, true}}) {
    CAPTURE(position, length);
    CHECK(is_a_play(position, length) == counts);
  }
}

TEST_CASE("bit rates as clients write them") {
  struct Case {
    const char* text;
    std::int64_t kbps;
    std::uint32_t height;
  };
  for (const auto& [text, kbps, height] : {Case{"320", 320, 0}, Case{"1000@480x360", 1000, 360}, Case{"0", 0, 0}}) {
    CAPTURE(text);
    const auto rate = parse_bit_rate(text);
    REQUIRE(rate);
    CHECK((rate->kbps == kbps && rate->height == height));
  }
  for (const char* text : {"", "-1", "fast", "1000@", "1000@480", "1000@480x", "1000@480x0", "1000@480x360x", "99999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_bit_rate(text));
  }
}

namespace {

media::Rendition rendition(const char* id, media::Codec codec, std::uint32_t bps) {
  media::Rendition made;
  made.id = id;
  made.group = std::string(media::name_of(codec));
  made.codecs = codec == media::Codec::aac ? "mp4a.40.2" : codec == media::Codec::opus ? "Opus" : "fLaC";
  made.track.codec = codec;
  made.track.audio = {44100, 2, 3, codec == media::Codec::flac ? 16u : 0u};
  made.average_bps = made.peak_bps = bps;
  return made;
}

media::Asset ladder() {
  media::Asset asset;
  asset.id = std::string(26, 'a');
  asset.generation = 3;
  asset.renditions = {rendition("aac-64", media::Codec::aac, 65'000), rendition("aac-128", media::Codec::aac, 131'000),
                      rendition("aac-256", media::Codec::aac, 260'000), rendition("opus-96", media::Codec::opus, 97'000),
                      rendition("flac", media::Codec::flac, 900'000)};
  return asset;
}

}  // namespace

TEST_CASE("one variant for each bit rate that was asked for") {
  struct Case {
    std::vector<BitRate> rates;
    std::vector<std::string> ids;
  };
  const Case table[] = {{{}, {"aac-64", "aac-128", "aac-256", "opus-96", "flac"}},
                        {{{64, 0}, {128, 0}, {320, 0}}, {"aac-64", "aac-128", "aac-256"}},
                        {{{128, 0}, {130, 0}}, {"aac-128"}},
                        {{{8, 0}}, {"aac-64"}},
                        {{{0, 0}}, {"aac-256"}}};
  for (const auto& [rates, ids] : table) {
    std::vector<std::string> found;
    for (const auto& one : renditions_for(ladder(), rates)) found.push_back(one.id);
    CHECK(found == ids);
  }
  const auto text = hls_text(ladder(), renditions_for(ladder(), {{64, 0}, {128, 0}}), "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/", 7);
  REQUIRE(text);
  CHECK(*text ==
        "#EXTM3U\n#EXT-X-START:TIME-OFFSET=7\n#EXT-X-VERSION:6\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=131000,AVERAGE-BANDWIDTH=131000,SCORE=2.0,CODECS=\"mp4a.40.2\"\n/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/g3/"
        "aac-128.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=65000,AVERAGE-BANDWIDTH=65000,SCORE=1.0,CODECS=\"mp4a.40.2\"\n/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/g3/"
        "aac-64.m3u8\n");
}

TEST_CASE("which stream suits a client") {
  struct Case {
    const char* client;
    bool direct;
    const char* params;  // empty: none
    std::vector<std::string> reasons;
  };
  const Case table[] = {
      {R"({"name":"a","platform":"b","directPlayProfiles":[{"containers":["flac"],"audioCodecs":["flac"],"protocols":[]}]})", true, "", {}},
      {R"({"directPlayProfiles":[{"containers":[],"audioCodecs":[],"protocols":["http"]}]})", true, "", {}},
      {R"({"maxAudioBitrate":320000,"directPlayProfiles":[{"containers":["flac"],"audioCodecs":["flac"],"protocols":["http"]}],
           "transcodingProfiles":[{"container":"mp3","audioCodec":"mp3","protocol":"http"},{"container":"mp4","audioCodec":"aac","protocol":"http"}]})",
       false,
       "aac-256.http",
       {"AudioBitrateNotSupported"}},
      {R"({"maxTranscodingAudioBitrate":200000,"directPlayProfiles":[{"containers":["mp3"],"audioCodecs":["mp3"],"protocols":[]},
           {"containers":["flac"],"audioCodecs":["alac"],"protocols":[]},{"containers":["flac"],"audioCodecs":["flac"],"protocols":["hls"]}],
           "transcodingProfiles":[{"container":"mp4","audioCodec":"aac","protocol":"hls"}]})",
       false,
       "aac-128.hls",
       {"ContainerNotSupported", "AudioCodecNotSupported", "ProtocolNotSupported"}},
      {R"({"codecProfiles":[{"type":"AudioCodec","name":"flac","limitations":[{"name":"audioSamplerate","comparison":"LessThanEqual","values":["32000"],"required":true}]}],
           "directPlayProfiles":[{"containers":["flac"],"audioCodecs":["flac"],"protocols":[]}],
           "transcodingProfiles":[{"container":"","audioCodec":"opus","protocol":"http","maxAudioChannels":2}]})",
       false,
       "opus-96.http",
       {"CodecLimitation"}},
      {R"({"directPlayProfiles":[{"containers":["flac"],"audioCodecs":["flac"],"protocols":[],"maxAudioChannels":1}],
           "transcodingProfiles":[{"container":"mp4","audioCodec":"aac","protocol":"rtsp"}]})",
       false,
       "",
       {"AudioChannelsNotSupported"}},
      {"{}", false, "", {}},
  };
  const auto asset = ladder();
  for (const auto& [text, direct, params, reasons] : table) {
    CAPTURE(text);
    const auto client = parse_client_info(text);
    REQUIRE(client);
    const Decision decision = decide(asset, asset.renditions.back(), *client);
    CHECK(decision.can_direct_play == direct);
    CHECK((decision.transcoded ? params_of(*decision.transcoded) : "") == params);
    CHECK(decision.reasons == reasons);
  }
  CHECK(parse_params("aac-128.hls")->rendition == "aac-128");
  for (const char* text : {"", "aac-128", "aac-128.ftp", "../x.http", ".http", "aac-128.http.hls"}) CHECK_FALSE(parse_params(text));
}

TEST_CASE("a ClientInfo of the wrong shape names the place") {
  const std::pair<const char*, const char*> table[] = {
      {"", "ClientInfo: expected a JSON object in the body"},
      {"[]", "ClientInfo: expected a JSON object in the body"},
      {R"({"name":7})", "ClientInfo/name: expected a string"},
      {R"({"maxAudioBitrate":-1})", "ClientInfo/maxAudioBitrate: expected a number, 0 or more"},
      {R"({"directPlayProfiles":{}})", "ClientInfo/directPlayProfiles: expected an array of at most 200"},
      {R"({"directPlayProfiles":[{"containers":[1]}]})", "ClientInfo/directPlayProfiles/0/containers/0: expected a string"},
      {R"({"codecProfiles":[{"limitations":[{},{"required":"yes"}]}]})",
       "ClientInfo/codecProfiles/0/limitations/1/required: expected true or false"},
      {R"({"transcodingProfiles":["x"]})", "ClientInfo/transcodingProfiles/0: expected an object"},
  };
  for (const auto& [text, message] : table) {
    const auto client = parse_client_info(text);
    REQUIRE_FALSE(client);
    CHECK(client.error().message == message);
  }
  CHECK_FALSE(parse_client_info(std::string(100'000, '[')));
}
