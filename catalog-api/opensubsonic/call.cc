// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/call.h"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "catalog-api/api/log.h"
#include "service/outcome.h"

namespace segue::opensubsonic {

std::optional<std::string> Call::get(std::string_view name) const {
  for (const auto& [key, value] : parameters_)
    if (key == name) return value;
  return std::nullopt;
}

std::string Call::text(std::string_view name, std::string_view fallback) const { return get(name).value_or(std::string(fallback)); }

std::vector<std::string> Call::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : parameters_)
    if (key == name) values.push_back(value);
  return values;
}

std::int64_t Call::number(std::string_view name, std::int64_t fallback, std::int64_t least, std::int64_t most) const {
  const auto value = get(name);
  std::int64_t number = 0;
  if (!value) return fallback;
  const auto [end, wrong] = std::from_chars(value->data(), value->data() + value->size(), number);
  return wrong == std::errc() && end == value->data() + value->size() ? std::clamp(number, least, most) : fallback;
}

bool Call::truth(std::string_view name, bool fallback) const {
  const auto value = get(name);
  return value ? *value == "true" || *value == "1" : fallback;
}

std::string Call::client() const {
  constexpr std::size_t kMostBytes = 200;
  std::string name = text("c");
  return name.size() <= kMostBytes ? name : std::string();
}

std::string Call::device() const {
  constexpr std::size_t kMostBytes = 200;
  const auto bounded = [](std::string_view text) { return std::string(text.substr(0, kMostBytes)); };
  return user_.name + '\n' + client() + '\n' + bounded(request_.header("x-forwarded-for").value_or(request_.peer)) + '\n' +
         bounded(request_.header("user-agent").value_or("")) + '\n';
}

library::View Call::view() const {
  const library::View all{user_.libraries};
  return !text("musicFolderId").empty() ? all.only(number("musicFolderId", 0, 0, INT32_MAX) - folder_of(0)) : all;
}

Failure missing(std::string_view name) { return {kMissingParameter, "Required parameter is missing: " + std::string(name)}; }
Failure not_found(std::string_view what) { return {kNotFound, std::string(what) + " not found"}; }
Failure broken(const Call& call, const Error& error) {
  api::log("error", error.message, call.request().id);
  return {kGeneric, "The library does not answer, try again"};
}
Failure broken_lists(const Call& call, const Error& error) {
  api::log("error", error.message, call.request().id);
  return {kGeneric, service::is_outcome_unknown(error) ? "Whether it was done is not known, look before you try again"
                                                       : "The playlists do not answer, try again"};
}

std::string time_text(std::int64_t unix_seconds) {
  const std::time_t seconds = unix_seconds;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &utc);
  return text;
}

}  // namespace segue::opensubsonic
