// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/bring.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "tests/catch.h"

using namespace segue;
using namespace std::chrono_literals;

TEST_CASE("an edge that ends does not wait for an answer that does not come") {
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  REQUIRE(::bind(listening, reinterpret_cast<const sockaddr*>(&address), size) == 0);
  REQUIRE(::listen(listening, 8) == 0);
  REQUIRE(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  std::atomic<bool> stop{false};
  auto brought = std::async(std::launch::async, [&] { return edge::bring_one(ntohs(address.sin_port), "http://e/v/a/1.m4s", stop); });
  const int asked = ::accept(listening, nullptr, nullptr);
  stop = true;
  CHECK(brought.wait_for(20s) == std::future_status::ready);  // its patience is a minute
  ::close(asked);
  ::close(listening);
  CHECK(brought.get().failed == 1);
}
