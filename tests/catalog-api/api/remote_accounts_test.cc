// SPDX-License-Identifier: Apache-2.0
// Accounts in a process of their own that is gone, slow, or not what it should be: who asks hears 503, and nobody is taken for a guest, a
// user or an administrator.
#include <sys/socket.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "catalog-api/api/guard.h"
#include "catalog-api/opensubsonic/routes.h"
#include "tests/catalog-api/accounts/served.h"
#include "tests/service/http/client.h"

using namespace segue;
using namespace segue::tests;
using nlohmann::json;
using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Router;
using service::http::Runs;

namespace {

// Connections are taken by the system, and no byte comes back.
class Silent {
 public:
  Silent() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(socket_, 16) == 0);
    REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
  }
  ~Silent() { ::close(socket_); }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;
  unsigned short port = 0;

 private:
  int socket_;
};

// Routes of each right, and OpenSubsonic, in front of accounts that answer at `port`.
struct Front {
  Front(unsigned short port, const service::http::InternalKey& key, const std::string& folder)
      : accounts({"127.0.0.1", port}, key), place(place_in(folder)), covers(folder, folder) {}
  void add(Router& router) {
    const auto handler = [this](const Request&, const api::Asker&) {
      ++let_in;
      return Response::json("{}");
    };
    router.add(Method::get, "/browse", Runs::on_pool, guard.needs(api::Right::browse, handler), guard.quick(api::Right::browse, nullptr));
    router.add(Method::get, "/own", Runs::on_pool, guard.needs(api::Right::own, handler));
    router.add(Method::post, "/own", Runs::on_pool, guard.needs(api::Right::own, handler));
    router.add(Method::get, "/admin", Runs::on_pool, guard.needs(api::Right::admin, handler));
    opensubsonic::add_routes(router, subsonic);
  }
  accounts::RemoteDirectory accounts;
  service::DatabasePlace place;
  service::DatabasePool library{place.database("library")};
  search::Index index;
  search::LocalSearcher searcher{index};
  listening::Listening listening = std::move(*listening::Listening::open(place));
  playlists::Playlists playlists = std::move(*playlists::Playlists::open(place));
  sharing::Sharing sharing = std::move(*sharing::Sharing::open(place));
  covers::Covers covers;
  playlists::LocalLists lists{playlists};
  opensubsonic::Pieces subsonic{library, searcher, false,  accounts, listening,           lists, false, sharing,
                                covers,  "none",   "none", [] {},    [] { return false; }};
  api::Guard guard{accounts, true, true};
  std::atomic<int> let_in = 0;
  Served served{[this](Router& router) { add(router); }};
};

const char* const kBearer = "Authorization: Bearer sgk_of_somebody\r\n";

// Each asked as a guest on this machine, and with a token. `guest`, `user`: what they are answered.
void expect_nobody_in(Front& front) {
  Client client(front.served.port());
  const std::tuple<const char*, const char*, int> table[] = {
      {"/browse", "", 503},     {"/browse", kBearer, 503}, {"/own", kBearer, 503},
      {"/admin", kBearer, 503}, {"/own", "", 401},         {"/admin", "", 401},  // a guest is refused there without asking
  };
  for (const auto& [target, fields, status] : table) {
    CAPTURE(target, fields);
    const auto answer = client.get(target, fields);
    CHECK(answer.status == status);
    CHECK(answer.fields.at("content-type") == "application/problem+json");
    if (status == 503) CHECK(answer.fields.at("retry-after") == "2");
  }
  for (const char* login : {"u=ada&p=secret", "u=ada&t=26719a1196d2a940705a59634eb18eab&s=c19b2d", "apiKey=secret"})
    for (const char* method : {"ping", "getUser", "getUsers", "getMusicFolders", "stream"}) {
      CAPTURE(login, method);
      const auto answer = client.get("/rest/" + std::string(method) + "?v=1.16.1&c=t&f=json&id=x&" + login);
      const auto told = json::parse(answer.body)["subsonic-response"];
      CHECK((told["status"] == "failed" && told["error"]["code"] == 0));
    }
  CHECK(front.let_in == 0);
}

}  // namespace

TEST_CASE("accounts that are gone: nobody is let in, nobody is a guest") {
  Folder folder;
  const auto key = key_in(folder / "k");
  unsigned short port = 0;
  {
    Served gone = answering(200, "{}");
    port = gone.port();
  }
  Front front(port, key, folder.path().string());
  expect_nobody_in(front);
}

TEST_CASE("accounts that answer anything else: nobody is let in, nobody is a guest") {
  Folder folder;
  const auto key = key_in(folder / "k");
  const std::pair<unsigned, const char*> table[] = {{200, "{}"},
                                                    {200, "<html>welcome</html>"},
                                                    {200, R"({"answer":{"user":{"name":"ada","role":"admin"},"scope":"admin"}})"},
                                                    {200, R"({"answer":{"who":"everybody"}})"},
                                                    {403, R"({"answer":null})"},
                                                    {404, R"({"answer":null})"},
                                                    {503, R"({"error":"accounts.db: database is locked"})"}};
  for (const auto& [status, body] : table) {
    CAPTURE(status, body);
    Served served = answering(status, body);
    Front front(served.port(), key, folder.path().string());
    expect_nobody_in(front);
  }
}

TEST_CASE("accounts that hang cost the first who asks their patience, the others hear of it at once") {
  Folder folder;
  Silent silent;
  Front front(silent.port, key_in(folder / "k"), folder.path().string());
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> askers;
    for (int i = 0; i < 8; ++i)
      askers.emplace_back([&] {
        Client client(front.served.port());
        refused += client.get("/browse", kBearer).status == 503 && client.get("/browse").status == 503;
      });
  }
  CHECK((refused == 8 && front.let_in == 0));
}

TEST_CASE("accounts that come back are asked again: rights as they were, and what was revoked meanwhile is refused") {
  TwoForms two;
  const auto key = two.credential(accounts::CredentialKind::api_key, "read");
  Front front(two.served.port(), two.key, two.folder.path().string());
  Client client(front.served.port());
  const std::string bearer = "Authorization: Bearer " + key.secret + "\r\n";
  const std::tuple<const char*, std::string, int> table[] = {{"/browse", "", 200},    {"/browse", bearer, 200}, {"/own", bearer, 200},
                                                             {"/admin", bearer, 403}, {"/own", "", 401},        {"/own", kBearer, 401}};
  for (const auto& [target, fields, status] : table) {
    CAPTURE(target, fields);
    CHECK(client.get(target, fields).status == status);
  }
  client.send("POST /own HTTP/1.1\r\nHost: t\r\nContent-Length: 2\r\n" + bearer + "\r\n{}");
  CHECK(client.receive().status == 403);  // a key for reading
  CHECK(front.let_in == 3);
  REQUIRE(two.accounts.set_guests("none"));
  CHECK(client.get("/browse").status == 401);
  REQUIRE(two.accounts.revoke_credential("bob", accounts::CredentialKind::api_key, key.credential.id));
  CHECK(client.get("/own", bearer).status == 401);
  two.served.stop();
  CHECK(client.get("/own", bearer).status == 503);
}
