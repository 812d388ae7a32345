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
