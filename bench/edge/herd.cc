// SPDX-License-Identifier: Apache-2.0
#include "bench/edge/herd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <stdexcept>

namespace segue::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Client {
  int socket = -1;
  std::string head;
  std::size_t body = 0;
  bool in_body = false;
  Clock::time_point first, last;
};

int connect_to(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
    throw std::runtime_error("cannot connect a client");
  return socket;
}

// False: it is over.
bool take(Client& client, const char* bytes, std::size_t size, std::size_t body_bytes, Clock::time_point now) {
  if (!client.in_body) {
    client.head.append(bytes, size);
    const std::size_t end = client.head.find("\r\n\r\n");
    if (end == std::string::npos) return true;
    client.in_body = true;
    size = client.head.size() - end - 4;
  }
  if (client.body == 0 && size > 0) client.first = now;
  client.body += size;
  client.last = now;
  return client.body < body_bytes;
}

}  // namespace

HerdResult run_herd(int port, std::size_t clients, const std::vector<std::string>& paths, std::size_t body_bytes) {
  std::vector<Client> all(clients);
  const int poll = ::epoll_create1(EPOLL_CLOEXEC);
  for (std::size_t i = 0; i < clients; ++i) {
    all[i].socket = connect_to(port);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = i}};
    ::epoll_ctl(poll, EPOLL_CTL_ADD, all[i].socket, &event);
  }
  const auto start = Clock::now();
  for (std::size_t i = 0; i < clients; ++i) {
    const std::string request = "GET " + paths[i % paths.size()] + " HTTP/1.1\r\nHost: bench\r\n\r\n";
    if (::send(all[i].socket, request.data(), request.size(), MSG_NOSIGNAL) < 0) throw std::runtime_error("a client cannot ask");
  }
  std::size_t left = clients;
  std::array<epoll_event, 256> events;
  static std::array<char, 262144> bytes;
  while (left > 0) {
    const int count = ::epoll_wait(poll, events.data(), events.size(), 20000);
    if (count <= 0) break;
    for (int i = 0; i < count; ++i) {
      Client& client = all[events[static_cast<std::size_t>(i)].data.u64];
      const ssize_t got = ::recv(client.socket, bytes.data(), bytes.size(), 0);
      if (got > 0 && take(client, bytes.data(), static_cast<std::size_t>(got), body_bytes, Clock::now())) continue;
      ::epoll_ctl(poll, EPOLL_CTL_DEL, client.socket, nullptr);
      --left;
    }
  }
  HerdResult result;
  const auto ms = [&](Clock::time_point at) { return std::chrono::duration<double, std::milli>(at - start).count(); };
  for (const Client& client : all) {
    ::close(client.socket);
    if (client.body != body_bytes) {
      ++result.failed;
      continue;
    }
    result.first_ms.push_back(ms(client.first));
    result.last_ms.push_back(ms(client.last));
  }
  ::close(poll);
  std::sort(result.first_ms.begin(), result.first_ms.end());
  std::sort(result.last_ms.begin(), result.last_ms.end());
  return result;
}

double percentile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(part * static_cast<double>(sorted.size())))];
}

}  // namespace segue::bench
