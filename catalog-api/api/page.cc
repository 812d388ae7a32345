// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/page.h"

#include <algorithm>
#include <charconv>

#include "service/http/url.h"

namespace segue::api {
namespace {

using service::http::CursorSeal;
using service::http::Problem;
using service::http::Request;

std::string purpose_of(const Request& request, const Order& order) { return request.path + '?' + std::string(order.name); }

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
  return wrong == std::errc() && end == text.data() + text.size();
}

std::optional<Problem> known_names(const Request& request, std::vector<std::string_view> names, std::span<const std::string_view> filters) {
  names.insert(names.end(), filters.begin(), filters.end());
  for (const auto& [name, value] : request.query) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    std::string expected;
    for (const auto one : names) expected.append(expected.empty() ? "" : ", ").append(one);
    return Problem{400, "unknown-field", "query: expected one of " + expected + ", found " + name, name};
  }
  return std::nullopt;
}

std::optional<Problem> parse_limit(const Request& request, std::size_t& out) {
  std::int64_t limit = kDefaultPage;
  if (auto wrong = parse_number(request, "limit", 1, kMaxPage, limit)) return wrong;
  out = static_cast<std::size_t>(limit);
  return std::nullopt;
}

Problem no_cursor() { return {400, "invalid-cursor", "cursor: not one that this list gave out; start again without it", "cursor"}; }

// The request's own filters with another cursor.
std::string address_with(const Request& request, const std::string& cursor) {
  using service::http::percent_encode;
  std::string address = request.path + "?cursor=" + cursor;
  for (const auto& [name, value] : request.query)
    if (name != "cursor") address += '&' + percent_encode(name) + '=' + percent_encode(value);
  return address;
}

}  // namespace

std::optional<Problem> parse_number(const Request& request, std::string_view name, std::int64_t least, std::int64_t most,
                                    std::int64_t& out) {
  const auto text = request.query_value(name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  if (!read_number(*text, number) || number < least || number > most)
    return Problem{400, "invalid-field",
                   std::string(name) + ": expected a number from " + std::to_string(least) + " to " + std::to_string(most) + ", found " +
                       std::string(text->substr(0, 40)),
                   std::string(name)};
  out = number;
  return std::nullopt;
}

std::optional<Problem> parse_page(const Request& request, const CursorSeal& seal, std::span<const Order> orders,
                                  std::span<const std::string_view> filters, Page& page) {
  if (auto unknown = known_names(request, {"limit", "order", "cursor"}, filters)) return unknown;
  if (auto wrong = parse_limit(request, page.limit)) return wrong;
  page.order = orders.front();
  if (const auto wanted = request.query_value("order")) {
    const auto found = std::find_if(orders.begin(), orders.end(), [&](const Order& order) { return order.name == *wanted; });
    if (found == orders.end()) {
      std::string names;
      for (const Order& order : orders) names.append(names.empty() ? "" : ", ").append(order.name);
      return Problem{400, "invalid-field", "order: expected one of " + names, "order"};
    }
    page.order = *found;
  }
  const auto cursor = request.query_value("cursor");
  if (!cursor) return std::nullopt;
  const auto fields = seal.open(purpose_of(request, page.order), *cursor);
  std::int64_t row = 0;
  if (!fields || fields->size() != 2 || !read_number((*fields)[1], row)) return no_cursor();
  page.after.emplace((*fields)[0], row);
  return std::nullopt;
}

std::optional<Problem> parse_place(const Request& request, const CursorSeal& seal, std::span<const std::string_view> filters,
                                   std::size_t keys, PagePlace& place) {
  if (auto unknown = known_names(request, {"limit", "cursor"}, filters)) return unknown;
  if (auto wrong = parse_limit(request, place.limit)) return wrong;
  const auto cursor = request.query_value("cursor");
  if (!cursor) return std::nullopt;
  auto fields = seal.open(purpose_of(request, {}), *cursor);
  if (!fields || fields->size() != keys) return no_cursor();
  place.after = std::move(*fields);
  return std::nullopt;
}

void Conditions::add(std::string_view condition, std::initializer_list<service::Value> with) {
  sql.append(sql.empty() ? "" : " AND ").append(condition);
  values.insert(values.end(), with);
}

library::Selection select_page(const Page& page, Conditions conditions) {
  const Order& order = page.order;
  const std::string key(order.key), row(order.row), direction = order.is_descending ? " DESC" : "";
  if (page.after) {
    const auto& [last, last_row] = *page.after;
    std::int64_t number = 0;
    if (order.is_number) read_number(last, number);
    conditions.add("(" + key + ", " + row + ") " + (order.is_descending ? "<" : ">") + " (?, ?)",
                   {order.is_number ? service::Value(number) : service::Value(last), last_row});
  }
  library::Selection selection{
      (conditions.sql.empty() ? "" : "WHERE " + conditions.sql) + " ORDER BY " + key + direction + ", " + row + direction + " LIMIT ?",
      std::move(conditions.values)};
  selection.values.emplace_back(static_cast<std::int64_t>(page.limit + 1));
  return selection;
}

std::string next_address(const Request& request, const CursorSeal& seal, const Page& page, const std::string& key, std::int64_t row) {
  return address_with(request, seal.seal(purpose_of(request, page.order), {key, std::to_string(row)}));
}

std::string next_address(const Request& request, const CursorSeal& seal, const std::vector<std::string>& keys) {
  return address_with(request, seal.seal(purpose_of(request, {}), keys));
}

service::http::Response finish_page(service::http::JsonWriter json, const std::string& next) {
  if (!next.empty()) json.field("next", next);
  auto response = service::http::Response::json(std::move(json.end_object()).take());
  if (!next.empty()) response.headers.emplace_back("Link", "<" + next + ">; rel=\"next\"");
  return response;
}

}  // namespace segue::api
