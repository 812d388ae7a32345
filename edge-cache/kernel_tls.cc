// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/kernel_tls.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace segue::edge {

bool kernel_encrypts() noexcept {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  // A kernel that knows the name wants a connection (ENOTCONN), one that does not says so (ENOENT).
  const bool known = ::setsockopt(socket, IPPROTO_TCP, TCP_ULP, "tls", sizeof("tls")) == 0 || errno == ENOTCONN;
  ::close(socket);
  return known;
}

}  // namespace segue::edge
