// SPDX-License-Identifier: Apache-2.0
#include "service/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>

namespace segue::service {
namespace {

using Clock = std::chrono::steady_clock;

class Socket {
 public:
  Socket() : handle_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {}
  ~Socket() {
    if (handle_ >= 0) ::close(handle_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  [[nodiscard]] int handle() const { return handle_; }

 private:
  int handle_;
};

Error failure(const char* what, int number) { return Error{std::string(what) + ": " + std::strerror(number)}; }

Result<sockaddr_in> socket_address(const std::string& address, int port) {
  sockaddr_in found{};
  found.sin_family = AF_INET;
  found.sin_port = htons(static_cast<std::uint16_t>(port));
  if (::inet_pton(AF_INET, address.c_str(), &found.sin_addr) != 1) return Error{address + ": expected an IPv4 address (0.0.0.0: all)"};
  return found;
}

Result<void> wait_for(int handle, short event, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    pollfd ready{handle, event, 0};
    const int count = ::poll(&ready, 1, left > 0 ? static_cast<int>(left) : 0);
    if (count > 0) return {};
    if (count == 0) return Error{"no answer in time"};
    if (errno != EINTR) return failure("poll", errno);
  }
}

Result<void> connect(int handle, int port, Clock::time_point until) {
  const auto address = socket_address("127.0.0.1", port);
  if (::connect(handle, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) == 0) return {};
  if (errno != EINPROGRESS) return failure("connect", errno);
  if (auto ready = wait_for(handle, POLLOUT, until); !ready) return ready;
  int number = 0;
  socklen_t size = sizeof(number);
  ::getsockopt(handle, SOL_SOCKET, SO_ERROR, &number, &size);
  if (number != 0) return failure("connect", number);
  return {};
}

// "HTTP/1.1 200": the first twelve bytes tell.
Result<int> read_status(int handle, Clock::time_point until) {
  std::array<char, 12> head{};
  for (std::size_t have = 0; have < head.size();) {
    if (auto ready = wait_for(handle, POLLIN, until); !ready) return ready.error();
    const ssize_t got = ::recv(handle, head.data() + have, head.size() - have, 0);
    if (got == 0) return Error{"closed without an answer"};
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return failure("recv", errno);
    have += static_cast<std::size_t>(got);
  }
  int status = 0;
  const auto [end, wrong] = std::from_chars(head.data() + 9, head.data() + 12, status);
  if (std::string_view(head.data(), 7) != "HTTP/1." || wrong != std::errc() || end != head.data() + 12) return Error{"does not speak HTTP"};
  return status;
}

}  // namespace

Result<int> http_status(int port, const std::string& path, std::chrono::milliseconds patience) {
  const Clock::time_point until = Clock::now() + patience;
  const Socket socket;
  if (socket.handle() < 0) return failure("socket", errno);
  if (auto connected = connect(socket.handle(), port, until); !connected) return connected.error();
  const std::string request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";  // fits an empty socket buffer
  if (::send(socket.handle(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    return failure("send", errno);
  }
  return read_status(socket.handle(), until);
}

Result<void> can_listen(const std::string& address, int port) {
  const auto wanted = socket_address(address, port);
  if (!wanted) return wanted.error();
  const Socket socket;
  if (socket.handle() < 0) return failure("socket", errno);
  const int on = 1;  // as nginx does: connections that are still closing do not count
  ::setsockopt(socket.handle(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (::bind(socket.handle(), reinterpret_cast<const sockaddr*>(&*wanted), sizeof(*wanted)) != 0) return Error{std::strerror(errno)};
  if (::listen(socket.handle(), 1) != 0) return Error{std::strerror(errno)};
  return {};
}

}  // namespace segue::service
