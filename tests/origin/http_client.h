// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 over a plain socket, small enough to send what no library would: broken request lines, NULs, a megabyte of path.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace segue::test {

struct Response {
  int status = 0;                             // 0: the connection was closed without an answer
  std::map<std::string, std::string> fields;  // names in lower case; repeated ones joined by ", "
  std::string body;
  std::chrono::microseconds took{0};  // from the first byte sent to the last byte received

  [[nodiscard]] std::string field(const std::string& lower_case_name) const;  // empty: absent
};

class HttpConnection {
 public:
  explicit HttpConnection(int port);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  Response get(const std::string& target, const std::vector<std::string>& lines = {});
  // `lines` are whole header lines without line ends. HEAD is told apart because its answer has no body.
  Response request(const std::string& method, const std::string& target, const std::vector<std::string>& lines = {});
  // Bytes as they are, then one answer.
  Response raw(std::string_view bytes, bool head = false);

 private:
  bool fill();
  int socket_;
  std::string buffer_;
};

// One request on a connection of its own.
Response http_get(int port, const std::string& target, const std::vector<std::string>& lines = {});

}  // namespace segue::test
