// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/account_routes.h"

#include <cstdlib>

#include "catalog-api/api/account_answers.h"
#include "catalog-api/api/answers.h"
#include "catalog-api/api/body.h"
#include "catalog-api/api/page.h"
#include "service/http/json_writer.h"

namespace segue::api {
namespace {

using accounts::Accounts;
using accounts::CredentialKind;
using accounts::Outcome;
using service::http::JsonWriter;
using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

// The answer to an outcome: why not, or what `put` writes.
template <class T, class Put>
Response answer(const Request& request, Result<Outcome<T>> outcome, unsigned status, Put put) {
  if (!outcome) return unavailable(request, outcome.error());
  if (!outcome->value) return denied(outcome->denied);
  JsonWriter json;
  json.begin_object();
  put(json, *outcome->value);
  Response response = Response::json(std::move(json.end_object()).take(), status);
  response.cache_control = "no-store";
  return response;
}

template <class T>
Response done(const Request& request, Result<Outcome<T>> outcome) {
  return answer(request, std::move(outcome), 200, [](JsonWriter& json, const T&) { json.field("done", true); });
}

void put_session(JsonWriter& json, const accounts::Session& session) {
  json.field("access_token", session.access_token).field("token_type", "Bearer").field("expires_in", accounts::kAccessSeconds);
  json.field("refresh_token", session.refresh_token);
}

struct Routes {
  Accounts& accounts;
  Guard& guard;
  const service::http::CursorSeal& seal;

  void note(const Request& request, const std::string& who, const char* what, const std::string& about) const {
    api::note(accounts, guard, request, who, what, about);
  }

  Response log_in(const Request& request) const {
    Body body(request);
    const std::string user = body.text("user", kMaxText), password = body.text("password", kMaxText);
    if (auto wrong = body.problem()) return refuse(*wrong);
    auto session = accounts.log_in(user, password, guard.address_of(request));
    const bool is_throttled = session && !session->value && session->denied.why == accounts::Denial::throttled;
    if (!is_throttled) note(request, user, session && session->value ? "log-in" : "log-in.failed", user);  // nothing was tried
    return answer(request, std::move(session), 201, put_session);
  }
  Response refresh(const Request& request) const {
    Body body(request);
    const std::string token = body.text("refresh_token", kMaxText);
    if (auto wrong = body.problem()) return refuse(*wrong);
    return answer(request, accounts.refresh(token), 201, put_session);
  }
  Response set_up(const Request& request) const {
    Body body(request);
    const std::string code = body.text("code", kMaxText), user = body.text("user", kMaxText), password = body.text("password", kMaxText);
    if (auto wrong = body.problem()) return refuse(*wrong);
    auto made = accounts.set_up(code, user, password);
    if (made && made->value) note(request, user, "setup", user);
    return answer(request, std::move(made), 201, put_user);
  }
  Response log_out(const Request& request, const Asker& asker) const {
    if (asker.identity->session.empty()) return refuse({409, "no-session", "an API key has no session; revoke the key instead"});
    if (auto out = accounts.log_out(asker.identity->session); !out) return unavailable(request, out.error());
    Response response;
    response.status = 204;
    return response;
  }
  Response me(const Request&, const Asker& asker) const {
    JsonWriter json;
    json.begin_object();
    put_user(json, asker.identity->user);
    return Response::json(std::move(json.end_object()).take());
  }
  Response own_password(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string old_one = body.text("old", kMaxText), new_one = body.text("new", kMaxText);
    if (auto wrong = body.problem()) return refuse(*wrong);
    auto proof = accounts.log_in(asker.name(), old_one, asker.address);
    if (!proof) return unavailable(request, proof.error());
    if (!proof->value) return denied(proof->denied);
    auto outcome = accounts.set_password(asker.name(), new_one);
    if (outcome && outcome->value) note(request, asker.name(), "password", asker.name());
    return done(request, std::move(outcome));
  }

  Response list_credentials(const Request& request, const Asker& asker, CredentialKind kind) const {
    auto all = accounts.credentials(asker.name(), kind);
    if (!all) return unavailable(request, all.error());
    JsonWriter json;
    json.begin_object().key("credentials").begin_array();
    for (const auto& one : *all)
      json.begin_object()
          .field("id", one.id)
          .field("label", one.label)
          .field("scope", one.scope)
          .field("created", one.created)
          .field("last_used", one.last_used)
          .end_object();
    json.end_array();
    return Response::json(std::move(json.end_object()).take());
  }
  Response add_credential(const Request& request, const Asker& asker, CredentialKind kind) const {
    Body body(request);
    const std::string label = body.text_or("label", 100, ""), scope = body.text_or("scope", 10, "write");
    if (auto wrong = body.problem()) return refuse(*wrong);
    // A key never makes one that may do more than itself; an app password does all that its user may.
    const bool is_admins = scope == "admin" || (kind == CredentialKind::app_password && asker.identity->user.role == "admin");
    if (is_admins && asker.identity->scope != accounts::Scope::admin) return refuse({403, "forbidden", "scope: more than yours"});
    auto made = accounts.add_credential(asker.name(), kind, label, scope);
    if (made && made->value) note(request, asker.name(), kind == CredentialKind::api_key ? "api-key.create" : "app-password.create", label);
    return answer(request, std::move(made), 201, [](JsonWriter& json, const accounts::NewCredential& one) {
      json.field("id", one.credential.id)
          .field("label", one.credential.label)
          .field("scope", one.credential.scope)
          .field("secret", one.secret);
    });
  }
  Response revoke_credential(const Request& request, const Asker& asker, CredentialKind kind) const {
    const std::string id(request.parameter("id"));
    auto outcome = accounts.revoke_credential(asker.name(), kind, id);
    if (outcome && outcome->value)
      note(request, asker.name(), kind == CredentialKind::api_key ? "api-key.revoke" : "app-password.revoke", id);
    return done(request, std::move(outcome));
  }

