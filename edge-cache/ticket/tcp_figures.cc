// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/ticket/tcp_figures.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>

namespace segue::edge {

ConnectionFigures tcp_figures(int socket) noexcept {
  tcp_info info{};
  socklen_t size = sizeof info;
  ConnectionFigures figures;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return figures;
  figures.round_trip_ms = (info.tcpi_rtt + 999) / 1000;
  // Bytes a second. Not in the answer of a kernel before 4.9, 0 before anything was sent.
  if (size >= offsetof(tcp_info, tcpi_delivery_rate) + sizeof info.tcpi_delivery_rate && info.tcpi_delivery_rate > 0)
    figures.throughput_kbps = static_cast<std::int64_t>(info.tcpi_delivery_rate / 125);
  return figures;
}

}  // namespace segue::edge
