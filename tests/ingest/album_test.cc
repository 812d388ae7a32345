// SPDX-License-Identifier: Apache-2.0
// Albums: found by their tags, made in one run, remade only when something changed.
#include <filesystem>

#include "tests/catch.h"
#include "tests/ingest/published_loudness.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;
namespace fs = std::filesystem;

namespace {

// Three parts of one programme that grows louder, their joins at no codec's frame; named so that the file names' order is not the album's.
struct Album {
  explicit Album(const Sandbox& sandbox) {
    const std::string whole =
        sandbox.make("-f lavfi -i anoisesrc=a=0.2:c=pink:s=9:r=44100:d=9 -af \"volume='0.2+0.1*t':eval=frame\" -ac 2", "whole.wav");
    const char* names[] = {"z.flac", "a.flac", "m.flac"};
    for (int i = 0; i < 3; ++i) {
      const std::string from = std::to_string(i * 130001), to = std::to_string((i + 1) * 130001), n = std::to_string(i + 1);
      files.push_back(sandbox.make("-i " + whole + " -af atrim=start_sample=" + from + ":end_sample=" + to +
                                       " -metadata album=Whole -metadata album_artist=Band -metadata title=Part" + n +
                                       " -metadata track=" + n,
                                   std::string("album/") + names[i]));
    }
  }
  std::vector<std::string> files;  // in playing order
};

}  // namespace

TEST_CASE("files that are one album are encoded in one run, each still an asset of its own") {
  const Sandbox sandbox;
  const Album album(sandbox);
  const std::string first = sandbox.ingest({album.files[0]}).line("z.flac")["asset"];  // published alone before
  const Output output = sandbox.ingest({sandbox.path("album")});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  const std::vector<Json> lines = output.lines();
  REQUIRE(lines.size() == 4);
  CHECK(lines[0]["folder"] == sandbox.store() + "/" + first + "/g2");
  REQUIRE(lines[3].contains("album"));
  CHECK(lines[3]["assets"] == Json::array({lines[0]["asset"], lines[1]["asset"], lines[2]["asset"]}));
  const std::string url = lines[3]["album"], id = url.substr(url.find("/v/") + 3, 26);
  CHECK(lines[3]["album_dash"] == "http://127.0.0.1:18150/v/" + id + "/manifest.mpd");

  const Json asset = sandbox.asset(id);
  CHECK(asset["kind"] == "album");
  CHECK(asset["tags"]["title"][0] == "Whole");
  CHECK(asset["tags"]["artist"][0] == "Band");
  CHECK(asset["duration"] == Json::array({390003, 44100}));
  REQUIRE(asset["album_tracks"].size() == 3);
  CHECK(asset["album_tracks"][1]["title"] == "Part2");
  const Json track = sandbox.asset(lines[1]["asset"]);
  CHECK(track["album"] == id);
  CHECK(track["duration"] == Json::array({130001, 44100}));
  for (int i = 0; i < 3; ++i) {
    const Json part = sandbox.asset(lines[i]["asset"]);
    check_loudness_boxes(lines[i]["folder"], part, asset["loudness"]);
    check_replay_gain(part, "track", part["loudness"]);
    check_replay_gain(part, "album", asset["loudness"]);
    CHECK(part["loudness"] != asset["loudness"]);
  }
  sandbox.check_store();
  sandbox.check_nothing_left();

  // FLAC of the tracks in a row is the programme, bit for bit.
  std::string list;
  for (int i = 0; i < 3; ++i) list += "file '" + sandbox.store() + "/" + lines[i]["asset"].get<std::string>() + "/current/flac.cmfa'\n";
  sandbox.write("list.txt", list);
  const auto md5 = [&](const std::string& input) {
    return sandbox.shell("ffmpeg -nostdin -v error " + input + " -t 8.8436054 -map 0:a:0 -f md5 -c:a pcm_s16le -").out;
  };
  CHECK(md5("-f concat -safe 0 -i " + sandbox.path("list.txt")) == md5("-i " + sandbox.path("whole.wav")));

  const Output again = sandbox.ingest({sandbox.path("album")});
  for (const Json& line : again.lines()) CHECK((line.contains("album") || line["state"] == "unchanged"));
  CHECK(again.lines().size() == 4);
  CHECK(sandbox.ingest({album.files[2]}).line("m.flac")["state"] == "unchanged");
}

