// SPDX-License-Identifier: Apache-2.0
// Several catalogs on one PostgreSQL server, and that server stopped and killed under them. Run by with_postgres.sh alone.
#include <array>
#include <atomic>
#include <set>
#include <thread>

#include "tests/catalog-api/api/running.h"

using namespace segue;
using namespace segue::tests;
using nlohmann::json;

namespace {

// Another node: a home of its own, the first one's store, database and keys.
void join(const Running& first, Running& second) {
  second.place.server = first.place.server;
  std::filesystem::remove(second.home.path() / "store");
  std::filesystem::create_directory_symlink(first.home.path() / "store", second.home.path() / "store");
  std::filesystem::create_directories(second.home.path() / "catalog");
  for (const char* key : {"accounts.key", "cursor.key"})
    std::filesystem::copy_file(first.home.path() / "catalog" / key, second.home.path() / "catalog" / key);
}

void server(const std::string& what) { REQUIRE(std::system((std::string(std::getenv("SEGUE_TEST_POSTGRES")) + " " + what).c_str()) == 0); }

std::string add_item(const std::string& uid) { return R"({"operations":[{"op":"add","items":[{"uid":")" + uid + R"(","track":"t"}]}]})"; }

std::set<std::string> uids_of(const json& list) {
  std::set<std::string> uids;
  for (const auto& item : list["items"]) uids.insert(item["uid"].get<std::string>());
  return uids;
}

// Many at once, each by a connection of its own, until it is told that it is over or hears anything but 200. What was answered is promised.
class Writers {
 public:
  // `named`: what their items' names begin with.
  Writers(std::vector<const Running*> nodes, std::string target, std::string who, std::string named)
      : nodes_(std::move(nodes)), target_(std::move(target)), who_(std::move(who)), named_(std::move(named)) {
    for (int number = 0; number < 8; ++number) threads_.emplace_back([this, number] { write(number); });
  }
  ~Writers() { end(); }
  void end() {
    is_over_ = true;
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }
  std::atomic<int> answered = 0, refused = 0, strange = 0;
  std::set<std::string> promised;  // after end()

 private:
  void write(int number) {
    Client client(nodes_[static_cast<std::size_t>(number) % nodes_.size()]->catalog->port());
    for (int i = 0; !is_over_; ++i) {
      const std::string uid = named_ + std::to_string(number) + "i" + std::to_string(i), body = add_item(uid);
      client.send("PATCH " + target_ + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + who_ + "\r\n" +
                  body);
      const Answer answer = client.receive();
      if (answer.status == 200) {
        const std::lock_guard lock(mutex_);
        promised.insert(uid);
        ++answered;
      } else {
        ++(answer.status == 503 && answer.fields.contains("retry-after") ? refused : strange);
      }
    }
  }
  std::vector<const Running*> nodes_;
  std::string target_, who_, named_;
  std::mutex mutex_;
  std::atomic<bool> is_over_ = false;
  std::vector<std::thread> threads_;
};

// Two nodes on one database, which has a track and an administrator.
struct Nodes {
  Nodes() {
    first.publish(make_asset(1, {{"title", {"One"}}, {"artist", {"Ada"}}}));
    first.start();
    join(first, second);
    second.start();
    ada = first.log_in("ada", "admin");
  }
  Running first, second;
  std::string ada;  // the header fields of a session
};

}  // namespace

TEST_CASE("a node with other keys does not start") {
  Running first, second;
  first.start();
  second.place.server = first.place.server;
  const auto home = service::Home::find(second.home.path().string(), "", "");
  const auto started = catalog::Catalog::start({.home = *home, .database = second.place.server});
  REQUIRE_FALSE(started);
  CHECK(started.error().message.ends_with("accounts.key: not the key of the other nodes on this database; copy theirs here"));
}

