// SPDX-License-Identifier: Apache-2.0
#include "service/http/answer.h"

#include "service/http/conditional.h"
#include "service/http/problem.h"

namespace segue::service::http {
namespace {

void add_field(std::string& head, std::string_view name, std::string_view value) {
  if (value.find_first_of("\r\n") != std::string_view::npos || value.find('\0') != std::string_view::npos)
    return;  // never split a response
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

Response finish(const Request& request, Response response) {
  if (request.method != Method::get || response.status != 200) return response;
  if (response.etag.empty() && response.body) response.etag = etag_of(*response.body);
  const auto known = request.header("if-none-match");
  if (known && !response.etag.empty() && lists_etag(*known, response.etag)) {
    response.status = 304;
    response.body = nullptr;
  }
  return response;
}

std::string head_of(const Response& response, const Wire& wire) {
  std::string head;
  head.reserve(320);
  head += "HTTP/1.1 " + std::to_string(response.status) + ' ' + std::string(reason_of(response.status)) + "\r\n";
  add_field(head, "Date", wire.date);
  const bool has_body = response.body || !response.parts.empty() || response.feed;
  if (has_body && response.status != 304) add_field(head, "Content-Type", response.content_type);
  if (response.status != 304 && response.status != 204 && !response.feed) {
    std::uint64_t length = response.body ? response.body->size() : 0;
    for (const BodyPart& part : response.parts) length += part.size();
    add_field(head, "Content-Length", std::to_string(length));
  }
  if (!response.etag.empty()) add_field(head, "ETag", response.etag);
  add_field(head, "Cache-Control", response.cache_control);
  add_field(head, "X-Content-Type-Options", "nosniff");
  add_field(head, "X-Request-Id", wire.request_id);
  for (const auto& [name, value] : response.headers) add_field(head, name, value);
  if (!wire.keep_alive) add_field(head, "Connection", "close");
  return head + "\r\n";
}

}  // namespace segue::service::http
