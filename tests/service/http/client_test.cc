// SPDX-License-Identifier: Apache-2.0
// The client against servers that behave (our own) and servers that do not (a script of bytes).
#include "service/http/client.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <future>
#include <optional>
#include <thread>

#include "service/http/server.h"
#include "tests/catch.h"

namespace {
std::promise<void> resolve;  // "hangs.test" is resolved from then on
std::shared_future<void> is_resolved = resolve.get_future().share();
}  // namespace

// Stands before the C library's.
extern "C" int getaddrinfo(const char* host, const char* service, const addrinfo* hints, addrinfo** found) {
  static const auto real = reinterpret_cast<decltype(&getaddrinfo)>(::dlsym(RTLD_NEXT, "getaddrinfo"));
  if (host == nullptr || std::string_view(host) != "hangs.test") return real(host, service, hints, found);
  std::shared_future<void>(is_resolved).wait();
  return real("127.0.0.1", "1", hints, found);
}

namespace segue::service::http {
namespace {

using namespace std::chrono_literals;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

void read_request(int socket) {
  std::string request;
  for (char byte = 0; !request.ends_with("\r\n\r\n") && ::recv(socket, &byte, 1, 0) == 1;) request += byte;
}

// Takes connections, one after the other, until it ends; `serve` has each until it returns.
class Listener {
 public:
  explicit Listener(std::function<void(int)> serve) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 16) == 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, serve = std::move(serve)] {
      for (int socket = 0; (socket = ::accept(listener_, nullptr, nullptr)) >= 0; ::close(socket)) serve(socket);
    });
  }
  ~Listener() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  [[nodiscard]] ServerName name() const { return {"127.0.0.1", port_}; }

 private:
  int listener_;
  unsigned short port_ = 0;
  std::thread thread_;
};

// Takes one connection for each row of answers; an answer for each request on it, then closes it. "hang": no answer, until the end.
class Script {
 public:
  explicit Script(std::vector<std::vector<std::string>> connections)
      : connections_(std::move(connections)), listener_([this](int socket) { play(socket); }) {}
  ~Script() { over_.set_value(); }
  Script(const Script&) = delete;
  Script& operator=(const Script&) = delete;
  [[nodiscard]] ServerName name() const { return listener_.name(); }

 private:
  void play(int socket) {
    if (next_ == connections_.size()) return;
    for (const std::string& answer : connections_[next_++]) {
      read_request(socket);
      if (answer == "hang") return is_over_.wait();
      (void)::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
    }
  }
  std::vector<std::vector<std::string>> connections_;
  std::size_t next_ = 0;
  std::promise<void> over_;
  std::shared_future<void> is_over_ = over_.get_future().share();
  Listener listener_;  // ends first
};

std::string outcome(const Result<Answer>& answer, const ServerName& server) {
  if (answer) return std::to_string(answer->status) + ' ' + answer->body;
  std::string message = answer.error().message;
  REQUIRE(message.starts_with(server.text() + ": "));
  return message.substr(server.text().size() + 2);
}

TEST_CASE("the address of a server") {
  struct Row {
    const char* url;
    const char* text;  // nullptr: refused
  };
  for (const auto& [url, text] : {Row{"http://127.0.0.1:8083", "http://127.0.0.1:8083"},
                                  {"http://catalog-search:80/", "http://catalog-search:80"},
                                  {"http://[::1]:8083", "http://[::1]:8083"},
                                  {"https://127.0.0.1:8083", nullptr},
                                  {"127.0.0.1:8083", nullptr},
                                  {"http://127.0.0.1", nullptr},
                                  {"http://127.0.0.1:0", nullptr},
                                  {"http://127.0.0.1:65536", nullptr},
                                  {"http://127.0.0.1:80x", nullptr},
                                  {"http://:80", nullptr},
                                  {"http://[::1:80", nullptr},
                                  {"http://[::1]x:80", nullptr},
                                  {"http://a@b:80", nullptr},
                                  {"http://a/b:80", nullptr},
                                  {"", nullptr}}) {
    INFO(url);
    const auto name = ServerName::parse(url);
    CHECK(name.has_value() == (text != nullptr));
    if (name && text != nullptr) CHECK(name->text() == text);
    if (!name) CHECK(name.error().message == std::string("expected http://HOST:PORT, found ") + url);
  }
}

