// SPDX-License-Identifier: Apache-2.0
// What Segue makes has no finding, and each fault put into it is found by its rule.
#include "tests/catch.h"
#include "tests/validator/own_asset.h"
#include "validator/report_text.h"
#include "validator/validate.h"

using namespace segue;
using namespace segue::validator;
using namespace segue::validator::tests;

TEST_CASE("music made by Segue has no finding") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=11.144:r=44100:a=0.1:seed=3 -ac 2 -c:a flac " + folder / "source.flac");
  make_asset(folder / "source.flac", "music", folder.path());
  const Report report = validate(folder.path(), {});
  INFO(report_text(folder.path(), report));
  CHECK(report.findings.all().empty());
  CHECK(report.manifests >= 8);
}

TEST_CASE("one track file by itself is judged by its own index") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=5:r=44100:a=0.1:seed=3 -ac 2 -c:a flac " + folder / "source.flac");
  make_asset(folder / "source.flac", "music", folder.path());
  for (const char* name : {"aac-128.cmfa", "opus-96.cmfa", "flac.cmfa"}) {
    const Report report = validate(folder / name, {});
    INFO(report_text(folder / name, report));
    CHECK(report.findings.all().empty());
    CHECK(report.manifests == 0);
    CHECK(report.renditions == 1);
    CHECK(report.segments == 3);
  }
  run("head -c 20000 " + folder / "aac-128.cmfa >" + folder / "cut.cmfa");
  CHECK(validate(folder / "cut.cmfa", {}).findings.violated());
  run("head -c 300 " + folder / "aac-128.cmfa >" + folder / "headless.cmfa");
  CHECK(validate(folder / "headless.cmfa", {}).findings.count(rules::init_syntax) == 1);
  run("cp " + folder / "source.flac " + folder / "source.cmfa");
  const Report other = validate(folder / "source.cmfa", {});
  CHECK(other.findings.violated());
  CHECK(report_text(folder / "source.cmfa", other).find("expected a playlist, an MPD or fragmented MP4, found data of an unknown kind") !=
        std::string::npos);
}

TEST_CASE("variables in playlists are judged as what they stand for") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=5:r=44100:a=0.1:seed=3 -ac 2 " + folder / "source.wav");
  write_text(folder / "ladder", "ladder test\naac 64k\n");
  make_asset(folder / "source.wav", folder / "ladder", folder.path());
  const auto change = [&](const std::string& file, const std::string& from, const std::string& to) {
    std::string text = read_text(folder / file);
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
    write_text(folder / file, text);
  };
  change("master.m3u8", "aac-64.m3u8", "{$name}.m3u8");
  change("master.m3u8", "#EXT-X-VERSION:6", "#EXT-X-VERSION:8\n#EXT-X-DEFINE:NAME=\"name\",VALUE=\"aac-64\"");
  change("aac-64.m3u8", "aac-64.cmfa", "{$name}.cmfa");
  change("aac-64.m3u8", "#EXT-X-VERSION:6", "#EXT-X-VERSION:8\n#EXT-X-DEFINE:IMPORT=\"name\"");
  const Report good = validate(folder.path(), {});
  INFO(report_text(folder.path(), good));
  CHECK(good.findings.all().empty());
  CHECK(good.segments > 0);
  change("master.m3u8", "NAME=\"name\"", "NAME=\"other\"");
  const Report bad = validate(folder.path(), {});
  CHECK(report_text(folder.path(), bad).find("variable \"name\" is not defined") != std::string::npos);
}

TEST_CASE("a film made by Segue has no finding") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i testsrc2=s=640x360:r=30000/1001:d=9.5 -f lavfi -i anoisesrc=d=9.5:r=48000:a=0.1:seed=3 -ac 2 "
      "-c:v libx264 -preset ultrafast -c:a pcm_s16le " +
      folder / "source.mkv");
  make_asset(folder / "source.mkv", "video", folder.path());
  const Report report = validate(folder.path(), {});
  INFO(report_text(folder.path(), report));
  CHECK(report.findings.all().empty());
}
