// SPDX-License-Identifier: Apache-2.0
// An interface's functions as questions to the process that has it: each by its name, with the array of its arguments.
//   POST /internal/v1/accounts/find  ["ada"]   ->  200 {"answer":{"row":1,"name":"ada",…}}    503 {"error":"…/accounts.db: database is
//   locked"}
// Names and types stand once, in a table of Questions, and both ends are made of it: an Asking here, a QuestionRoutes there.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "media/result.h"
#include "service/http/client.h"
#include "service/http/internal_key.h"
#include "service/http/problem.h"
#include "service/http/router.h"
#include "service/http/wire.h"
#include "service/outcome.h"

namespace segue::service::http {

// What stands in a Result.
template <class Answer>
using InAnswer = std::conditional_t<std::is_void_v<typename Answer::value_type>, std::monostate, typename Answer::value_type>;

// One function of an interface. `is_repeatable`: asked twice is as asked once.
template <class Interface, class Answer, class... Arguments>
struct Question {
  using Value = InAnswer<Answer>;
  template <class T>
  using Kept = std::conditional_t<std::is_same_v<T, std::string_view>, std::string, std::remove_cvref_t<T>>;
  using Values = std::tuple<Kept<Arguments>...>;

  const char* name;
  Answer (Interface::*call)(Arguments...);
  bool is_repeatable = true;
  Runs runs = Runs::on_pool;  // there
  std::chrono::milliseconds patience{2000};
};
template <class Interface, class Answer, class... Arguments, class... Rest>
Question(const char*, Answer (Interface::*)(Arguments...), Rest...) -> Question<Interface, Answer, Arguments...>;

// This end. Any thread.
class Asking {
 public:
  // `who`: what errors call the other end. `folder`: where its questions are, with a slash at its end.
  Asking(std::string who, std::string folder, ServerName server, const InternalKey& key, std::uint64_t most_bytes)
      : who_(std::move(who)),
        folder_(std::move(folder)),
        most_bytes_(most_bytes),
        client_(std::move(server), {{kInternalKeyField, key.text()}}) {}

  // Error: what the other end says went wrong, as it says it; or there was no answer, or not one of its type: of what is not repeatable it
  // is then not known whether it was done (service/outcome.h).
  template <class Interface, class Answer, class... Arguments>
  Answer ask(const Question<Interface, Answer, Arguments...>& question, const std::type_identity_t<Arguments>&... arguments) {
    using Asked = Question<Interface, Answer, Arguments...>;
    Call call{.method = Method::post,
              .target = folder_ + question.name,
              .body = wire::write(typename Asked::Values{arguments...}),
              .is_repeatable = question.is_repeatable,
              .patience = question.patience,
              .most_bytes = most_bytes_};
    auto value = value_of(call);
    if (!value) return std::move(value).error();
    auto taken = wire::read<typename Asked::Value>(*value);
    if (!taken) return Error{where(call) + "expected an answer of its type, found another" + unknown(call)};
    if constexpr (std::is_same_v<Answer, Result<void>>)
      return {};
    else
      return std::move(*taken);
  }

 private:
  [[nodiscard]] Result<wire::json> value_of(const Call& call);
  [[nodiscard]] std::string where(const Call& call) const { return who_ + ": " + client_.server().text() + call.target + ": "; }
  [[nodiscard]] static std::string unknown(const Call& call) { return call.is_repeatable ? "" : "; " + std::string(kUnknownOutcome); }

  std::string who_, folder_;
  std::uint64_t most_bytes_;
  Client client_;
};

// The other end: answers for `interface`, which outlives the router, whoever shows the key.
template <class Interface>
class QuestionRoutes {
 public:
  QuestionRoutes(Router& router, std::string folder, Interface& interface, const InternalKey& key)
      : router_(router), folder_(std::move(folder)), interface_(interface), key_(key) {}

  template <class Answer, class... Arguments>
  void add(const Question<Interface, Answer, Arguments...>& question) {
    const auto handler = [at = &interface_, question](const Request& request) {
      using Values = typename Question<Interface, Answer, Arguments...>::Values;
      const auto values = wire::read<Values>(wire::json::parse(request.body, nullptr, false));
      if (!values) return to_response({400, "invalid-field", std::string("body: expected the arguments of ") + question.name});
      return response_of(std::apply([&](const auto&... value) { return (at->*question.call)(value...); }, *values));
    };
    router_.add(Method::post, folder_ + question.name, question.runs, key_.guards(handler));
  }

 private:
  // An error is told with all it has: whoever asked logs it, under the request that it was for.
  template <class T>
  static Response response_of(const Result<T>& result) {
    if (!result) return answer({{"error", result.error().message}}, 503);
    if constexpr (std::is_void_v<T>)
      return answer({{"answer", wire::Form<std::monostate>::write({})}}, 200);
    else
      return answer({{"answer", wire::Form<T>::write(*result)}}, 200);
  }
  static Response answer(const wire::json& body, unsigned status) {
    Response response = Response::json(body.dump(-1, ' ', false, wire::json::error_handler_t::replace), status);
    response.cache_control = "no-store";
    return response;
  }

  Router& router_;
  std::string folder_;
  Interface& interface_;
  const InternalKey& key_;
};

}  // namespace segue::service::http
