// SPDX-License-Identifier: Apache-2.0
// A store that changes, or is damaged, under a running origin.
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "media/store.h"
#include "tests/catch.h"
#include "tests/origin/served.h"

namespace fs = std::filesystem;
using namespace segue;
using namespace segue::test;

namespace {

// Asks until the answer is as wanted: what was looked at holds for segue_origin_valid, a second.
template <class Condition>
Response until(const Served& served, const std::string& address, const Condition& wanted) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    Response answer = served.get(address);  // a connection of its own: nginx closes it when a file ends early under sendfile
    if (wanted(answer) || std::chrono::steady_clock::now() > end) return answer;
  }
}

Response until_status(const Served& served, const std::string& address, int status) {
  Response answer = until(served, address, [status](const Response& a) { return a.status == status; });
  CHECK(answer.status == status);
  return answer;
}

}  // namespace

TEST_CASE("a re-published asset is seen without a reload, and the old generation still plays") {
  const Served served;
  REQUIRE(served.get("/master.m3u8").body.find("g1/aac-128.m3u8") != std::string::npos);
  const std::string old_segment = served.get("/g1/aac-128/1.m4s").body;
  publish(served.store, {.generation = 2, .renditions = {{.id = "aac-64", .frames = 500}}});
  const Response master =
      until(served, "/master.m3u8", [](const Response& a) { return a.body.find("g2/aac-64.m3u8") != std::string::npos; });
  CHECK(master.body.find("g2/aac-64.m3u8") != std::string::npos);
  CHECK(master.body.find("g1/") == std::string::npos);
  CHECK(served.get("/g2/aac-64/1.m4s").status == 200);
  CHECK(served.get("/g1/aac-128/1.m4s").body == old_segment);
}

TEST_CASE("an asset published after the start is seen at once, though it was asked for before") {
  const Served served;
  const std::string id = "bbbbbbbbbbbbbbbbbbbbbbbbbb";
  CHECK(http_get(served.nginx.port(), "/v/" + id + "/master.m3u8").status == 404);
  publish(served.store, {.id = id});
  CHECK(http_get(served.nginx.port(), "/v/" + id + "/master.m3u8").status == 200);
}

TEST_CASE("an asset removed under the origin becomes 404, and the worker lives") {
  const Served served;
  const pid_t worker = served.nginx.worker();
  CHECK(served.get("/master.m3u8").status == 200);
  CHECK(served.get("/g1/aac-128/1.m4s").status == 200);
  fs::remove_all(served.store + '/' + kServedId);
  for (const char* address : {"/master.m3u8", "/manifest.mpd", "/g1/aac-128.m3u8", "/g1/aac-128/1.m4s", "/g1/aac-128/init.mp4",
                              "/g1/asset.json", "/g1/cover.jpg"}) {
    INFO(address);
    const Response answer = until_status(served, address, 404);
    CHECK(answer.body.size() > 5);
    CHECK(answer.field("cache-control") == "public, max-age=1");
  }
  CHECK(served.nginx.worker() == worker);
}

TEST_CASE("a track file cut short under the origin is a 500 with one line in the log, what is left still plays") {
  const Served served;
  const media::Track track = served.head("aac-128.cmfa");
  const std::string first = served.get("/g1/aac-128/1.m4s").body;
  const std::string last = "/g1/aac-128/" + std::to_string(track.segments.size()) + ".m4s";
  CHECK(served.get(last).status == 200);
  fs::resize_file(served.path("aac-128.cmfa"), track.segments.at(track.segments.size() - 1).offset + 10);
  const Response answer = until_status(served, last, 500);
  CHECK(answer.body.find("ends at byte") != std::string::npos);
  CHECK(answer.field("cache-control") == "no-store");
  CHECK(served.nginx.error_log().find("ends at byte") != std::string::npos);
  CHECK(served.get("/g1/aac-128/1.m4s").body == first);
  CHECK(served.get("/g1/opus-96/1.m4s").status == 200);

  fs::resize_file(served.path("aac-128.cmfa"), 20);
  until_status(served, "/g1/aac-128/1.m4s", 500);
  fs::resize_file(served.path("aac-128.cmfa"), 0);
  until_status(served, "/g1/aac-128/1.m4s", 500);
}

TEST_CASE("a track file that is no file is refused") {
  const Served served;
  const std::string path = served.path("aac-128.cmfa");
  fs::remove(path);
  fs::create_directory(path);
  until_status(served, "/g1/aac-128/1.m4s", 500);
  fs::remove(path);
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  until_status(served, "/g1/aac-128/1.m4s", 500);
  fs::remove(path);
  write_file(path, std::string(100000, '\xff'));
  until_status(served, "/g1/aac-128/1.m4s", 500);
}

TEST_CASE("hostile content of asset.json is a 500, never a crash, never another file") {
  const Served served;
  const std::string good = served.file("asset.json");
  const pid_t worker = served.nginx.worker();
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
  };
  const std::vector<std::string> table = {
      "",
      "{",
      "null",
      "[]",
      "\"text\"",
      std::string(1 << 16, '['),
      std::string("\0\0\0", 3),
      replaced("\"aac-128\"", "\"../../etc/passwd\""),
      replaced("\"aac-128\"", "\"\""),
      replaced("\"aac-128\"", "17"),
      replaced("\"timescale\": 44100", "\"timescale\": 0"),
      replaced("\"timescale\": 44100", "\"timescale\": -1"),
      replaced("\"timescale\": 44100", "\"timescale\": 1e99"),
      replaced("\"generation\": 1", "\"generation\": 99999999999999999999"),
      replaced("\"renditions\": [", "\"renditions\": [[],"),
      replaced("\"codec\": \"aac\"", "\"codec\": \"rot13\""),
  };
  for (std::size_t i = 0; i < table.size(); ++i) {
    INFO(i << ": " << table[i].substr(0, 60));
    const std::string id = "c" + std::string(24, 'a') + static_cast<char>('a' + i);
    const std::string folder = media::generation_folder(served.store, id, 1);
    fs::create_directories(folder);
    fs::create_symlink("g1", media::asset_folder(served.store, id) + "/current");
    for (const char* name : {"aac-128.cmfa", "opus-96.cmfa"}) fs::copy_file(served.path(name), folder + '/' + name);
    write_file(folder + "/asset.json", table[i]);
    for (const char* address : {"/master.m3u8", "/manifest.mpd", "/g1/aac-128.m3u8"}) {
      const Response answer = http_get(served.nginx.port(), "/v/" + id + address);
      CHECK(answer.status == 500);
      CHECK(answer.body.find("passwd:") == std::string::npos);
      CHECK(answer.body.size() > 10);
    }
  }
  CHECK(served.nginx.worker() == worker);
}

TEST_CASE("a link that leads anywhere but to a generation is a 500") {
  const Served served;
  const std::vector<std::string> table = {"/etc", "..", "../..", "g0", "g", "g1/..", "g99999999999", std::string(200, 'g'), "h1"};
  for (std::size_t i = 0; i < table.size(); ++i) {
    INFO(table[i]);
    const std::string id = "d" + std::string(24, 'a') + static_cast<char>('a' + i);
    fs::create_directories(media::asset_folder(served.store, id));
    fs::create_symlink(table[i], media::asset_folder(served.store, id) + "/current");
    CHECK(http_get(served.nginx.port(), "/v/" + id + "/master.m3u8").status == 500);
  }
}
