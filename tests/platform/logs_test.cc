// SPDX-License-Identifier: Apache-2.0
#include "platform/logs.h"

#include <filesystem>

#include "tests/catch.h"
#include "tests/origin/store_fixture.h"

using namespace segue;

TEST_CASE("long logs are set aside, short ones and others are left alone") {
  const test::TemporaryFolder folder;
  const auto path = [&](const std::string& name) { return folder.path() + '/' + name; };
  const std::string text(11, 'x');
  for (const char* name : {"edge-access.log", "edge-error.log", "redis.log", "notes.txt", "edge.log.1"}) test::write_file(path(name), text);
  test::write_file(path("gateway-access.log"), "short");
  test::write_file(path("redis.log.1"), "older");

  CHECK(platform::set_aside_long_logs(folder.path(), 10) == std::set<std::string>{"edge"});
  CHECK(!std::filesystem::exists(path("edge-access.log")));
  CHECK(test::read_file(path("edge-access.log.1")) == text);
  CHECK(test::read_file(path("edge-error.log.1")) == text);
  CHECK(test::read_file(path("redis.log")).empty());
  CHECK(test::read_file(path("redis.log.1")) == text);
  CHECK(test::read_file(path("gateway-access.log")) == "short");
  CHECK(test::read_file(path("notes.txt")) == text);
  CHECK(!std::filesystem::exists(path("edge.log.1.1")));
  CHECK(platform::set_aside_long_logs(folder.path(), 10).empty());
  CHECK(platform::set_aside_long_logs(folder.path() + "/nothing", 10).empty());
}
