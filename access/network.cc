// SPDX-License-Identifier: Apache-2.0
#include "access/network.h"

#include <arpa/inet.h>

#include <charconv>

namespace segue::access {
namespace {

constexpr std::string_view kMapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
constexpr std::size_t kMostText = 64;

std::string bytes_of(const std::string& text) {
  std::string bytes(16, '\0');
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return bytes.substr(0, 4);
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) != 1) return {};
  return bytes.starts_with(kMapped) ? bytes.substr(12) : bytes;
}

}  // namespace

bool Network::holds(const Network& one) const noexcept {
  if (one.address.size() != address.size() || bits > 8 * address.size()) return false;
  const std::size_t whole = bits / 8;
  if (one.address.compare(0, whole, address, 0, whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const unsigned mask = 0xFF00U >> bits % 8 & 0xFF;
  return ((static_cast<unsigned char>(one.address[whole]) ^ static_cast<unsigned char>(address[whole])) & mask) == 0;
}

std::string Network::text() const {
  char out[INET6_ADDRSTRLEN] = "";
  ::inet_ntop(address.size() == 4 ? AF_INET : AF_INET6, address.data(), out, sizeof out);
  return bits == 8 * address.size() ? out : std::string(out) + '/' + std::to_string(bits);
}

std::optional<Network> network_of(std::string_view text) {
  if (text.size() > kMostText) return std::nullopt;
  const std::size_t slash = text.find('/');
  const std::string spelled(text.substr(0, slash));
  if (spelled.find('\0') != std::string::npos) return std::nullopt;
  Network network{bytes_of(spelled), 0};
  if (network.address.empty()) return std::nullopt;
  const unsigned most = static_cast<unsigned>(8 * network.address.size());
  network.bits = most;
  if (slash == std::string_view::npos) return network;
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), network.bits);
  if (error != std::errc() || end != bits.data() + bits.size() || network.bits > most) return std::nullopt;
  return network;
}

}  // namespace segue::access
