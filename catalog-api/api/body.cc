// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/body.h"

#include <algorithm>

namespace segue::api {
namespace {

using nlohmann::json;

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxBytes = 1 << 20;  // the server takes more, for files

// Depth first, without recursion: a parser that recurses must not see what is nested without end.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

std::string found(const json& value) { return value.dump(-1, ' ', true, json::error_handler_t::replace).substr(0, 60); }

}  // namespace

Body::Body(const service::http::Request& request) {
  if (request.body.size() > kMaxBytes) {
    problem_ = {413, "too-large", "body: at most " + std::to_string(kMaxBytes) + " bytes of JSON"};
  } else if (const auto type = request.header("content-type"); type && !type->starts_with("application/json")) {
    problem_ = {415, "unsupported-media-type", "Content-Type: expected application/json, found " + std::string(type->substr(0, 60))};
  } else if (is_too_deep(request.body)) {
    problem_ = {400, "invalid-json", "body: nested deeper than 32"};
  } else {
    json_ = json::parse(request.body, nullptr, false);
    if (json_.is_discarded()) {
      problem_ = {400, "invalid-json", "body: not JSON, or not UTF-8"};
    } else if (!json_.is_object()) {
      wrong("", "body: expected an object, found " + found(json_));
    }
  }
}

void Body::wrong(std::string pointer, std::string detail) {
  if (!problem_) problem_ = {422, "invalid-field", std::move(detail), std::move(pointer)};
}

const json* Body::member(std::string_view name) {
  known_.emplace_back(name);
  if (problem_) return nullptr;
  const auto at = json_.find(name);
  return at == json_.end() || at->is_null() ? nullptr : &*at;
}

std::optional<std::string> Body::optional_text(std::string_view name, std::size_t most) {
  const json* value = member(name);
  if (value == nullptr) return std::nullopt;
  const std::string pointer = "/" + std::string(name);
  if (!value->is_string()) {
    wrong(pointer, pointer + ": expected a text, found " + found(*value));
  } else if (value->get_ref<const std::string&>().size() > most) {
    wrong(pointer, pointer + ": expected at most " + std::to_string(most) + " bytes");
  } else {
    return value->get<std::string>();
  }
  return std::nullopt;
}

std::string Body::text(std::string_view name, std::size_t most) {
  auto value = optional_text(name, most);
  if (!value) wrong("/" + std::string(name), "/" + std::string(name) + ": expected a text, found nothing");
  return value.value_or("");
}

std::string Body::text_or(std::string_view name, std::size_t most, std::string fallback) {
  return optional_text(name, most).value_or(std::move(fallback));
}

std::optional<bool> Body::optional_truth(std::string_view name) {
  const json* value = member(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_boolean()) return value->get<bool>();
  wrong("/" + std::string(name), "/" + std::string(name) + ": expected true or false, found " + found(*value));
  return std::nullopt;
}

std::optional<std::int64_t> Body::optional_number(std::string_view name, std::int64_t least, std::int64_t most) {
  const json* value = member(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_number_integer() && !(value->is_number_unsigned() && value->get<std::uint64_t>() > INT64_MAX)) {
    const auto number = value->get<std::int64_t>();
    if (number >= least && number <= most) return number;
  }
  wrong("/" + std::string(name), "/" + std::string(name) + ": expected a whole number from " + std::to_string(least) + " to " +
                                     std::to_string(most) + ", found " + found(*value));
  return std::nullopt;
}

std::vector<std::string> Body::texts(std::string_view name, std::size_t most_bytes, std::size_t most) {
  const json* value = member(name);
  const std::string pointer = "/" + std::string(name);
  if (value == nullptr) return {};
  if (!value->is_array() || value->size() > most) {
    wrong(pointer, pointer + ": expected an array of at most " + std::to_string(most) + " texts, found " + found(*value));
    return {};
  }
  std::vector<std::string> out;
  for (std::size_t i = 0; i < value->size(); ++i) {
    const json& one = (*value)[i];
    if (one.is_string() && one.get_ref<const std::string&>().size() <= most_bytes) {
      out.push_back(one.get<std::string>());
    } else {
      const std::string at = pointer + "/" + std::to_string(i);
      wrong(at, at + ": expected a text of at most " + std::to_string(most_bytes) + " bytes, found " + found(one));
    }
  }
  return out;
}

std::optional<service::http::Problem> Body::problem() {
  if (problem_) return problem_;
  for (const auto& [name, value] : json_.items())
    if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
      wrong("/" + name.substr(0, 60), "/" + name.substr(0, 60) + ": unknown member");
      return problem_;
    }
  return std::nullopt;
}

}  // namespace segue::api
