// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/search_routes.h"

#include <algorithm>
#include <array>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/page.h"
#include "service/http/json_writer.h"

namespace segue::api {
namespace {

using search::Kind;
using service::http::JsonWriter;
using service::http::Problem;
using service::http::Request;
using service::http::Response;

constexpr std::array<std::string_view, 4> kArrays{"artists", "albums", "tracks", "playlists"};
constexpr std::array<std::string_view, 4> kFieldNames{"name", "by", "in", "alias"};
constexpr std::array<std::string_view, 7> kNames{"q", "limit", "kind", "genre", "year_from", "year_to", "library"};

// Places are told in UTF-16 units, what browsers count strings in.
std::size_t utf16_units(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    units += (byte & 0xC0) != 0x80;  // one for each sequence
    units += byte >= 0xF0;           // a pair for those beyond the first plane
  }
  return units;
}

std::string_view text_of(const search::Document& document, search::Field field) {
  return field == search::Field::name ? document.name : field == search::Field::by ? document.by : document.in;
}

void put_hit(JsonWriter& json, const search::Hit& hit, const access::MediaAddresses& media) {
  const search::Document& document = hit.document;
  json.begin_object().field("kind", search::kKindNames[static_cast<std::size_t>(document.kind)]).field("id", document.id);
  json.field("name", document.name)
      .field("by", document.by)
      .field("in", document.in)
      .field("genre", document.genre)
      .field("year", document.year);
  json.field("cover", "/api/v1/covers/" + document.id);
  if (document.kind == Kind::track) json.field("hls", media.hls(document.id)).field("dash", media.dash(document.id));
  if (document.kind == Kind::playlist)
    json.field("hls", "/v/playlist/" + document.id + "/master.m3u8").field("dash", "/v/playlist/" + document.id + "/manifest.mpd");
  json.key("highlights").begin_array();
  for (const auto& [field, begin, end] : hit.highlights) {
    const std::string_view text = text_of(document, field);
    const std::size_t from = utf16_units(text.substr(0, begin));
    json.begin_object().field("field", kFieldNames[static_cast<std::size_t>(field)]).field("begin", from);
    json.field("end", from + utf16_units(text.substr(begin, end - begin))).end_object();
  }
  json.end_array().end_object();
}

void put_facet(JsonWriter& json, std::string_view name, const std::vector<search::FacetCount>& counts) {
  json.key(name).begin_array();
  for (const auto& [value, count] : counts) json.begin_object().field("value", value).field("count", count).end_object();
  json.end_array();
}

void put_group(JsonWriter& json, const search::Group& group, const access::MediaAddresses& media) {
  json.key(kArrays[static_cast<std::size_t>(group.kind)]).begin_object();
  json.field("found", group.found).field("is_capped", group.is_capped);
  json.key("hits").begin_array();
  for (const search::Hit& hit : group.hits) put_hit(json, hit, media);
  json.end_array();
  put_facet(json, "genres", group.genres);
  put_facet(json, "decades", group.decades);
  json.end_object();
}

std::optional<Problem> parse(const Request& request, library::View view, search::Request& out) {
  for (const auto& [name, value] : request.query)
    if (std::find(kNames.begin(), kNames.end(), name) == kNames.end())
      return Problem{400, "unknown-field", "query: unknown field " + name, name};
  const auto query = request.query_value("q");
  if (!query) return Problem{400, "missing-field", "q: expected what was typed, found nothing", "q"};
  std::int64_t limit = 10, from = 0, to = 0, library = -1;
  if (auto wrong = parse_number(request, "limit", 1, 100, limit)) return wrong;
  if (auto wrong = parse_number(request, "year_from", 0, 9999, from)) return wrong;
  if (auto wrong = parse_number(request, "year_to", 0, 9999, to)) return wrong;
  if (auto wrong = parse_number(request, "library", 0, library::kMostLibraries - 1, library)) return wrong;
  if (library >= 0) view = view.only(library);
  out.filter.libraries = view.libraries;
  out.query = *query;
  out.limit = static_cast<std::size_t>(limit);
  out.filter.year_from = static_cast<std::uint16_t>(from);
  out.filter.year_to = static_cast<std::uint16_t>(to);
  out.filter.genre = request.query_value("genre").value_or("");
  std::string_view kinds = request.query_value("kind").value_or("");
  while (!kinds.empty()) {
    const std::size_t comma = std::min(kinds.find(','), kinds.size());
    const auto at = std::find(search::kKindNames.begin(), search::kKindNames.end(), kinds.substr(0, comma));
    if (at == search::kKindNames.end())
      return Problem{400, "invalid-field", "kind: expected some of artist, album, track, playlist", "kind"};
    out.kinds.push_back(static_cast<Kind>(at - search::kKindNames.begin()));
    kinds.remove_prefix(std::min(comma + 1, kinds.size()));
  }
  return std::nullopt;
}

}  // namespace

void add_search_routes(service::http::Router& router, const search::Index& index, Guard& guard, const access::MediaAddresses& media) {
  router.add(service::http::Method::get, "/api/v1/search", guard.from_memory(),
             guard.needs(Right::browse, [&index, media](const Request& request, const Asker& asker) -> Response {
               search::Request wanted;
               if (auto wrong = parse(request, asker.view, wanted)) return refuse(*wrong);
               const search::Results results = index.search(wanted);
               JsonWriter json;
               json.begin_object().field("query", wanted.query);
               if (results.top) {
                 json.key("top");
                 put_hit(json, *results.top, media);
               }
               for (const search::Group& group : results.groups) put_group(json, group, media);
               return Response::json(std::move(json.end_object()).take());
             }));
}

}  // namespace segue::api
