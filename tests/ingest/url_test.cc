// SPDX-License-Identifier: Apache-2.0
// Sources on the network: fetched, broken off, absent, hanging, dribbling.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "ingest/download.h"
#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;

namespace {

// A byte each tenth of a second, until the other side has enough.
void dribble(int connection) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
  static_cast<void>(::send(connection, head.data(), head.size(), MSG_NOSIGNAL));
  for (pollfd gone{connection, POLLIN, 0}; ::poll(&gone, 1, 100) == 0;) static_cast<void>(::send(connection, "R", 1, MSG_NOSIGNAL));
  ::close(connection);
}

// Zeros without an end, and without a length, until the other side has enough; no more than 64 MB a second, so that two flow at once.
void flow(int connection) {
  const std::string head = "HTTP/1.1 200 OK\r\n\r\n", zeros(65536, '\0');
  static_cast<void>(::send(connection, head.data(), head.size(), MSG_NOSIGNAL));
  while (::send(connection, zeros.data(), zeros.size(), MSG_NOSIGNAL) > 0) ::usleep(1000);
  ::close(connection);
}

// One answer for each connection, by its path: /good.wav, /short.wav (less than announced), /hang.wav (nothing at all), /dribble.wav,
// /endless.wav, else 404.
class Server {
 public:
  explicit Server(std::string body) : body_(std::move(body)), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 8) == 0);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (const int connection : hanging_) ::close(connection);
    for (std::thread& one : dribbling_) one.join();
  }
  [[nodiscard]] std::string url(const std::string& path) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

 private:
  void serve() {
    for (int connection = 0; (connection = ::accept(listener_, nullptr, nullptr)) >= 0;) {
      char request[4096];
      const ssize_t got = ::read(connection, request, sizeof request);
      const std::string head(request, got > 0 ? static_cast<std::size_t>(got) : 0);
      if (head.starts_with("GET /hang.wav")) {
        hanging_.push_back(connection);
        continue;
      }
      if (head.starts_with("GET /dribble.wav")) {
        dribbling_.emplace_back(dribble, connection);
        continue;
      }
      if (head.starts_with("GET /endless.wav")) {
        dribbling_.emplace_back(flow, connection);
        continue;
      }
      const bool good = head.starts_with("GET /good.wav"), cut = head.starts_with("GET /short.wav");
      std::string answer = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      if (good || cut) answer = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_.size()) + "\r\n\r\n" + body_;
      if (cut) answer.resize(answer.size() / 2);
      for (std::size_t at = 0; at < answer.size();) {
        const ssize_t sent = ::send(connection, answer.data() + at, answer.size() - at, MSG_NOSIGNAL);
        if (sent <= 0) break;
        at += static_cast<std::size_t>(sent);
      }
      ::close(connection);
    }
  }
  std::string body_;
  int listener_, port_ = 0;
  std::vector<int> hanging_;
  std::vector<std::thread> dribbling_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("the name that a URL gives a file") {
  const auto name = segue::ingest::name_in_url;
  CHECK(name("https://example.org/a%20b.flac?x=1#y") == "a b.flac");
  CHECK(name("http://example.org/") == "source");
  CHECK(name("http://example.org") == "source");
  CHECK(name("http://example.org/..%2F..%2Fetc%2Fpasswd") == "_.._etc_passwd");
  CHECK(name("http://example.org/%00%0a.mp3") == "__.mp3");
}

TEST_CASE("a URL is ingested as a file is; one that fails or hangs is told and leaves nothing") {
  const Sandbox sandbox;
  const Server server(read_text(sandbox.make("-f lavfi -i anoisesrc=a=0.2:s=4:r=44100:d=1 -ac 2", "song.wav")));
  const Output output = sandbox.ingest({server.url("/good.wav"), server.url("/short.wav"), server.url("/none.wav"), server.url("/hang.wav"),
                                        sandbox.path("song.wav"), "-j4"});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  const Json good = output.line("/good.wav");
  CHECK(good["state"] != "failed");
  CHECK(good["asset"] == output.line("/song.wav")["asset"]);
  CHECK(sandbox.assets().size() == 1);
  const auto error = [&](const char* name) { return output.line(name)["error"].get<std::string>(); };
  CHECK(error("/short.wav").starts_with(server.url("/short.wav") + ": "));
  CHECK(error("/none.wav").find("404") != std::string::npos);
  CHECK(error("/hang.wav") == server.url("/hang.wav") + ": expected data, found none for 15 s");
  sandbox.check_nothing_left();
}

