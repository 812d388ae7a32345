// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/upstream_request.h"

#include <algorithm>
#include <array>

#include "edge-cache/decision/key.h"
#include "edge-cache/decision/loop.h"
#include "edge-cache/decision/vary.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

template <std::size_t Count>
bool one_of(const std::array<std::string_view, Count>& names, std::string_view name) noexcept {
  return std::any_of(names.begin(), names.end(), [&](std::string_view known) { return same(known, name); });
}

// Made anew below.
bool is_replaced(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {"Host",  "Content-Length", "Via", "CDN-Loop", "X-Forwarded-For", "X-Forwarded-Proto",
                                                      "Expect"};
  return one_of(kNames, name);
}

// What one client has or wants is not what all who wait want.
bool is_of_one_client(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {"Range",           "If-Range", "If-None-Match",      "If-Modified-Since",
                                                      "Accept-Encoding", "If-Match", "If-Unmodified-Since"};
  return one_of(kNames, name);
}

class Text {
 public:
  void line(std::string_view name, std::string_view value) { bytes_.append(name).append(": ").append(value).append("\r\n"); }
  void start(std::string_view method, std::string_view target) { bytes_.append(method).append(" ").append(target).append(" HTTP/1.1\r\n"); }
  std::string end() { return std::move(bytes_.append("\r\n")); }

 private:
  std::string bytes_;
};

std::string appended(std::string list, std::string_view element) {
  if (!list.empty()) list += ", ";
  return list += element;
}

void add_conditions(const Request& request, const UpstreamOptions& options, Text& text) {
  const std::string coding = normal_accept_encoding(request.fields.combined("Accept-Encoding"));
  if (!coding.empty()) text.line("Accept-Encoding", coding);
  if (options.resume_from > 0) {
    text.line("Range", "bytes=" + std::to_string(options.resume_from) + "-");
    text.line("If-Range", options.resume_etag);
  } else if (options.validate != nullptr) {
    const std::string_view etag = options.validate->fields.first("ETag"), modified = options.validate->fields.first("Last-Modified");
    if (!etag.empty()) text.line("If-None-Match", etag);
    if (!modified.empty()) text.line("If-Modified-Since", modified);
  }
}

}  // namespace

std::string print_upstream_request(const Policy& policy, const Request& request, const UpstreamOptions& options) {
  Text text;
  text.start(request.method, normal_target(policy, request.target));
  text.line("Host", options.host.empty() ? request.host : options.host);
  const std::string connection = request.fields.combined("Connection");
  for (const Field& field : request.fields) {
    if (is_hop_by_hop(field.name, connection) || is_replaced(field.name)) continue;
    if (!options.pass && is_of_one_client(field.name)) continue;
    text.line(field.name, field.value);
  }
  if (!options.pass) add_conditions(request, options, text);
  if (options.body_bytes >= 0) text.line("Content-Length", std::to_string(options.body_bytes));
  text.line("Via", appended(request.fields.combined("Via"), "1.1 " + policy.name));
  if (!policy.node.empty()) text.line("CDN-Loop", appended(request.fields.combined("CDN-Loop"), loop_element(policy)));
  if (!options.client_address.empty())
    text.line("X-Forwarded-For", appended(request.fields.combined("X-Forwarded-For"), options.client_address));
  if (!options.scheme.empty()) text.line("X-Forwarded-Proto", options.scheme);
  return text.end();
}

}  // namespace segue::edge
