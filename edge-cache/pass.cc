// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/pass.h"

#include "edge-cache/decision/decide.h"
#include "edge-cache/decision/judge.h"
#include "edge-cache/decision/upstream_request.h"

namespace segue::edge {
namespace {

// What a Location or Content-Location names, when it is on the same host; empty otherwise (RFC 9111 4.4).
std::string same_host_url(std::string_view reference, std::string_view url) {
  const std::string_view host = url.substr(0, url.find('/'));
  if (reference.starts_with("//")) reference.remove_prefix(2);
  if (reference.starts_with("http://") || reference.starts_with("https://")) {
    std::string found = url_of(reference);
    return found.substr(0, found.find('/')) == host ? found : std::string();
  }
  if (reference.empty()) return {};
  if (reference.front() == '/') return std::string(host) + std::string(reference);
  const std::string_view path = url.substr(0, url.find('?'));
  return std::string(path.substr(0, path.rfind('/') + 1)) + std::string(reference);
}

}  // namespace

Pass::Pass(EdgeWorker& worker, const Policy& policy, Request request, std::string url, std::string_view forward)
    : worker_(worker), policy_(policy), request_(std::move(request)), url_(std::move(url)), forward_(forward) {}

std::string Pass::upstream_request(std::string_view host, std::string_view client, std::int64_t body_bytes, std::int64_t now) {
  asked_ = now;
  worker_.shared().count(Counter::origin_requests);
  UpstreamOptions options;
  options.pass = true;
  options.host = host;
  options.client_address = client;
  options.body_bytes = body_bytes;
  return print_upstream_request(policy_, request_, options);
}

HeadState Pass::read_head(std::string_view bytes, std::size_t& consumed) {
  decoder_ = ChunkedDecoder();
  return parse_response_head(bytes, request_.is("HEAD"), head_, consumed);
}

void Pass::accept(std::int64_t now) {
  worker_.shared().count(Counter::pass);
  if (is_unsafe(request_.method) && head_.status >= 200 && head_.status < 400) invalidate();
  StoredResponse response;  // only for its age
  response.answered = now;
  response.date = date_of(head_.fields, now);
  response.initial_age = head_.fields.has("Age") ? initial_age(head_.fields, response.date, {asked_, now}) : 0;
  answer_.status = head_.status;
  const std::string connection = head_.fields.combined("Connection");
  for (const Field& field : head_.fields) {
    if (!is_hop_by_hop(field.name, connection)) answer_.fields.add(field.name, field.value);
  }
  answer_.fields.remove("Age");
  answer_.fields.remove("Content-Length");
  answer_.content_length = head_.content_length;
  const Provenance provenance = {
      .hit = false, .forward = forward_, .forward_status = head_.status, .stored = false, .collapsed = false, .detail = {}};
  add_trace(policy_, response, provenance, now, answer_);
}

void Pass::invalidate() {
  worker_.purge_url(url_, Hardness::hard);
  for (const std::string_view name : {"Location", "Content-Location"}) {
    const std::string url = same_host_url(head_.fields.first(name), url_);
    if (!url.empty()) worker_.purge_url(url, Hardness::hard);
  }
}

}  // namespace segue::edge
