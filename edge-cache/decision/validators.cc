// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/validators.h"

#include "edge-cache/message/http_date.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

bool is_weak(std::string_view etag) noexcept { return etag.starts_with("W/"); }
std::string_view opaque(std::string_view etag) noexcept { return is_weak(etag) ? etag.substr(2) : etag; }

bool any_matches(std::string_view list, std::string_view etag) {
  ListReader reader(list);
  for (std::string_view element; reader.next(element);) {
    if (element == "*" || (!etag.empty() && weakly_equal(element, etag))) return true;
  }
  return false;
}

}  // namespace

bool weakly_equal(std::string_view a, std::string_view b) noexcept { return opaque(a) == opaque(b); }
bool strongly_equal(std::string_view a, std::string_view b) noexcept { return !is_weak(a) && !is_weak(b) && a == b; }

bool only_for_origin(const Request& request) noexcept {
  return request.fields.has("If-Match") || request.fields.has("If-Unmodified-Since");
}

bool not_modified(const Request& request, const Fields& stored, std::int64_t date, std::int64_t now) {
  if (request.fields.has("If-None-Match")) return any_matches(request.fields.combined("If-None-Match"), stored.first("ETag"));
  const std::string_view condition = request.fields.first("If-Modified-Since");
  const auto since = condition.empty() ? std::nullopt : parse_http_date(condition, now);
  if (!since.has_value()) return false;
  return parse_http_date(stored.first("Last-Modified"), now).value_or(date) <= *since;
}

bool range_holds(const Request& request, const Fields& stored, std::int64_t now) {
  const std::string_view condition = request.fields.first("If-Range");
  if (condition.empty()) return true;
  if (condition.front() == '"' || is_weak(condition)) return strongly_equal(condition, stored.first("ETag"));
  const auto date = parse_http_date(condition, now), modified = parse_http_date(stored.first("Last-Modified"), now);
  return date.has_value() && modified.has_value() && *date == *modified;
}

}  // namespace segue::edge
