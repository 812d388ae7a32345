// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/owned_request.h"

namespace segue::edge {

OwnedRequest::OwnedRequest(const Request& request) {
  std::size_t size = request.method.size() + request.host.size() + request.target.size();
  for (const Field& field : request.fields) size += field.name.size() + field.value.size();
  bytes_.reserve(size);  // views into it stay
  view_.method = copy(request.method);
  view_.host = copy(request.host);
  view_.target = copy(request.target);
  for (const Field& field : request.fields) {
    const std::string_view name = copy(field.name);
    view_.fields.add(name, copy(field.value));
  }
}

std::string_view OwnedRequest::copy(std::string_view text) {
  const std::size_t at = bytes_.size();
  bytes_ += text;
  return std::string_view(bytes_).substr(at);
}

}  // namespace segue::edge