TEST_CASE("a call carries its fields and its body, over one connection") {
  Router router;
  router.add(Method::post, "/echo/{name}", Runs::here, [](const Request& request) {
    return Response::json(std::string(request.header("segue-internal-key").value_or("")) + ' ' + std::string(request.parameter("name")) +
                              ' ' + std::string(request.query_value("a").value_or("")) + ' ' + request.body,
                          201);
  });
  Metrics metrics(router);
  Server server(router, metrics, {});
  REQUIRE(server.start());
  Client client({"127.0.0.1", server.port()}, {{"Segue-Internal-Key", "secret"}});
  for (const std::string body : {"{}", "{\"b\":2}"}) {
    const auto answer = client.ask({Method::post, "/echo/x%20y?a=1", body});
    REQUIRE(answer);
    CHECK(answer->status == 201);
    CHECK(answer->content_type == "application/json");
    CHECK(answer->body == "secret x y 1 " + body);
  }
  CHECK(client.ask({Method::get, "/nothing"})->status == 404);
}

TEST_CASE("what a server does wrong is told with its address") {
  struct Row {
    std::vector<std::vector<std::string>> connections;
    std::vector<Call> calls;
    std::vector<std::string> outcomes;
  };
  const Call get{Method::get, "/"}, post{Method::post, "/"}, repeatable{Method::post, "/", {}, {}, true};
  Call small = get, hasty = get;
  small.most_bytes = 1;
  hasty.patience = 50ms;
  for (const auto& row : {
           Row{{{kOk, kOk, kOk}}, {get, post, get}, {"200 ok", "200 ok", "200 ok"}},
           // A kept connection that ends without an answer: asked again where that is the same as once.
           Row{{{kOk, ""}, {kOk}}, {get, get}, {"200 ok", "200 ok"}},
           Row{{{kOk, ""}, {kOk}}, {get, repeatable}, {"200 ok", "200 ok"}},
           Row{{{kOk, ""}}, {get, post}, {"200 ok", "closed without an answer; whether it was done is not known"}},
           Row{{{""}}, {get}, {"closed without an answer"}},  // a new one: not again
           Row{{{""}}, {post}, {"closed without an answer; whether it was done is not known"}},
           Row{{{""}}, {repeatable}, {"closed without an answer"}},
           Row{{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"}}, {get}, {"closed without an answer"}},
           Row{{{"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"}, {kOk}}, {get, get}, {"200 ok", "200 ok"}},
           Row{{{"SSH-2.0-OpenSSH\r\n\r\n"}}, {get}, {"bad version"}},
           Row{{{kOk}}, {small}, {"answers more than 1 bytes"}},
           Row{{{"hang"}}, {hasty}, {"no answer within 50 ms"}},
           Row{{{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "hang"}}, {hasty}, {"no answer within 50 ms"}},
       }) {
    Script script(row.connections);
    Client client(script.name(), {});
    std::vector<std::string> outcomes;
    for (const Call& call : row.calls) outcomes.push_back(outcome(client.ask(call), script.name()));
    CHECK(outcomes == row.outcomes);
  }
}

TEST_CASE("nobody listens: told at once, and nothing was done") {
  unsigned short port = 0;
  {
    const Script closed({});
    port = closed.name().port;
  }
  Client client({"127.0.0.1", port}, {});
  for (const Method method : {Method::get, Method::post})
    CHECK(client.ask({method, "/"}).error().message == "http://127.0.0.1:" + std::to_string(port) + ": Connection refused");
}

TEST_CASE("a name that nobody resolves is waited for as long as an answer") {
  // Each of them in the middle of the one look-up that is under way.
  Client client({"hangs.test", 80}, {});
  CHECK(outcome(client.ask({.target = "/", .patience = 50ms}), client.server()) == "the name is not resolved in time");
  std::stop_source stop;
  auto trying = std::async(std::launch::async, [&] { return client.ask({Method::post, "/", {}, {}, false, 600s}, stop.get_token()); });
  stop.request_stop();
  CHECK(outcome(trying.get(), client.server()) == "not waited for any longer");
  // Resolved at last, to where nobody listens.
  trying = std::async(std::launch::async, [&] { return client.ask({.target = "/", .patience = 600s}); });
  resolve.set_value();
  CHECK(outcome(trying.get(), client.server()) == "Connection refused");
}

TEST_CASE("a server that hangs holds up one caller, and is asked again by all when it answers") {
  std::promise<void> entered, release;
  std::shared_future<void> released = release.get_future().share();
  std::atomic<int> calls = 0;
  Router router;
  router.add(Method::get, "/", Runs::waiting, [&](const Request&) {
    if (++calls == 2) entered.set_value();
    released.wait();
    return Response::json("{}");
  });
  Metrics metrics(router);
  Server server(router, metrics, {});
  REQUIRE(server.start());
  Client client({"127.0.0.1", server.port()}, {});
  CHECK(outcome(client.ask({.target = "/", .patience = 50ms}), client.server()) == "no answer within 50 ms");
  auto trying = std::async(std::launch::async, [&] { return client.ask({.target = "/", .patience = 10s}); });
  entered.get_future().wait();
  CHECK(outcome(client.ask({.target = "/", .patience = 10s}), client.server()) == "has not answered in time before, and is being tried");
  release.set_value();
  CHECK(trying.get());
  CHECK(client.ask({.target = "/"}));
}

// Answers each call with an endless body, byte by byte: never whole, and never silent.
class Dripping {
 public:
  Dripping() : server_([this](int socket) { drip(socket); }) {}
  void wait_for_more() const {
    for (const std::size_t before = sent_; sent_ < before + 20;) std::this_thread::yield();
  }
  [[nodiscard]] ServerName name() const { return server_.name(); }

 private:
  void drip(int socket) {
    constexpr std::string_view kHead = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n";
    read_request(socket);
    ::send(socket, kHead.data(), kHead.size(), MSG_NOSIGNAL);
    while (::send(socket, "x", 1, MSG_NOSIGNAL) == 1) ++sent_;
  }
  std::atomic<std::size_t> sent_ = 0;
  Listener server_;
};

TEST_CASE("a call that nobody waits for any longer ends in the middle of an answer") {
  const Dripping server;
  Client client(server.name(), {});
  Call call{.target = "/", .patience = 600s, .most_bytes = 1'000'000'000};
  for (int i = 0; i < 200; ++i) {  // the moment between two pieces is met once in a hundred times
    std::stop_source stop;
    auto asked = std::async(std::launch::async, [&] { return client.ask(call, stop.get_token()); });
    server.wait_for_more();
    stop.request_stop();
    CHECK(outcome(asked.get(), server.name()) == "not waited for any longer");
  }
}

TEST_CASE("a stop may come at any moment of a call, while it connects too") {
  Router router;
  Metrics metrics(router);
  Server server(router, metrics, {});
  REQUIRE(server.start());
  for (int i = 0; i < 200; ++i) {
    Client client({"127.0.0.1", server.port()}, {});  // each connects
    std::stop_source stop;
    auto asked = std::async(std::launch::async, [&] { return client.ask({.target = "/", .patience = 600s}, stop.get_token()); });
    for (int spin = 0; spin < i * 50; ++spin) std::atomic_signal_fence(std::memory_order_seq_cst);
    stop.request_stop();
    const auto answer = asked.get();
    CHECK((answer || outcome(answer, client.server()) == "not waited for any longer"));
  }
}

TEST_CASE("a call that nobody waits for any longer ends") {
  const Script script({{"hang"}});
  Client client(script.name(), {});
  std::stop_source stop;
  auto asked = std::async(std::launch::async, [&] { return client.ask({.target = "/", .patience = 60s}, stop.get_token()); });
  stop.request_stop();
  CHECK(outcome(asked.get(), script.name()) == "not waited for any longer");
}

}  // namespace
}  // namespace segue::service::http
