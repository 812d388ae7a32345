// SPDX-License-Identifier: Apache-2.0
// What the kernel measured on a TCP connection so far. A file of its own: linux/tcp.h, which has the delivery rate, cannot stand beside
// glibc's netinet/tcp.h, which has not.
#pragma once

#include "edge-cache/cmcd/cmsd.h"

namespace segue::edge {

[[nodiscard]] ConnectionFigures tcp_figures(int socket) noexcept;  // nothing known for what is no TCP

}  // namespace segue::edge
