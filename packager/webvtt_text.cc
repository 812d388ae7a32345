// SPDX-License-Identifier: Apache-2.0
#include "packager/webvtt_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "media/bmff/box.h"

namespace segue::packager {
namespace {

namespace bmff = media::bmff;

constexpr std::size_t kMaxCuesBytes = 512u << 20;  // what ingest takes (64 MiB of text) fits, however short its cues
constexpr std::size_t kMaxShownAtOnce = 256;       // no screen has room for more
constexpr std::string_view kMagic = "WEBVTT";
constexpr std::string_view kArrow = "-->";
constexpr std::string_view kTimestampMap = "X-TIMESTAMP-MAP";

// What would end a block of the file, or be taken for times, inside of one: empty lines and arrows. Lines end in \n alone.
std::string safe_lines(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '\r') {
      if (!out.empty() && out.back() != '\n') out += '\n';
    } else if (text[i] == '\0') {
      out += "\xEF\xBF\xBD";  // as a reader of WebVTT would take it (4.1)
    } else if (text.substr(i).starts_with(kArrow)) {
      out += "--&gt;";
      i += kArrow.size() - 1;
    } else {
      out += text[i];
    }
  }
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

std::string safe_line(std::string_view text) {
  std::string line = safe_lines(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

// A map from another stream's clock would move our cues.
std::string without_map(std::string_view header) {
  std::string out;
  while (!header.empty()) {
    const std::size_t end = std::min(header.find('\n'), header.size() - 1) + 1;
    if (!header.starts_with(kTimestampMap)) out += header.substr(0, end);
    header.remove_prefix(end);
  }
  return out;
}

std::string clean_header(std::string_view header) {
  std::string out = without_map(header.starts_with(kMagic) ? header : kMagic);
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r' || out.back() == '\0')) out.pop_back();
  return out + '\n';
}

void append_time(std::string& out, media::Ticks ms) {
  std::array<char, 40> text{};
  const auto part = [&](media::Ticks unit, media::Ticks of) { return static_cast<long long>(ms / unit % of); };
  std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld.%03lld", static_cast<long long>(ms / 3'600'000), part(60'000, 60),
                part(1000, 60), part(1, 1000));
  out += text.data();
}

std::string_view text_in(const bmff::Box& box) { return {reinterpret_cast<const char*>(box.payload.data()), box.payload.size()}; }

}  // namespace

WebVttText::WebVttText(std::string_view header, std::uint32_t timescale, media::Ticks lead_in)
    : header_(clean_header(header)), timescale_(timescale), lead_in_(lead_in) {}

// A cue that the sample before showed as well goes on; the same words twice at one time are two cues.
void WebVttText::show(Cue cue, std::vector<std::size_t>& shown) {
  const auto same = std::find_if(open_.begin(), open_.end(), [&](std::size_t i) {
    const Cue& known = cues_[i];
    return known.end == cue.start && known.id == cue.id && known.settings == cue.settings && known.payload == cue.payload;
  });
  if (same != open_.end()) {
    cues_[*same].end = cue.end;
    shown.push_back(*same);
    open_.erase(same);
    return;
  }
  bytes_ += sizeof cue + cue.id.size() + cue.settings.size() + cue.payload.size();
  shown.push_back(cues_.size());
  cues_.push_back(std::move(cue));
}

Result<void> WebVttText::add(media::Ticks start, std::uint32_t duration, std::span<const std::uint8_t> sample) {
  std::vector<std::size_t> shown;
  bmff::Boxes boxes(sample, 0);
  for (bmff::Box box; boxes.next(box);) {
    if (box.type != bmff::fourcc("vttc")) continue;
    Cue cue{start, start + duration, {}, {}, {}};
    bmff::Boxes parts(box);
    for (bmff::Box part; parts.next(part);) {
      if (part.type == bmff::fourcc("iden")) cue.id = safe_line(text_in(part));
      if (part.type == bmff::fourcc("sttg")) cue.settings = safe_line(text_in(part));
      if (part.type == bmff::fourcc("payl")) cue.payload = safe_lines(text_in(part));
    }
    if (!parts.ok()) return parts.error();
    if (!cue.payload.empty() && shown.size() < kMaxShownAtOnce) show(std::move(cue), shown);
  }
  if (!boxes.ok()) return boxes.error();
  open_ = std::move(shown);
  if (bytes_ > kMaxCuesBytes) return Error{"expected cues that take up to 512 MiB, found more"};
  return {};
}

void WebVttText::print(const Cue& cue, std::string& out) const {
  const media::Ticks end = media::rescale(cue.end - lead_in_, timescale_, 1000);
  if (end <= 0) return;
  const media::Ticks start = std::max<media::Ticks>(0, media::rescale(cue.start - lead_in_, timescale_, 1000));
  out += '\n';
  if (!cue.id.empty()) out += cue.id, out += '\n';
  append_time(out, start);
  out += " --> ";
  append_time(out, std::max(end, start + 1));  // a reader drops a cue that ends where it begins
  if (!cue.settings.empty()) out += ' ', out += cue.settings;
  out += '\n';
  out += cue.payload;
  out += '\n';
}

std::string WebVttText::text() const {
  std::string out = header_;
  for (const Cue& cue : cues_) print(cue, out);
  return out;
}

}  // namespace segue::packager
