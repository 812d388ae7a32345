// SPDX-License-Identifier: Apache-2.0
#include "media/asset.h"

#include <cmath>

#include "media/limits.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::media;

namespace {

Asset full_asset() {
  Asset asset;
  asset.id = "abcdefghijklmnopqrstuvwxyz";
  asset.generation = 3;
  asset.kind = "video";
  asset.created_unix = 1700000000;
  asset.duration = {9876543, 44100};
  asset.source = {"Lied \"1\".flac", 123456789012, "flac", "aa", "bb", {"flac", "h264"}};
  asset.tags = {{"title", {"Ünï\n\x01"}}, {"artist", {"A", "B"}}, {"lyrics", {}}};
  asset.chapters = {{0, 1000, "One"}, {1000, 2000, ""}};
  asset.cover = "cover.jpg";
  asset.loudness = Loudness{-14.25, 6.5, -0.5, -1.0};
  asset.ladder = "music";
  asset.ladder_hash = "cc";
  asset.album = "22222222222222222222222222";
  Rendition audio;
  audio.id = "aac-128";
  audio.file = "aac-128.cmfa";
  audio.track.timescale = 44100;
  audio.track.audio = {44100, 2, 3, 0};
  audio.track.lead_in = 1024;
  audio.track.tail = 77;
  audio.track.loudness = asset.loudness;
  audio.track.album_loudness = Loudness{-13, 7, 0, -0.1};
  audio.codecs = "mp4a.40.2";
  audio.group = "aac";
  audio.is_default = true;
  audio.duration = 9876543;
  audio.size_bytes = 5000000000;
  audio.peak_bps = 130000;
  audio.sha256 = "dd";
  audio.preroll_bytes = 900;
  audio.preroll_ticks = 2048;
  Rendition video = audio;
  video.id = "h264-720";
  video.file = "h264-720.cmfv";
  video.track = {};
  video.track.codec = Codec::h264;
  video.track.timescale = 30000;
  video.track.video = {1280, 720, {4, 3}, {30000, 1001}, VideoRange::hlg, 9, 18, 9, true};
  Rendition text = video;
  text.id = "text-en";
  text.file = "text-en.cmft";
  text.track = {};
  text.track.codec = Codec::webvtt;
  text.track.timescale = 1000;
  text.webvtt = {"text-en.vtt", 1234, "ee"};
  asset.renditions = {audio, video, text};
  asset.album_tracks = {{"33333333333333333333333333", 2, 12.5, "Song"}};
  return asset;
}

std::string error_of(std::string_view json) {
  auto parsed = parse_asset(json);
  return parsed ? "no error" : parsed.error().message;
}

// full_asset's JSON with one piece of text replaced.
std::string with(const std::string& what, const std::string& by) {
  std::string json = to_json(full_asset());
  const std::size_t at = json.find(what);
  REQUIRE(at != std::string::npos);
  return json.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("an asset reads back as it was written") {
  const std::string json = to_json(full_asset());
  auto parsed = parse_asset(json);
  if (!parsed) FAIL(parsed.error().message);
  CHECK(to_json(*parsed) == json);
  CHECK(parsed->tags == full_asset().tags);
  CHECK(parsed->duration == full_asset().duration);
  CHECK(parsed->renditions[1].track.video.frame_rate == Rational{30000, 1001});
  CHECK(parsed->renditions[1].track.video.range == VideoRange::hlg);
  CHECK(parsed->renditions[0].size_bytes == 5000000000);
  CHECK(parsed->album_tracks[0].seconds == 12.5);
}

TEST_CASE("silence has no loudness that JSON could hold") {
  Asset asset = full_asset();
  asset.loudness->integrated_lufs = -INFINITY;
  auto parsed = parse_asset(to_json(asset));
  REQUIRE(parsed);
  CHECK(parsed->loudness->integrated_lufs == -INFINITY);
}

TEST_CASE("ReplayGain is told for other programs") {
  const std::string json = to_json(full_asset());
  CHECK(json.find("\"track_gain_db\": -3.75") != std::string::npos);
  CHECK(json.find("\"track_peak\": 0.891251") != std::string::npos);
  CHECK(json.find("\"album_gain_db\": -5.0") != std::string::npos);
}

TEST_CASE("text that is not UTF-8 is replaced, not passed on") {
  Asset asset = full_asset();
  asset.tags["title"] = {"caf\xE9"};
  auto parsed = parse_asset(to_json(asset));
  REQUIRE(parsed);
  CHECK(parsed->tags["title"][0] == "caf\xEF\xBF\xBD");
}

TEST_CASE("what is wrong is named by its place") {
  CHECK(error_of("") == "asset.json: not JSON");
  CHECK(error_of("[]") == "asset.json: /: expected an object, found []");
  CHECK(error_of("{}") == "asset.json: /id: expected to be present, found nothing");
  CHECK(error_of(with("\"generation\": 3", "\"generation\": -3")) ==
        "asset.json: /generation: expected an integer from 0 to 4294967295, found -3");
  CHECK(error_of(with("\"generation\": 3", "\"generation\": 4294967296")) ==
        "asset.json: /generation: expected an integer from 0 to 4294967295, found 4294967296");
  CHECK(error_of(with("\"generation\": 3", "\"generation\": 1.5")) ==
        "asset.json: /generation: expected an integer from 0 to 4294967295, found 1.5");
  CHECK(error_of(with("\"kind\": \"video\"", "\"kind\": \"film\"")) == "asset.json: /kind: expected track, video or album, found \"film\"");
  CHECK(error_of(with("\"id\": \"abc", "\"id\": \"ABC")) ==
        "asset.json: /id: expected 26 characters of [a-z2-7], found \"ABCdefghijklmnopqrstuvwxyz\"");
  CHECK(error_of(with("\"cover\": \"cover.jpg\"", "\"cover\": \"../cover.jpg\"")) ==
        "asset.json: /cover: expected a file name without folders, found \"../cover.jpg\"");
  CHECK(error_of(with("\"file\": \"h264-720.cmfv\"", "\"file\": \"/etc/passwd\"")) ==
        "asset.json: /renditions/1/file: expected a file name without folders, found \"/etc/passwd\"");
  CHECK(error_of(with("\"timescale\": 30000", "\"timescale\": 0")) == "asset.json: /renditions/1/timescale: expected over 0, found 0");
  CHECK(error_of(with("\"range\": \"hlg\"", "\"range\": \"hdr\"")) ==
        "asset.json: /renditions/1/video/range: expected sdr, hlg or pq, found \"hdr\"");
  CHECK(error_of(with("\"codec\": \"aac\"", "\"codec\": \"mp3\"")) ==
        "asset.json: /renditions/0/codec: expected a codec's name, found \"mp3\"");
  CHECK(error_of(with("\"A\",", "7,")) == "asset.json: /tags/artist: expected strings, found 7");
}

TEST_CASE("an album's renditions have no files") {
  Asset asset = full_asset();
  asset.kind = "album";
  for (Rendition& rendition : asset.renditions) rendition.file.clear();
  CHECK(parse_asset(to_json(asset)));
  asset.kind = "track";
  CHECK_FALSE(parse_asset(to_json(asset)));
}

TEST_CASE("JSON made to exhaust memory is refused") {
  CHECK(error_of(std::string(100000, '[')) == "asset.json: nested deeper than 16");
  CHECK(error_of(std::string(kMaxAssetJsonBytes + 1, ' ')) == "asset.json: 16777217 bytes, expected at most 16777216");
  CHECK(error_of("{\"id\": \"[[[[[[[[[[[[[[[[[[[[[[[[\"}").find("nested") == std::string::npos);
}

TEST_CASE("an asset cut at any byte is refused") {
  const std::string json = to_json(full_asset());
  for (std::size_t length = 0; length + 2 < json.size(); ++length) REQUIRE_FALSE(parse_asset(std::string_view(json).substr(0, length)));
}
