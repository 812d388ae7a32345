// SPDX-License-Identifier: Apache-2.0
// Lists in pages: ?limit=, ?order= and ?cursor=. A cursor holds the last row's keys, sealed: a page goes on behind that row whatever was
// added or removed meanwhile.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalog-api/library/read.h"
#include "service/http/cursor.h"
#include "service/http/json_writer.h"
#include "service/http/message.h"
#include "service/http/problem.h"

namespace segue::api {

inline constexpr std::size_t kMaxPage = 500;
inline constexpr std::size_t kDefaultPage = 100;

struct Order {
  std::string_view name;  // of ?order=
  std::string_view key;   // column, "a.sort"
  std::string_view row;   // column that tells equal keys apart, "a.row"
  bool is_descending = false;
  bool is_number = false;  // the key is
};

struct Page {
  std::size_t limit = kDefaultPage;
  Order order;
  std::optional<std::pair<std::string, std::int64_t>> after;  // key and row
};

// What a list's address may say. `orders`: the first is used when none is asked for. `filters`: further names that the list knows; any
// other is refused. `path` is the list's own, and keeps its cursors apart from others'. nullopt: `page` is set.
[[nodiscard]] std::optional<service::http::Problem> parse_page(const service::http::Request& request, const service::http::CursorSeal& seal,
                                                               std::span<const Order> orders, std::span<const std::string_view> filters,
                                                               Page& page);

// The same of a list with one order, of as many keys as it needs.
struct PagePlace {
  std::size_t limit = kDefaultPage;
  std::vector<std::string> after;  // the last row's keys; empty: the start
};
[[nodiscard]] std::optional<service::http::Problem> parse_place(const service::http::Request& request,
                                                                const service::http::CursorSeal& seal,
                                                                std::span<const std::string_view> filters, std::size_t keys,
                                                                PagePlace& place);

// Conditions joined by AND, their values, and the page's place, as one selection; asks for a row more than the page has.
struct Conditions {
  std::string sql;
  std::vector<service::Value> values;
  void add(std::string_view condition, std::initializer_list<service::Value> with = {});
};
[[nodiscard]] library::Selection select_page(const Page& page, Conditions conditions);

// The address of the page behind the row with these keys: path, the request's own filters, the cursor.
[[nodiscard]] std::string next_address(const service::http::Request& request, const service::http::CursorSeal& seal, const Page& page,
                                       const std::string& key, std::int64_t row);

[[nodiscard]] std::string next_address(const service::http::Request& request, const service::http::CursorSeal& seal,
                                       const std::vector<std::string>& keys);
// A page's object, which is open, with the address of the next one; empty: there is none.
[[nodiscard]] service::http::Response finish_page(service::http::JsonWriter json, const std::string& next);

// A whole number of a query field in [least, most]; absent: `out` stays.
[[nodiscard]] std::optional<service::http::Problem> parse_number(const service::http::Request& request, std::string_view name,
                                                                 std::int64_t least, std::int64_t most, std::int64_t& out);

}  // namespace segue::api
