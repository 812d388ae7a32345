// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/remote_search_source.h"

#include "catalog-api/api/search_wire.h"
#include "service/http/url.h"

namespace segue::api {
namespace {

using service::http::percent_encode;

constexpr std::chrono::seconds kSlicePatience{10};         // some thousand rows of a database that others write to
constexpr std::uint64_t kMostBytes = 128 * 1024 * 1024;    // local_search_source.cc bounds what is written; JSON may need six times that
constexpr std::chrono::milliseconds kStatePatience{2000};  // beyond what the source was asked to wait

std::string state_target(const SourceState& known, std::chrono::seconds patience) {
  return "/internal/v1/search-source?incarnation=" + percent_encode(known.incarnation) + "&revision=" + std::to_string(known.revision) +
         "&lists=" + std::to_string(known.lists.value_or(0)) + "&wait=" + std::to_string(patience.count());
}

}  // namespace

RemoteSearchSource::RemoteSearchSource(service::http::ServerName server, const service::http::InternalKey& key, std::stop_token stop)
    : client_(std::move(server), {{service::http::kInternalKeyField, key.text()}}), stop_(std::move(stop)) {}

Result<std::string> RemoteSearchSource::ask(service::http::Call call) {
  call.most_bytes = kMostBytes;
  auto answer = client_.ask(call, stop_);
  if (!answer) return std::move(answer).error();
  if (answer->status != 200)
    return Error{client_.server().text() + ": expected 200, found " + std::to_string(answer->status) + ": " + answer->body.substr(0, 300)};
  return std::move(answer->body);
}

Result<SourceState> RemoteSearchSource::state() { return state_after({}, std::chrono::seconds(0)); }

Result<SourceState> RemoteSearchSource::state_after(const SourceState& known, std::chrono::seconds patience) {
  auto text = ask({.target = state_target(known, patience), .patience = patience + kStatePatience});
  return text ? read_state(*text) : std::move(text).error();
}

Result<Slice> RemoteSearchSource::slice(const Wanted& wanted) {
  auto text = ask({.target = "/internal/v1/search-source/" + std::string(kStreamNames[static_cast<std::size_t>(wanted.stream)]) +
                             "?since=" + std::to_string(wanted.since) + "&after=" + std::to_string(wanted.after.number) +
                             "&after_id=" + percent_encode(wanted.after.id),
                   .patience = kSlicePatience});
  return text ? read_slice(*text) : std::move(text).error();
}

}  // namespace segue::api