TEST_CASE("what one node is told, the other knows") {
  Nodes nodes;
  Running &first = nodes.first, &second = nodes.second;
  const std::string& ada = nodes.ada;

  // A new track, found by whichever node: lists (kept answers are thrown away), search, events.
  CHECK(second.json("/api/v1/tracks")["tracks"].size() == 1);
  const auto known = second.get("/api/v1/tracks");
  first.publish(make_asset(2, {{"title", {"Zweitens"}}, {"artist", {"Ada"}}}));
  Running::until([&] { return second.json("/api/v1/tracks")["tracks"].size() == 2; });
  CHECK(second.get("/api/v1/tracks").fields.at("etag") != known.fields.at("etag"));
  for (const Running* node : {&first, &second})
    Running::until([&] { return node->json("/api/v1/search?q=zweit")["tracks"]["hits"].size() == 1; });
  CHECK(first.json("/health")["revision"] == second.json("/health")["revision"]);

  // Sessions and rights are never behind.
  CHECK(second.get("/api/v1/playlists", ada).status == 200);
  const std::string bob = second.log_in("bob");
  CHECK(first.get("/api/v1/playlists", bob).status == 200);
  REQUIRE(accounts::Accounts::open(second.place)->set_disabled("bob", true));
  CHECK(first.get("/api/v1/playlists", bob).status == 401);
  CHECK(second.get("/api/v1/playlists", bob).status == 401);

  // A cursor of one is good at the other.
  const std::string next = first.json("/api/v1/tracks?limit=1")["next"].get<std::string>();
  CHECK(second.json(next)["tracks"][0]["title"] == "Zweitens");

  // A playlist is everywhere at once; the key of a request as well.
  const std::string once = ada + "Idempotency-Key: k1\r\n";
  const auto made = first.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", once);
  REQUIRE(made.status == 201);
  const std::string target = made.fields.at("location");
  CHECK(second.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", once).fields.at("location") == target);
  CHECK(second.get(target, ada).fields.at("etag") == first.get(target, ada).fields.at("etag"));
  {
    Writers writers({&first, &second}, target, ada, "w");
    Running::until([&] { return writers.answered >= 200; });
    writers.end();
    CHECK(writers.refused + writers.strange == 0);
    CHECK(uids_of(json::parse(first.get(target, ada).body)) == writers.promised);
  }
  CHECK(second.get(target, ada).body == first.get(target, ada).body);
}

TEST_CASE("PostgreSQL away: 503 meanwhile, as before afterwards, nothing that was acknowledged lost") {
  Nodes nodes;
  Running &first = nodes.first, &second = nodes.second;
  const std::string& ada = nodes.ada;
  const std::string target = first.send("POST", "/api/v1/playlists", R"({"name":"Mix"})", ada).fields.at("location");
  for (const auto& [how, named] : {std::pair("stop", "a"), std::pair("crash", "b"), std::pair("crash", "c")}) {
    INFO(how);
    Writers writers({&first, &second}, target, ada, named);
    Running::until([&] { return writers.answered >= 100; });
    server(how);
    Running::until([&] { return writers.refused >= 20; });
    for (const char* path : {"/health", "/api/v1/tracks", "/api/v1/playlists"}) {
      const auto answer = second.get(path, ada);
      CHECK(answer.status == 503);
      CHECK(answer.fields.at("retry-after") == "2");
    }
    server("start");
    const int then = writers.answered;
    Running::until([&] { return writers.answered >= then + 50; });
    writers.end();
    CHECK(writers.strange == 0);
    const auto there = uids_of(json::parse(second.get(target, ada).body));
    std::size_t lost = 0;
    for (const std::string& uid : writers.promised) lost += there.contains(uid) ? 0 : 1;
    CHECK(lost == 0);
    CHECK(first.get(target, ada).body == second.get(target, ada).body);
    CHECK(first.json("/api/v1/tracks")["tracks"].size() == 1);
    CHECK(first.json("/health")["status"] == "ok");
  }
}

// The server's machine is there, but nothing comes back: who needs it waits, who does not is answered.
TEST_CASE("PostgreSQL frozen: no connection's thread waits for it") {
  Nodes nodes;
  REQUIRE(nodes.first.json("/api/v1/tracks")["tracks"].size() == 1);  // kept
  // Accepted and heard before, so that what is sent first is read first.
  std::array<Client, 3> clients{Client(nodes.first.catalog->port()), Client(nodes.first.catalog->port()),
                                Client(nodes.first.catalog->port())};
  for (Client& client : clients) REQUIRE(client.get("/metrics").status == 200);
  server("freeze");
  for (int i = 0; const char* target : {"/api/v1/search?q=one", "/api/v1/tracks"})
    clients[i++].send("GET " + std::string(target) + " HTTP/1.1\r\nHost: t\r\n\r\n");
  const int heard = clients[2].get("/metrics").status;  // gives up after ten seconds
  server("thaw");
  CHECK(heard == 200);
  CHECK(clients[0].receive().status == 200);
  CHECK(clients[1].receive().status == 200);
}
