// SPDX-License-Identifier: Apache-2.0
// A request as a handler sees it and a response as it leaves: plain values, no word of the HTTP library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace segue::service::http {

enum class Method : std::uint8_t { get, post, put, patch, remove };

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  Method method = Method::get;
  std::string path;   // decoded, starts with '/'
  Fields query;       // decoded, in order, names may repeat
  Fields headers;     // names in lower case
  Fields parameters;  // of the route's pattern
  std::string body;
  std::string id;  // of this request, for the log

  [[nodiscard]] std::optional<std::string_view> query_value(std::string_view name) const { return first(query, name); }
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const { return first(headers, name); }
  // Asking for one that the pattern does not have is our own bug; it is then empty.
  [[nodiscard]] std::string_view parameter(std::string_view name) const { return first(parameters, name).value_or(std::string_view()); }

 private:
  static std::optional<std::string_view> first(const Fields& fields, std::string_view name) {
    for (const auto& [key, value] : fields)
      if (key == name) return value;
    return std::nullopt;
  }
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::shared_ptr<const std::string> body;  // may be shared by many responses
  std::string etag;                         // with its quotes; empty: the server makes one of the body for a GET that succeeds
  std::string cache_control = "no-cache";   // always asks again; the ETag makes that cheap
  Fields headers;                           // further ones; values without line breaks (others are left out)

  static Response json(std::string text, unsigned status = 200) {
    Response response;
    response.status = status;
    response.body = std::make_shared<const std::string>(std::move(text));
    return response;
  }
};

}  // namespace segue::service::http
