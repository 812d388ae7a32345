// SPDX-License-Identifier: Apache-2.0
// asset.published reaches the Redis stream, whatever Redis did meanwhile. A private server on a socket of its own.
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;

namespace {

std::string song(const Sandbox& sandbox, const std::string& name) {
  return sandbox.make("-f lavfi -i anoisesrc=a=0.2:s=" + std::to_string(name.size()) + ":r=44100:d=1 -ac 2", name);
}

void start_redis(const Sandbox& sandbox) {
  std::filesystem::create_directories(sandbox.home() + "/run");
  const std::string folder = sandbox.home() + "/run";
  sh("cd " + folder + " && redis-server --port 0 --unixsocket redis.sock --save '' --daemonize yes --pidfile " + folder +
     "/redis.pid --logfile redis.log >/dev/null");
  while (std::system(("cd " + folder + " && redis-cli -s redis.sock ping >/dev/null 2>&1").c_str()) != 0) ::usleep(10000);
}

void stop_redis(const Sandbox& sandbox) {
  static_cast<void>(std::system(("cd " + sandbox.home() + "/run && redis-cli -s redis.sock shutdown nosave 2>/dev/null").c_str()));
}

std::string stream(const Sandbox& sandbox) {
  return sandbox.shell("cd " + sandbox.home() + "/run && redis-cli -s redis.sock xrange segue:events - +").out;
}

}  // namespace

TEST_CASE("what is published is told while the next file is still on its way") {
  const Sandbox sandbox;
  const std::string first = song(sandbox, "one.flac");
  const std::string hour =
      sandbox.make("-f lavfi -i anoisesrc=a=0.2:r=44100:d=3600 -ac 1", "hour.wav");  // encoded in half a minute at the best
  start_redis(sandbox);
  const pid_t uploader = sandbox.start({"--json", "--jobs", "1", first, hour});
  while (stream(sandbox).find("asset.published") == std::string::npos) ::usleep(10000);
  CHECK(sandbox.printed_by(uploader).find("hour.wav") == std::string::npos);
  sandbox.kill(uploader, SIGTERM);
  CHECK(sandbox.wait(uploader) == 1);
  stop_redis(sandbox);
}

TEST_CASE("events wait while Redis is down and are sent when it is up, each in the stream once") {
  const Sandbox sandbox;
  const std::string first = song(sandbox, "one.flac"), second = song(sandbox, "second.flac");
  const std::string id = sandbox.ingest({first}).line("one.flac")["asset"];
  CHECK(sandbox.asset(id)["id"] == id);
  start_redis(sandbox);
  CHECK(sandbox.ingest({second}).exit_code == 0);
  const std::string events = stream(sandbox);
  INFO(events);
  const std::string payload =
      "{\"asset\":\"" + id + "\",\"generation\":1,\"kind\":\"track\",\"folder\":\"" + sandbox.store() + "/" + id + "/g1\"}";
  CHECK(events.find("asset.published") != std::string::npos);
  CHECK(events.find(payload) != std::string::npos);
  CHECK(events.find(payload, events.find(payload) + 1) == std::string::npos);
  CHECK(sandbox.ingest({first, second}).exit_code == 0);  // unchanged: no news
  CHECK(stream(sandbox) == events);
  stop_redis(sandbox);

  // A worker sends as well, as soon as Redis answers.
  const std::string third = song(sandbox, "the third.flac");
  const std::string late = sandbox.ingest({third}).line("third.flac")["asset"];
  const pid_t worker = sandbox.start({"--worker"});
  start_redis(sandbox);
  while (stream(sandbox).find(late) == std::string::npos) ::usleep(50000);
  sandbox.kill(worker, SIGTERM);
  CHECK(sandbox.wait(worker) == 0);
  stop_redis(sandbox);
}
