// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/lyrics.h"

#include "catalog-api/library/lrc.h"
#include "catalog-api/opensubsonic/song.h"

namespace segue::opensubsonic {
namespace {

using library::LyricCue;
using library::LyricLine;
using library::Lyrics;
using library::parse_lyrics;

std::vector<Node> line_nodes(const Lyrics& lyrics) {
  std::vector<Node> lines;
  for (const LyricLine& line : lyrics.lines) {
    Node node;
    if (lyrics.is_synced) node.field("start", line.start_ms);
    lines.push_back(std::move(node.text(line.text)));
  }
  return lines;
}

// A word ends where the next one begins, the last one where the next line does; what ends the last line is not known, so that its words
// say no end at all (all or none).
std::vector<Node> cue_nodes(const LyricLine& line, std::optional<std::int64_t> line_end) {
  std::vector<Node> cues;
  for (std::size_t i = 0; i < line.cues.size(); ++i) {
    const LyricCue& cue = line.cues[i];
    Node node;
    node.field("start", cue.start_ms);
    if (line_end) node.field("end", i + 1 < line.cues.size() ? line.cues[i + 1].start_ms : std::max(cue.start_ms, *line_end));
    node.field("byteStart", cue.begin).field("byteEnd", cue.end - 1);
    cues.push_back(std::move(node.text(line.text.substr(cue.begin, cue.end - cue.begin))));
  }
  return cues;
}

std::vector<Node> cue_lines(const Lyrics& lyrics) {
  std::vector<Node> lines;
  for (std::size_t i = 0; i < lyrics.lines.size(); ++i) {
    const LyricLine& line = lyrics.lines[i];
    if (line.cues.empty()) continue;
    std::optional<std::int64_t> end = line.end_ms;
    if (!end && i + 1 < lyrics.lines.size()) end = lyrics.lines[i + 1].start_ms;
    Node node;
    node.field("index", i).field("start", line.start_ms);
    if (end) node.field("end", *end);
    lines.push_back(std::move(node.field("value", line.text).list("cue", cue_nodes(line, end))));
  }
  return lines;
}

}  // namespace

// By names, as the oldest clients ask: the first song that has both.
Reply get_lyrics(Call& call) {
  const std::string artist = call.text("artist"), title = call.text("title");
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto found = library::tracks(
      **database, {"WHERE a.has_lyrics = 1 AND a.title = ? AND EXISTS (SELECT 1 FROM credit c JOIN artist p ON p.row = c.artist "
                   "WHERE c.asset = a.row AND p.name = ?) LIMIT 1",
                   {title, artist}});
  if (!found) return broken(call, found.error());
  Node node;
  if (!found->empty()) {
    auto text = library::lyrics(**database, found->front().row);
    if (!text) return broken(call, text.error());
    std::string lines;
    for (const LyricLine& line : parse_lyrics(*text).lines) lines += line.text + "\n";
    node.field("artist", artist).field("title", title).text(lines);
  }
  return Node().object("lyrics", std::move(node));
}

Reply get_lyrics_by_song_id(Call& call) {
  auto song = song_of(call);
  if (auto* failure = std::get_if<Failure>(&song)) return std::move(*failure);
  const auto& track = std::get<Song>(song).track;
  auto database = call.library().borrow();
  if (!database) return broken(call, database.error());
  auto text = library::lyrics(**database, track.row);
  if (!text) return broken(call, text.error());
  std::vector<Node> all;
  if (!text->empty()) {
    const Lyrics lyrics = parse_lyrics(*text);
    Node node;
    node.field("displayTitle", track.title).field("lang", "xxx").field("synced", lyrics.is_synced);
    if (!track.people.empty()) node.field("displayArtist", track.people.front().name);
    const bool is_enhanced = call.truth("enhanced", false);  // songLyrics 2
    if (is_enhanced) node.field("kind", "main");
    node.list("line", line_nodes(lyrics));
    auto cues = is_enhanced ? cue_lines(lyrics) : std::vector<Node>();
    if (!cues.empty()) node.list("cueLine", std::move(cues));
    all.push_back(std::move(node));
  }
  return Node().object("lyricsList", Node().list("structuredLyrics", std::move(all)));
}

}  // namespace segue::opensubsonic
