// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/nouns.h"

#include <cctype>
#include <cmath>

namespace segue::opensubsonic {
namespace {

using library::Album;
using library::Artist;
using library::Person;
using library::Track;
using listening::Kind;
using listening::Mark;

std::string names_of(const std::vector<Person>& people) {
  std::string names;
  for (const Person& person : people)
    if (person.role.empty() || person.role == "main" || person.role == "guest") names += (names.empty() ? "" : ", ") + person.name;
  return names;
}

std::vector<Node> person_nodes(const std::vector<Person>& people, bool contributors) {
  std::vector<Node> nodes;
  for (const Person& person : people) {
    const bool is_artist = person.role.empty() || person.role == "main" || person.role == "guest";
    if (is_artist == contributors) continue;
    Node node;
    node.field("id", person.id).field("name", person.name);
    if (contributors) {
      nodes.push_back(Node().field("role", person.role).object("artist", std::move(node)));
    } else {
      nodes.push_back(std::move(node));
    }
  }
  return nodes;
}

std::vector<Node> genre_nodes(const std::vector<std::string>& genres) {
  std::vector<Node> nodes;
  for (const std::string& genre : genres) nodes.push_back(Node().field("name", genre));
  return nodes;
}

void put_mark(Node& node, const listening::Marks& marks, const std::string& id) {
  const auto found = marks.find(id);
  if (found == marks.end()) return;
  const Mark& mark = found->second;
  if (mark.starred > 0) node.field("starred", time_text(mark.starred));
  node.field_if("userRating", std::int64_t{mark.rating});
  node.field_if("playCount", mark.plays);
  if (mark.last_played > 0) node.field("played", time_text(mark.last_played));
}

struct Container {
  const char *suffix, *type;
};
Container container_of(const Track& track) {
  if (track.kind == "video") return {"mp4", "video/mp4"};
  if (track.codec == "flac") return {"flac", "audio/flac"};
  return {"m4a", "audio/mp4"};
}

template <class Noun>
Result<listening::Marks> marks_of(const Call& call, Kind kind, const std::vector<Noun>& nouns) {
  std::vector<std::string> ids;
  for (const Noun& noun : nouns) ids.push_back(noun.id);
  return call.pieces().listening.marks(call.user().row, kind, ids);
}

Node song_node(const Track& track, const listening::Marks& marks) {
  const auto [suffix, type] = container_of(track);
  const std::string artist = names_of(track.people);
  Node node;
  node.field("id", track.id).field("isDir", false).field("title", track.title);
  node.field_if("parent", track.album_id).field_if("album", track.album_title).field_if("artist", artist);
  node.field_if("track", track.number).field_if("discNumber", track.disc).field_if("year", track.year);
  if (!track.genres.empty()) node.field("genre", track.genres.front());
  node.field("coverArt", track.album_id.empty() ? track.id : track.album_id).field("size", track.size_bytes);
  node.field("contentType", type).field("suffix", suffix).field("duration", std::int64_t{std::llround(track.seconds)});
  node.field("bitRate", track.bit_rate / 1000).field_if("bitDepth", track.bit_depth).field_if("samplingRate", track.sample_rate);
  node.field_if("channelCount", track.channels).field("path", (artist.empty() ? "" : artist + "/") + track.title + "." + suffix);
  node.field("isVideo", track.kind == "video").field("type", "music").field("mediaType", "song").field("created", time_text(track.created));
  node.field_if("albumId", track.album_id).field_if("musicBrainzId", track.musicbrainz).field("displayArtist", artist);
  for (const Person& person : track.people)
    if (person.role == "main") {
      node.field("artistId", person.id);
      break;
    }
  put_mark(node, marks, track.id);
  node.list("genres", genre_nodes(track.genres)).list("artists", person_nodes(track.people, false));
  node.list("contributors", person_nodes(track.people, true));
  if (track.lufs && track.peak_dbfs && std::isfinite(*track.lufs) && std::isfinite(*track.peak_dbfs))
    node.object("replayGain", Node().field("trackGain", -18.0 - *track.lufs).field("trackPeak", std::pow(10.0, *track.peak_dbfs / 20)));
  return node;
}

Node album_node(const Album& album, const listening::Marks& marks, bool as_folder) {
  Node node;
  node.field("id", album.id).field(as_folder ? "title" : "name", album.title);
  if (as_folder) node.field("isDir", true).field("album", album.title);
  node.field_if("artist", names_of(album.artists));
  if (!album.artists.empty()) node.field(as_folder ? "parent" : "artistId", album.artists.front().id);
  node.field("coverArt", album.id).field("songCount", album.songs).field("duration", std::int64_t{std::llround(album.seconds)});
  node.field("created", time_text(album.created)).field_if("year", album.year).field_if("genre", album.genre);
  node.field_if("musicBrainzId", album.musicbrainz).field("isCompilation", album.is_compilation).field("sortName", album.sort);
  node.field("displayArtist", names_of(album.artists));
  put_mark(node, marks, album.id);
  if (!album.genre.empty()) node.list("genres", genre_nodes({album.genre}));
  node.list("artists", person_nodes(album.artists, false));
  return node;
}

}  // namespace

Result<std::vector<Node>> songs(const Call& call, const std::vector<Track>& tracks) {
  auto marks = marks_of(call, Kind::track, tracks);
  if (!marks) return std::move(marks).error();
  std::vector<Node> nodes;
  for (const Track& track : tracks) nodes.push_back(song_node(track, *marks));
  return nodes;
}

Result<std::vector<Node>> albums(const Call& call, const std::vector<Album>& albums) {
  auto marks = marks_of(call, Kind::album, albums);
  if (!marks) return std::move(marks).error();
  std::vector<Node> nodes;
  for (const Album& album : albums) nodes.push_back(album_node(album, *marks, false));
  return nodes;
}

Result<std::vector<Node>> album_folders(const Call& call, const std::vector<Album>& albums) {
  auto marks = marks_of(call, Kind::album, albums);
  if (!marks) return std::move(marks).error();
  std::vector<Node> nodes;
  for (const Album& album : albums) nodes.push_back(album_node(album, *marks, true));
  return nodes;
}

Result<std::vector<Node>> artists(const Call& call, const std::vector<Artist>& artists) {
  auto marks = marks_of(call, Kind::artist, artists);
  if (!marks) return std::move(marks).error();
  std::vector<Node> nodes;
  for (const Artist& artist : artists) {
    Node node;
    node.field("id", artist.id).field("name", artist.name).field("albumCount", artist.albums).field("coverArt", artist.id);
    node.field("sortName", artist.sort);
    put_mark(node, *marks, artist.id);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

Reply song_list(const Call& call, const char* name, Result<std::vector<Track>> tracks) {
  if (!tracks) return broken(call, tracks.error());
  auto nodes = songs(call, *tracks);
  if (!nodes) return broken(call, nodes.error());
  return Node().object(name, Node().list("song", std::move(*nodes)));
}

std::string heading_of(const Artist& artist) {
  const char first = artist.sort.empty() ? '#' : artist.sort.front();
  const auto upper = static_cast<char>(std::toupper(static_cast<unsigned char>(first)));
  return upper >= 'A' && upper <= 'Z' ? std::string(1, upper) : "#";
}

}  // namespace segue::opensubsonic
