// SPDX-License-Identifier: Apache-2.0
// kill -9 of the real program in the middle of many writes: whatever it acknowledged is there after the next start.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <set>
#include <sstream>
#include <thread>

#include "tests/catalog-api/api/running.h"

using namespace segue;
using nlohmann::json;

namespace {

// segue-catalog on a free port, until it is killed.
class Program {
 public:
  Program(const std::string& home, const std::string& database, const std::string& log) {
    std::filesystem::remove(log);  // the one before told another port
    child_ = ::fork();
    if (child_ == 0) {
      const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      ::dup2(file, 2);
      ::execl(SEGUE_CATALOG, "segue-catalog", "--home", home.c_str(), "--listen", "127.0.0.1:0", "--database", database.c_str(), nullptr);
      ::_exit(127);
    }
    tests::Running::until([&] {
      std::ifstream in(log);
      std::stringstream text;
      text << in.rdbuf();
      const std::string all = text.str(), sign = "listens on 127.0.0.1:";
      const std::size_t at = all.find(sign);
      if (at != std::string::npos && all.find('"', at) != std::string::npos)
        port = static_cast<unsigned short>(std::atoi(all.c_str() + at + sign.size()));
      return port != 0 || ::waitpid(child_, nullptr, WNOHANG) != 0;
    });
  }
  ~Program() { kill(); }
  void kill() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  unsigned short port = 0;

 private:
  pid_t child_ = 0;
};

std::string request(const std::string& method, const std::string& target, const std::string& who, const std::string& body) {
  return method + " " + target + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + who + "\r\n" + body;
}

}  // namespace

TEST_CASE("nothing that was acknowledged is lost at kill -9") {
  tests::Folder home;
  std::filesystem::create_directories(home.path() / "catalog");
  std::filesystem::create_directories(home.path() / "run");
  const auto place = tests::place_in(home / "catalog");
  std::string who;
  {
    auto accounts = accounts::Accounts::open(place);
    REQUIRE(accounts);
    REQUIRE(accounts->add("ada", "password of ada", "admin"));
    auto key = accounts->add_credential("ada", accounts::CredentialKind::api_key, "test", "write");
    REQUIRE(key);
    REQUIRE(key->value);
    who = "Authorization: Bearer " + key->value->secret + "\r\n";
  }
  std::set<std::string> promised;
  std::string target;
  for (int round = 0; round < 3; ++round) {
    Program program(home.path().string(), place.server.empty() ? "sqlite" : place.server, home / "log");
    REQUIRE(program.port != 0);
    if (target.empty()) {
      tests::Client client(program.port);
      client.send(request("POST", "/api/v1/playlists", who, R"({"name":"Mix"})"));
      target = client.receive().fields.at("location");
    }
    std::mutex mutex;
    std::atomic<int> answered = 0;
    std::atomic<bool> is_over = false;
    std::vector<std::thread> writers;
    for (int number = 0; number < 8; ++number)
      writers.emplace_back([&, number] {
        try {
          tests::Client client(program.port);
          for (int i = 0; !is_over; ++i) {
            const std::string uid = "r" + std::to_string(round) + "w" + std::to_string(number) + "i" + std::to_string(i);
            client.send(request("PATCH", target, who, R"({"operations":[{"op":"add","items":[{"uid":")" + uid + R"(","track":"t"}]}]})"));
            if (client.receive().status != 200) return;
            const std::lock_guard lock(mutex);
            promised.insert(uid);
            ++answered;
          }
        } catch (...) {  // the connection died with the program
        }
      });
    tests::Running::until([&] { return answered >= 150; });
    program.kill();
    is_over = true;
    for (std::thread& writer : writers) writer.join();
  }
  Program program(home.path().string(), place.server.empty() ? "sqlite" : place.server, home / "log");
  REQUIRE(program.port != 0);
  tests::Client client(program.port);
  client.send(request("GET", target, who, ""));
  const auto list = json::parse(client.receive().body);
  std::set<std::string> there;
  for (const auto& item : list["items"]) there.insert(item["uid"].get<std::string>());
  std::size_t lost = 0;
  for (const std::string& uid : promised) lost += there.contains(uid) ? 0 : 1;
  CHECK(lost == 0);
  CHECK(promised.size() >= 450);
}
