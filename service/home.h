// SPDX-License-Identifier: Apache-2.0
// Where one Segue lives on a machine: its folder and its ports, and every name that follows from them. Two with different homes and
// ports run side by side. No I/O beyond reading the environment and the working directory.
#pragma once

#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::service {

struct Home {
  std::string root;  // absolute, without a slash at its end
  int port = 8080;  // the gateway's; +1 origin, +2 edge, +3 catalog, +4 operator; of a divided catalog +6 accounts, +7 search, +8 playlists
  std::string public_url;  // where listeners reach the gateway, without a slash at its end

  // Each empty argument falls back to its environment variable (SEGUE_HOME, SEGUE_PORT, SEGUE_PUBLIC_URL), then to ./var, 8080 and
  // http://127.0.0.1:<port>. Error: a port that leaves no room for those above it, an address that is not http(s).
  static Result<Home> find(std::string_view root, std::string_view port, std::string_view public_url);

  [[nodiscard]] std::string path(std::string_view name) const { return root + '/' + std::string(name); }
  [[nodiscard]] std::string store() const { return path("store"); }
  [[nodiscard]] std::string ingest() const { return path("ingest"); }
  [[nodiscard]] std::string run() const { return path("run"); }
  [[nodiscard]] std::string log() const { return path("log"); }
  [[nodiscard]] std::string redis_socket() const { return path("run/redis.sock"); }
  [[nodiscard]] std::string url(int offset) const { return "http://127.0.0.1:" + std::to_string(port + offset); }
};

inline constexpr int kGatewayPort = 0, kOriginPort = 1, kEdgePort = 2, kCatalogPort = 3, kOperatorPort = 4;  // offsets from Home::port
inline constexpr int kOwnEdgePort = 5;                                        // where listeners need a token: the edge, for this machine
inline constexpr int kAccountsPort = 6, kSearchPort = 7, kPlaylistsPort = 8;  // of a divided catalog; its library has kCatalogPort
inline constexpr int kLastPort = kPlaylistsPort;

}  // namespace segue::service
