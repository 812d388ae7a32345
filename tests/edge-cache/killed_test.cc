// SPDX-License-Identifier: Apache-2.0
// `segue edge` when a worker, or all of it, is killed.
#include <signal.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/catch.h"
#include "tests/edge-cache/purge/redis_server.h"
#include "tests/edge-cache/served.h"

namespace fs = std::filesystem;
using namespace segue::test;

namespace {

// At least forty, and every worker has some.
std::vector<std::unique_ptr<Client>> clients_of_all_workers(const Served& served) {
  std::vector<std::unique_ptr<Client>> clients;
  while (clients.size() < 40 || !served.edge->all_have_clients())
    clients.push_back(std::make_unique<Client>(served.edge->port(), get("/a")));
  return clients;
}

std::vector<fs::path> stored_files(const fs::path& cache) {
  std::vector<fs::path> files;
  for (const auto& item : fs::recursive_directory_iterator(cache / "objects"))
    if (item.is_regular_file()) files.push_back(item.path());
  return files;
}

void kill_leader(const Served& served) {
  const pid_t leader = served.edge->connected_to(served.origin.port());
  REQUIRE(leader != 0);
  ::kill(leader, SIGKILL);
}

}  // namespace

TEST_CASE("a worker killed while it leads: who waits elsewhere is served by the next") {
  Gate asked_once, answer;
  std::atomic<int> count = 0;
  Served served([&](const OriginServer::Exchange& asked) {
    asked_once.open();
    if (count++ == 0) answer.wait();
    asked.send(ten("0123456789"));
    return true;
  });
  const auto clients = clients_of_all_workers(served);
  asked_once.wait();
  kill_leader(served);
  int whole = 0;
  for (const auto& client : clients) {
    const std::string& got = client->read_to_end();
    CHECK((got.empty() || ends_with(got, "\r\n\r\n0123456789")));
    whole += !got.empty();
  }
  answer.open();
  CHECK(served.ask("/a").body == "0123456789");
  CHECK(whole > 0);  // those of the other worker
}

TEST_CASE("a worker killed in the middle of a body: who reads elsewhere reads on, when it is the same object") {
  struct Row {
    const char *etag, *second_etag;
    bool reads_on;
  };
  const Row row =
      GENERATE(Row{"ETag: \"e\"\r\n", "ETag: \"e\"\r\n", true}, Row{"ETag: \"e\"\r\n", "ETag: \"f\"\r\n", false}, Row{"", "", false});
  Gate never;
  std::atomic<int> count = 0;
  Served served([&](const OriginServer::Exchange& asked) {
    const bool is_first = count++ == 0;
    const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\n";
    asked.send(head + (is_first ? row.etag : row.second_etag) + "\r\n" + (is_first ? "01234" : "0123456789"));
    if (is_first) never.wait();
    return true;
  });
  const auto clients = clients_of_all_workers(served);
  for (const auto& client : clients) REQUIRE(ends_with(client->read_until("01234"), "\r\n\r\n01234"));
  kill_leader(served);
  int whole = 0;
  for (const auto& client : clients) {
    const std::string& got = client->read_to_end();
    whole += ends_with(got, "\r\n\r\n0123456789");
    CHECK((ends_with(got, "\r\n\r\n01234") || ends_with(got, "\r\n\r\n0123456789")));
  }
  never.open();
  CHECK((whole > 0) == row.reads_on);
  CHECK(count <= 2);
}

TEST_CASE("what was stored is there after everything was killed, and after the folder was deleted it is fetched again") {
  Served served([](const OriginServer::Exchange& asked) {
    asked.send(ten("0123456789"));
    return true;
  });
  CHECK(served.ask("/a").body == "0123456789");
  served.edge->kill_all();
  served.edge = std::make_unique<EdgeProcess>(served.folder.path, served.origin.port());
  const Response again = served.ask("/a");
  CHECK(again.body == "0123456789");
  CHECK(served.origin.requests("/a") == 1);
  fs::remove_all(served.folder.path + "/cache/objects");
  fs::remove_all(served.folder.path + "/cache/arriving");
  CHECK(served.ask("/b").body == "0123456789");
  CHECK(served.ask("/b").field("cache-status").starts_with("segue-edge; hit"));
}

TEST_CASE("what a killed worker was to remove goes when the next one comes up; what is stored or arrives stays") {
  Gate rest;
  std::atomic<bool> waits = false;
  Served served([&](const OriginServer::Exchange& asked) {
    asked.send(ten("01234"));
    if (asked.path() == "/arrives") {
      waits = true;
      rest.wait();
    }
    asked.send("56789");
    return false;  // or each worker kept a connection
  });
  CHECK(served.ask("/kept").body == "0123456789");
  const fs::path cache = served.folder.path + "/cache";
  // Beside them what evictions leave whose worker is killed before he comes to it: ids that were given out, and nobody has.
  const auto leave = [](const fs::path& folder, std::uint64_t id) {
    std::array<char, 17> name{};
    std::snprintf(name.data(), name.size(), "%016llx", static_cast<unsigned long long>(id));
    std::ofstream(folder / name.data()) << "left";
    return folder / name.data();
  };
  Client reader(served.edge->port(), get("/arrives"));
  (void)reader.read_until("01234");
  const fs::path object = stored_files(cache).front();
  const std::uint64_t id = std::stoull(object.filename().string(), nullptr, 16);
  const fs::path left_arriving = leave(cache / "arriving", id);
  const fs::path left = leave(cache / "objects" / object.parent_path().filename(), id - 256);
  const pid_t leader = served.edge->connected_to(served.origin.port());
  for (const pid_t worker : served.edge->workers()) {
    if (worker != leader) ::kill(worker, SIGKILL);
  }
  while (fs::exists(left) || fs::exists(left_arriving)) std::this_thread::yield();
  CHECK(fs::exists(object));
  rest.open();
  CHECK(ends_with(reader.read_to_end(), "0123456789"));
  CHECK(served.ask("/kept").field("cache-status").starts_with("segue-edge; hit"));
  CHECK(Client(served.edge->port(), get("/arrives")).read_to_end().find("; hit") != std::string::npos);
}

TEST_CASE("a reload while Redis hangs: workers of before end, listeners notice nothing") {
  const RedisServer redis;
  Served served(
      [](const OriginServer::Exchange& asked) {
        asked.send(ten("0123456789"));
        return true;
      },
      {"--redis", redis.socket()});
  CHECK(served.ask("/a").body == "0123456789");
  redis.hang();
  for (int i = 0; i < 2; ++i) {
    served.edge->restart_workers();
    CHECK(served.ask("/a").field("cache-status").starts_with("segue-edge; hit"));
  }
  redis.go_on();
}
