// SPDX-License-Identifier: Apache-2.0
// The gateway's own part: which service answers, and what is said when it does not.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>

#include "tests/catch.h"
#include "tests/origin/http_client.h"
#include "tests/origin/nginx_server.h"
#include "tests/origin/store_fixture.h"

using namespace segue::test;

namespace {

// A listening socket that answers one connection with what it is given.
class Upstream {
 public:
  explicit Upstream(int backlog = 8) : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    REQUIRE(::bind(listening_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listening_, backlog) == 0);
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~Upstream() { ::close(listening_); }
  [[nodiscard]] int port() const { return port_; }

  // The request's head as it came, after `answer` was sent. The connection stays open until `end` is ready.
  std::string serve(const std::string& answer, std::shared_future<void> end) const {
    const int client = ::accept(listening_, nullptr, nullptr);
    std::string head;
    std::array<char, 4096> chunk;
    while (head.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(client, chunk.data(), chunk.size(), 0);
      if (got <= 0) break;
      head.append(chunk.data(), static_cast<std::size_t>(got));
    }
    static_cast<void>(::send(client, answer.data(), answer.size(), MSG_NOSIGNAL));
    end.wait();
    ::close(client);
    return head;
  }

 private:
  int listening_;
  int port_ = 0;
};

int connected_to(int port) {
  const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(::connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  return client;
}

struct Gateway {
  TemporaryFolder folder;
  int port = free_port();
  NginxServer nginx;
  explicit Gateway(int catalog_port, int edge_port = 1)
      : nginx(folder.path(), "gateway/conf/gateway.conf.in",
              {{"GATEWAY_LISTEN", "127.0.0.1:" + std::to_string(port)},
               {"EDGE_PORT", std::to_string(edge_port)},
               {"CATALOG_PORT", std::to_string(catalog_port)},
               {"ACCOUNTS_PORT", std::to_string(catalog_port)},
               {"PLAYLISTS_PORT", std::to_string(catalog_port)},
               {"SEARCH_PORT", std::to_string(catalog_port)},
               {"OPERATOR_PORT", std::to_string(catalog_port)},
               {"PROXIES", ""},
               {"WHEN_OPEN", ""},
               {"WEB", folder.path()}},
              port) {}
};

}  // namespace

TEST_CASE("a catalog that is away is a problem of its own part") {
  const Gateway gateway(1);  // nobody listens on port 1
  for (const char* path : {"/api/v1/assets", "/api/v1/events", "/rest/ping"}) {
    const Response answer = http_get(gateway.port, path);
    CHECK(answer.status == 503);
    CHECK(answer.field("content-type") == "application/problem+json");
    CHECK(answer.field("retry-after") == "2");
    CHECK(answer.field("x-request-id").size() == 32);
    CHECK(answer.body ==
          "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"the catalog does not answer\"}\n");
  }
  CHECK(http_get(gateway.port, "/health").status == 200);
  const Response media = http_get(gateway.port, "/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/master.m3u8");
  CHECK(media.status == 503);
  CHECK(media.body == "the edge does not answer\n");
}

TEST_CASE("each role of the catalog that is away says which part it was") {
  const Gateway gateway(1);
  for (const auto& [path, who] :
       {std::pair("/api/v1/search?q=x", "the search does not answer"), std::pair("/api/v1/searches", "the catalog does not answer"),
        std::pair("/api/v1/sessions", "the accounts do not answer"), std::pair("/api/v1/me/password", "the accounts do not answer"),
        std::pair("/api/v1/users/events", "the accounts do not answer"),  // somebody of that name
        std::pair("/api/v1/setup", "the accounts do not answer"), std::pair("/api/v1/sign-up", "the accounts do not answer"),
        std::pair("/api/v1/invitations/1", "the accounts do not answer"), std::pair("/api/v1/audit", "the accounts do not answer"),
        std::pair("/api/v1/playlists", "the playlists do not answer"), std::pair("/api/v1/playlists/import", "the playlists do not answer"),
        std::pair("/api/v1/playlists/pl-a/collaborators/events", "the playlists do not answer"),
        std::pair("/api/v1/playlists/presentation", "the playlists do not answer"),
        std::pair("/api/v1/playlists/pl-a/presentation", "the catalog does not answer"),
        std::pair("/api/v1/playlist-folders/fo-a", "the playlists do not answer"),
        std::pair("/api/v1/playlistings", "the catalog does not answer"),
        std::pair("/v/playlist/pl-a/master.m3u8", "the catalog does not answer"), std::pair("/api/v1/media", "the catalog does not answer"),
        std::pair("/api/v1/libraries", "the catalog does not answer")}) {
    INFO(path);
    const Response answer = http_get(gateway.port, path);
    CHECK(answer.status == 503);
    CHECK(answer.field("content-type") == "application/problem+json");
    CHECK(answer.field("retry-after") == "2");
    CHECK(answer.body.find(who) != std::string::npos);
  }
  CHECK(http_get(gateway.port, "/internal/v1/search/ids").status == 404);
}

TEST_CASE("pages at their own addresses; what is not there is not the front page") {
  const Gateway gateway(1);
  write_file(gateway.folder.path() + "/index.html", "listener");
  write_file(gateway.folder.path() + "/operator.html", "operator");
  struct Row {
    const char* path;
    int status;
    const char* body;
  };
  const Row rows[] = {
      {"/", 200, "listener"},
      {"/?from=elsewhere", 200, "listener"},
      {"/index.html", 200, "listener"},
      {"/operator", 200, "operator"},
      {"/metrics", 404, "there is nothing at this address\n"},
      {"/favicon.ico", 404, "there is nothing at this address\n"},
      {"/api/v2/assets", 404, "there is nothing at this address\n"},
      {"/rest", 404, "there is nothing at this address\n"},
      {"/t/token/v/aaaaaaaaaaaaaaaaaaaaaaaaaa/master.m3u8", 503, "the edge does not answer\n"},  // as without a token
      {"/t/token/api/v1/assets", 404, "there is nothing at this address\n"},
      {"/t/v/a", 404, "there is nothing at this address\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.path);
    const Response answer = http_get(gateway.port, row.path);
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.body);
  }
  const Response moved = http_get(gateway.port, "/operator/");
  CHECK(moved.status == 301);
  CHECK(moved.field("location") == "/operator");
}

TEST_CASE("what the gateway refuses it refuses in one line, which a page's script may read") {
  const Gateway gateway(1);
  struct Row {
    const char* bytes;
    int status;
    const char* body;
  };
  const Row rows[] = {
      {"GET /v/%00 HTTP/1.1\r\nHost: t\r\n\r\n", 400, "not an HTTP request that can be answered\n"},
      {"GET /v/../../etc/passwd HTTP/1.1\r\nHost: t\r\n\r\n", 400, "not an HTTP request that can be answered\n"},
      {"GET /v/a HTTP/1.1\r\n\r\n", 400, "not an HTTP request that can be answered\n"},
      {"nonsense\r\n\r\n", 400, "not an HTTP request that can be answered\n"},
      {"GET /assets/none.js HTTP/1.1\r\nHost: t\r\n\r\n", 404, "there is nothing at this address\n"},
      {"GET /refused/500 HTTP/1.1\r\nHost: t\r\n\r\n", 404, "there is nothing at this address\n"},
      {"POST /v/a HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999\r\n\r\n", 413, "the request's body is too large\n"},
      {"GET /v/a HTTP/9.9\r\nHost: t\r\n\r\n", 505, "expected HTTP/1.0 or HTTP/1.1\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.bytes);
    HttpConnection connection(gateway.port);
    const Response answer = connection.raw(row.bytes);
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.body);
    CHECK(answer.field("content-type") == "text/plain");
    CHECK(answer.field("access-control-allow-origin") == "*");
  }
  HttpConnection connection(gateway.port);
  const Response flood = connection.raw("GET /v/a HTTP/1.1\r\nHost: t\r\nX: " + std::string(20000, 'x') + "\r\n\r\n");
  CHECK(flood.status == 400);
  CHECK(flood.body == "not an HTTP request that can be answered\n");
}

TEST_CASE("the catalog is asked with the request's id, and its strong entity tag comes through") {
  const Upstream catalog;
  const Gateway gateway(catalog.port());
  std::promise<void> end;
  const std::string body(2000, 'x');
  auto served = std::async(std::launch::async, [&, done = end.get_future().share()] {
    return catalog.serve(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"1-abc\"\r\nX-Request-Id: its-own\r\nX-Content-Type-Options: "
        "nosniff\r\nContent-Length: 2000\r\n\r\n" +
            body,
        done);
  });
  const Response answer = http_get(gateway.port, "/api/v1/playlists/1?x=%2F", {"Accept-Encoding: gzip", "If-Match: \"1-abc\""});
  end.set_value();
  const std::string head = served.get();
  CHECK(answer.field("etag") == "\"1-abc\"");
  CHECK(answer.body == body);
  CHECK(answer.field("x-request-id").size() == 32);  // said once: the client joins repeated fields
  CHECK(answer.field("x-content-type-options") == "nosniff");
  CHECK(head.find("GET /api/v1/playlists/1?x=%2F HTTP/1.1\r\n") == 0);
  CHECK(head.find("X-Request-Id: " + answer.field("x-request-id") + "\r\n") != std::string::npos);
  CHECK(head.find("X-Forwarded-For: 127.0.0.1\r\n") != std::string::npos);
  CHECK(head.find("If-Match: \"1-abc\"\r\n") != std::string::npos);
}

TEST_CASE("what logs somebody in stands in no line of the log") {
  const Gateway gateway(1);
  for (const char* path : {"/rest/ping?u=ada&p=secret&c=x", "/rest/ping?apiKey=secret", "/rest/ping?f=json&u=ada&t=secret&s=salt",
                           "/v/playlist/pl-1/master.m3u8?token=secret", "/v/playlist/pl-1/manifest.mpd?CAT=secret",
                           "//t/secret/v/a/master.m3u8", "/t/secret/v/a/master.m3u8?x=secret"})
    CHECK(http_get(gateway.port, path).status == 503);
  for (const char* page : {"https://m.example/t/secret/v/a/master.m3u8", "https://m.example//t/secret/v/a/master.m3u8?token=secret",
                           "https://m.example/?src=%2Ft%2Fsecret", "https://m.example/player#token=secret"})
    CHECK(http_get(gateway.port, "/rest/ping", {std::string("Referer: ") + page}).status == 503);
  CHECK(http_get(gateway.port, "/api/v1/search?q=sea&limit=5", {"Referer: https://m.example/t/list.html"}).status == 503);
  const std::string log = gateway.folder.path() + "/gateway-access.log";
  std::string text;  // nginx writes what it has each second
  while (text.find("limit=5") == std::string::npos) {
    std::ifstream file(log);
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  CHECK(text.find("secret") == std::string::npos);
  std::ifstream errors(gateway.folder.path() + "/gateway-error.log");
  CHECK(std::string(std::istreambuf_iterator<char>(errors), {}).find("secret") == std::string::npos);
  CHECK(text.find(R"("uri":"/rest/ping?-")") != std::string::npos);
  CHECK(text.find(R"("uri":"/v/playlist/pl-1/master.m3u8?-")") != std::string::npos);
  CHECK(text.find(R"("uri":"/t/-/v/a/master.m3u8")") != std::string::npos);
  CHECK(text.find(R"("referer":"https://m.example/t/-/v/a/master.m3u8")") != std::string::npos);
  CHECK(text.find(R"("referer":"https://m.example/?-")") != std::string::npos);
  CHECK(text.find(R"("referer":"https://m.example/player?-")") != std::string::npos);
}

TEST_CASE("behind a proxy on this machine nobody is near: who asks is whom it names, or it") {
  const Upstream catalog;
  const Gateway gateway(catalog.port());
  const std::pair<std::string, const char*> rows[] = {{"X: y", "127.0.0.1"},
                                                      {"X-Forwarded-For: 192.0.2.7", "192.0.2.7"},
                                                      {"X-Forwarded-For: 127.0.0.1, 2001:db8::7", "2001:db8::7"},
                                                      {"X-Forwarded-For: 192.0.2.7, 127.0.0.1", "by-proxy"},
                                                      {"X-Forwarded-For: 127.0.0.1", "by-proxy"},
                                                      {"X-Forwarded-For: ::1", "by-proxy"},
                                                      {"X-Forwarded-For: ::ffff:127.0.0.1", "by-proxy"},
                                                      {"X-Forwarded-For: ::ffff:203.0.113.9", "::ffff:203.0.113.9"},
                                                      {"X-Forwarded-For: localhost", "by-proxy"},
                                                      {"Forwarded: for=127.0.0.1", "by-proxy"},
                                                      {"Via: 1.1 proxy", "by-proxy"}};
  for (const auto& [field, client] : rows) {
    CAPTURE(field);
    std::promise<void> end;
    auto served = std::async(std::launch::async, [&, done = end.get_future().share()] {
      return catalog.serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", done);
    });
    CHECK(http_get(gateway.port, "/api/v1/assets", {field}).status == 200);
    end.set_value();
    CHECK(served.get().find("X-Forwarded-For: " + std::string(client) + "\r\n") != std::string::npos);
  }
}

TEST_CASE("one address does not take the whole catalog; this machine, and who is not told apart, is not counted") {
  const Gateway gateway(1);
  struct Row {
    const char *path, *who;
    bool limited;
  };
  const Row rows[] = {{"/rest/ping", "192.0.2.1", true},
                      {"/api/v1/assets", "192.0.2.2", true},
                      {"/api/v1/events", "192.0.2.3", true},
                      {"/api/v1/playlists/import", "192.0.2.4", true},
                      {"/api/v1/operator/top", "192.0.2.5", true},
                      {"/v/playlist/pl-1/master.m3u8", "192.0.2.6", true},
                      {"/v/a/master.m3u8", "192.0.2.7", false},
                      {"/rest/ping", "2001:db8:1:2::*", true},    // one household's /64
                      {"/rest/ping", "2001:db8::a:b:c:*", true},  // another's, with zeros in it
                      {"/rest/ping", "127.0.0.1, 127.0.0.1", false},
                      {"/rest/ping", nullptr, false}};
  for (const Row& row : rows) {
    CAPTURE(row.path, row.limited);
    HttpConnection connection(gateway.port);
    const std::string who = row.who == nullptr ? "X: y" : std::string("X-Forwarded-For: ") + row.who;
    // 1,000 at once and 200 a second pass: who asks without a pause is refused soon.
    Response answer;
    for (int i = 0; i < (row.limited ? 50000 : 1500) && answer.status != 429; ++i) {
      std::string field = who;
      if (const auto at = field.find('*'); at != std::string::npos) field.replace(at, 1, std::to_string(i % 10000));
      answer = connection.get(row.path, {field});
      REQUIRE((answer.status == 503 || answer.status == 429));
    }
    CHECK((answer.status == 429) == row.limited);
    const bool is_media = std::string(row.path) == "/v/a/master.m3u8";
    CHECK(answer.field("content-type") == (is_media ? "text/plain" : "application/problem+json"));
    if (!row.limited) continue;
    CHECK(answer.field("retry-after") == "1");
    const Response other = http_get(gateway.port, row.path, {"X-Forwarded-For: 192.0.2.8"});
    CHECK(other.status == 503);
    CHECK(other.field("content-type") == "application/problem+json");
  }
  // The household beside it; and whoever comes by a proxy that says nothing.
  CHECK(http_get(gateway.port, "/api/v1/assets", {"X-Forwarded-For: 2001:db8:1:3::1"}).status == 503);
  for (int i = 0; i < 1500; ++i) REQUIRE(http_get(gateway.port, "/rest/ping", {"Via: 1.1 proxy"}).status == 503);
}

TEST_CASE("one address has 512 requests under way; others, and this machine, are served beside it") {
  constexpr std::size_t kMost = 512;
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = files.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
  const Upstream silent(1024);  // takes connections, and answers none
  const Gateway gateway(1, silent.port());
  write_file(gateway.folder.path() + "/index.html", "page");
  std::vector<pollfd> clients;
  const std::string asked = "GET /v/a/1.m4s HTTP/1.1\r\nHost: t\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n";
  for (std::size_t i = 0; i < kMost + 1; ++i) {
    clients.push_back({connected_to(gateway.port), POLLIN, 0});
    REQUIRE(::send(clients.back().fd, asked.data(), asked.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(asked.size()));
  }
  REQUIRE(::poll(clients.data(), clients.size(), 20000) == 1);  // one of them, whichever came last, is refused
  const auto refused = std::find_if(clients.begin(), clients.end(), [](const pollfd& one) { return one.revents != 0; });
  std::string answer(200, '\0');
  REQUIRE(::recv(refused->fd, answer.data(), answer.size(), MSG_WAITALL) == static_cast<ssize_t>(answer.size()));
  CHECK(answer.starts_with("HTTP/1.1 429 "));
  struct Row {
    const char* who;
    int status;
  };
  for (const Row row : {Row{"X-Forwarded-For: 192.0.2.7", 429}, {"X-Forwarded-For: 192.0.2.8", 200}, {"X: y", 200}}) {
    CAPTURE(row.who);
    const Response page = http_get(gateway.port, "/index.html", {row.who});
    CHECK(page.status == row.status);
    CHECK(page.body == (row.status == 200 ? "page" : "too many requests from your address\n"));
  }
  for (const pollfd& one : clients) ::close(one.fd);
}

TEST_CASE("the operator's API hears the request's id, and from nobody but the gateway who is near") {
  const Upstream api;
  const Gateway gateway(api.port());
  std::promise<void> end;
  auto served = std::async(std::launch::async, [&, done = end.get_future().share()] {
    return api.serve("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", done);
  });
  const Response answer = http_get(gateway.port, "/api/v1/operator/top", {"X-Segue-Near: 1", "X-Forwarded-For: 203.0.113.9"});
  end.set_value();
  const std::string head = served.get();
  for (const std::string field : {"X-Segue-Near: 0", "X-Forwarded-For: 203.0.113.9", "Host: test"})
    CHECK(head.find("\r\n" + field + "\r\n") != std::string::npos);
  CHECK(head.find("X-Request-Id: " + answer.field("x-request-id") + "\r\n") != std::string::npos);
  CHECK(head.find("X-Segue-Near: 1") == std::string::npos);
  CHECK(head.find("Connection: close") == std::string::npos);
}

TEST_CASE("an event is passed on at once, before the stream ends") {
  const Upstream catalog;
  const Gateway gateway(catalog.port());
  for (const char* fields : {"", "X-Accel-Buffering: no\r\n"}) {
    const std::string path = *fields == '\0' ? "/api/v1/events" : "/api/v1/changes";
    std::promise<void> end;
    auto served = std::async(std::launch::async, [&, done = end.get_future().share()] {
      return catalog.serve("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n" + std::string(fields) + "\r\ndata: 1\n\n", done);
    });
    // "data: 1\n\n" as one chunk: this returns only when it has come, and the upstream ends only after that.
    const int client = connected_to(gateway.port);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: t\r\n\r\n";
    REQUIRE(::send(client, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()));
    std::string heard;
    std::array<char, 4096> chunk;
    while (heard.find("data: 1") == std::string::npos) {
      const ssize_t got = ::recv(client, chunk.data(), chunk.size(), 0);
      if (got <= 0) break;
      heard.append(chunk.data(), static_cast<std::size_t>(got));
    }
    CHECK(heard.find("data: 1\n\n") != std::string::npos);
    end.set_value();
    served.wait();
    ::close(client);
  }
}
