// SPDX-License-Identifier: Apache-2.0
// Clients of OpenSubsonic who wait for lists of another process take no thread and no connection from the others.
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "catalog-api/library/library.h"
#include "catalog-api/opensubsonic/routes.h"
#include "tests/catalog-api/accounts/served.h"
#include "tests/catalog-api/api/running.h"

using namespace segue;
using namespace segue::playlists;
using tests::Running;

namespace {

// Lists that answer when they are let go.
class HeldLists final : public Lists {
 public:
  [[nodiscard]] Result<Answer<Playlist>> get(const std::string&, const std::string&, const std::string&) override {
    std::unique_lock lock(mutex_);
    ++waiting_;
    released_.wait(lock, [&] { return is_released_; });
    return Answer<Playlist>(Refusal{Problem::unknown, "playlist: no such id"});
  }
  Result<Answer<Playlist>> create(const std::string&, const std::string&, const std::vector<std::string>&) override { return none(); }
  Result<Answer<Changed>> edit(const std::string&, const std::string&, const Edit&) override { return none(); }
  Result<Answer<Playlist>> remove(const std::string&, const std::string&) override { return none(); }
  [[nodiscard]] Result<ShelfSlice> shelf(const std::string&, const ShelfPage&) override { return none(); }
  [[nodiscard]] Result<std::vector<Announced>> announced_since(std::int64_t, const std::string&, std::int64_t) override { return none(); }

  [[nodiscard]] int waiting() {
    const std::lock_guard lock(mutex_);
    return waiting_;
  }
  void release() {
    const std::lock_guard lock(mutex_);
    is_released_ = true;
    released_.notify_all();
  }

 private:
  static Error none() { return {"lists: not asked for here"}; }
  std::mutex mutex_;
  std::condition_variable released_;
  int waiting_ = 0;
  bool is_released_ = false;
};

struct Rest {
  Rest() {
    REQUIRE(accounts.add("ada", "login password", "admin"));
    login = "v=1.16.1&c=t&f=json&u=ada&p=" +
            accounts.add_credential("ada", accounts::CredentialKind::app_password, "t", "write")->value->secret;
    REQUIRE(readers.borrow());
  }
  tests::Folder home;
  service::DatabasePlace place = tests::place_in(home.path().string());
  library::Library library = std::move(*library::Library::open(place.database("library"), *place.node()));
  service::DatabasePool readers{place.database("library")};
  accounts::Accounts accounts = std::move(*accounts::Accounts::open(place));
  listening::Listening listening = std::move(*listening::Listening::open(place));
  sharing::Sharing sharing = std::move(*sharing::Sharing::open(place));
  search::Index index;
  search::LocalSearcher searcher{index};
  HeldLists lists;
  covers::Covers covers{home / "store", home / "covers"};
  opensubsonic::Pieces pieces{readers, searcher,       false,      accounts, listening,           lists, true, sharing,
                              covers,  home / "store", "http://t", [] {},    [] { return false; }};
  tests::Served served{[this](service::http::Router& router) { opensubsonic::add_routes(router, pieces); }};
  std::string login;
};

}  // namespace

TEST_CASE("covers and shares of lists wait where waiting holds up nobody else") {
  Rest rest;
  std::vector<std::unique_ptr<tests::Client>> clients;
  // More than the pool has threads, and of each name.
  for (const char* method : {"getCoverArt", "getCoverArt.view", "createShare", "createShare.view"})
    clients.emplace_back(std::make_unique<tests::Client>(rest.served.port()))
        ->send(std::string("GET /rest/") + method + "?id=pl-1&" + rest.login + " HTTP/1.1\r\nHost: t\r\n\r\n");
  Running::until([&] { return rest.lists.waiting() == 4; });
  CHECK(rest.readers.idle() == 1);  // nobody who waits holds one
  tests::Client other(rest.served.port());
  CHECK(other.get("/rest/ping?" + rest.login).body.find("\"ok\"") != std::string::npos);
  CHECK(other.get("/rest/getCoverArt?id=al-1&" + rest.login).body.find("\"code\":70") != std::string::npos);
  rest.lists.release();
  for (const auto& client : clients) CHECK(client->receive().body.find("\"code\":70") != std::string::npos);
}
