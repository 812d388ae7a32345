// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/user_command.h"

#include <nlohmann/json.hpp>

namespace segue::accounts {
namespace {

using Json = nlohmann::ordered_json;

// Empty: done. Else why not.
template <class T>
Result<T> value_of(Result<Outcome<T>> outcome) {
  if (!outcome) return std::move(outcome).error();
  if (!outcome->value) return Error{outcome->denied.detail};
  return std::move(*outcome->value);
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

Result<std::string> noted(Accounts& accounts, const UserRequest& request, const char* what, std::string text) {
  if (auto done = accounts.note("command line", what, request.name, ""); !done) return std::move(done).error();
  return text;
}

Result<std::string> add(Accounts& accounts, const UserRequest& request) {
  const bool made = request.password.empty();
  const std::string password = made ? random_secret().substr(0, 20) : request.password;
  auto user = value_of(accounts.add(request.name, password, request.role));
  if (!user) return std::move(user).error();
  Json json{{"user", user->name}, {"role", user->role}};
  if (made) json["password"] = password;
  std::string text = "added " + user->name + " (" + user->role + ")\n" + (made ? "password: " + password + "\n" : "");
  return noted(accounts, request, "user.add", request.json ? text_of(json) : text);
}

Result<std::string> list(Accounts& accounts, const UserRequest& request) {
  auto users = accounts.users();
  if (!users) return std::move(users).error();
  std::string text;
  for (const User& user : *users) {
    const Json json{{"user", user.name}, {"role", user.role}, {"disabled", user.is_disabled}, {"created", user.created}};
    text += request.json ? text_of(json) : user.name + "  " + user.role + (user.is_disabled ? "  disabled" : "") + "\n";
  }
  return text;
}

Result<std::string> credential(Accounts& accounts, const UserRequest& request, CredentialKind kind) {
  const bool is_key = kind == CredentialKind::api_key;
  if (request.create) {
    auto made = value_of(accounts.add_credential(request.name, kind, request.label, request.scope));
    if (!made) return std::move(made).error();
    Json json{{"user", request.name}, {"id", made->credential.id}, {is_key ? "key" : "password", made->secret}};
    return noted(accounts, request, is_key ? "api-key.create" : "app-password.create", request.json ? text_of(json) : made->secret + "\n");
  }
  if (request.revoke) {
    auto done = value_of(accounts.revoke_credential(request.name, kind, request.id));
    if (!done) return std::move(done).error();
    return noted(accounts, request, is_key ? "api-key.revoke" : "app-password.revoke",
                 request.json ? text_of({{"user", request.name}, {"revoked", request.id}}) : "revoked\n");
  }
  auto all = accounts.credentials(request.name, kind);
  if (!all) return std::move(all).error();
  std::string text;
  for (const Credential& one : *all) {
    const Json json{{"id", one.id}, {"label", one.label}, {"scope", one.scope}, {"created", one.created}, {"last_used", one.last_used}};
    text += request.json ? text_of(json) : one.id + "  " + one.label + "\n";
  }
  return text;
}

Result<std::string> change(Accounts& accounts, const UserRequest& request) {
  Result<Outcome<Done>> outcome = Error{"unknown action " + request.action};
  std::string password = request.password;
  if (request.action == "disable") outcome = accounts.set_disabled(request.name, true);
  if (request.action == "enable") outcome = accounts.set_disabled(request.name, false);
  if (request.action == "role") outcome = accounts.set_role(request.name, request.role);
  if (request.action == "password") {
    if (password.empty()) password = random_secret().substr(0, 20);
    outcome = accounts.set_password(request.name, password);
  }
  auto done = value_of(std::move(outcome));
  if (!done) return std::move(done).error();
  Json json{{"user", request.name}, {"done", request.action}};
  std::string text = request.action + ": " + request.name + "\n";
  if (request.action == "password" && request.password.empty()) {
    json["password"] = password;
    text += "password: " + password + "\n";
  }
  return noted(accounts, request, ("user." + request.action).c_str(), request.json ? text_of(json) : text);
}

Result<std::string> guests(Accounts& accounts, const UserRequest& request) {
  if (!request.name.empty()) {
    auto done = value_of(accounts.set_guests(request.name));
    if (!done) return std::move(done).error();
    if (auto kept = accounts.note("command line", "guests", request.name, ""); !kept) return std::move(kept).error();
  }
  auto now = accounts.guests();
  if (!now) return std::move(now).error();
  return request.json ? text_of({{"guests", now->who}}) : now->who + "\n";
}

Result<std::string> setup(Accounts& accounts, const UserRequest& request) {
  auto code = accounts.make_setup_code();
  if (!code) return std::move(code).error();
  if (code->empty()) return Error{"setup: there is a user already; see `segue user list`"};
  const std::string url = request.public_url + "/#setup=" + *code;
  return request.json ? text_of({{"code", *code}, {"url", url}}) : "valid for a day, until the first user is there: " + url + "\n";
}

Json json_of(const Invitation& one) {
  return {{"id", one.id}, {"role", one.role}, {"made_by", one.made_by}, {"created", one.created}, {"expires", one.expires}};
}

Result<std::string> invitation(Accounts& accounts, const UserRequest& request) {
  if (request.create) {
    auto made = value_of(accounts.invite("command line", request.role));
    if (!made) return std::move(made).error();
    const std::string url = request.public_url + "/#invitation=" + made->code;
    if (auto done = accounts.note("command line", "invitation.create", made->invitation.id, ""); !done) return std::move(done).error();
    Json json = json_of(made->invitation);
    json["code"] = made->code;
    json["url"] = url;
    return request.json ? text_of(json) : "for one account (" + request.role + "), within a week: " + url + "\n";
  }
  if (request.revoke) {
    auto gone = value_of(accounts.withdraw_invitation(request.id));
    if (!gone) return std::move(gone).error();
    if (auto done = accounts.note("command line", "invitation.withdraw", request.id, ""); !done) return std::move(done).error();
    return request.json ? text_of({{"revoked", request.id}}) : "revoked\n";
  }
  auto open = accounts.invitations();
  if (!open) return std::move(open).error();
  std::string text;
  for (const Invitation& one : *open)
    text += request.json ? text_of(json_of(one)) : one.id + "  " + one.role + "  by " + one.made_by + "\n";
  return text;
}

}  // namespace

Result<std::string> run_user_command(Accounts& accounts, const UserRequest& request) {
  if (request.action == "list") return list(accounts, request);
  if (request.action == "guests") return guests(accounts, request);
  if (request.action == "setup") return setup(accounts, request);
  if (request.action == "invitation") return invitation(accounts, request);
  if (request.name.empty()) return Error{request.action + ": expected a user's name"};
  if (request.action == "add") return add(accounts, request);
  auto known = accounts.find(request.name);
  if (!known) return std::move(known).error();
  if (!*known) return Error{"user: no " + request.name};
  if (request.action == "app-password") return credential(accounts, request, CredentialKind::app_password);
  if (request.action == "api-key") return credential(accounts, request, CredentialKind::api_key);
  return change(accounts, request);
}

}  // namespace segue::accounts
