// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/library_list_routes.h"

#include <algorithm>
#include <charconv>

#include "catalog-api/api/account_answers.h"
#include "catalog-api/api/answers.h"
#include "catalog-api/api/body.h"
#include "catalog-api/api/log.h"
#include "catalog-api/library/in_use.h"
#include "service/http/json_writer.h"

namespace segue::api {
namespace {

using accounts::MusicLibrary;
using service::http::JsonWriter;
using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

constexpr std::size_t kMaxText = 200;

// nullopt: no number, and so no library.
std::optional<std::uint32_t> number_of(std::string_view id) {
  std::uint32_t number = 0;
  const auto [end, wrong] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (wrong != std::errc() || end != id.data() + id.size() || number >= accounts::kMostLibraries) return std::nullopt;
  return number;
}

void put(JsonWriter& json, const MusicLibrary& library, bool is_admin) {
  json.begin_object().field("id", library.number).field("name", library.name);
  if (is_admin) {
    json.field("open", library.is_open).key("rules").begin_array();
    for (const auto& [tag, value] : library.rules) json.begin_object().field("tag", tag).field("value", value).end_object();
    json.end_array().key("users").begin_array();
    for (const std::string& user : library.users) json.value(user);
    json.end_array();
  }
  json.end_object();
}

std::vector<accounts::LibraryRule> rules_in(Body& body, std::vector<accounts::LibraryRule> otherwise) {
  const auto* given = body.member("rules");
  if (given == nullptr) return otherwise;
  std::vector<accounts::LibraryRule> rules;
  if (!given->is_array() || given->size() > accounts::kMostRules) body.wrong("/rules", "/rules: expected an array of at most 50");
  for (std::size_t i = 0; given->is_array() && i < given->size(); ++i) {
    const auto& rule = (*given)[i];
    const auto text = [&](const char* name) {
      return rule.is_object() && rule.contains(name) && rule[name].is_string() ? rule[name].get<std::string>() : std::string();
    };
    if (rule.size() != 2 || text("tag").empty() || text("value").empty())
      body.wrong("/rules/" + std::to_string(i), "/rules/" + std::to_string(i) + R"(: expected {"tag":…,"value":…})");
    rules.push_back({text("tag"), text("value")});
  }
  return rules;
}

struct Routes {
  LibraryListPieces pieces;
  Guard& guard;

  void note(const Request& request, const Asker& asker, const char* what, const std::string& about) const {
    auto noted = pieces.accounts.note(asker.name(), what, about, guard.address_of(request));
    if (!noted) log("error", noted.error().message, request.id);
  }

  Response list(const Request& request, const Asker& asker) const {
    auto all = pieces.accounts.libraries();
    if (!all) return unavailable(request, all.error());
    const bool is_admin = asker.identity && asker.identity->scope == accounts::Scope::admin;
    JsonWriter json;
    json.begin_object().key("libraries").begin_array();
    for (const MusicLibrary& library : *all)
      if (asker.view.sees(library.number)) put(json, library, is_admin);
    json.end_array();
    if (is_admin) json.field("is_sorting", pieces.is_scanning());
    return Response::json(std::move(json.end_object()).take());
  }

  Result<std::uint32_t> in_use() const {
    auto database = pieces.library.borrow();
    if (!database) return std::move(database).error();
    return library::libraries_in_use(**database);
  }

  Response add(const Request& request, const Asker& asker) const {
    Body body(request);
    MusicLibrary library;
    library.name = body.text("name", kMaxText);
    library.is_open = body.optional_truth("open").value_or(false);
    library.rules = rules_in(body, {});
    if (auto wrong = body.problem()) return refuse(*wrong);
    auto used = in_use();
    if (!used) return unavailable(request, used.error());
    auto made = pieces.accounts.add_library(std::move(library), *used);
    if (!made) return unavailable(request, made.error());
    if (!made->value) return denied(made->denied);
    note(request, asker, "library.add", made->value->name);
    pieces.request_scan();
    JsonWriter json;
    put(json, *made->value, true);
    return Response::json(std::move(json).take(), 201);
  }

  Response change(const Request& request, const Asker& asker) const {
    Body body(request);
    auto all = pieces.accounts.libraries();
    if (!all) return unavailable(request, all.error());
    const auto number = number_of(request.parameter("id"));
    const auto found = std::find_if(all->begin(), all->end(), [&](const MusicLibrary& one) { return one.number == number; });
    if (found == all->end()) return not_found("library");
    MusicLibrary library = *found;
    library.name = body.text_or("name", kMaxText, library.name);
    library.is_open = body.optional_truth("open").value_or(library.is_open);
    library.rules = rules_in(body, library.rules);
    if (auto wrong = body.problem()) return refuse(*wrong);
    return done(request, asker, "library.change", pieces.accounts.change_library(library));
  }
  Response remove(const Request& request, const Asker& asker) const {
    const auto number = number_of(request.parameter("id"));
    if (!number) return not_found("library");
    return done(request, asker, "library.remove", pieces.accounts.remove_library(*number));
  }
  Response give(const Request& request, const Asker& asker) const { return set_user(request, asker, true); }
  Response take(const Request& request, const Asker& asker) const { return set_user(request, asker, false); }

  Response set_user(const Request& request, const Asker& asker, bool given) const {
    const auto number = number_of(request.parameter("id"));
    if (!number) return not_found("library");
    return done(request, asker, given ? "library.give" : "library.take",
                pieces.accounts.give_library(*number, request.parameter("user"), given));
  }

  Response done(const Request& request, const Asker& asker, const char* what,
                const Result<accounts::Outcome<accounts::Done>>& outcome) const {
    if (!outcome) return unavailable(request, outcome.error());
    if (!outcome->value) return denied(outcome->denied);
    note(request, asker, what, std::string(request.parameter("id")) + ' ' + std::string(request.parameter("user")));
    pieces.request_scan();
    Response response;
    response.status = 204;
    return response;
  }
};

}  // namespace

void add_library_list_routes(service::http::Router& router, const LibraryListPieces& pieces, Guard& guard) {
  const auto routes = std::make_shared<Routes>(Routes{pieces, guard});
  const auto add = [&](Method method, const char* path, Right right, Response (Routes::*call)(const Request&, const Asker&) const) {
    Guard::Handler handler = [routes, call](const Request& request, const Asker& asker) { return ((*routes).*call)(request, asker); };
    if (method == Method::post || method == Method::patch) handler = pieces.replays.once(std::move(handler));
    router.add(method, path, Runs::on_pool, guard.needs(right, std::move(handler)));
  };
  add(Method::get, "/api/v1/libraries", Right::browse, &Routes::list);
  add(Method::post, "/api/v1/libraries", Right::admin, &Routes::add);
  add(Method::patch, "/api/v1/libraries/{id}", Right::admin, &Routes::change);
  add(Method::remove, "/api/v1/libraries/{id}", Right::admin, &Routes::remove);
  add(Method::put, "/api/v1/libraries/{id}/users/{user}", Right::admin, &Routes::give);
  add(Method::remove, "/api/v1/libraries/{id}/users/{user}", Right::admin, &Routes::take);
}

}  // namespace segue::api
