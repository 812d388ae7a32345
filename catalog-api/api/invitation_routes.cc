// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/invitation_routes.h"

#include "catalog-api/api/account_answers.h"
#include "catalog-api/api/answers.h"
#include "catalog-api/api/body.h"
#include "service/http/json_writer.h"

namespace segue::api {
namespace {

using accounts::Invitation;
using service::http::JsonWriter;
using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

void put_facts(JsonWriter& json, const Invitation& invitation) {
  json.field("id", invitation.id).field("role", invitation.role).field("made_by", invitation.made_by);
  json.field("created", invitation.created).field("expires", invitation.expires);
}

struct Routes {
  accounts::Accounts& accounts;
  Guard& guard;
  std::string public_url;

  void note(const Request& request, const std::string& who, const char* what, const std::string& about) const {
    api::note(accounts, guard, request, who, what, about);
  }

  Response invite(const Request& request, const Asker& asker) const {
    Body body(request);
    const std::string role = body.text_or("role", 20, "listener");
    if (auto wrong = body.problem()) return refuse(*wrong);
    auto made = accounts.invite(asker.name(), role);
    if (!made) return unavailable(request, made.error());
    if (!made->value) return denied(made->denied);
    const auto& [invitation, code] = *made->value;
    note(request, asker.name(), "invitation.create", invitation.id);
    JsonWriter json;
    put_facts(json.begin_object(), invitation);
    json.field("code", code).field("url", public_url + "/#invitation=" + code);
    Response response = Response::json(std::move(json.end_object()).take(), 201);
    response.cache_control = "no-store";
    return response;
  }

  Response list(const Request& request, const Asker&) const {
    auto open = accounts.invitations();
    if (!open) return unavailable(request, open.error());
    JsonWriter json;
    json.begin_object().key("invitations").begin_array();
    for (const Invitation& invitation : *open) {
      put_facts(json.begin_object(), invitation);
      json.end_object();
    }
    return Response::json(std::move(json.end_array().end_object()).take());
  }

  Response withdraw(const Request& request, const Asker& asker) const {
    const std::string id(request.parameter("id"));
    auto gone = accounts.withdraw_invitation(id);
    if (!gone) return unavailable(request, gone.error());
    if (!gone->value) return denied(gone->denied);
    note(request, asker.name(), "invitation.withdraw", id);
    Response response;
    response.status = 204;
    return response;
  }

  Response sign_up(const Request& request) const {
    Body body(request);
    const std::string code = body.text("code", kMaxText), user = body.text("user", kMaxText), password = body.text("password", kMaxText);
    if (auto wrong = body.problem()) return refuse(*wrong);
    auto made = accounts.sign_up(code, user, password);
    if (!made) return unavailable(request, made.error());
    if (!made->value) return denied(made->denied);
    note(request, user, "sign-up", user);
    return user_answer(*made->value, 201);
  }
};

}  // namespace

void add_invitation_routes(service::http::Router& router, const AccountPieces& pieces, Guard& guard, const std::string& public_url) {
  const auto routes = std::make_shared<Routes>(Routes{pieces.accounts, guard, public_url});
  const auto add = [&](Method method, const char* path, Response (Routes::*call)(const Request&, const Asker&) const) {
    Guard::Handler handler = [routes, call](const Request& request, const Asker& asker) { return ((*routes).*call)(request, asker); };
    if (method == Method::post) handler = pieces.replays.once(std::move(handler));
    router.add(method, path, Runs::on_pool, guard.needs(Right::admin, std::move(handler)));
  };
  add(Method::get, "/api/v1/invitations", &Routes::list);
  add(Method::post, "/api/v1/invitations", &Routes::invite);
  add(Method::remove, "/api/v1/invitations/{id}", &Routes::withdraw);
  router.add(Method::post, "/api/v1/sign-up", Runs::on_pool, [routes](const Request& request) { return routes->sign_up(request); });
}

}  // namespace segue::api
