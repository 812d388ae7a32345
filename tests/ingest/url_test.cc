// SPDX-License-Identifier: Apache-2.0
// Sources on the network: fetched, broken off, absent, hanging.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "ingest/download.h"
#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;

namespace {

// One answer for each connection, by its path: /good.wav, /short.wav (less than announced), /hang.wav (nothing at all), else 404.
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
