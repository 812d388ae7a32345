// SPDX-License-Identifier: Apache-2.0
#include "service/http/question.h"

namespace segue::service::http {

Result<wire::json> Asking::value_of(const Call& call) {
  const auto answer = client_.ask(call);
  if (!answer) return Error{who_ + ": " + answer.error().message};
  if (answer->status == 403) return Error{where(call) + "refuses our internal key"};
  wire::json given = wire::json::parse(answer->body, nullptr, false);
  const auto has = [&](const char* name) { return given.is_object() && given.contains(name); };
  if (answer->status == 503 && has("error") && given["error"].is_string()) return Error{given["error"].get<std::string>()};
  const bool is_refused = answer->status >= 400 && answer->status <= 499;  // before anything was done
  if (answer->status != 200 || !has("answer"))
    return Error{where(call) + R"(expected 200 {"answer":…}, found )" + std::to_string(answer->status) + " and " +
                 std::to_string(answer->body.size()) + " bytes" + (is_refused ? "" : unknown(call))};
  return std::move(given["answer"]);
}

}  // namespace segue::service::http
