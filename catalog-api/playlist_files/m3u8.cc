// SPDX-License-Identifier: Apache-2.0
// M3U8 as media players write it: a line of address for each entry, lines of '#' before it that tell more.
//   #EXTM3U   #PLAYLIST:name   #EXTINF:seconds,Artist - Title   #EXTART:artist   #EXTALB:album
// Without EXTART the artist is what stands before the first " - "; with it the display is "artist - title", or the title alone.
#include <charconv>
#include <cmath>

#include "catalog-api/playlist_files/formats.h"

namespace segue::playlist_files {
namespace {

constexpr std::string_view kDash = " - ";
constexpr double kMaxSeconds = 1e7;  // four months: a longer one is nonsense

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find_first_of("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

// "213", "213.4", "-1 tvg-id=…".
std::int64_t milliseconds_of(std::string_view text) {
  double seconds = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
  static_cast<void>(end);
  if (wrong != std::errc() || !(seconds > 0) || seconds > kMaxSeconds) return 0;
  return std::llround(seconds * 1000);
}

// The comma that ends the duration; one inside quotes belongs to an attribute.
std::size_t comma_of(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ',' && !quoted) return i;
  }
  return text.find(',');
}

struct Pending {  // what was told of the next entry
  std::string display, artist, album;
  bool has_artist = false;
  std::int64_t duration_ms = 0;

  FileEntry entry(std::string_view location) const {
    FileEntry made;
    made.location = clean(location);
    made.album = album;
    made.duration_ms = duration_ms;
    const std::size_t dash = display.find(kDash);
    if (has_artist) {
      made.creator = artist;
      const std::string start = artist + std::string(kDash);
      made.title = !artist.empty() && display.starts_with(start) ? clean(display.substr(start.size())) : display;
    } else if (dash != std::string::npos) {
      made.creator = clean(display.substr(0, dash));
      made.title = clean(display.substr(dash + kDash.size()));
    } else {
      made.title = display;
    }
    return made;
  }
};

void take_tag(std::string_view line, Pending& pending, FileList& list) {
  const auto is = [&](std::string_view tag) {
    if (!line.starts_with(tag)) return false;
    line.remove_prefix(tag.size());
    return true;
  };
  if (is("#EXTINF:")) {
    const std::size_t comma = comma_of(line);
    pending.duration_ms = milliseconds_of(line.substr(0, comma));
    if (comma != std::string_view::npos) pending.display = clean(line.substr(comma + 1));
  } else if (is("#EXTART:")) {
    pending.artist = clean(line);
    pending.has_artist = true;
  } else if (is("#EXTALB:")) {
    pending.album = clean(line);
  } else if (is("#PLAYLIST:")) {
    list.title = clean(line);
  }
}

std::string seconds_text(std::int64_t milliseconds) {
  if (milliseconds == 0) return "-1";
  std::string text = std::to_string(milliseconds / 1000);
  if (milliseconds % 1000 == 0) return text;
  std::string fraction = std::to_string(1000 + milliseconds % 1000).substr(1);
  while (fraction.back() == '0') fraction.pop_back();
  return text + '.' + fraction;
}

}  // namespace

Result<FileList> parse_m3u8(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  FileList list;
  Pending pending;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    if (line.starts_with('#')) {
      // What an HLS stream begins with: no list of tracks, and its segments are none.
      if (line.starts_with("#EXT-X-")) return Error{"an HLS playlist (" + std::string(line.substr(0, 40)) + "), expected a list of tracks"};
      take_tag(line, pending, list);
      continue;
    }
    FileEntry entry = pending.entry(line);
    // Control characters may have hidden the '#' of a line that is no address.
    if (entry.location.empty() || entry.location.front() == '#') continue;
    if (list.entries.size() == kMaxEntries) return Error{"more than " + std::to_string(kMaxEntries) + " entries"};
    list.entries.push_back(std::move(entry));
    pending = {};
  }
  return list;
}

std::string print_m3u8(const FileList& list) {
  std::string out = "#EXTM3U\n";
  if (const std::string title = clean(list.title); !title.empty()) out += "#PLAYLIST:" + title + '\n';
  for (const FileEntry& entry : list.entries) {
    std::string location = clean(entry.location);
    if (location.empty()) continue;
    if (location.front() == '#') location = "./" + location;
    const std::string creator = clean(entry.creator), title = clean(entry.title), album = clean(entry.album);
    // Where " - " alone would be read otherwise.
    const bool needs_artist = creator.find(kDash) != std::string::npos || creator.ends_with(" -") || creator.starts_with("- ") ||
                              creator == "-" || title.empty() != creator.empty() ||
                              (creator.empty() && title.find(kDash) != std::string::npos);
    if (needs_artist) out += "#EXTART:" + creator + '\n';
    if (!album.empty()) out += "#EXTALB:" + album + '\n';
    out += "#EXTINF:" + seconds_text(entry.duration_ms) + ',';
    if (!creator.empty() && !title.empty()) out += creator + std::string(kDash);
    out += title + '\n' + location + '\n';
  }
  return out;
}

}  // namespace segue::playlist_files
