// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/accounts/directory_routes.h"

#include "catalog-api/accounts/directory_wire.h"
#include "service/http/problem.h"

namespace segue::accounts {
namespace {

using service::http::Method;
using service::http::Request;
using service::http::Response;
using wire::json;

Response answer(json body, unsigned status) {
  Response response = Response::json(body.dump(-1, ' ', false, json::error_handler_t::replace), status);
  response.cache_control = "no-store";
  return response;
}

// An error is told with all it has: whoever asked logs it, under the request that it was for.
template <class T>
Response response_of(const Result<T>& result) {
  if (!result) return answer({{"error", result.error().message}}, 503);
  if constexpr (std::is_void_v<T>)
    return answer({{"answer", wire::Form<Done>::write({})}}, 200);
  else
    return answer({{"answer", wire::Form<T>::write(*result)}}, 200);
}

struct Routes {
  service::http::Router& router;
  Directory& directory;
  const service::http::InternalKey& key;

  template <class Answer, class... Arguments>
  void add(const wire::Question<Answer, Arguments...>& question) {
    const auto handler = [at = &directory, question](const Request& request) {
      using Values = typename wire::Question<Answer, Arguments...>::Values;
      const auto values = wire::read<Values>(json::parse(request.body, nullptr, false));
      if (!values)
        return service::http::to_response({400, "invalid-field", std::string("body: expected the arguments of ") + question.name});
      return response_of(std::apply([&](const auto&... value) { return (at->*question.call)(value...); }, *values));
    };
    router.add(Method::post, std::string(wire::kFolder) + question.name, service::http::Runs::on_pool, key.guards(handler));
  }
};

}  // namespace

void add_directory_routes(service::http::Router& router, Directory& directory, const service::http::InternalKey& key) {
  Routes routes{router, directory, key};
  const auto add = [&](const auto&... questions) { (routes.add(questions), ...); };
  add(wire::kIdentify, wire::kCheckAppPassword, wire::kCheckApiKey, wire::kGuests, wire::kFind, wire::kUsersAfter, wire::kLibraries,
      wire::kAddLibrary, wire::kChangeLibrary, wire::kRemoveLibrary, wire::kGiveLibrary, wire::kNote, wire::kKeepsDigest);
}

}  // namespace segue::accounts