  Response list_users(const Request& request, const Asker&) const {
    PagePlace place;
    if (auto wrong = parse_place(request, seal, {}, 1, place)) return refuse(*wrong);
    auto users = accounts.users_after(place.after.empty() ? std::string() : place.after[0], static_cast<std::uint32_t>(place.limit + 1));
    if (!users) return unavailable(request, users.error());
    const bool has_more = users->size() > place.limit;
    if (has_more) users->pop_back();
    JsonWriter json;
    json.begin_object().key("users").begin_array();
    for (const auto& user : *users) {
      put_user(json.begin_object(), user);
      json.end_object();
    }
    json.end_array();
    return finish_page(std::move(json), has_more ? next_address(request, seal, {users->back().name}) : std::string());
  }
  Response add_user(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string user = body.text("user", kMaxText), password = body.text("password", kMaxText),
                      role = body.text_or("role", 20, "listener");
    if (auto wrong = body.problem()) return refuse(*wrong);
    auto made = accounts.add(user, password, role);
    if (made && made->value) note(request, asker.name(), "user.add", user);
    return answer(request, std::move(made), 201, put_user);
  }
  Response change_user(const Request& request, const Asker& asker) const {
    Body body(request);
    const auto disabled = body.optional_truth("disabled");
    const auto role = body.optional_text("role", 20), password = body.optional_text("password", kMaxText);
    if (!disabled && !role && !password) body.wrong("", "body: expected disabled, role or password");
    if (auto wrong = body.problem()) return refuse(*wrong);
    const std::string user(request.parameter("name"));
    auto outcome = accounts.change(user, {role, password, disabled});
    if (outcome && outcome->value) note(request, asker.name(), "user.change", user);
    return done(request, std::move(outcome));
  }
  Response audit(const Request& request, const Asker&) const {
    PagePlace place;
    if (auto wrong = parse_place(request, seal, {}, 1, place)) return refuse(*wrong);
    auto entries = accounts.audit(place.limit + 1, place.after.empty() ? INT64_MAX : std::atoll(place.after[0].c_str()));
    if (!entries) return unavailable(request, entries.error());
    const bool has_more = entries->size() > place.limit;
    if (has_more) entries->pop_back();
    JsonWriter json;
    json.begin_object().key("entries").begin_array();
    for (const auto& e : *entries)
      json.begin_object()
          .field("time", e.time)
          .field("who", e.who)
          .field("what", e.what)
          .field("about", e.about)
          .field("address", e.address)
          .end_object();
    json.end_array();
    return finish_page(std::move(json), has_more ? next_address(request, seal, {std::to_string(entries->back().row)}) : std::string());
  }
};

}  // namespace

void add_account_routes(service::http::Router& router, const AccountPieces& pieces, Guard& guard) {
  const auto routes = std::make_shared<Routes>(Routes{pieces.accounts, guard, pieces.seal});
  const auto open = [&](const char* path, Response (Routes::*call)(const Request&) const) {
    router.add(Method::post, path, Runs::on_pool, [routes, call](const Request& request) { return ((*routes).*call)(request); });
  };
  open("/api/v1/sessions", &Routes::log_in);
  open("/api/v1/sessions/refresh", &Routes::refresh);
  open("/api/v1/setup", &Routes::set_up);
  const auto add = [&](Method method, const char* path, Right right, Response (Routes::*call)(const Request&, const Asker&) const) {
    Guard::Handler handler = [routes, call](const Request& request, const Asker& asker) { return ((*routes).*call)(request, asker); };
    if (method == Method::post || method == Method::patch) handler = pieces.replays.once(std::move(handler));
    router.add(method, path, Runs::on_pool, guard.needs(right, std::move(handler)));
  };
  add(Method::remove, "/api/v1/sessions/current", Right::own, &Routes::log_out);
  add(Method::get, "/api/v1/me", Right::own, &Routes::me);
  add(Method::put, "/api/v1/me/password", Right::own, &Routes::own_password);
  add(Method::get, "/api/v1/users", Right::admin, &Routes::list_users);
  add(Method::post, "/api/v1/users", Right::admin, &Routes::add_user);
  add(Method::patch, "/api/v1/users/{name}", Right::admin, &Routes::change_user);
  add(Method::get, "/api/v1/audit", Right::admin, &Routes::audit);
  using Call = Response (Routes::*)(const Request&, const Asker&, CredentialKind) const;
  for (const auto& [path, kind] : {std::pair<std::string, CredentialKind>{"/api/v1/me/app-passwords", CredentialKind::app_password},
                                   {"/api/v1/me/api-keys", CredentialKind::api_key}}) {
    const auto with_kind = [&](Method method, const std::string& at, Call call) {
      Guard::Handler handler = [routes, call, kind = kind](const Request& request, const Asker& asker) {
        return ((*routes).*call)(request, asker, kind);
      };
      if (method == Method::post) handler = pieces.replays.once(std::move(handler));
      router.add(method, at, Runs::on_pool, guard.needs(Right::own, std::move(handler)));
    };
    with_kind(Method::get, path, &Routes::list_credentials);
    with_kind(Method::post, path, &Routes::add_credential);
    with_kind(Method::remove, path + "/{id}", &Routes::revoke_credential);
  }
}

}  // namespace segue::api
