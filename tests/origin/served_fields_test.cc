// SPDX-License-Identifier: Apache-2.0
// Header fields, content codings and methods, through nginx.
#include "tests/catch.h"
#include "tests/origin/gunzip.h"
#include "tests/origin/served.h"

using namespace segue;
using namespace segue::test;

namespace {

struct Row {
  const char* address;
  const char* type;
  const char* cache;
  std::string tags;
};

const std::string& kId = kServedId;
constexpr const char* kForEver = "public, max-age=31536000, immutable";
constexpr const char* kShort = "public, max-age=5, stale-while-revalidate=60, stale-if-error=86400";
const std::vector<Row> kTable = {
    {"/master.m3u8", "application/vnd.apple.mpegurl", kShort, kId},
    {"/manifest.mpd", "application/dash+xml", kShort, kId},
    {"/g1/aac-128.m3u8", "application/vnd.apple.mpegurl", kForEver, kId + " " + kId + "/aac-128"},
    {"/g1/aac-128/init.mp4", "audio/mp4", kForEver, kId + " " + kId + "/aac-128"},
    {"/g1/opus-96/1.m4s", "audio/mp4", kForEver, kId + " " + kId + "/opus-96"},
    {"/g1/h264-360/init.mp4", "video/mp4", kForEver, kId + " " + kId + "/h264-360"},
    {"/g1/h264-360/1.m4s", "video/iso.segment", kForEver, kId + " " + kId + "/h264-360"},
    {"/g1/h264-360.iframes.m3u8", "application/vnd.apple.mpegurl", kForEver, kId + " " + kId + "/h264-360"},
    {"/g1/asset.json", "application/json", kForEver, kId},
    {"/g1/cover.jpg", "image/jpeg", kForEver, kId},
};

struct Film : Served {
  media::Asset film = publish(store, {.renditions = {{.id = "aac-128"},
                                                     {.id = "opus-96", .codec = media::Codec::opus},
                                                     {.id = "h264-360", .codec = media::Codec::h264, .frames = 500}}});
};

}  // namespace

TEST_CASE("each resource has its content type, its life in caches and its tags for a purge") {
  const Film served;
  for (const Row& row : kTable) {
    INFO(row.address);
    const Response answer = served.get(row.address);
    CHECK(answer.status == 200);
    CHECK(answer.field("content-type") == row.type);
    CHECK(answer.field("cache-control") == row.cache);
    CHECK(answer.field("surrogate-key") == row.tags);
    CHECK(answer.field("access-control-allow-origin") == "*");
    CHECK(answer.field("access-control-expose-headers").find("Content-Range") != std::string::npos);
    CHECK(answer.field("timing-allow-origin") == "*");
    CHECK(answer.field("accept-ranges") == "bytes");
  }
}

TEST_CASE("HEAD has GET's fields and no body") {
  const Film served;
  HttpConnection connection(served.nginx.port());
  for (const Row& row : kTable) {
    INFO(row.address);
    const Response get = connection.get("/v/" + kId + row.address);
    Response head = connection.request("HEAD", "/v/" + kId + row.address);
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    head.fields["date"] = get.field("date");
    CHECK(head.fields == get.fields);
    CHECK(std::stoul(get.field("content-length")) == get.body.size());
  }
}

TEST_CASE("manifests come gzipped to who takes it, with a tag of their own, and caches are told") {
  const Film served;
  for (const Row& row : kTable) {
    INFO(row.address);
    const bool manifest = row.type == std::string("application/vnd.apple.mpegurl") || row.type == std::string("application/dash+xml");
    const Response plain = served.get(row.address);
    const Response packed = served.get(row.address, {"Accept-Encoding: br, gzip;q=0.8"});
    CHECK(plain.field("content-encoding").empty());
    CHECK(plain.field("vary") == (manifest ? "Accept-Encoding" : ""));
    CHECK(packed.field("content-encoding") == (manifest ? "gzip" : ""));
    CHECK(packed.field("vary") == plain.field("vary"));
    CHECK((manifest ? gunzip(packed.body) : packed.body) == plain.body);
    CHECK((packed.field("etag") != plain.field("etag")) == manifest);
    CHECK(served.get(row.address, {"Accept-Encoding: gzip;q=0"}).field("content-encoding").empty());
    CHECK(served.get(row.address, {"Accept-Encoding: gzip", "If-None-Match: " + packed.field("etag")}).status == 304);
  }
}

TEST_CASE("a browser's preflight is answered") {
  const Served served;
  const Response answer =
      served.request("OPTIONS", "/g1/aac-128/1.m4s",
                     {"Origin: http://player.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: range"});
  CHECK(answer.status == 204);
  CHECK(answer.body.empty());
  CHECK(answer.field("access-control-allow-origin") == "*");
  CHECK(answer.field("access-control-allow-methods") == "GET, HEAD, OPTIONS");
  CHECK(answer.field("access-control-allow-headers").find("Range") != std::string::npos);
  CHECK(answer.field("access-control-max-age") == "86400");
}

TEST_CASE("other methods are refused with what is allowed") {
  const Served served;
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "PROPFIND", "BREW"}) {
    INFO(method);
    const Response answer = served.request(method, "/master.m3u8", {"Content-Length: 0"});
    CHECK(answer.status == 405);
    CHECK(answer.field("allow") == "GET, HEAD, OPTIONS");
    CHECK(answer.body == "expected GET, HEAD or OPTIONS\n");
    CHECK(answer.field("content-type").rfind("text/plain", 0) == 0);
  }
  CHECK(served.request("TRACE", "/master.m3u8").status == 405);
  CHECK(served.request("GET", "/master.m3u8", {"Content-Length: 99999999"}).status == 413);
}

TEST_CASE("filters choose renditions, however they are spelled") {
  const Film served;
  const std::string all = served.get("/master.m3u8").body;
  CHECK(all.find("aac-128.m3u8") != std::string::npos);
  CHECK(all.find("h264-360.m3u8") != std::string::npos);
  const std::string opus = served.get("/manifest.mpd?codecs=opus").body;
  CHECK(opus.find("opus-96") != std::string::npos);
  CHECK(opus.find("aac-128") == std::string::npos);
  CHECK(served.get("/manifest.mpd?codecs=%6fpus").body == opus);
  CHECK(served.get("/manifest.mpd?codecs=opus").field("etag") == served.get("/manifest.mpd?codecs=opus,opus").field("etag"));
  CHECK(served.get("/master.m3u8?max_height=100&codecs=h264").status == 404);
  for (const char* query : {"?colour=red", "?codecs=mp9", "?codecs=", "?max_height=-1", "?max_bandwidth=1e9", "?=", "?&&", "?max_height"}) {
    INFO(query);
    const Response answer = served.get(std::string("/master.m3u8") + query);
    CHECK((answer.status == 400 || answer.body == all));
    if (answer.status == 400) CHECK(answer.body.size() > 5);
  }
}
