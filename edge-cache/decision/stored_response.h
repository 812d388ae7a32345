// SPDX-License-Identifier: Apache-2.0
// What is kept of a response beside its body, and its form in the head of an object file (docs/formats/edge-object.md).
// Immutable once made: a 304 makes a new one.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edge-cache/decision/key.h"
#include "edge-cache/message/fields.h"

namespace segue::edge {

struct StoredResponse {
  int status = 0;
  std::int64_t answered = 0;                                    // when it came, or was last found valid; Unix seconds
  std::int64_t initial_age = 0;                                 // at that moment
  std::int64_t lifetime = 0;                                    // fresh while younger than this
  std::int64_t stale_while_revalidate = 0, stale_if_error = 0;  // beyond `lifetime`
  std::int64_t date = 0;
  bool no_cache = false;            // never used without asking
  bool must_revalidate = false;     // never used stale
  std::string_view url;             // what purges by prefix compare
  std::string_view vary;            // vary_names()
  Fields fields;                    // as sent on: without connection fields
  std::vector<std::uint64_t> tags;  // hashes of Surrogate-Key and Cache-Tag

  [[nodiscard]] std::int64_t age(std::int64_t now) const noexcept { return initial_age + (now > answered ? now - answered : 0); }
  [[nodiscard]] bool has_validator() const noexcept { return fields.has("ETag") || fields.has("Last-Modified"); }
};

// A StoredResponse together with the bytes that it borrows from.
class StoredHead {
 public:
  [[nodiscard]] static std::string print(const StoredResponse& response);
  // Null: not something that print() made.
  [[nodiscard]] static std::unique_ptr<StoredHead> parse(std::string bytes);

  [[nodiscard]] const StoredResponse& response() const noexcept { return response_; }

 private:
  explicit StoredHead(std::string bytes) : bytes_(std::move(bytes)) {}
  std::string bytes_;
  StoredResponse response_;
};

// Surrogate-Key is split at spaces, Cache-Tag at commas; each once; of more than kMostTags one more than that. What has more is not
// stored: a purge of one that was dropped would not hit it.
inline constexpr std::size_t kMostTags = 256;
[[nodiscard]] std::vector<std::string_view> tag_names(const Fields& response);
[[nodiscard]] std::vector<std::uint64_t> tags_of(const Fields& response);
// Tags are compared by hash; not keyed, so that a purge's record means the same on every edge.
[[nodiscard]] std::uint64_t tag_hash(std::string_view tag) noexcept;

}  // namespace segue::edge
