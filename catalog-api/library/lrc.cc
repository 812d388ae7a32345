// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/lrc.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace segue::library {
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

// "<00:01.00>two <00:01.50>words<00:02.00>": a time before each, and one behind the last when it is told. Where times run backwards, or
// are too many, only the text is kept.
LyricLine take_cues(std::string_view line) {
  LyricLine out;
  std::int64_t open_since = -1;
  std::size_t open_at = 0;
  bool is_sound = true;
  const auto close = [&] {
    std::size_t end = out.text.size();
    while (end > open_at && out.text[end - 1] == ' ') --end;
    while (open_at < end && out.text[open_at] == ' ') ++open_at;
    if (open_since >= 0 && end > open_at) out.cues.push_back({open_since, open_at, end});
  };
  while (!line.empty()) {
    const std::size_t end = line.front() == '<' ? line.find('>') : std::string_view::npos;
    const auto time = end == std::string_view::npos ? std::nullopt : time_of(line.substr(1, end - 1));
    if (!time) {
      out.text += line.front();
      line.remove_prefix(1);
      continue;
    }
    close();
    is_sound &= *time >= open_since && out.cues.size() < kMaxLyricCues;
    line.remove_prefix(end + 1);
    while (out.text.empty() && !line.empty() && line.front() == ' ') line.remove_prefix(1);
    open_since = *time;
    open_at = out.text.size();
  }
  if (open_since >= 0 && open_at == out.text.size() && !out.cues.empty()) out.end_ms = open_since;
  close();
  while (!out.cues.empty() && out.text.back() == ' ') out.text.pop_back();
  return is_sound ? out : LyricLine{-1, std::move(out.text), {}, {}};
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
    LyricLine sung = head.times.empty() ? LyricLine{-1, std::string(line), {}, {}} : take_cues(line);
    plain.lines.push_back({-1, sung.text, {}, {}});
    if (head.times.size() > 1) sung.cues.clear(), sung.end_ms.reset();  // times of words belong to one line only
    for (const std::int64_t time : head.times) {
      sung.start_ms = time;
      timed.lines.push_back(sung);
    }
  }
  if (timed.lines.empty()) return plain;
  // "+500" shows each line half a second sooner.
  const auto sooner = [&](std::int64_t& time) { time = std::max<std::int64_t>(0, time - offset); };
  for (LyricLine& line : timed.lines) {
    sooner(line.start_ms);
    for (LyricCue& cue : line.cues) sooner(cue.start_ms);
    if (line.end_ms) sooner(*line.end_ms);
  }
  std::stable_sort(timed.lines.begin(), timed.lines.end(), [](const LyricLine& a, const LyricLine& b) { return a.start_ms < b.start_ms; });
  timed.is_synced = true;
  return timed;
}

}  // namespace segue::library
