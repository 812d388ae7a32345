// SPDX-License-Identifier: Apache-2.0
// What `make run MEDIA=FOLDER` does after the build, in a home of its own: scripts/run.sh beside the programs of this build.
#include <filesystem>
#include <string>

#include "service/home.h"
#include "service/probe.h"
#include "tests/catch.h"
#include "tests/origin/http_client.h"
#include "tests/platform/platform_fixture.h"

using namespace segue;
using namespace segue::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

// A repository of two entries: the script, and `segue` as a build leaves it.
std::string run_script(const Platform& platform) {
  const std::string root = platform.folder() + "/a repository";
  fs::create_directories(root + "/scripts");
  fs::copy_file(SCRIPTS "/run.sh", root + "/scripts/run.sh");
  fs::create_symlink(PROGRAMS "/segue", root + "/segue");
  return root + "/scripts/run.sh";
}

std::string two_songs(const Platform& platform) {
  const std::string media = platform.folder() + "/my music";
  fs::create_directories(media);
  for (const char* name : {"a song", "b song"}) {
    const Ran made = platform.shell("ffmpeg -nostdin -v error -f lavfi -i anoisesrc=a=0.2:c=pink:s=" + std::to_string(name[0]) +
                                    ":r=44100:d=3 -ac 2 '" + media + '/' + name + ".flac'");
    INFO(made.text);
    REQUIRE(made.code == 0);
  }
  return media;
}

// The first word from `begin` on.
std::string word_at(const std::string& text, const std::string& begin) {
  const std::size_t at = text.find(begin);
  return at == std::string::npos ? "" : text.substr(at, text.find_first_of(" \n", at) - at);
}

}  // namespace

TEST_CASE("make run with a folder: addresses are printed, the first track plays, the rest follows, down ends it") {
  const Platform platform;
  const std::string script = run_script(platform), media = two_songs(platform);
  const std::string command = "MEDIA='" + media + "' '" + script + "'";
  const Ran ran = platform.shell(command);
  INFO(ran.text);
  REQUIRE(ran.code == 0);
  const std::string gateway = "http://127.0.0.1:" + std::to_string(platform.port());
  CHECK(ran.text.find("first track: " + media + "/a song.flac\n") != std::string::npos);
  CHECK(ran.text.find("Listen in a browser   " + gateway + "/\n") != std::string::npos);
  CHECK(ran.text.find("Your account, once    " + gateway + '/') != std::string::npos);
  CHECK(ran.text.find("2 files are being ingested in the background") != std::string::npos);

  const std::string hls = word_at(ran.text, gateway + "/v/"), below = hls.substr(gateway.size());
  REQUIRE(below.ends_with("/master.m3u8"));
  const std::string asset = below.substr(0, below.rfind('/'));
  CHECK(ran.text.find(gateway + asset + "/manifest.mpd") != std::string::npos);
  for (const char* file : {"/master.m3u8", "/manifest.mpd", "/g1/aac-128/init.mp4", "/g1/aac-128/1.m4s"}) {
    INFO(file);
    CHECK(http_get(platform.port(), asset + file).status == 200);
  }

  const auto all_done = [](const json& status) {
    const json& ingest = status.at("ingest");
    return ingest.at("published") == 2 && ingest.at("queued") == 0 && ingest.at("running").empty();
  };
  CHECK(platform.wait_until(all_done).at("ingest").at("failed") == 0);

  // Once more: what is there is found, and nothing is made anew.
  const Ran again = platform.shell(command);
  INFO(again.text);
  CHECK(again.code == 0);
  CHECK(word_at(again.text, gateway + "/v/") == hls);
  CHECK(platform.wait_until(all_done).at("ingest").at("failed") == 0);

  const Ran down = platform.segue("down");
  INFO(down.text);
  CHECK(down.code == 0);
  CHECK(platform.segue("status").code == 1);
  for (int offset = 0; offset <= service::kLastPort; ++offset) CHECK(service::can_listen("127.0.0.1", platform.port() + offset));
}

TEST_CASE("make run without media says so before anything is started") {
  const Platform platform;
  const std::string script = run_script(platform), empty = platform.folder() + "/empty";
  fs::create_directories(empty);
  const Ran missing = platform.shell("MEDIA='" + platform.folder() + "/nowhere' '" + script + "'");
  CHECK(missing.code == 1);
  CHECK(missing.text == "run: MEDIA=" + platform.folder() + "/nowhere: no such file or folder\n");
  const Ran nothing = platform.shell("MEDIA='" + empty + "' '" + script + "'");
  CHECK(nothing.code == 1);
  CHECK(nothing.text == "run: no music or video below " + empty + '\n');
  CHECK(platform.segue("status").code == 1);
}
