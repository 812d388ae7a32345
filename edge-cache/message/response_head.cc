// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/message/response_head.h"

#include <algorithm>

#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

// Takes one line off the front, without its line end. False: there is no whole line.
bool take_line(std::string_view& rest, std::string_view& line) noexcept {
  const std::size_t end = rest.find('\n');
  if (end == std::string_view::npos) return false;
  line = rest.substr(0, end);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  rest.remove_prefix(end + 1);
  return true;
}

bool parse_status_line(std::string_view line, ResponseHead& head) noexcept {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ' || (line[7] != '0' && line[7] != '1')) return false;
  const auto status = whole_number(line.substr(9, 3));
  if (!status.has_value() || *status < 100 || (line.size() > 12 && line[12] != ' ')) return false;
  head.status = static_cast<int>(*status);
  head.keep_alive = line[7] == '1';
  return true;
}

bool is_value(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f; });
}

// A line that starts with a space continues the one before it in old HTTP (RFC 9112 5.2); nobody needs it, and it hides fields: refused.
bool parse_field(std::string_view line, Fields& fields) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) || fields.size() == kMostFields) return false;
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!is_value(value)) return false;
  fields.add(line.substr(0, colon), value);
  return true;
}

// RFC 9112 6.3. Several lengths are one only when they are equal. A coding beside a length: the coding counts, and the connection ends.
bool set_framing(bool answer_to_head, ResponseHead& head) {
  for (const Field& field : head.fields) {
    if (!same(field.name, "Content-Length")) continue;
    ListReader list(field.value);
    for (std::string_view element; list.next(element);) {
      const auto length = whole_number(element);
      if (!length.has_value() || (head.content_length.has_value() && *head.content_length != *length)) return false;
      head.content_length = length;
    }
  }
  const std::string options = head.fields.combined("Connection"), coding = head.fields.combined("Transfer-Encoding");
  ListReader list(options);
  for (std::string_view option; list.next(option);)
    head.keep_alive = same(option, "close") ? false : same(option, "keep-alive") || head.keep_alive;
  if (answer_to_head || bodiless(head.status)) return true;
  if (!coding.empty()) {
    if (head.content_length.has_value()) head.keep_alive = false;
    head.content_length.reset();
    head.chunked = same(coding, "chunked");
  }
  head.until_close = !head.chunked && !head.content_length.has_value();
  if (head.until_close) head.keep_alive = false;
  return true;
}

HeadState parse_one(std::string_view bytes, ResponseHead& head, std::size_t& consumed) {
  std::string_view rest = bytes, line;
  if (!take_line(rest, line))
    return bytes.substr(0, 5) == std::string_view("HTTP/").substr(0, bytes.size()) ? HeadState::incomplete : HeadState::malformed;
  if (!parse_status_line(line, head)) return HeadState::malformed;
  while (take_line(rest, line)) {
    if (line.empty()) {
      consumed = bytes.size() - rest.size();
      return HeadState::complete;
    }
    if (!parse_field(line, head.fields)) return HeadState::malformed;
  }
  return HeadState::incomplete;
}

}  // namespace

HeadState parse_response_head(std::string_view bytes, bool answer_to_head, ResponseHead& head, std::size_t& consumed) {
  for (std::size_t skipped = 0;;) {
    head = ResponseHead{};
    std::size_t size = 0;
    const HeadState state = parse_one(bytes.substr(skipped), head, size);
    if (state != HeadState::complete) return state;
    skipped += size;
    if (head.status == 101) return HeadState::malformed;  // nobody asked to switch protocols
    if (head.status < 200) continue;
    consumed = skipped;
    return set_framing(answer_to_head, head) ? HeadState::complete : HeadState::malformed;
  }
}

}  // namespace segue::edge
