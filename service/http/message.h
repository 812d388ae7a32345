// SPDX-License-Identifier: Apache-2.0
// A request as a handler sees it and a response as it leaves: plain values, no word of the HTTP library.
#pragma once

#include <cstdint>
#include <functional>
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
  std::string id;    // of this request, for the log
  std::string peer;  // address of the other end of the connection

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

// A piece of a body: bytes in memory, or a range of a file that is read while it is sent.
struct BodyPart {
  std::string bytes;
  std::string path;  // empty: `bytes`
  std::uint64_t offset = 0, length = 0;

  [[nodiscard]] std::uint64_t size() const noexcept { return path.empty() ? bytes.size() : length; }
};

// A body that comes as it happens (server-sent events). The server takes what is there and waits for `wake` when there is nothing.
class Feed {
 public:
  virtual ~Feed() = default;
  // What came since the last call; empty: nothing yet. On the connection's thread.
  virtual std::string take() = 0;
  // `wake` is called once, from any thread, when take() has something; at once when it has already. nullptr takes the last one back: it is
  // not called any more when this returns.
  virtual void when_ready(std::function<void()> wake) = 0;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::shared_ptr<const std::string> body;  // may be shared by many responses
  std::vector<BodyPart> parts;              // instead of `body`: sent one after the other
  std::shared_ptr<Feed> feed;               // instead of both: until the client leaves
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
