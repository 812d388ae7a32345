// SPDX-License-Identifier: Apache-2.0
// The whole platform, started, hurt and stopped, as a user and an unlucky machine do it.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "platform/process.h"
#include "service/home.h"
#include "service/probe.h"
#include "tests/catch.h"
#include "tests/origin/http_client.h"
#include "tests/platform/platform_fixture.h"

using namespace segue;
using namespace segue::test;
using nlohmann::json;

namespace {

const std::string kMaster = "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/master.m3u8";

void must_be_up(const Platform& platform) {
  const Ran up = platform.segue("up");
  INFO(up.text);
  REQUIRE(up.code == 0);
}

std::vector<pid_t> pids(const json& status) {
  std::vector<pid_t> found;
  for (const json& service : status.at("services")) found.push_back(service.at("pid").get<pid_t>());
  return found;
}

// Plays without a pause, each address by a connection of its own, and counts what it got and what it did not.
class Listener {
 public:
  explicit Listener(int port) : thread_([this, port] { play(port); }) {}
  ~Listener() {
    is_over_ = true;
    thread_.join();
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // Until each address was answered at least once more, whatever the answer.
  void hear_more() const {
    const int before = rounds_;
    for (int now = before; now < before + 2; now = rounds_) rounds_.wait(now);
  }
  [[nodiscard]] int missed() const { return missed_; }

 private:
  void play(int port) {
    while (!is_over_) {
      for (const char* below : {"/master.m3u8", "/manifest.mpd", "/g1/aac-128/init.mp4", "/g1/aac-128/1.m4s", "/g1/aac-128/2.m4s"})
        if (!is_heard(port, "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa" + std::string(below))) ++missed_;
      ++rounds_;
      rounds_.notify_all();
    }
  }
  static bool is_heard(int port, const std::string& target) {
    try {
      return http_get(port, target).status == 200;
    } catch (const std::exception&) {  // no connection
      return false;
    }
  }
  std::atomic<bool> is_over_ = false;
  std::atomic<int> rounds_ = 0, missed_ = 0;
  std::thread thread_;
};

// A second of 440 Hz, 16 bits, mono.
void write_tone(const std::string& path) {
  constexpr std::uint32_t kRate = 44100, kBytes = 2 * kRate;
  std::string wav = "RIFF";
  const auto put = [&](std::uint32_t number, int bytes) {
    for (int i = 0; i < bytes; ++i) wav += static_cast<char>(number >> 8 * i & 0xFF);
  };
  put(36 + kBytes, 4);
  wav += "WAVEfmt ";
  for (const auto& [number, bytes] : {std::pair(16U, 4), {1U, 2}, {1U, 2}, {kRate, 4}, {2 * kRate, 4}, {2U, 2}, {16U, 2}})
    put(number, bytes);
  wav += "data";
  put(kBytes, 4);
  for (std::uint32_t i = 0; i < kRate; ++i) put(static_cast<std::uint32_t>(std::lround(8000 * std::sin(i * 2 * M_PI * 440 / kRate))), 2);
  std::ofstream(path, std::ios::binary) << wav;
}

// The gateway's own word for a catalog, or a role of it, that does not answer.
void must_be_refused(const Response& response) {
  CHECK(response.status == 503);
  CHECK(response.field("content-type") == "application/problem+json");
  CHECK(!response.field("retry-after").empty());
  const json problem = json::parse(response.body, nullptr, false);
  CHECK((problem.is_object() && problem.value("status", 0) == 503 && problem.value("detail", "").ends_with(" not answer")));
}

void must_be_gone(const Platform& platform, const std::vector<pid_t>& processes) {
  for (const pid_t pid : processes) CHECK(!platform::process_of(pid));
  for (int offset = 0; offset <= service::kLastPort; ++offset) CHECK(service::can_listen("127.0.0.1", platform.port() + offset));
}

}  // namespace

TEST_CASE("up, status, up again, down, down again") {
  const Platform platform;
  const Ran before = platform.segue("status");
  CHECK(before.code == 1);
  CHECK(before.text.find("does not run") == 0);

  must_be_up(platform);
  const Ran text = platform.segue("status --json");
  CHECK(text.code == 0);
  const json status = json::parse(text.text);
  const std::string local = "http://127.0.0.1:";
  CHECK(status.at("gateway") == local + std::to_string(platform.port()));
  CHECK(status.at("origin") == local + std::to_string(platform.port() + 1));
  CHECK(status.at("edge") == local + std::to_string(platform.port() + 2));
  for (const char* name : {"redis", "origin", "edge", "gateway"}) {
    CHECK(service_in(status, name).at("healthy") == true);
    CHECK(service_in(status, name).at("pid").get<pid_t>() > 1);
  }
  const Ran again = platform.segue("up");
  CHECK(again.code == 0);
  CHECK(again.text.find("runs already") == 0);
  CHECK(pids(platform.status()) == pids(status));

  const Ran down = platform.segue("down");
  CHECK(down.code == 0);
  CHECK(down.text.find("stopped gateway, operator, edge, ") == 0);
  CHECK(down.text.find(", redis\n") != std::string::npos);
  must_be_gone(platform, pids(status));
  const Ran nothing = platform.segue("down");
  CHECK(nothing.code == 0);
  CHECK(nothing.text == "nothing runs in " + platform.home() + "\n");
}

TEST_CASE("what is killed comes back, with its whole group") {
  const Platform platform;
  must_be_up(platform);
  for (const char* name : {"gateway", "origin", "redis"}) {
    INFO(name);
    const pid_t pid = platform.pid(name);
    REQUIRE(::kill(pid, SIGKILL) == 0);
    const json status =
        platform.wait_until([&](const json& now) { return service_in(now, name).at("restarts") == 1 && now.at("healthy"); });
    CHECK(service_in(status, name).at("pid") != pid);
    CHECK(service_in(status, name).at("detail") == "killed by signal 9 (Killed)");
  }
}

TEST_CASE("a killed supervisor's children are found and ended by the next up") {
  const Platform platform;
  must_be_up(platform);
  const std::vector<pid_t> first = pids(platform.status());
  // Together with a master of nginx, so that only its workers are left, still at its port.
  const pid_t master = platform.pid("gateway"), supervisor = platform.supervisor();
  REQUIRE(::kill(supervisor, SIGSTOP) == 0);
  REQUIRE(::kill(master, SIGKILL) == 0);
  REQUIRE(::kill(supervisor, SIGKILL) == 0);
  must_be_up(platform);
  CHECK(platform.supervisor() != supervisor);
  for (const pid_t pid : first) CHECK(!platform::process_of(pid));
  const std::vector<pid_t> second = pids(platform.status());

  // And by a down that comes instead.
  REQUIRE(::kill(platform.supervisor(), SIGKILL) == 0);
  CHECK(platform.segue("down").code == 0);
  must_be_gone(platform, second);
}

TEST_CASE("media is served while Redis is dead or hangs") {
  const Platform platform;
  publish(platform.home() + "/store", {});
  must_be_up(platform);
  CHECK(http_get(platform.port(), kMaster).status == 200);
  const pid_t redis = platform.pid("redis");
  REQUIRE(::kill(redis, SIGSTOP) == 0);
  CHECK(service_in(platform.status(), "redis").at("healthy") == false);
  for (const char* below : {"/master.m3u8", "/manifest.mpd", "/g1/aac-128/init.mp4", "/g1/aac-128/1.m4s"}) {
    CHECK(http_get(platform.port(), "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa" + std::string(below)).status == 200);
  }
  REQUIRE(::kill(redis, SIGKILL) == 0);
  CHECK(http_get(platform.port(), "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/g1/aac-128/2.m4s").status == 200);
  platform.wait_until([](const json& now) { return now.at("healthy").get<bool>(); });
}

TEST_CASE("media is served while the catalog is dead or hangs, which costs its own part and comes back") {
  const Platform platform;
  publish(platform.home() + "/store", {});
  must_be_up(platform);
  const pid_t catalog = platform.pid("catalog"), supervisor = platform.supervisor();
  CHECK(http_get(platform.port(), "/api/v1/tracks").status == 200);
  Listener listener(platform.port());
  listener.hear_more();
  REQUIRE(::kill(supervisor, SIGSTOP) == 0);  // so long nobody starts it again
  REQUIRE(::kill(catalog, SIGSTOP) == 0);
  auto asked = std::async(std::launch::async, [&] { return http_get(platform.port(), "/api/v1/tracks"); });
  listener.hear_more();
  REQUIRE(::kill(catalog, SIGKILL) == 0);
  must_be_refused(asked.get());  // with it, or after it
  for (const char* target : {"/api/v1/tracks", "/api/v1/search?q=x", "/rest/ping", "/v/playlist/x/master.m3u8", "/api/v1/events"})
    must_be_refused(http_get(platform.port(), target));
  listener.hear_more();
  REQUIRE(::kill(supervisor, SIGCONT) == 0);
  const json status =
      platform.wait_until([&](const json& now) { return service_in(now, "catalog").at("restarts") == 1 && now.at("healthy").get<bool>(); });
  CHECK(service_in(status, "catalog").at("detail") == "killed by signal 9 (Killed)");
  for (const char* name : {"origin", "edge", "gateway"}) CHECK(service_in(status, name).at("restarts") == 0);
  CHECK(http_get(platform.port(), "/api/v1/tracks").status == 200);
  listener.hear_more();
  CHECK(listener.missed() == 0);
}

TEST_CASE("a process for each role of the catalog; search, playlists and a library that are killed cost their own parts") {
  const Platform platform;
  const Ran up = platform.segue("up --split");
  INFO(up.text);
  REQUIRE(up.code == 0);
  const json status = platform.status();
  for (const char* name : {"accounts", "playlists", "catalog", "search"}) CHECK(service_in(status, name).at("healthy") == true);
  CHECK(platform.segue("up").text.find("runs already") == 0);  // it stays divided
  const auto found = [&] {
    return http_get(platform.port(), "/api/v1/search?q=song&kind=track").body.find("\"found\":1") != std::string::npos;
  };
  const std::string song = platform.home() + "/song.wav";
  write_tone(song);
  const Ran ingested = platform.segue("ingest --json '" + song + "'");
  REQUIRE(ingested.code == 0);
  const std::string master = "/v/" + json::parse(ingested.text).at("asset").get<std::string>() + "/master.m3u8";
  while (!found()) {
  }
  while (http_get(platform.port(), "/api/v1/tracks").body.find("\"title\":\"song\"") == std::string::npos) {
  }
  CHECK(http_get(platform.port(), "/api/v1/users").status == 401);  // of the accounts
  CHECK(http_get(platform.port(), "/internal/v1/search-source").status == 404);
  CHECK(http_get(platform.port(), "/internal/v1/playlists/changes").status == 404);
  const pid_t supervisor = platform.supervisor(), search = platform.pid("search"), playlists = platform.pid("playlists"),
              library = platform.pid("catalog");
  REQUIRE(::kill(supervisor, SIGSTOP) == 0);  // so long nobody starts them again
  REQUIRE(::kill(search, SIGKILL) == 0);
  must_be_refused(http_get(platform.port(), "/api/v1/search?q=song"));
  for (const std::string& target : {std::string("/api/v1/tracks"), std::string("/api/v1/playlists"), master})
    CHECK(http_get(platform.port(), target).status == 200);
  REQUIRE(::kill(supervisor, SIGCONT) == 0);
  platform.wait_until([](const json& now) { return service_in(now, "search").at("restarts") == 1 && now.at("healthy").get<bool>(); });
  CHECK(found());
  REQUIRE(::kill(supervisor, SIGSTOP) == 0);
  REQUIRE(::kill(playlists, SIGKILL) == 0);
  for (const char* target : {"/api/v1/playlists", "/api/v1/playlist-folders"}) must_be_refused(http_get(platform.port(), target));
  for (const std::string& target : {std::string("/api/v1/tracks"), master}) CHECK(http_get(platform.port(), target).status == 200);
  CHECK(found());
  REQUIRE(::kill(supervisor, SIGCONT) == 0);
  platform.wait_until([](const json& now) { return service_in(now, "playlists").at("restarts") == 1 && now.at("healthy").get<bool>(); });
  CHECK(http_get(platform.port(), "/api/v1/playlists").status == 200);
  REQUIRE(::kill(supervisor, SIGSTOP) == 0);
  REQUIRE(::kill(library, SIGKILL) == 0);
  must_be_refused(http_get(platform.port(), "/api/v1/tracks"));
  for (const std::string& target : {std::string("/api/v1/playlists"), master}) CHECK(http_get(platform.port(), target).status == 200);
  CHECK(found());
  REQUIRE(::kill(supervisor, SIGCONT) == 0);
  const json again =
      platform.wait_until([](const json& now) { return service_in(now, "catalog").at("restarts") == 1 && now.at("healthy").get<bool>(); });
  CHECK(service_in(again, "accounts").at("restarts") == 0);
  CHECK(http_get(platform.port(), "/api/v1/tracks").status == 200);
}

TEST_CASE("purges reach the edge, its log is JSON with what the player said, its metrics stay here") {
  const Platform platform;
  publish(platform.home() + "/store", {});
  must_be_up(platform);
  const std::string segment = "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/g1/aac-128/1.m4s";
  const std::vector<std::string> said = {"CMCD-Session: sid=\"a\\\"b\"", "User-Agent: \"x\\y"};
  const Response first = http_get(platform.port(), segment, said);
  CHECK(first.field("x-cache") == "MISS");
  CHECK(first.field("cmsd-dynamic").find("\"edge\"") == 0);
  CHECK(first.field("cmsd-dynamic").find(", \"gateway\"") != std::string::npos);
  CHECK(http_get(platform.port(), segment).field("x-cache") == "HIT");
  // The edge tells Redis by itself that it is there.
  json answer = json::object();
  for (int i = 0; i < 200 && answer.value("edges", 0) == 0; ++i) {
    answer = json::parse(platform.segue("purge --json --tag aaaaaaaaaaaaaaaaaaaaaaaaaa").text);
  }
  CHECK(answer.at("edges") == 1);
  CHECK(answer.at("applied") == 1);
  CHECK(http_get(platform.port(), segment).field("x-cache") == "MISS");
  CHECK(platform.segue("purge --all").text.find("applied on 1 of 1 edges in ") == 0);
  const Ran brought = platform.segue("edge preposition " + kMaster);
  INFO(brought.text);
  CHECK(brought.code == 0);
  CHECK(brought.text.find(", 0 failed\n") != std::string::npos);
  CHECK(http_get(platform.port(), "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/g1/aac-128/2.m4s").field("x-cache") == "HIT");

  CHECK(http_get(platform.port() + 2, "/metrics").body.find("\nsegue_edge_hits_total ") != std::string::npos);
  CHECK(http_get(platform.port(), "/metrics").body.find("segue_edge") == std::string::npos);
  CHECK(platform.segue("down").code == 0);  // writes what is buffered
  std::ifstream log(platform.home() + "/log/edge-access.log");
  // Each worker writes what it has gathered when it ends: the first request's line may stand anywhere.
  json logged;
  for (std::string line; logged.is_null() && std::getline(log, line);) {
    if (json one = json::parse(line); one.at("agent") != "") logged = std::move(one);
  }
  REQUIRE(logged.is_object());
  CHECK(logged.at("uri") == segment);
  CHECK(logged.at("cmcd") == json({{"sid", "a\"b"}}));
  CHECK(logged.at("agent") == "\"x\\y");
  CHECK(logged.at("cache").get<std::string>().find("segue-edge; fwd=uri-miss; fwd-status=200; stored") == 0);
}

TEST_CASE("a port that somebody has: one line which, nothing is started, and who needs a token stays as it was") {
  struct Row {
    const char* option;
    bool is_protected;
  };
  const Row row = GENERATE(Row{"", false}, Row{" --protected", false}, Row{" --open", true});
  const Platform platform;
  const std::string is_protected = platform.home() + "/access/protected";
  if (row.is_protected) {
    std::filesystem::create_directories(platform.home() + "/access");
    std::ofstream(is_protected) << "12h\n";
  }
  const int somebody = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;  // a platform that stood here before has left connections that wait for their end
  REQUIRE(::setsockopt(somebody, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(platform.port() + 2));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(somebody, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  REQUIRE(::listen(somebody, 1) == 0);
  const Ran up = platform.segue(std::string("up") + row.option);
  CHECK(up.code == 1);
  CHECK(std::filesystem::exists(is_protected) == row.is_protected);
  CHECK(up.text == "segue up: port " + std::to_string(platform.port() + 2) +
                       " on 127.0.0.1 (edge): Address already in use; choose another first port, for example SEGUE_PORT=" +
                       std::to_string(platform.port() + 100) + "\n");
  CHECK(!std::filesystem::exists(platform.home() + "/run/platform.json"));
  ::close(somebody);
}

TEST_CASE("two homes side by side, each with its own media") {
  const Platform one;
  must_be_up(one);
  const Platform other;
  must_be_up(other);
  publish(other.home() + "/store", {});
  CHECK(http_get(one.port(), kMaster).status == 404);
  CHECK(http_get(other.port(), kMaster).status == 200);
  CHECK(other.segue("down").code == 0);
  CHECK(one.segue("status").code == 0);
}

TEST_CASE("other settings start it anew, another port does not") {
  Platform platform;
  must_be_up(platform);
  const pid_t first = platform.pid("edge");
  const Ran changed = platform.segue("up --cache-size 500m");
  CHECK(changed.code == 0);
  CHECK(changed.text.find("programs or settings changed: everything is started anew") == 0);
  CHECK(platform.pid("edge") != first);
  platform.environment = "SEGUE_DATABASE=sqlite ";  // what it has
  CHECK(platform.segue("up --cache-size 500m").text.find("runs already") == 0);
  // What it runs with it keeps, unless something else is said.
  platform.environment = "";
  CHECK(platform.segue("up").text.find("runs already") == 0);
  platform.environment = "SEGUE_PUBLIC_URL=https://music.example SEGUE_PROXIES=10.0.0.1 ";
  CHECK(platform.segue("up").text.find("programs or settings changed: everything is started anew\n"
                                       "  SEGUE_PROXIES: was not set, is 10.0.0.1\n"
                                       "  SEGUE_PUBLIC_URL: was not set, is https://music.example\n") == 0);
  platform.environment = "";
  const Ran kept = platform.segue("up");
  CHECK(kept.text.find("runs already") == 0);
  CHECK(kept.text.find("listen at  https://music.example\n") != std::string::npos);
  CHECK(platform.status().at("public_url") == "https://music.example");
  platform.environment = "SEGUE_PROXIES= ";
  CHECK(platform.segue("up").text.find("everything is started anew\n  SEGUE_PROXIES: was 10.0.0.1, is not set\n") != std::string::npos);
  struct stat record {};
  REQUIRE(::stat((platform.home() + "/run/platform.json").c_str(), &record) == 0);
  CHECK((record.st_mode & 0777) == 0600);
  platform.environment = "SEGUE_PORT=" + std::to_string(platform.port() + 500) + ' ';
  const Ran elsewhere = platform.segue("up --cache-size 500m");
  CHECK(elsewhere.code == 1);
  CHECK(elsewhere.text.find("runs on port " + std::to_string(platform.port())) != std::string::npos);
  CHECK(platform.segue("status").code == 0);  // where it runs, not where it was asked for
}

TEST_CASE("wrong usage is told in one line") {
  struct Case {
    std::string environment, arguments;
    int code;
    std::string text;
  };
  const std::vector<Case> cases = {
      {"SEGUE_PORT=70000 ", "up", 2, "port: expected a number from 1 to 65527, found 70000"},
      {"SEGUE_PORT=x ", "status", 2, "port: expected a number from 1 to 65527, found x"},
      {"SEGUE_PUBLIC_URL=ftp://x ", "down", 2, "public address: expected http://… or https://…, found ftp://x"},
      {"", "up --cache-size 20", 2, "--cache-size: expected a size as 500m or 20g"},
      {"SEGUE_DATABASE=mysql://x ", "up", 2, "SEGUE_DATABASE: database: expected postgresql://… or sqlite"},
      {"", "up --listen banana", 2, "--listen: expected an IPv4 address, found banana"},
      {"SEGUE_LISTEN=256.1.1.1 ", "up", 2, "--listen: expected an IPv4 address, found 256.1.1.1"},
      {"SEGUE_HOME=/proc/segue ", "up", 1, "/proc/segue/store: "},
      {"SEGUE_HOME='/tmp/segue-test-$x' ", "up", 1, "nginx cannot read a value with"},
      {"", "down now", 2, "takes no operand"},
  };
  for (const Case& one : cases) {
    Platform platform;
    platform.environment = one.environment;
    const Ran ran = platform.segue(one.arguments);
    INFO(ran.text);
    CHECK(ran.code == one.code);
    CHECK(ran.text.find(one.text) != std::string::npos);
  }
  std::filesystem::remove_all("/tmp/segue-test-$x");
}
