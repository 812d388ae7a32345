// SPDX-License-Identifier: Apache-2.0
// `segue edge` in a folder of its own, in front of an origin that does what a test says.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/edge-cache/edge_process.h"
#include "tests/edge-cache/origin_server.h"
#include "tests/origin/http_client.h"

namespace segue::test {

struct EdgeFolder {
  EdgeFolder() { path = ::mkdtemp(name); }
  ~EdgeFolder() { std::filesystem::remove_all(path); }
  char name[40] = "/tmp/segue-edge-served-XXXXXX";
  std::string path;
};

inline constexpr char kTen[] = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\nETag: \"e\"\r\n\r\n";

inline std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + fields + "\r\n";
}

// That head and some of the body. (Appending to it in one expression makes GCC 12 warn of what is not there.)
inline std::string ten(std::string_view body) {
  std::string text = kTen;
  text += body;
  return text;
}

// Refused, or cut off before the end that was announced.
inline bool is_visibly_broken(const std::string& answer) {
  return answer.starts_with("HTTP/1.1 502") || answer.starts_with("HTTP/1.1 504") || answer.ends_with("\r\n\r\n01234") ||
         answer.ends_with("5\r\n01234\r\n");
}

inline bool ends_with(const std::string& text, std::string_view end) { return text.ends_with(end); }

struct Served {
  explicit Served(OriginServer::Script script, const std::vector<std::string>& options = {}) : origin(std::move(script)) {
    edge = std::make_unique<EdgeProcess>(folder.path, origin.port(), options);
  }
  [[nodiscard]] Response ask(const std::string& path, const std::vector<std::string>& lines = {}) const {
    return http_get(edge->port(), path, lines);
  }
  EdgeFolder folder;
  OriginServer origin;
  std::unique_ptr<EdgeProcess> edge;
};

}  // namespace segue::test
