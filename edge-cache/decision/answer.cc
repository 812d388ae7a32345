// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/decision/answer.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "edge-cache/decision/validators.h"
#include "edge-cache/message/ranges.h"
#include "edge-cache/message/response_head.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

// Any text that media does not contain would do; the client only compares it.
constexpr std::string_view kBoundary = "segue-edge-8f0d2c61b5a94e37";

bool about_the_body(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"Content-Type",  "Content-Encoding", "Content-Language",
                                                      "Content-Range", "Content-Digest",   "Content-MD5"};
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view known) { return same(known, name); });
}

void add_owned(std::string_view name, std::string_view value, Answer& answer) {
  if (answer.owned.capacity() < kOwnedBytes) answer.owned.reserve(kOwnedBytes);
  const std::size_t at = answer.owned.size();
  assert(at + value.size() <= kOwnedBytes);
  answer.owned += value;
  answer.fields.add(name, std::string_view(answer.owned).substr(at));
}

// RFC 9530 2: of the content of its own message, so of no part of it and of no refusal. Repr-Digest is the whole object's in each answer.
void remove_content_digests(Answer& answer) {
  for (const std::string_view name : {"Content-Digest", "Content-MD5"}) answer.fields.remove(name);
}

void set_whole(std::optional<std::uint64_t> body_bytes, Answer& answer) {
  answer.content_length = body_bytes;
  if (body_bytes == 0) return;
  answer.pieces.push_back({.text = {}, .first = 0, .size = body_bytes.value_or(0), .to_end = !body_bytes.has_value()});
}

void set_unsatisfiable(std::uint64_t body_bytes, Answer& answer) {
  answer.status = 416;
  remove_content_digests(answer);
  // The object's freshness is not this answer's: a cache behind us would keep the refusal for as long.
  for (const std::string_view name :
       {"Content-Type", "Cache-Control", "CDN-Cache-Control", "Expires", "Surrogate-Key", "Cache-Tag", "Link"})
    answer.fields.remove(name);
  answer.fields.add("Cache-Control", "no-store");
  answer.content_length = 0;
  add_owned("Content-Range", "bytes */" + std::to_string(body_bytes), answer);
}

void set_single(ByteRange range, std::uint64_t body_bytes, Answer& answer) {
  answer.status = 206;
  remove_content_digests(answer);
  answer.content_length = range.size;
  add_owned("Content-Range", content_range(range, body_bytes), answer);
  answer.pieces.push_back({.text = {}, .first = range.first, .size = range.size});
}

// RFC 9110 14.6.
void set_multipart(const std::vector<ByteRange>& ranges, std::uint64_t body_bytes, Answer& answer) {
  answer.status = 206;
  remove_content_digests(answer);
  const std::string type(answer.fields.first("Content-Type"));
  answer.fields.remove("Content-Type");
  add_owned("Content-Type", "multipart/byteranges; boundary=" + std::string(kBoundary), answer);
  std::uint64_t total = 0;
  const auto add = [&](Piece piece) {
    total += piece.text.size() + piece.size;
    answer.pieces.push_back(std::move(piece));
  };
  for (const ByteRange range : ranges) {
    std::string head = "\r\n--" + std::string(kBoundary) + "\r\n";
    if (!type.empty()) head += "Content-Type: " + type + "\r\n";
    add({.text = head + "Content-Range: " + content_range(range, body_bytes) + "\r\n\r\n"});
    add({.text = {}, .first = range.first, .size = range.size});
  }
  add({.text = "\r\n--" + std::string(kBoundary) + "--\r\n"});
  answer.content_length = total;
}

void set_body(const Request& request, const StoredResponse& response, std::optional<std::uint64_t> body_bytes, std::int64_t now,
              Answer& answer) {
  const bool ranged = response.status == 200 && request.is("GET") && request.fields.has("Range") && body_bytes.has_value() &&
                      range_holds(request, response.fields, now);
  if (!ranged) return set_whole(body_bytes, answer);
  const RangeSet set = parse_ranges(request.fields.combined("Range"), *body_bytes);
  if (set.state == RangeState::whole) return set_whole(body_bytes, answer);
  if (set.state == RangeState::unsatisfiable) return set_unsatisfiable(*body_bytes, answer);
  if (set.ranges.size() == 1) return set_single(set.ranges.front(), *body_bytes, answer);
  set_multipart(set.ranges, *body_bytes, answer);
}

}  // namespace

std::string cache_status(const Policy& policy, const Provenance& provenance, std::int64_t ttl) {
  std::string text;
  text.reserve(kMostName + 64);
  text += policy.name;
  if (provenance.hit) {
    text += "; hit; ttl=";
    text += std::to_string(ttl);
  } else {
    text += "; fwd=";
    text += provenance.forward;
    if (provenance.forward_status != 0) text += "; fwd-status=" + std::to_string(provenance.forward_status);
    if (provenance.stored) text += "; stored; ttl=" + std::to_string(ttl);
    if (provenance.collapsed) text += "; collapsed";
  }
  if (!provenance.detail.empty()) text += "; detail=" + std::string(provenance.detail);
  return text;
}

void add_trace(const Policy& policy, const StoredResponse& response, const Provenance& provenance, std::int64_t now, Answer& answer) {
  const std::int64_t age = response.age(now);
  // No Via: a gateway may leave it out of responses (RFC 9110 7.6.3), and Cache-Status names us. In requests, where it tells loops, it is.
  // From the origin just now: an Age only when caches before this one had it (RFC 9111 5.1).
  if (provenance.hit || response.initial_age > 0) add_owned("Age", std::to_string(age), answer);
  add_owned("Cache-Status", cache_status(policy, provenance, response.lifetime - age), answer);
}

Answer compose(const Policy& policy, const Request& request, const StoredResponse& response, std::optional<std::uint64_t> body_bytes,
               const Provenance& provenance, std::int64_t now) {
  Answer answer;
  answer.status = response.status;
  answer.hit = provenance.hit;
  const bool unchanged = response.status >= 200 && response.status < 300 && not_modified(request, response.fields, response.date, now);
  answer.fields.reserve(response.fields.size() + 5);
  for (const Field& field : response.fields) {
    if (!unchanged || !about_the_body(field.name)) answer.fields.add(field.name, field.value);
  }
  if (unchanged) {
    answer.status = 304;
  } else if (!bodiless(response.status)) {
    set_body(request, response, body_bytes, now, answer);
    if (response.status == 200 && !answer.fields.has("Accept-Ranges")) answer.fields.add("Accept-Ranges", "bytes");
  }
  if (request.is("HEAD")) answer.pieces.clear();
  add_trace(policy, response, provenance, now, answer);
  return answer;
}

}  // namespace segue::edge
