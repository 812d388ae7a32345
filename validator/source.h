// SPDX-License-Identifier: Apache-2.0
// Where manifests and media are read from. An address is a path or an http(s) URL; both are resolved the same way (RFC 3986 5.2).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"

namespace segue::validator {

struct Range {
  std::uint64_t offset = 0, length = 0;
  friend auto operator<=>(const Range&, const Range&) = default;
};

struct Resource {
  std::vector<std::uint8_t> bytes;
  std::string content_type;  // of an HTTP response, without parameters; empty: a file
  bool is_http = false, gzip = false;
};

class Source {
 public:
  virtual ~Source() = default;
  // The whole resource, or a part of it, which must be there in full. Error: the address and the reason.
  [[nodiscard]] virtual Result<Resource> read(const std::string& address, const std::optional<Range>& range) = 0;
  // Whether reading a small part of a large resource is cheap (files).
  [[nodiscard]] virtual bool seekable(const std::string& address) const = 0;
};

// Files and, by libcurl, http and https. At most `timeout_seconds` for a request.
[[nodiscard]] std::unique_ptr<Source> make_source(long timeout_seconds);

inline constexpr std::uint64_t kMaxResourceBytes = 256u << 20;  // a segment of 30 s at 60 Mbit/s is under this

[[nodiscard]] bool is_http(std::string_view address) noexcept;
// `reference` as it stands in the manifest at `base`.
[[nodiscard]] std::string resolve(std::string_view base, std::string_view reference);

}  // namespace segue::validator
