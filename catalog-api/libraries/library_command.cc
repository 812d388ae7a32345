// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/libraries/library_command.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace segue::libraries {
namespace {

using accounts::Accounts;
using accounts::MusicLibrary;
using Json = nlohmann::ordered_json;

std::string json_line(const MusicLibrary& library) {
  Json rules = Json::array();
  for (const auto& [tag, value] : library.rules) rules.push_back({{"tag", tag}, {"value", value}});
  const Json json{{"id", library.number}, {"name", library.name}, {"open", library.is_open}, {"rules", rules}, {"users", library.users}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string text_line(const MusicLibrary& library) {
  std::string text = library.name + (library.is_open ? "  open to all" : "");
  for (const auto& [tag, value] : library.rules) text += "  " + tag + '=' + value;
  for (std::size_t i = 0; i < library.users.size(); ++i) text += (i == 0 ? "  given to " : ", ") + library.users[i];
  return text + '\n';
}

std::string line(const MusicLibrary& library, bool json) { return json ? json_line(library) : text_line(library); }

// As accounts tell names apart: case of ASCII letters does not count.
bool same_name(const std::string& a, const std::string& b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

Result<MusicLibrary> named(Accounts& accounts, const std::string& name) {
  auto all = accounts.libraries();
  if (!all) return std::move(all).error();
  for (MusicLibrary& library : *all)
    if (same_name(library.name, name)) return std::move(library);
  return Error{"library: no " + name + "; see `segue library list`"};
}

Result<void> done(Result<accounts::Outcome<accounts::Done>> outcome) {
  if (!outcome) return std::move(outcome).error();
  if (!outcome->value) return Error{outcome->denied.detail};
  return {};
}

Result<std::string> list(Accounts& accounts, bool json) {
  auto all = accounts.libraries();
  if (!all) return std::move(all).error();
  std::string text;
  for (const MusicLibrary& library : *all) text += line(library, json);
  return text;
}

Result<std::string> add(Accounts& accounts, const Request& request) {
  MusicLibrary library;
  library.name = request.name;
  library.is_open = request.is_open.value_or(false);
  library.rules = request.rules.value_or(std::vector<accounts::LibraryRule>());
  auto made = accounts.add_library(std::move(library), request.in_use);
  if (!made) return std::move(made).error();
  if (!made->value) return Error{made->denied.detail};
  return line(*made->value, request.json);
}

Result<void> change(Accounts& accounts, const MusicLibrary& before, const Request& request) {
  MusicLibrary library = before;
  if (!request.new_name.empty()) library.name = request.new_name;
  library.is_open = request.is_open.value_or(library.is_open);
  library.rules = request.rules.value_or(library.rules);
  return done(accounts.change_library(library));
}

}  // namespace

std::optional<accounts::LibraryRule> rule_of(const std::string& text) {
  const std::size_t sign = text.find('=');
  if (sign == 0 || sign == std::string::npos || sign + 1 == text.size()) return std::nullopt;
  return accounts::LibraryRule{text.substr(0, sign), text.substr(sign + 1)};
}

Result<std::string> run(Accounts& accounts, const Request& request) {
  if (request.action == "list") return list(accounts, request.json);
  Result<std::string> text = std::string();
  if (request.action == "add") {
    text = add(accounts, request);
  } else {
    auto library = named(accounts, request.name);
    if (!library) return std::move(library).error();
    Result<void> changed;
    if (request.action == "change") changed = change(accounts, *library, request);
    if (request.action == "give") changed = done(accounts.give_library(library->number, request.user, true));
    if (request.action == "take") changed = done(accounts.give_library(library->number, request.user, false));
    if (request.action == "remove") changed = done(accounts.remove_library(library->number));
    if (!changed) return std::move(changed).error();
    if (request.action != "remove") {
      library = named(accounts, request.new_name.empty() ? request.name : request.new_name);
      if (!library) return std::move(library).error();
    }
    text = line(*library, request.json);
  }
  if (!text) return text;
  const std::string about = request.user.empty() ? request.name : request.name + ' ' + request.user;
  if (auto noted = accounts.note("command line", "library." + request.action, about, ""); !noted) return std::move(noted).error();
  return text;
}

}  // namespace segue::libraries
