// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/lrc.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace segue::opensubsonic {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
  return wrong == std::errc() && end == text.data() + text.size();
}

// "01:23.45", "1:23", "01:23:45": minutes, seconds, and a fraction of one to three digits.
std::optional<std::int64_t> time_of(std::string_view tag) {
  const std::size_t colon = tag.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > 4) return std::nullopt;
  const std::size_t dot = tag.find_first_of(".:", colon + 1);
  const std::string_view seconds_text = tag.substr(colon + 1, dot == std::string_view::npos ? dot : dot - colon - 1);
  std::uint32_t minutes = 0, seconds = 0, fraction = 0;
  if (seconds_text.size() > 2 || !read_number(tag.substr(0, colon), minutes) || !read_number(seconds_text, seconds) || seconds > 59)
    return std::nullopt;
  std::int64_t ms = (std::int64_t{minutes} * 60 + seconds) * 1000;
  if (dot == std::string_view::npos) return ms;
  const std::string_view digits = tag.substr(dot + 1);
  if (digits.empty() || digits.size() > 3 || !read_number(digits, fraction)) return std::nullopt;
  return ms + fraction * (digits.size() == 1 ? 100 : digits.size() == 2 ? 10 : 1);
}

struct Head {
  std::vector<std::int64_t> times;
  bool is_other_tag = false;  // "[ar:…]": about the song, not sung
  std::optional<std::int64_t> offset;
};

// The tags in front of a line, cut off.
Head take_tags(std::string_view& line) {
  Head head;
  while (!line.empty() && line.front() == '[') {
    const std::size_t end = line.find(']');
    if (end == std::string_view::npos) break;
    const std::string_view tag = line.substr(1, end - 1);
    if (const auto time = time_of(tag)) {
      head.times.push_back(*time);
    } else if (std::int64_t ms = 0; tag.starts_with("offset:") && read_number(tag.substr(tag.size() > 7 && tag[7] == '+' ? 8 : 7), ms)) {
      head.offset = ms;
    } else if (head.times.empty() && tag.find(':') != std::string_view::npos && !tag.empty() && !is_digit(tag.front())) {
      head.is_other_tag = true;
    } else {
      break;  // "[Chorus]" is text
    }
    line.remove_prefix(end + 1);
  }
  return head;
}

}  // namespace

Lyrics parse_lyrics(std::string_view text) {
  Lyrics timed, plain;
  std::int64_t offset = 0;
  while (!text.empty() && plain.lines.size() < kMaxLyricLines && timed.lines.size() < kMaxLyricLines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    const Head head = take_tags(line);
    if (head.offset) offset = *head.offset;
    if ((head.is_other_tag || head.offset) && line.empty()) continue;
    while (!head.times.empty() && !line.empty() && line.front() == ' ') line.remove_prefix(1);
    for (const std::int64_t time : head.times) timed.lines.push_back({time, std::string(line)});
    plain.lines.push_back({-1, std::string(line)});
  }
  if (timed.lines.empty()) return plain;
  // "+500" shows each line half a second sooner.
  for (LyricLine& line : timed.lines) line.start_ms = std::max<std::int64_t>(0, line.start_ms - offset);
  std::stable_sort(timed.lines.begin(), timed.lines.end(), [](const LyricLine& a, const LyricLine& b) { return a.start_ms < b.start_ms; });
  timed.is_synced = true;
  return timed;
}

}  // namespace segue::opensubsonic
