// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/wake_socket.h"

#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdio>

namespace segue::edge {
namespace {

struct Name {
  sockaddr_un address{};
  socklen_t size = 0;
};

Name name_of(std::uint64_t address) noexcept {
  Name name;
  name.address.sun_family = AF_UNIX;
  const int size = std::snprintf(name.address.sun_path + 1, sizeof(name.address.sun_path) - 1, "segue-edge-%016llx",
                                 static_cast<unsigned long long>(address));
  name.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + static_cast<std::size_t>(size));
  return name;
}

}  // namespace

WakeSocket::WakeSocket() noexcept {
  if (::getrandom(&address_, sizeof(address_), 0) != sizeof(address_)) return;
  number_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const Name name = name_of(address_);
  if (number_ >= 0 && ::bind(number_, reinterpret_cast<const sockaddr*>(&name.address), name.size) != 0) {
    ::close(number_);
    number_ = -1;
  }
}

WakeSocket::~WakeSocket() {
  if (number_ >= 0) ::close(number_);
}

void WakeSocket::wake(std::uint64_t address) const noexcept {
  const Name name = name_of(address);
  const char look = 1;
  (void)::sendto(number_, &look, 1, MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&name.address), name.size);
}

void WakeSocket::drain() const noexcept {
  std::array<char, 16> bytes;
  while (::recv(number_, bytes.data(), bytes.size(), MSG_DONTWAIT) >= 0) {
  }
}

}  // namespace segue::edge
