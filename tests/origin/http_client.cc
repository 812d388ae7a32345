// SPDX-License-Identifier: Apache-2.0
#include "tests/origin/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace segue::test {
namespace {

void parse_head(std::string_view head, Response& response) {
  const std::size_t space = head.find(' ');
  response.status = std::stoi(std::string(head.substr(space + 1, 3)));
  std::size_t at = head.find("\r\n");
  while (at != std::string_view::npos && at + 2 < head.size()) {
    const std::size_t end = std::min(head.find("\r\n", at + 2), head.size());
    const std::string_view line = head.substr(at + 2, end - at - 2);
    at = end;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    std::string& field = response.fields[name];
    field += (field.empty() ? "" : ", ") + std::string(value);
  }
}

}  // namespace

std::string Response::field(const std::string& name) const {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

HttpConnection::HttpConnection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const timeval patience{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    ::close(socket_);
    throw std::runtime_error("connect to port " + std::to_string(port) + ": " + std::strerror(errno));
  }
}

HttpConnection::~HttpConnection() { ::close(socket_); }

bool HttpConnection::fill() {
  std::array<char, 65536> chunk;
  const ssize_t n = ::recv(socket_, chunk.data(), chunk.size(), 0);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("no answer within 20 s");
  if (n <= 0) return false;
  buffer_.append(chunk.data(), static_cast<std::size_t>(n));
  return true;
}

Response HttpConnection::raw(std::string_view bytes, bool head_only) {
  const auto start = std::chrono::steady_clock::now();
  while (!bytes.empty()) {
    const ssize_t n = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) break;  // the server may answer and close before it has read all
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  Response response;
  std::size_t end;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return response;
  }
  parse_head(std::string_view(buffer_).substr(0, end), response);
  buffer_.erase(0, end + 4);
  const bool no_body = head_only || response.status == 204 || response.status == 304;
  const std::string length_field = response.field("content-length");
  if (!no_body && length_field.empty()) {
    while (fill()) {
    }
    response.body = std::exchange(buffer_, {});
  } else if (!no_body) {
    const std::size_t length = std::stoull(length_field);
    while (buffer_.size() < length && fill()) {
    }
    response.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
  }
  response.took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
  return response;
}

Response HttpConnection::request(const std::string& method, const std::string& target, const std::vector<std::string>& lines) {
  std::string text = method + ' ' + target + " HTTP/1.1\r\nHost: test\r\n";
  for (const std::string& line : lines) text += line + "\r\n";
  return raw(text + "\r\n", method == "HEAD");
}

Response HttpConnection::get(const std::string& target, const std::vector<std::string>& lines) { return request("GET", target, lines); }

Response http_get(int port, const std::string& target, const std::vector<std::string>& lines) {
  return HttpConnection(port).get(target, lines);
}

}  // namespace segue::test
