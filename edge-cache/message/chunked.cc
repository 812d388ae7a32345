// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/message/chunked.h"

#include <algorithm>

#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

constexpr unsigned kMostSizeDigits = 15;          // 2^60 bytes
constexpr std::size_t kMostIgnoredBytes = 16384;  // of extensions and trailers together

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

}  // namespace

std::string_view ChunkedDecoder::next(std::string_view& input) noexcept {
  while (!input.empty() && state_ != State::data && state_ != State::done && state_ != State::malformed) {
    take(input.front());
    input.remove_prefix(1);
  }
  if (state_ != State::data) return {};
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
  const std::string_view body = input.substr(0, size);
  input.remove_prefix(size);
  left_ -= size;
  if (left_ == 0) state_ = State::data_end;
  return body;
}

void ChunkedDecoder::take_size(char c) noexcept {
  const int digit = hex_digit(c);
  if (digit >= 0 && size_digits_ < kMostSizeDigits) {
    left_ = left_ * 16 + static_cast<unsigned>(digit);
    ++size_digits_;
  } else if (size_digits_ == 0 || digit >= 0) {
    state_ = State::malformed;
  } else if (c == '\r') {
    state_ = State::size_end;
  } else {
    state_ = c == ';' || c == ' ' || c == '\t' ? State::extension : State::malformed;
  }
}

void ChunkedDecoder::take(char c) noexcept {
  const auto expect = [&](char expected, State then) { state_ = c == expected ? then : State::malformed; };
  switch (state_) {
    case State::size: return take_size(c);
    case State::extension:
      if (++line_bytes_ > kMostIgnoredBytes) state_ = State::malformed;
      if (c == '\r') state_ = State::size_end;
      return;
    case State::size_end:
      expect('\n', left_ > 0 ? State::data : State::trailer);
      size_digits_ = 0;
      return;
    case State::data_end: return expect('\r', State::data_end_lf);
    case State::data_end_lf: return expect('\n', State::size);
    case State::trailer: state_ = c == '\r' ? State::trailer_end : State::trailer_line; return;
    case State::trailer_line:
      if (++line_bytes_ > kMostIgnoredBytes) state_ = State::malformed;
      if (c == '\n') state_ = State::trailer;
      return;
    case State::trailer_end: return expect('\n', State::done);
    case State::data:
    case State::done:
    case State::malformed: return;
  }
}

}  // namespace segue::edge
