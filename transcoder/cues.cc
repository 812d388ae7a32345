// SPDX-License-Identifier: Apache-2.0
#include "transcoder/cues.h"

#include <algorithm>
#include <set>

namespace segue::transcoder {
namespace {

constexpr std::size_t kMaxShownAtOnce = 32;  // no screen has room for more

void put_box(std::vector<std::uint8_t>& out, const char* type, const std::vector<std::uint8_t>& payload) {
  const auto size = static_cast<std::uint32_t>(payload.size() + 8);
  out.insert(out.end(), {static_cast<std::uint8_t>(size >> 24), static_cast<std::uint8_t>(size >> 16), static_cast<std::uint8_t>(size >> 8),
                         static_cast<std::uint8_t>(size)});
  out.insert(out.end(), type, type + 4);
  out.insert(out.end(), payload.begin(), payload.end());
}

std::vector<std::uint8_t> sample_of(const std::vector<const Cue*>& shown) {
  std::vector<std::uint8_t> data;
  if (shown.empty()) put_box(data, "vtte", {});
  for (auto at = shown.begin(); at != shown.end(); ++at) {
    const Cue* cue = *at;
    // A letter's shadow and outline are layers of their own in ASS, with the same words.
    if (std::any_of(shown.begin(), at, [&](const Cue* other) { return other->text == cue->text; })) continue;
    std::vector<std::uint8_t> payload;
    put_box(payload, "payl", {cue->text.begin(), cue->text.end()});
    put_box(data, "vttc", payload);
  }
  return data;
}

// Tags of an override block such as {\i1\pos(10,20)} that WebVTT has as well.
std::string tags_of(std::string_view block) {
  std::string tags;
  for (std::size_t at = block.find('\\'); at != std::string_view::npos; at = block.find('\\', at + 1)) {
    const std::string_view tag = block.substr(at + 1, 2);
    if (tag.size() != 2 || (tag[1] != '0' && tag[1] != '1')) continue;
    if (tag[0] != 'i' && tag[0] != 'b' && tag[0] != 'u') continue;
    tags += tag[1] == '1' ? "<" : "</";
    tags += tag[0];
    tags += '>';
  }
  return tags;
}

// The last \p of an override block: what follows is a drawing's numbers (1 and up), or text again (0). Else `drawing` as it was.
bool draws_after(std::string_view block, bool drawing) {
  for (std::size_t at = block.find("\\p"); at != std::string_view::npos; at = block.find("\\p", at + 2)) {
    const char digit = at + 2 < block.size() ? block[at + 2] : ' ';
    if (digit >= '0' && digit <= '9') drawing = digit != '0';
  }
  return drawing;
}

void put_escaped(std::string& out, char c) {
  switch (c) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '\r': break;
    default: out += c;
  }
}

}  // namespace

std::string webvtt_of_ass(std::string_view text, Braces braces) {
  std::string out;
  bool drawing = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const std::size_t end = text[i] == '{' ? text.find('}', i) : std::string_view::npos;
    const bool overrides = text[i] == '{' && (next == '\\' || next == '}');
    if (overrides && end == std::string_view::npos) break;
    if (end != std::string_view::npos && (overrides || braces == Braces::comment)) {
      const std::string_view block = text.substr(i, end - i);
      drawing = draws_after(block, drawing);
      out += tags_of(block);
      i = end;
    } else if (drawing) {
      continue;
    } else if (text[i] == '\\' && (next == 'N' || next == 'n')) {
      if (!out.empty() && out.back() != '\n') out += '\n';
      ++i;
    } else if (text[i] == '\\' && next == 'h') {
      out += "&nbsp;";
      ++i;
    } else if (text[i] == '\\' && (next == '{' || next == '}')) {
      out += next;
      ++i;
    } else {
      put_escaped(out, text[i]);
    }
  }
  while (!out.empty() && (out.back() == '\n' || out.back() == ' ')) out.pop_back();
  return out;
}

std::vector<TextSample> text_samples(std::vector<Cue> cues, media::Grid grid, media::Ticks total_ms) {
  std::set<media::Ticks> edges = {0};
  for (std::int64_t n = 1; grid.start_of(n) * 1000 < total_ms; ++n) edges.insert(grid.start_of(n) * 1000);
  std::erase_if(
      cues, [&](const Cue& cue) { return cue.end_ms <= cue.start_ms || cue.end_ms <= 0 || cue.start_ms >= total_ms || cue.text.empty(); });
  std::stable_sort(cues.begin(), cues.end(), [](const Cue& a, const Cue& b) { return a.start_ms < b.start_ms; });
  for (const Cue& cue : cues) {
    edges.insert(std::max<media::Ticks>(0, cue.start_ms));
    edges.insert(std::min(total_ms, cue.end_ms));
  }
  edges.erase(total_ms);
  std::vector<TextSample> samples;
  std::vector<const Cue*> shown;
  std::size_t next = 0;
  for (auto edge = edges.begin(); edge != edges.end(); ++edge) {
    const media::Ticks end = std::next(edge) == edges.end() ? total_ms : *std::next(edge);
    std::erase_if(shown, [&](const Cue* cue) { return cue->end_ms <= *edge; });
    for (; next < cues.size() && cues[next].start_ms <= *edge; ++next) {
      if (shown.size() < kMaxShownAtOnce) shown.push_back(&cues[next]);
    }
    samples.push_back({*edge, static_cast<std::uint32_t>(end - *edge), sample_of(shown)});
  }
  return total_ms > 0 ? samples : std::vector<TextSample>();
}

}  // namespace segue::transcoder
