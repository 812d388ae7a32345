// SPDX-License-Identifier: Apache-2.0
#include "origin/request.h"

#include <string>
#include <vector>

#include "tests/catch.h"

using namespace segue::origin;

namespace {

const std::string kAsset = "abcdefghijklmnopqrstuvwxyz";
const std::string kRoot = "/v/" + kAsset;

int status_of(const std::string& path, const std::string& query = "") {
  Request request;
  Refusal refusal;
  if (parse_request(path, query, request, refusal)) return 200;
  CHECK(!refusal.reason.empty());
  CHECK(refusal.reason.find('\n') == std::string::npos);
  return refusal.status;
}

Request parsed(const std::string& path, const std::string& query = "") {
  Request request;
  Refusal refusal;
  INFO(path);
  if (!parse_request(path, query, request, refusal)) FAIL(refusal.reason);
  return request;
}

}  // namespace

TEST_CASE("each address of the contract is one resource") {
  CHECK(parsed(kRoot + "/master.m3u8").resource == Resource::multivariant);
  CHECK(parsed(kRoot + "/manifest.mpd").resource == Resource::mpd);
  CHECK(parsed(kRoot + "/g1/aac-128.m3u8").resource == Resource::media_playlist);
  CHECK(parsed(kRoot + "/g1/h264-720.iframes.m3u8").resource == Resource::iframe_playlist);
  CHECK(parsed(kRoot + "/g1/aac-128/init.mp4").resource == Resource::init);
  CHECK(parsed(kRoot + "/g1/asset.json").resource == Resource::asset_json);
  CHECK(parsed(kRoot + "/g1/cover.jpg").resource == Resource::cover);
  const std::string text = kRoot + "/g1/text-en.vtt";
  CHECK(parsed(text).resource == Resource::plain_text);
  CHECK(parsed(text).rendition == "text-en");
  CHECK(parsed(text).file_name == "text-en.vtt");

  const std::string path = kRoot + "/g4294967295/aac-128-fr/57.m4s";
  const Request segment = parsed(path);
  CHECK(segment.resource == Resource::segment);
  CHECK(segment.asset == kAsset);
  CHECK(segment.generation == 4294967295u);
  CHECK(segment.rendition == "aac-128-fr");
  CHECK(segment.number == 57);
  CHECK(segment.immutable());
  CHECK(!parsed(kRoot + "/master.m3u8").immutable());
}

TEST_CASE("the two manifests take filters, percent-encoded or not, and pass CMCD over") {
  CHECK(parsed(kRoot + "/master.m3u8", "codecs=aac%2Copus&max_bandwidth=200000&CMCD=sid%3D1").filter.codecs.size() == 2);
  CHECK(parsed(kRoot + "/manifest.mpd", "max_height=720").filter.max_height == 720);
  for (const char* query : {"colour=red", "codecs=aac%2", "max_height=0", "max_height=-1", "max_bandwidth=99999999999999999999999",
                            "max_bandwidth=12kb", "codecs=\x01", "codecs=mp9", "codecs="}) {
    INFO(query);
    CHECK(status_of(kRoot + "/master.m3u8", query) == 400);
  }
}

TEST_CASE("the query of an immutable address is not looked at") {
  CHECK(status_of(kRoot + "/g1/aac-128/1.m4s", "token=x&CMCD=bl%3D4000") == 200);
  CHECK(status_of(kRoot + "/g1/aac-128/1.m4s", "codecs=nonsense") == 200);
}

TEST_CASE("hostile paths are refused before anything looks at the store") {
  const std::vector<std::pair<std::string, int>> table = {
      {"", 404},
      {"/", 404},
      {"/v/", 404},
      {"/v", 404},
      {"*", 400},
      {"/v/../etc/passwd", 400},
      {"/v/..%2f..%2fetc%2fpasswd", 400},
      {"/v/%2e%2e/x", 400},
      {kRoot + "/g1/../g2/asset.json", 400},
      {kRoot + "//master.m3u8", 400},
      {kRoot + "/master.m3u8/", 404},
      {kRoot + "/g1/", 404},
      {kRoot + "/g1", 404},
      {kRoot + "/g0/asset.json", 404},
      {kRoot + "/g01/asset.json", 404},
      {kRoot + "/g-1/asset.json", 404},
      {kRoot + "/g4294967296/asset.json", 404},
      {kRoot + "/g1/aac-128/0.m4s", 404},
      {kRoot + "/g1/aac-128/01.m4s", 404},
      {kRoot + "/g1/aac-128/-1.m4s", 404},
      {kRoot + "/g1/aac-128/1e3.m4s", 404},
      {kRoot + "/g1/aac-128/99999999999999999999999999.m4s", 404},
      {kRoot + "/g1/aac-128/.m4s", 404},
      {kRoot + "/g1/aac-128/1.m4s/x", 404},
      {kRoot + "/g1/-aac/init.mp4", 404},
      {kRoot + "/g1/cover.", 404},
      {kRoot + "/g1/cover.toolong", 404},
      {kRoot + "/g1/aac-128.cmfa", 404},
      {kRoot + "/current/asset.json", 404},
      {"/v/ABCDEFGHIJKLMNOPQRSTUVWXYZ/master.m3u8", 400},
      {"/v/abc/master.m3u8", 404},
      {"/v/.staging/master.m3u8", 404},
      {std::string("/v/\0/master.m3u8", 17), 400},
      {kRoot + std::string("/master.m3u8\0.jpg", 17), 400},
      {kRoot + "/master\\m3u8", 400},
      {kRoot + "/g1/\xc3\xa9.m3u8", 400},
      {"/v/" + std::string(1 << 20, 'a'), 414},
  };
  for (const auto& [path, expected] : table) {
    INFO(path.substr(0, 80));
    CHECK(status_of(path) == expected);
  }
  CHECK(status_of(kRoot + "/master.m3u8", std::string(1 << 20, 'a')) == 414);
}
