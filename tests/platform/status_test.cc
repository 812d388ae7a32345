// SPDX-License-Identifier: Apache-2.0
#include "platform/status.h"

#include "tests/catch.h"

using namespace segue::platform;

namespace {

Status sample() {
  return {.running = true,
          .home = "/srv/segue",
          .gateway = "http://127.0.0.1:8080",
          .edge = "http://127.0.0.1:8082",
          .origin = "http://127.0.0.1:8081",
          .catalog = "http://127.0.0.1:8083",
          .public_url = "https://music.example",
          .services = {{.name = "redis", .url = "unix:/srv/segue/run/redis.sock", .healthy = true, .state = "healthy", .pid = 12},
                       {.name = "origin",
                        .url = "http://127.0.0.1:8081",
                        .healthy = true,
                        .state = "healthy",
                        .detail = "killed by signal 9 (Killed)",
                        .restarts = 1,
                        .pid = 14}},
          .left_out = {{"catalog", "segue-catalog is not built"}},
          .ingest = "{\"queued\":3}\n"};
}

}  // namespace

TEST_CASE("status as JSON begins as the contract says") {
  CHECK(to_json(sample()) ==
        R"({"gateway":"http://127.0.0.1:8080","edge":"http://127.0.0.1:8082","origin":"http://127.0.0.1:8081","services":[)"
        R"({"name":"redis","url":"unix:/srv/segue/run/redis.sock","healthy":true,"state":"healthy","restarts":0,"detail":"","pid":12},)"
        R"({"name":"origin","url":"http://127.0.0.1:8081","healthy":true,"state":"healthy","restarts":1,)"
        R"x("detail":"killed by signal 9 (Killed)","pid":14}],"healthy":true,"running":true,"catalog":"http://127.0.0.1:8083",)x"
        R"("public_url":"https://music.example","home":"/srv/segue",)"
        R"("left_out":[{"name":"catalog","why":"segue-catalog is not built"}],"ingest":{"queued":3}})"
        "\n");
}

TEST_CASE("ingest that says no JSON is null, not a broken answer") {
  for (const char* said : {"", "{", "no queue\n", "{\"queued\":"}) {
    Status status = sample();
    status.ingest = said;
    CHECK(to_json(status).find("\"ingest\":null}") != std::string::npos);
  }
}

TEST_CASE("status as a table") {
  Status status = sample();
  CHECK(to_text(status, false) ==
        "● redis     healthy    unix:/srv/segue/run/redis.sock\n"
        "● origin    healthy    http://127.0.0.1:8081     restarted once: killed by signal 9 (Killed)\n"
        "· catalog   left out   segue-catalog is not built\n");
  status.services[1].healthy = false;
  status.services[1].state = "unhealthy";
  status.services[1].restarts = 3;
  status.services[1].detail = "connect: Connection refused";
  CHECK(to_text(status, true) ==
        "\x1b[32m●\x1b[0m redis     \x1b[32mhealthy   \x1b[0m unix:/srv/segue/run/redis.sock\n"
        "\x1b[31m○\x1b[0m origin    \x1b[31munhealthy \x1b[0m http://127.0.0.1:8081     restarted 3 times: connect: Connection refused\n"
        "\x1b[2m·\x1b[0m catalog   \x1b[2mleft out  \x1b[0m segue-catalog is not built\n");
}

TEST_CASE("healthy is everything, and that it runs at all") {
  Status status = sample();
  CHECK(status.healthy());
  status.services[0].healthy = false;
  CHECK(!status.healthy());
  status = sample();
  status.running = false;
  CHECK(!status.healthy());
}
