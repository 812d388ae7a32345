// SPDX-License-Identifier: Apache-2.0
// A client that can say anything, right or wrong: bytes out, responses in. Blocking, one connection, gives up after ten seconds.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <string>

namespace segue::tests {

struct Answer {
  int status = 0;                             // 0: the connection ended without one
  std::map<std::string, std::string> fields;  // names in lower case
  std::string body;
};

class Client {
 public:
  explicit Client(unsigned short port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  Answer receive(bool to_head = false) {
    Answer answer;
    std::size_t end = 0;
    while ((end = pending_.find("\r\n\r\n")) == std::string::npos)
      if (!more()) return answer;
    std::string head = pending_.substr(0, end + 2);
    pending_.erase(0, end + 4);
    answer.status = std::atoi(head.c_str() + 9);
    for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
      const std::size_t colon = head.find(": ", at), line = head.find("\r\n", at);
      std::string name = head.substr(at, colon - at);
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      answer.fields[name] = head.substr(colon + 2, line - colon - 2);
      at = line + 2;
    }
    const std::size_t length = to_head || answer.status == 304 ? 0 : std::strtoull(answer.fields["content-length"].c_str(), nullptr, 10);
    while (pending_.size() < length)
      if (!more()) break;
    answer.body = pending_.substr(0, length);
    pending_.erase(0, length);
    return answer;
  }
  Answer get(const std::string& target, const std::string& fields = "") {
    send("GET " + target + " HTTP/1.1\r\nHost: t\r\n" + fields + "\r\n");
    return receive();
  }
  // What comes up to and with `end`, of a body without a length.
  std::string read_until(const std::string& end) {
    std::size_t at = 0;
    while ((at = pending_.find(end)) == std::string::npos)
      if (!more()) return pending_;
    const std::string text = pending_.substr(0, at + end.size());
    pending_.erase(0, at + end.size());
    return text;
  }
  // True when the server has closed and nothing is left.
  bool at_end() { return pending_.empty() && !more(); }

 private:
  bool more() {
    char bytes[65536];
    const auto got = ::recv(socket_, bytes, sizeof bytes, 0);
    if (got > 0) pending_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }
  int socket_;
  bool connected_ = false;
  std::string pending_;
};

}  // namespace segue::tests
