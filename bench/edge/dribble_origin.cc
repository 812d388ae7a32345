// SPDX-License-Identifier: Apache-2.0
#include "bench/edge/dribble_origin.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace segue::bench {
namespace {

constexpr std::size_t kBytes = 1 << 20, kParts = 100;
constexpr auto kWait = std::chrono::milliseconds(300), kPause = std::chrono::milliseconds(20);

}  // namespace

DribbleOrigin::DribbleOrigin(int port) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 || ::listen(listener_, 1024) != 0) {
    throw std::runtime_error("the origin's port is taken");
  }
  acceptor_ = std::thread([this] { accept_all(); });
}

DribbleOrigin::~DribbleOrigin() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
}

void DribbleOrigin::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    std::thread([this, socket] { serve(socket); }).detach();
  }
}

void DribbleOrigin::serve(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  std::array<char, 8192> request;
  const std::string part(kBytes / kParts, 'x'),
      head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=3600\r\nContent-Length: " + std::to_string(kBytes / kParts * kParts) + "\r\n\r\n";
  while (::recv(socket, request.data(), request.size(), 0) > 0) {
    ++requests_;
    std::this_thread::sleep_for(kWait);
    bool open = ::send(socket, head.data(), head.size(), MSG_NOSIGNAL) > 0;
    for (std::size_t i = 0; i < kParts && open; ++i) {
      open = ::send(socket, part.data(), part.size(), MSG_NOSIGNAL) > 0;
      std::this_thread::sleep_for(kPause);
    }
    if (!open) break;
  }
  ::close(socket);
}

}  // namespace segue::bench
