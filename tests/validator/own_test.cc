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
  run("cp " + folder / "source.flac " + folder / "source.cmfa");  // no ftyp: taken for a playlist, and a bad one
  CHECK(validate(folder / "source.cmfa", {}).findings.violated());
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
