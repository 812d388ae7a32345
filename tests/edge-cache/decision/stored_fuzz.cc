// SPDX-License-Identifier: Apache-2.0
// A damaged object file's head, and a client's Range and Cache-Control. Law: ranges lie inside of the object.
#include <cstdlib>
#include <string>

#include "edge-cache/decision/answer.h"
#include "edge-cache/decision/decide.h"
#include "edge-cache/decision/loop.h"
#include "edge-cache/message/ranges.h"

using namespace segue::edge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const auto parsed = StoredHead::parse(bytes);
  if (parsed != nullptr && StoredHead::parse(StoredHead::print(parsed->response())) == nullptr) std::abort();
  constexpr std::uint64_t kObject = 1000;
  for (const ByteRange range : parse_ranges(bytes, kObject).ranges) {
    if (range.size == 0 || range.first + range.size > kObject) std::abort();
  }
  Request request{.method = "GET", .host = "h", .target = "/", .fields = {}};
  request.fields.add("Range", bytes);
  request.fields.add("If-None-Match", bytes);
  request.fields.add("If-Modified-Since", bytes);
  StoredResponse response;
  response.status = 200;
  response.fields.add("ETag", "\"a\"");
  request.fields.add("Cache-Control", bytes);
  request.fields.add("CDN-Loop", bytes);
  Policy named;
  named.node = "5";
  (void)may_wait(named, request.fields);
  const Decision decision = decide({}, request, {.stored = &response}, 0);
  if (decision.action == Action::loop || decision.action == Action::miss) std::abort();  // it has no node, and is stored
  const Answer answer = compose({}, request, response, kObject, {.hit = true}, 0);
  std::uint64_t total = 0;
  for (const Piece& piece : answer.pieces) total += piece.text.size() + piece.size;
  if (!answer.pieces.empty() && total != answer.content_length) std::abort();
  return 0;
}
