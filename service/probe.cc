// SPDX-License-Identifier: Apache-2.0
#include "service/probe.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace segue::service {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kLookMs = 200;  // after so much waiting whether to go on

struct Limit {
  Clock::time_point until;
  const std::atomic<bool>* stop = nullptr;
};

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

Result<void> wait_for(int handle, short event, Limit limit) {
  for (;;) {
    if (limit.stop != nullptr && *limit.stop) return Error{"not waited for any longer"};
    const auto left = std::max<std::int64_t>(0, std::chrono::ceil<std::chrono::milliseconds>(limit.until - Clock::now()).count());
    const bool looks = limit.stop != nullptr && left > kLookMs;
    pollfd ready{handle, event, 0};
    const int count = ::poll(&ready, 1, looks ? kLookMs : static_cast<int>(left));
    if (count > 0) return {};
    if (count == 0 && !looks) return Error{"no answer in time"};
    if (count < 0 && errno != EINTR) return failure("poll", errno);
  }
}

Result<void> connect(int handle, int port, Limit limit) {
  const auto address = socket_address("127.0.0.1", port);
  if (::connect(handle, reinterpret_cast<const sockaddr*>(&*address), sizeof(*address)) == 0) return {};
  if (errno != EINPROGRESS) return failure("connect", errno);
  if (auto ready = wait_for(handle, POLLOUT, limit); !ready) return ready;
  int number = 0;
  socklen_t size = sizeof(number);
  ::getsockopt(handle, SOL_SOCKET, SO_ERROR, &number, &size);
  if (number != 0) return failure("connect", number);
  return {};
}

Result<void> send(int handle, const std::string& request, Limit limit) {
  for (std::size_t sent = 0; sent < request.size();) {
    const ssize_t count = ::send(handle, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (count > 0) sent += static_cast<std::size_t>(count);
    if (count < 0 && errno != EAGAIN && errno != EINTR) return failure("send", errno);
    if (count > 0 || errno == EINTR) continue;
    if (auto ready = wait_for(handle, POLLOUT, limit); !ready) return ready;
  }
  return {};
}

// Until `most` bytes are there or the other end closes.
Result<std::string> read_up_to(int handle, std::size_t most, Limit limit) {
  std::string bytes;
  for (std::array<char, 16384> part; bytes.size() < most;) {
    if (auto ready = wait_for(handle, POLLIN, limit); !ready) return ready.error();
    const ssize_t got = ::recv(handle, part.data(), std::min(part.size(), most - bytes.size()), 0);
    if (got == 0) break;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return failure("recv", errno);
    bytes.append(part.data(), static_cast<std::size_t>(got));
  }
  return bytes;
}

// "HTTP/1.1 200": the first twelve bytes tell.
constexpr std::size_t kStatusBytes = 12;
Result<int> status_of(std::string_view head) {
  if (head.empty()) return Error{"closed without an answer"};
  int status = 0;
  if (head.size() < kStatusBytes || head.substr(0, 7) != "HTTP/1.") return Error{"does not speak HTTP"};
  const auto [end, wrong] = std::from_chars(head.data() + 9, head.data() + kStatusBytes, status);
  if (wrong != std::errc() || end != head.data() + kStatusBytes) return Error{"does not speak HTTP"};
  return status;
}

// The first `most` bytes of the answer.
Result<std::string> ask(int port, const std::string& request, std::size_t most, std::chrono::milliseconds patience,
                        const std::atomic<bool>* stop = nullptr) {
  const Limit limit{Clock::now() + patience, stop};
  const Socket socket;
  if (socket.handle() < 0) return failure("socket", errno);
  if (auto connected = connect(socket.handle(), port, limit); !connected) return connected.error();
  if (auto sent = send(socket.handle(), request, limit); !sent) return sent.error();
  return read_up_to(socket.handle(), most, limit);
}

}  // namespace

Result<int> http_status(int port, const std::string& path, std::chrono::milliseconds patience) {
  const auto head = ask(port, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", kStatusBytes, patience);
  return head ? status_of(*head) : head.error();
}

Result<HttpAnswer> http_get(int port, const std::string& target, const std::vector<std::string>& lines, std::chrono::milliseconds patience,
                            const std::atomic<bool>* stop) {
  std::string request = "GET " + target + " HTTP/1.0\r\n";  // 1.0: the body comes as it is, then the end
  if (std::none_of(lines.begin(), lines.end(), [](const std::string& line) { return line.starts_with("Host:"); }))
    request += "Host: 127.0.0.1\r\n";
  for (const std::string& line : lines) request += line + "\r\n";
  const auto bytes = ask(port, request + "\r\n", kMostAnswerBytes, patience, stop);
  if (!bytes) return bytes.error();
  const auto status = status_of(*bytes);
  if (!status) return status.error();
  const std::size_t body = bytes->find("\r\n\r\n");
  if (body == std::string::npos) return Error{"broke off within the answer's head"};
  if (bytes->size() == kMostAnswerBytes) return Error{"answers more than " + std::to_string(kMostAnswerBytes) + " bytes"};
  return HttpAnswer{*status, bytes->substr(body + 4), bytes->substr(0, body)};
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
