// SPDX-License-Identifier: Apache-2.0
// A printed manifest, ready to be sent again and again: the text, the same gzipped, and the strong ETag of each (RFC 9110 8.8.3.3:
// two codings are two representations).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace segue::origin {

struct ManifestText {
  std::string plain, gzipped;
  std::string plain_etag, gzipped_etag;  // with quotes
  std::int64_t modified_unix = 0;

  [[nodiscard]] std::size_t memory_bytes() const noexcept {
    return sizeof(ManifestText) + plain.capacity() + gzipped.capacity() + plain_etag.capacity() + gzipped_etag.capacity();
  }
};

[[nodiscard]] ManifestText make_manifest_text(std::string text, std::int64_t modified_unix);

}  // namespace segue::origin
