// SPDX-License-Identifier: Apache-2.0
// The origin as it is run: nginx with our module and our configuration, over loopback.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "media/store.h"
#include "media/track_head.h"
#include "tests/catch.h"
#include "tests/origin/http_client.h"
#include "tests/origin/nginx_server.h"
#include "tests/origin/store_fixture.h"

namespace fs = std::filesystem;
using namespace segue;
using namespace segue::test;

namespace {

const std::string kId = "aaaaaaaaaaaaaaaaaaaaaaaaaa";

struct Served {
  TemporaryFolder folder;
  std::string store = folder.path() + "/store";
  media::Asset asset = publish(store, {.renditions = {{.id = "aac-128"}, {.id = "opus-96", .codec = media::Codec::opus}}});
  int free = free_port();
  NginxServer nginx{folder.path(), "origin/conf/origin.conf.in", {{"STORE", store}, {"ORIGIN_PORT", std::to_string(free)}}, free};

  Response get(const std::string& below, const std::vector<std::string>& lines = {}) const {
    return http_get(nginx.port(), "/v/" + kId + below, lines);
  }
  std::string file(const std::string& name) const { return read_file(store + '/' + kId + "/g1/" + name); }
  media::Track head(const std::string& name) const {
    const std::string bytes = file(name);
    return media::parse_track_head({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})->track;
  }
};

}  // namespace

TEST_CASE("init and segments are the stored file's own bytes") {
  const Served served;
  const std::string bytes = served.file("aac-128.cmfa");
  const media::Track track = served.head("aac-128.cmfa");
  const Response init = served.get("/g1/aac-128/init.mp4");
  CHECK(init.status == 200);
  CHECK(init.body == bytes.substr(0, track.init_bytes));
  CHECK(init.field("content-type") == "audio/mp4");
  CHECK(init.field("link") == "<1.m4s>; rel=next");
  REQUIRE(track.segments.size() > 4);
  for (std::size_t i = 0; i < track.segments.size(); ++i) {
    const Response segment = served.get("/g1/aac-128/" + std::to_string(i + 1) + ".m4s");
    const media::Segment expected = track.segments.at(i);
    CHECK(segment.status == 200);
    CHECK(segment.body == bytes.substr(expected.offset, expected.size));
    CHECK(segment.field("surrogate-key") == kId + " " + kId + "/aac-128");
    CHECK(segment.field("cache-control") == "public, max-age=31536000, immutable");
    CHECK(segment.field("access-control-allow-origin") == "*");
    CHECK(segment.field("accept-ranges") == "bytes");
    const bool last = i + 1 == track.segments.size();
    CHECK(segment.field("link") == (last ? "" : "<" + std::to_string(i + 2) + ".m4s>; rel=next"));
  }
  const Response beyond = served.get("/g1/aac-128/" + std::to_string(track.segments.size() + 1) + ".m4s");
  CHECK(beyond.status == 404);
  CHECK(beyond.body.find("this rendition has " + std::to_string(track.segments.size())) != std::string::npos);
}