TEST_CASE("how slow a source may be") {
  struct Row {
    const char* text;
    std::int64_t bytes, seconds;  // 0 s: refused
  };
  for (const Row& row : {Row{"1024/60", 1024, 60},
                         {"0/1", 0, 1},
                         {"500000/3600", 500000, 3600},
                         {"", 0, 0},
                         {"1024", 0, 0},
                         {"1/0", 0, 0},
                         {"1/3601", 0, 0},
                         {"-1/9", 0, 0},
                         {"1/9x", 0, 0},
                         {"1k/9", 0, 0},
                         {"/", 0, 0},
                         {"99999999999999999999/9", 0, 0}}) {
    INFO(row.text);
    const auto floor = segue::ingest::read_floor(row.text);
    CHECK(floor.has_value() == (row.seconds > 0));
    if (!floor) continue;
    CHECK(floor->bytes_a_second == row.bytes);
    CHECK(floor->over.count() == row.seconds);
  }
}

TEST_CASE("a URL that dribbles does not hold a slot for ever") {
  const Sandbox sandbox;
  const Server server("");
  const std::string url = server.url("/dribble.wav");
  const Output slow = sandbox.shell("SEGUE_SLOW_SOURCE=1024/2 $INGEST --json " + url);
  CHECK(slow.exit_code == 1);
  const auto error = slow.line("/dribble.wav")["error"].get<std::string>();
  CHECK(error.starts_with(url + ": expected 1024 bytes a second, found "));
  CHECK(error.ends_with(" for 2 s"));
  const Output wrong = sandbox.shell("SEGUE_SLOW_SOURCE=fast $INGEST --json " + url);
  CHECK(wrong.exit_code == 1);
  CHECK(wrong.line("/dribble.wav")["error"] == "SEGUE_SLOW_SOURCE: expected BYTES/SECONDS (seconds 1 to 3600), found 'fast'");
  sandbox.check_nothing_left();
}

TEST_CASE("a URL brings no more bytes than it may, announced or not") {
  const Sandbox sandbox;
  const Server server(std::string(100'001, 'x'));
  for (const char* name : {"/endless.wav", "/good.wav"}) {
    const Output large = sandbox.shell("SEGUE_LARGEST_SOURCE=100000 $INGEST --json " + server.url(name));
    INFO(large.out << large.err);
    CHECK(large.exit_code == 1);
    CHECK(large.line(name)["error"] ==
          server.url(name) + ": expected at most 100000 bytes (SEGUE_LARGEST_SOURCE, or half of what is free), found more");
  }
  for (const char* wrong : {"many", "0", "-1", "1k", "''", "9223372036854775808"}) {
    const Output output = sandbox.shell(std::string("SEGUE_LARGEST_SOURCE=") + wrong + " $INGEST --json " + server.url("/good.wav"));
    INFO(wrong);
    CHECK(output.line("/good.wav")["error"].get<std::string>().starts_with("SEGUE_LARGEST_SOURCE: expected bytes, found '"));
  }
  sandbox.check_nothing_left();
}

TEST_CASE("two URLs without an end leave room on the disk that they share") {
  if (::geteuid() != 0) return;  // a disk of its own is mounted
  const Sandbox sandbox;
  const Server server("");
  const Output output = sandbox.shell(
      "exec unshare -m sh -c 'mkdir -p $SEGUE_HOME && mount -t tmpfs -o size=200m none $SEGUE_HOME && exec $INGEST --json -j2 " +
      server.url("/endless.wav?1") + ' ' + server.url("/endless.wav?2") + "'");
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  bool gave_way = false;
  for (const char* name : {"?1", "?2"}) {
    const auto error = output.line(name)["error"].get<std::string>();
    CHECK(error.find(": expected at most ") != std::string::npos);
    gave_way |= error.find("half of what is free, or SEGUE_LARGEST_SOURCE; found ") != std::string::npos;
  }
  CHECK(gave_way);
}
