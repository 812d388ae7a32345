// SPDX-License-Identifier: Apache-2.0
// Who is slow on purpose: origins that dribble, clients that do with their requests, clients that take nothing. Time is the input here:
// the timeouts are small, and the events that they cause are waited for.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#include "tests/catch.h"
#include "tests/edge-cache/served.h"

namespace fs = std::filesystem;
using namespace segue::test;

namespace {

constexpr std::chrono::milliseconds kNowAndThen{50};

// So many bytes each time until all are sent.
void dribble(const OriginServer::Exchange& asked, std::string_view bytes, std::size_t at_once, const std::atomic<bool>& over) {
  while (!bytes.empty() && !over) {
    asked.send(bytes.substr(0, at_once));
    bytes.remove_prefix(std::min(at_once, bytes.size()));
    std::this_thread::sleep_for(kNowAndThen);
  }
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// The running edge's own configuration, with timeouts that a test can wait for.
void make_impatient(const Served& served) {
  const std::string path = served.folder.path + "/run/edge.conf";
  std::string text = text_of(path);
  for (const char* name : {"client_header_timeout", "client_body_timeout", "send_timeout"}) {
    const std::size_t at = text.find(std::string("  ") + name + ' ');
    REQUIRE(at != std::string::npos);
    text.replace(at, text.find(';', at) - at, std::string("  ") + name + " 1s");
  }
  std::ofstream(path, std::ios::binary) << text;
  served.edge->restart_workers();
}

class Socket {
 public:
  explicit Socket(int port) : number_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(number_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
  }
  ~Socket() { ::close(number_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void send(std::string_view bytes) const { (void)::send(number_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  // Closed or reset by the other side, whatever there is to be read.
  [[nodiscard]] bool is_over(std::chrono::milliseconds wait) const {
    pollfd events = {number_, POLLRDHUP, 0};
    return ::poll(&events, 1, static_cast<int>(wait.count())) > 0;
  }
  // Sends a byte now and then until that.
  void dribble(char byte) const {
    while (!is_over(kNowAndThen)) send({&byte, 1});
  }

 private:
  int number_;
};

std::size_t files_of(const std::vector<pid_t>& processes) {
  std::size_t count = 0;
  for (const pid_t process : processes)
    for (const auto& item : fs::directory_iterator("/proc/" + std::to_string(process) + "/fd")) count += !item.path().empty();
  return count;
}

}  // namespace

TEST_CASE("an origin that dribbles for ever: whoever waits is let go, or gets the rest of another; nothing is kept") {
  std::atomic<bool> over = false, is_well = false;
  std::array<std::atomic<int>, 2> beginnings{}, rests{};
  const std::string body(60000, 'x');
  const auto script = [&](std::size_t self) {
    return [&, self](const OriginServer::Exchange& asked) {
      if (is_well) {
        asked.send(ten("0123456789"));
        return true;
      }
      if (asked.path() == "/live") {  // slow, but no slower than something real
        asked.send("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\nCache-Control: max-age=60\r\n\r\n");
        dribble(asked, body, 600, over);
        return true;
      }
      const bool has_tag = asked.path() == "/tag";
      const std::string tag = has_tag ? "ETag: \"e\"\r\n" : "";
      const std::size_t rest = asked.head.find("Range: bytes=");
      if (rest != std::string::npos) {
        ++rests[self];
        const std::size_t from = std::stoul(asked.head.substr(rest + 13));
        asked.send("HTTP/1.1 206 P\r\nETag: \"e\"\r\nContent-Range: bytes " + std::to_string(from) +
                   "-59999/60000\r\nContent-Length: " + std::to_string(body.size() - from) + "\r\n\r\n" + body.substr(from));
        return true;
      }
      if (has_tag) ++beginnings[self];
      asked.send("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\nCache-Control: max-age=60\r\n" + tag + "\r\n");
      dribble(asked, body, 1, over);
      return false;
    };
  };
  Served served(script(0));
  OriginServer other(script(1));
  served.edge.reset();
  served.edge = std::make_unique<EdgeProcess>(
      served.folder.path, served.origin.port(),
      std::vector<std::string>{"--timeout", "1", "--origin", "http://127.0.0.1:" + std::to_string(other.port())});
  const int port = served.edge->port();
  Client live(port, get("/live")), tag(port, get("/tag")), first(port, get("/a")), second(port, get("/a"));
  for (Client* client : {&first, &second}) {
    const std::string& got = client->read_to_end();
    CHECK(got.starts_with("HTTP/1.1 200 OK"));
    CHECK(got.size() < 2000);  // of 60,000
  }
  CHECK(tag.read_to_end().ends_with(body));
  CHECK(live.read_to_end().ends_with(body));
  CHECK(served.origin.requests("/a") + other.requests("/a") == 1);
  for (const std::size_t i : {0, 1}) CHECK(beginnings[i] == rests[1 - i]);
  over = is_well = true;
  CHECK(served.ask("/a").body == "0123456789");
  CHECK(text_of(served.folder.path + "/log/edge-error.log").find("the body comes slower than segue_edge_least_rate allows") !=
        std::string::npos);
}

TEST_CASE("an origin that dribbles its head: the timeout is of the whole head") {
  std::atomic<bool> over = false;
  Served served(
      [&](const OriginServer::Exchange& asked) {
        asked.send("HTTP/1.1 200 OK\r\nX: ");
        dribble(asked, std::string(4000, 'x'), 1, over);
        return false;
      },
      {"--timeout", "1"});
  CHECK(served.ask("/a").status == 504);
  over = true;
}

TEST_CASE("requests that dribble in are let go: slow heads, slow bodies") {
  Served served([](const OriginServer::Exchange& asked) {
    asked.send(ten("0123456789"));
    return true;
  });
  make_impatient(served);
  const Socket line(served.edge->port()), head(served.edge->port()), body(served.edge->port());
  head.send("GET /a HTTP/1.1\r\nHost: h\r\nX: ");
  body.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n0");
  line.dribble('G');
  head.dribble('x');
  CHECK(body.is_over(std::chrono::minutes(1)));
  CHECK(served.origin.requests("/a") == 0);
  CHECK(served.ask("/a").body == "0123456789");
}

TEST_CASE("who takes nothing of an answer is let go, and what was held for him is free") {
  const std::string body(20 << 20, 'x');
  Served served([&](const OriginServer::Exchange& asked) {
    asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n");
    asked.send(body);
    return true;
  });
  make_impatient(served);
  HttpConnection warm(served.edge->port());
  for (int i = 0; i < 2; ++i) REQUIRE(warm.get("/a").body.size() == body.size());
  const std::size_t before = files_of(served.edge->workers());
  {
    const Socket idle(served.edge->port());
    idle.send("GET /a HTTP/1.1\r\nHost: test\r\n\r\n");
    CHECK(idle.is_over(std::chrono::minutes(1)));
  }
  // One more may have the object open now: the worker who answered.
  CHECK(files_of(served.edge->workers()) <= before + 1);
  CHECK(warm.get("/a").body.size() == body.size());
}

TEST_CASE("both edges' configurations let slow clients go") {
  for (const char* name : {"edge.conf.in", "open-edge.conf.in"}) {
    CAPTURE(name);
    const std::string text = text_of(std::string("../edge-cache/conf/") + name);
    for (const char* line : {"\n  client_header_timeout 15s;\n", "\n  client_body_timeout 30s;\n", "\n  send_timeout 30s;\n",
                             "\n  reset_timedout_connection on;\n"})
      CHECK(text.find(line) != std::string::npos);
  }
}
