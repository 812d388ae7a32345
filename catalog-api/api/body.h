// SPDX-License-Identifier: Apache-2.0
// A request's JSON body, checked member by member: what is missing, of the wrong type, too long or unknown becomes a problem that names the
// place. Nothing of a body is used before all of it was found good.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/http/message.h"
#include "service/http/problem.h"

namespace segue::api {

class Body {
 public:
  explicit Body(const service::http::Request& request);

  // Required members; `fallback` makes one optional. After the first problem they return empty values.
  [[nodiscard]] std::string text(std::string_view name, std::size_t most);
  [[nodiscard]] std::string text_or(std::string_view name, std::size_t most, std::string fallback);
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name, std::size_t most);
  [[nodiscard]] std::optional<bool> optional_truth(std::string_view name);
  [[nodiscard]] std::vector<std::string> texts(std::string_view name, std::size_t most_bytes, std::size_t most);
  [[nodiscard]] std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t least, std::int64_t most);
  [[nodiscard]] const nlohmann::json* member(std::string_view name);  // any type; nullptr: absent

  // To be called last: members that nobody asked for are refused.
  [[nodiscard]] std::optional<service::http::Problem> problem();
  void wrong(std::string pointer, std::string detail);  // the caller's own finding

 private:
  nlohmann::json json_;
  std::vector<std::string> known_;
  std::optional<service::http::Problem> problem_;
};

}  // namespace segue::api
