// SPDX-License-Identifier: Apache-2.0
// The chunked coding (RFC 9112 7.1), taken off as bytes arrive. Extensions and trailers are passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace segue::edge {

class ChunkedDecoder {
 public:
  enum class State { size, extension, size_end, data, data_end, data_end_lf, trailer, trailer_line, trailer_end, done, malformed };

  // Takes from the front of `input` and returns the next stretch of body in it, which may be empty. Call until `input` is empty, or
  // done() or malformed(): what is left of `input` then belongs to nobody.
  [[nodiscard]] std::string_view next(std::string_view& input) noexcept;

  [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
  [[nodiscard]] bool malformed() const noexcept { return state_ == State::malformed; }

 private:
  void take(char c) noexcept;
  void take_size(char c) noexcept;

  State state_ = State::size;
  std::uint64_t left_ = 0;  // of the chunk; while the size is read: the size
  unsigned size_digits_ = 0;
  std::size_t line_bytes_ = 0;  // of extensions and trailers, bounded
};

}  // namespace segue::edge
