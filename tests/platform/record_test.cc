// SPDX-License-Identifier: Apache-2.0
#include "platform/record.h"

#include "tests/catch.h"

using namespace segue::platform;

TEST_CASE("a record is read as it was written") {
  const Record record{
      .supervisor = {4711, 99, 4711},
      .port = 9000,
      .listen = "0.0.0.0",
      .cache_size = "20g",
      .build = "17",
      .environment = {{"SEGUE_PROXIES", "10.0.0.1"}, {"SEGUE_PUBLIC_URL", "https://music.example"}},
      .services = {{.name = "redis", .state = "healthy", .detail = "a \"quote\"", .restarts = 2, .process = {4712, 100, 4711}},
                   {.name = "edge", .state = "waiting"}}};
  const std::string text = to_json(record);
  const auto read = parse_record(text);
  REQUIRE(read);
  CHECK(to_json(*read) == text);
  CHECK(read->environment == record.environment);
  CHECK(read->supervisor.start == 99);
  CHECK(read->services.at(0).process.session == 4711);
  CHECK(read->services.at(1).process.pid == 0);
}

TEST_CASE("a record of an older supervisor had a number for its environment") {
  std::string text = to_json({.supervisor = {1, 2, 3}, .port = 9000, .listen = "0.0.0.0", .cache_size = "20g", .build = "17"});
  const std::string now = R"("environment": {})";
  REQUIRE(text.find(now) != std::string::npos);
  text.replace(text.find(now), now.size(), R"("environment": "17943")");
  const auto read = parse_record(text);
  REQUIRE(read);
  CHECK(read->environment.empty());
}

TEST_CASE("a record that is none is one clear line") {
  for (const char* text : {"", "{", "[]", "{}", "null", "{\"supervisor\":{\"pid\":\"x\"}}", "{\"supervisor\":7}"}) {
    const auto read = parse_record(text);
    REQUIRE(!read);
    CHECK(read.error().message.rfind("platform.json: ", 0) == 0);
    CHECK(read.error().message.find('\n') == std::string::npos);
  }
}
