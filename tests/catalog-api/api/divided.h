// SPDX-License-Identifier: Apache-2.0
// The catalog as four programs over one home, each to be killed and started again.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/catalog-api/api/running.h"

namespace segue::tests {

// That nobody listens on at the moment, each another one: all are held until the last is found.
template <std::size_t kCount>
std::array<unsigned short, kCount> free_ports() {
  std::array<unsigned short, kCount> ports;
  std::array<int, kCount> sockets;
  for (std::size_t i = 0; i < kCount; ++i) {
    sockets[i] = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(sockets[i], reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    socklen_t size = sizeof address;
    ::getsockname(sockets[i], reinterpret_cast<sockaddr*>(&address), &size);
    ports[i] = ntohs(address.sin_port);
  }
  for (const int socket : sockets) ::close(socket);
  return ports;
}

inline Answer ask(unsigned short port, const std::string& target, const std::string& fields = "") {
  Client client(port);
  return client.get(target, fields);
}

class Program {
 public:
  // Answers when it is made.
  Program(std::vector<std::string> arguments, unsigned short port) : port_(port) {
    child_ = ::fork();
    if (child_ == 0) {
      const int nothing = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
      ::dup2(nothing, 2);
      std::vector<char*> words{const_cast<char*>(SEGUE_CATALOG)};
      for (std::string& argument : arguments) words.push_back(argument.data());
      words.push_back(nullptr);
      ::execv(SEGUE_CATALOG, words.data());
      ::_exit(127);
    }
    Running::until([&] { return ask(port_, "/health").status == 200 || ::waitpid(child_, nullptr, WNOHANG) != 0; });
  }
  ~Program() { end(SIGKILL); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  void end(int signal) {
    if (child_ <= 0) return;
    ::kill(child_, signal);
    ::waitpid(child_, nullptr, 0);
    child_ = 0;
  }
  // Stands still when it returns: the thread that takes the signal may be the last one to run, and the others answer until then.
  void hang() const {
    ::kill(child_, SIGSTOP);
    ::waitpid(child_, nullptr, WUNTRACED);
  }
  void go_on() const { ::kill(child_, SIGCONT); }

 private:
  unsigned short port_;
  pid_t child_ = 0;
};

struct Divided {
  Divided() {
    std::filesystem::create_directories(home.path() / "store");
    std::filesystem::create_directories(home.path() / "run");
    std::filesystem::create_directories(home.path() / "catalog");
    auto opened = accounts::Accounts::open(place);
    REQUIRE(opened);
    REQUIRE(opened->add("ada", "login password", "admin"));
    login = "u=ada&p=" + opened->add_credential("ada", accounts::CredentialKind::app_password, "test", "write")->value->secret;
    who = "Authorization: Bearer " + opened->add_credential("ada", accounts::CredentialKind::api_key, "test", "write")->value->secret +
          "\r\n";
  }
  void start_accounts() { accounts = start("accounts", accounts_port, {}); }
  void start_library() {
    library = start("library", library_port,
                    {"--accounts", url(accounts_port), "--playlists", url(playlists_port), "--search", url(search_port)});
  }
  void start_playlists() {
    playlists = start("playlists", playlists_port, {"--accounts", url(accounts_port), "--library", url(library_port)});
  }
  void start_search() { search = start("search", search_port, {"--accounts", url(accounts_port), "--library", url(library_port)}); }
  void start_all() {
    start_accounts();
    start_playlists();
    start_library();
    start_search();
  }

  void publish(int number, const std::string& title) const {
    tests::publish(home.path() / "store", make_asset(number, {{"title", {title}}, {"artist", {"Sigur Rós"}}, {"album", {"Takk…"}}}));
  }
  // Search, as the gateway passes it on.
  [[nodiscard]] std::size_t found(const std::string& query, const std::string& kind = "track") const {
    const auto answer = ask(search_port, "/api/v1/search?q=" + query + "&kind=" + kind, who);
    if (answer.status != 200) return 0;
    return nlohmann::json::parse(answer.body)[kind + "s"]["found"].get<std::size_t>();
  }
  [[nodiscard]] nlohmann::json rest(const std::string& method, const std::string& more) const {
    return nlohmann::json::parse(ask(library_port, "/rest/" + method + "?v=1.16.1&c=test&f=json&" + login + "&" + more).body, nullptr,
                                 false)["subsonic-response"];
  }
  [[nodiscard]] nlohmann::json health(unsigned short port) const { return nlohmann::json::parse(ask(port, "/health").body); }
  [[nodiscard]] Answer send(unsigned short port, const std::string& method, const std::string& target, const std::string& body,
                            const std::string& fields) const {
    Client client(port);
    client.send(method + " " + target + " HTTP/1.1\r\nHost: t\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
                "\r\n" + body);
    return client.receive();
  }

  Folder home;
  service::DatabasePlace place = place_in(home / "catalog");
  std::string login, who;
  const std::array<unsigned short, 4> ports = free_ports<4>();
  const unsigned short accounts_port = ports[0], library_port = ports[1], search_port = ports[2], playlists_port = ports[3];
  std::unique_ptr<Program> accounts, playlists, library, search;

 private:
  static std::string url(unsigned short port) { return "http://127.0.0.1:" + std::to_string(port); }
  std::unique_ptr<Program> start(const std::string& role, unsigned short port, const std::vector<std::string>& others) const {
    std::vector<std::string> arguments{"--roles",    role,
                                       "--home",     home.path(),
                                       "--listen",   "127.0.0.1:" + std::to_string(port),
                                       "--database", place.server.empty() ? "sqlite" : place.server};
    arguments.insert(arguments.end(), others.begin(), others.end());
    return std::make_unique<Program>(arguments, port);
  }
};

}  // namespace segue::tests
