// SPDX-License-Identifier: Apache-2.0
// Which handler answers: patterns of segments, "{name}" standing for any one that is not empty. Filled once, then only read.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/http/message.h"

namespace segue::service::http {

using Handler = std::function<Response(const Request&)>;

// `here`: answers from memory, on the thread of the connection. `on_pool`: may wait for a disk. `waiting`: waits together with others for
// one thing (a commit of them all), so that many wait at once.
enum class Runs : std::uint8_t { here, on_pool, waiting };

// An answer that is there already, on the connection's thread; nullopt: ask the handler.
using Quick = std::function<std::optional<Response>(const Request&)>;

struct Route {
  Method method;
  std::string pattern;
  Runs runs;
  Handler handler;
  Quick quick = {};
};

class Router {
 public:
  void add(Method method, std::string pattern, Runs runs, Handler handler, Quick quick = {});

  struct Found {
    const Route* route = nullptr;  // nullptr: no pattern fits, or none with this method
    std::size_t number = 0;
    Fields parameters;
    std::string allowed;  // methods of the patterns that fit, for 405; empty: 404
  };
  [[nodiscard]] Found find(Method method, std::string_view path) const;
  [[nodiscard]] const std::vector<Route>& routes() const noexcept { return routes_; }

 private:
  std::vector<Route> routes_;
};

[[nodiscard]] std::string_view name_of(Method method) noexcept;

}  // namespace segue::service::http
