// SPDX-License-Identifier: Apache-2.0
#include "service/http/problem.h"

#include "service/http/json_writer.h"

namespace segue::service::http {

Response to_response(const Problem& problem) {
  JsonWriter json;
  json.begin_object();
  json.field("type", "/problems/" + std::string(problem.kind));
  json.field("title", reason_of(problem.status));
  json.field("status", problem.status);
  json.field("detail", problem.detail);
  if (!problem.pointer.empty()) json.field("pointer", problem.pointer);
  json.end_object();
  Response response = Response::json(std::move(json).take(), problem.status);
  response.content_type = "application/problem+json";
  response.cache_control = "no-store";
  return response;
}

std::string_view reason_of(unsigned status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 416: return "Range Not Satisfiable";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    default: return "Unknown";
  }
}

}  // namespace segue::service::http
