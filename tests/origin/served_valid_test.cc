// SPDX-License-Identifier: Apache-2.0
// What the origin serves, as the validator sees it over HTTP: from the manifests down to the last segment.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/catch.h"
#include "tests/origin/served.h"
#include "validator/report_text.h"
#include "validator/validate.h"

using namespace segue;
using namespace segue::test;

TEST_CASE("HLS and DASH of the origin have no finding over HTTP") {
  Served served;
  publish(served.store, {.renditions = {{.id = "aac-128"},
                                        {.id = "opus-96", .codec = media::Codec::opus, .frames = 1161},
                                        {.id = "h264-360", .codec = media::Codec::h264, .frames = 580, .frame_bytes = 3000}}});
  for (const char* manifest : {"/master.m3u8", "/manifest.mpd"}) {
    const std::string url = "http://127.0.0.1:" + std::to_string(served.nginx.port()) + "/v/" + kServedId + manifest;
    const validator::Report report = validator::validate(url, {});
    INFO(validator::report_text(url, report));
    CHECK(!report.findings.violated());
    CHECK(report.segments > 12);
  }
}

TEST_CASE("what is missing behind a manifest is found over HTTP") {
  const Served served;
  std::filesystem::resize_file(served.path("aac-128.cmfa"), served.head("aac-128.cmfa").segments.at(2).offset + 1);
  const std::string url = "http://127.0.0.1:" + std::to_string(served.nginx.port()) + "/v/" + kServedId + "/master.m3u8";
  const validator::Report report = validator::validate(url, {});
  CHECK(validator::report_text(url, report).find("resource-missing") != std::string::npos);
  const std::string gone = "http://127.0.0.1:" + std::to_string(served.nginx.port()) + "/v/zzzzzzzzzzzzzzzzzzzzzzzzzz/master.m3u8";
  CHECK(validator::validate(gone, {}).findings.violated());
}

TEST_CASE("a server that knows nothing of media is told what it lacks") {
  const Served served;
  const int port = free_port();
  const NginxServer plain(served.folder.path(), "tests/origin/plain.conf.in", {{"PORT", std::to_string(port)}, {"ROOT", served.store}},
                          port);
  std::ofstream(served.store + "/a.m3u8") << "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:4\n#EXT-X-PLAYLIST-TYPE:VOD\n"
                                             "#EXT-X-MAP:URI=\"i.mp4\"\n#EXTINF:4.0,\n1.m4s\n#EXT-X-ENDLIST\n";
  const validator::Report report = validator::validate("http://127.0.0.1:" + std::to_string(port) + "/a.m3u8", {});
  for (const std::string_view id : {"http-content-type", "http-gzip"}) {
    INFO(id);
    const auto& all = report.findings.all();
    CHECK(std::any_of(all.begin(), all.end(), [&](const auto& finding) { return finding.rule->id == id; }));
  }
}
