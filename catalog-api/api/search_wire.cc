// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/search_wire.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "service/http/json_writer.h"

namespace segue::api {
namespace {

using nlohmann::json;
using search::Document;
using search::Kind;
using service::http::JsonWriter;

std::string_view name_of(Kind kind) { return search::kKindNames[static_cast<std::size_t>(kind)]; }

// The functions below throw at what is not as it should be; it ends in read().
[[noreturn]] void wrong() { throw std::invalid_argument("not of this form"); }

template <class Number>
Number number(const json& given) {
  if (!given.is_number_integer()) wrong();
  const bool is_negative = !given.is_number_unsigned() && given.get<std::int64_t>() < 0;
  if (is_negative && std::is_unsigned_v<Number>) wrong();
  if (is_negative) return static_cast<Number>(given.get<std::int64_t>());
  if (given.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<Number>::max())) wrong();
  return static_cast<Number>(given.get<std::uint64_t>());
}

const std::string& text(const json& given) { return given.get_ref<const std::string&>(); }

const json& array(const json& given, std::size_t size) {
  if (!given.is_array() || given.size() != size) wrong();
  return given;
}

const json& array(const json& given) {
  if (!given.is_array()) wrong();
  return given;
}

Kind kind(const json& given) {
  const auto at = std::find(search::kKindNames.begin(), search::kKindNames.end(), text(given));
  if (at == search::kKindNames.end()) wrong();
  return static_cast<Kind>(at - search::kKindNames.begin());
}

Document document(const json& given) {
  const json& row = array(given, 10);
  Document out{kind(row[0]),
               text(row[1]),
               text(row[2]),
               text(row[3]),
               text(row[4]),
               {},
               text(row[5]),
               number<std::uint16_t>(row[6]),
               number<std::uint32_t>(row[7]),
               number<std::uint32_t>(row[8])};
  for (const json& alias : array(row[9])) out.aliases.push_back(text(alias));
  return out;
}

void put(JsonWriter& out, const Document& document) {
  out.begin_array().value(name_of(document.kind)).value(document.id).value(document.name).value(document.by).value(document.in);
  out.value(document.genre).value(document.year).value(document.libraries).value(document.popularity).begin_array();
  for (const std::string& alias : document.aliases) out.value(alias);
  out.end_array().end_array();
}

template <class Make>
auto read(std::string_view given, const char* expected, Make make) -> Result<decltype(make(json()))> {
  const json parsed = json::parse(given, nullptr, false);
  try {
    if (parsed.is_object()) return make(parsed);
  } catch (const std::exception&) {  // of nlohmann's accessors and ours: a member is missing or of another type
  }
  return Error{std::string("expected ") + expected + ", found " + std::to_string(given.size()) + " other bytes"};
}

}  // namespace

std::string write_state(const SourceState& state) {
  JsonWriter out;
  out.begin_object().field("incarnation", state.incarnation).field("revision", state.revision).key("lists");
  state.lists ? out.value(*state.lists) : out.null();
  return std::move(out.end_object()).take();
}

Result<SourceState> read_state(std::string_view given) {
  return read(given, "the state of a search source", [](const json& state) {
    SourceState read{text(state.at("incarnation")), number<std::int64_t>(state.at("revision")), std::nullopt};
    if (const json& lists = state.at("lists"); !lists.is_null()) read.lists = number<std::int64_t>(lists);
    return read;
  });
}

std::string write_slice(const Slice& slice) {
  JsonWriter out;
  out.begin_object().key("documents").begin_array();
  for (const Document& one : slice.documents) put(out, one);
  out.end_array().key("gone").begin_array();
  for (const auto& [kind, id] : slice.gone) out.begin_array().value(name_of(kind)).value(id).end_array();
  out.end_array().key("next").begin_array().value(slice.next.number).value(slice.next.id).end_array();
  out.field("is_last", slice.is_last).end_object();
  return std::move(out).take();
}

Result<Slice> read_slice(std::string_view given) {
  return read(given, "a slice of a search source", [](const json& parsed) {
    Slice slice;
    for (const json& one : array(parsed.at("documents"))) slice.documents.push_back(document(one));
    for (const json& one : array(parsed.at("gone"))) slice.gone.emplace_back(kind(array(one, 2)[0]), text(one[1]));
    const json& next = array(parsed.at("next"), 2);
    slice.next = {number<std::int64_t>(next[0]), text(next[1])};
    slice.is_last = parsed.at("is_last").get<bool>();
    return slice;
  });
}

std::string write_lookups(const std::vector<search::Lookup>& lookups) {
  JsonWriter out;
  out.begin_object().key("lookups").begin_array();
  for (const auto& [query, kind, libraries, limit] : lookups)
    out.begin_array().value(query).value(name_of(kind)).value(libraries).value(limit).end_array();
  out.end_array().end_object();
  return std::move(out).take();
}

Result<std::vector<search::Lookup>> read_lookups(std::string_view given) {
  return read(given, "eight lookups at most", [](const json& parsed) {
    std::vector<search::Lookup> lookups;
    if (array(parsed.at("lookups")).size() > kMostLookups) wrong();
    for (const json& one : parsed.at("lookups")) {
      const json& row = array(one, 4);
      lookups.push_back({text(row[0]), kind(row[1]), number<std::uint32_t>(row[2]), number<std::size_t>(row[3])});
    }
    return lookups;
  });
}

std::string write_ids(const std::vector<search::Ids>& ids) {
  JsonWriter out;
  out.begin_object().key("ids").begin_array();
  for (const search::Ids& list : ids) {
    out.begin_array();
    for (const std::string& id : list) out.value(id);
    out.end_array();
  }
  out.end_array().end_object();
  return std::move(out).take();
}

Result<std::vector<search::Ids>> read_ids(std::string_view given) {
  return read(given, "lists of ids", [](const json& parsed) {
    std::vector<search::Ids> ids;
    for (const json& list : array(parsed.at("ids"))) {
      search::Ids& found = ids.emplace_back();
      for (const json& id : array(list)) found.push_back(text(id));
    }
    return ids;
  });
}

}  // namespace segue::api