TEST_CASE("an album keeps the generations that it plays") {
  const Sandbox sandbox;
  const Album album(sandbox);
  REQUIRE(sandbox.ingest({"--album", sandbox.path("album")}).exit_code == 0);
  for (const char* ladder : {"podcast", "music", "podcast"}) {
    sandbox.make("-i " + album.files[0] + " -c copy -metadata title=" + ladder, "single.flac");
    REQUIRE(sandbox.ingest({sandbox.path("single.flac"), "--ladder", ladder}).exit_code == 0);
  }
  const std::string id = sandbox.ingest({sandbox.path("single.flac"), "--ladder", "podcast"}).line("single.flac")["asset"];
  CHECK(fs::exists(sandbox.store() + "/" + id + "/g1"));  // the album's
  CHECK_FALSE(fs::exists(sandbox.store() + "/" + id + "/g2"));
  CHECK(fs::exists(sandbox.store() + "/" + id + "/g3"));
  CHECK(fs::read_symlink(sandbox.store() + "/" + id + "/current") == "g4");
  sandbox.check_store();
}

TEST_CASE("an album stays in its library, and so do its tracks") {
  const Sandbox sandbox;
  const Album album(sandbox);
  REQUIRE(sandbox.ingest({sandbox.path("album"), "--library", "Kids"}).exit_code == 0);
  const auto all = sandbox.assets();
  REQUIRE(all.size() == 4);
  for (const std::string& file : album.files)
    sh("cd '" + sandbox.path("album") + "' && ffmpeg -nostdin -v error -i '" + file +
       "' -c copy -metadata genre=Anew new.flac && mv new.flac '" + file + "'");
  REQUIRE(sandbox.ingest({sandbox.path("album")}).exit_code == 0);
  CHECK(sandbox.assets() == all);
  for (const std::string& id : all) {
    INFO(id);
    const Json asset = sandbox.asset(id);
    CHECK(asset["generation"] == 2);
    CHECK(asset["tags"]["genre"] == Json{"Anew"});
    CHECK(asset["tags"].value("library", Json()) == Json{"Kids"});
  }
}

TEST_CASE("two albums that share a recording settle") {
  const Sandbox sandbox;
  const Album album(sandbox);
  REQUIRE(sandbox.ingest({"--album", sandbox.path("album")}).exit_code == 0);
  fs::create_directories(sandbox.path("sampler"));
  for (const char* name : {"a.flac", "z.flac"}) {
    const std::string tag = std::string("-c copy -metadata album=Sampler -metadata track=") + (name[0] == 'a' ? "1" : "2");
    sandbox.make("-i " + sandbox.path("album") + "/" + name + " " + tag, std::string("sampler/") + name);
  }
  REQUIRE(sandbox.ingest({"--album", sandbox.path("sampler")}).exit_code == 0);
  for (const char* folder : {"album", "sampler"}) {
    const Output again = sandbox.ingest({"--album", sandbox.path(folder)});
    INFO(again.out << again.err);
    CHECK(again.line("a.flac")["state"] == "unchanged");
    CHECK(again.line("z.flac")["state"] == "unchanged");
  }
  sandbox.check_store();
}

TEST_CASE("a bad file in an album: the others are published, one by one") {
  const Sandbox sandbox;
  const Album album(sandbox);
  const std::string bytes = read_text(album.files[1]);
  sandbox.write("album/a.flac", bytes.substr(0, bytes.size() / 2));
  const Output output = sandbox.ingest({"--album", sandbox.path("album")});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  CHECK(output.line("z.flac")["state"] == "published");
  CHECK(output.line("a.flac")["state"] == "failed");
  CHECK(output.line("m.flac")["state"] == "published");
  sandbox.check_store();
  sandbox.check_nothing_left();
}
