// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/nouns.h"

#include <cctype>
#include <cmath>
#include <set>
#include <unordered_map>

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

// Clients keep files by the path that we make up: nothing in a tag leads out of the folder that they keep them in.
std::string path_part(std::string text) {
  for (char& c : text)
    if (c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '_';
  if (text.starts_with('.')) text.front() = '_';
  return text;
}

// "Artist/Album/2-05 - Title.flac": what would be the same file is not, or one would hide the other.
std::string path_of(const Track& track, const std::string& artist, const char* suffix) {
  std::string path;
  for (const std::string* folder : {&artist, &track.album_title})
    if (!folder->empty()) path += path_part(*folder) + '/';
  if (track.disc > 1) path += std::to_string(track.disc) + '-';
  if (track.number > 0) path += (track.number < 10 ? "0" : "") + std::to_string(track.number) + " - ";
  return path + path_part(track.title) + '.' + suffix;
}

template <class Noun>
Result<listening::Marks> marks_of(const Call& call, Kind kind, const std::vector<Noun>& nouns) {
  std::vector<std::string> ids;
  for (const Noun& noun : nouns) ids.push_back(noun.id);
  return call.pieces().listening.marks(call.user().row, kind, ids);
}

// What songs say that stands elsewhere.
struct Beside {
  listening::Marks marks;
  std::unordered_map<std::string, std::vector<Person>> album_artists;
  std::unordered_map<std::string, library::Loudness> albums;  // by the run that encoded them
};

Result<Beside> beside(const Call& call, const std::vector<Track>& tracks) {
  std::set<std::string> albums, runs;
  for (const Track& track : tracks) {
    if (!track.album_id.empty()) albums.insert(track.album_id);
    if (!track.run.empty()) runs.insert(track.run);
  }
  auto marks = marks_of(call, Kind::track, tracks);
  if (!marks) return std::move(marks).error();
  auto library = call.library().borrow();
  if (!library) return std::move(library).error();
  auto artists = library::album_artists(**library, {albums.begin(), albums.end()});
  if (!artists) return std::move(artists).error();
  auto loudness = library::loudness(**library, {runs.begin(), runs.end()});
  if (!loudness) return std::move(loudness).error();
  return Beside{std::move(*marks), std::move(*artists), std::move(*loudness)};
}

constexpr double kReferenceLufs = -18;  // of ReplayGain 2.0
double gain_of(double lufs) { return kReferenceLufs - lufs; }
double peak_of(double dbfs) { return std::pow(10.0, dbfs / 20); }

void put_gain(Node& node, const Track& track, const Beside& beside) {
  Node gain;
  if (track.lufs && track.peak_dbfs && std::isfinite(*track.lufs) && std::isfinite(*track.peak_dbfs))
    gain.field("trackGain", gain_of(*track.lufs)).field("trackPeak", peak_of(*track.peak_dbfs));
  const auto album = beside.albums.find(track.run);
  const bool has_album = album != beside.albums.end() && std::isfinite(album->second.lufs) && std::isfinite(album->second.peak_dbfs);
  if (has_album) gain.field("albumGain", gain_of(album->second.lufs)).field("albumPeak", peak_of(album->second.peak_dbfs));
  if (!gain.is_empty()) node.object("replayGain", std::move(gain));
}

Node song_node(const Track& track, const Beside& beside) {
  const auto [suffix, type] = container_of(track);
  const std::string artist = names_of(track.people);
  const auto album_artists = beside.album_artists.find(track.album_id);
  const auto& by = album_artists == beside.album_artists.end() ? track.people : album_artists->second;
  Node node;
  node.field("id", track.id).field("isDir", false).field("title", track.title);
  node.field_if("parent", track.album_id).field_if("album", track.album_title).field_if("artist", artist);
  node.field_if("track", track.number).field_if("discNumber", track.disc).field_if("year", track.year);
  if (!track.genres.empty()) node.field("genre", track.genres.front());
  node.field_if("coverArt", cover_of(track)).field("size", track.size_bytes);
  node.field("contentType", type).field("suffix", suffix).field("duration", std::int64_t{std::llround(track.seconds)});
  node.field("bitRate", track.bit_rate / 1000).field_if("bitDepth", track.bit_depth).field_if("samplingRate", track.sample_rate);
  node.field_if("channelCount", track.channels).field("path", path_of(track, names_of(by), suffix));
  node.field("isVideo", track.kind == "video").field("type", "music").field("mediaType", "song").field("created", time_text(track.created));
  node.field_if("albumId", track.album_id).field_if("musicBrainzId", track.musicbrainz).field("displayArtist", artist);
  node.field("displayAlbumArtist", names_of(by));
  for (const Person& person : track.people)
    if (person.role == "main") {
      node.field("artistId", person.id);
      break;
    }
  put_mark(node, beside.marks, track.id);
  node.list("genres", genre_nodes(track.genres)).list("artists", person_nodes(track.people, false));
  node.list("albumArtists", person_nodes(by, false)).list("contributors", person_nodes(track.people, true));
  put_gain(node, track, beside);
  return node;
}

Node album_node(const Album& album, const listening::Marks& marks, bool as_folder) {
  Node node;
  node.field("id", album.id).field(as_folder ? "title" : "name", album.title);
  if (as_folder) node.field("isDir", true).field("album", album.title);
  node.field_if("artist", names_of(album.artists));
  if (!album.artists.empty()) node.field(as_folder ? "parent" : "artistId", album.artists.front().id);
  if (!album.cover.empty()) node.field("coverArt", album.id);
  node.field("songCount", album.songs).field("duration", std::int64_t{std::llround(album.seconds)});
  node.field("created", time_text(album.created)).field_if("year", album.year).field_if("genre", album.genre);
  node.field_if("musicBrainzId", album.musicbrainz).field("isCompilation", album.is_compilation).field("sortName", album.sort);
  node.field("displayArtist", names_of(album.artists));
  put_mark(node, marks, album.id);
  if (!album.genre.empty()) node.list("genres", genre_nodes({album.genre}));
  node.list("artists", person_nodes(album.artists, false));
  return node;
}

}  // namespace

// The album's where it has one: a client then keeps one picture for all of its songs. Where there is none, none is announced, and clients
// show one of their own; they could not tell one that we made up from a real one.
std::string cover_of(const Track& track) { return !track.album_cover.empty() ? track.album_id : track.cover.empty() ? "" : track.id; }

Result<std::vector<Node>> songs(const Call& call, const std::vector<Track>& tracks) {
  auto known = beside(call, tracks);
  if (!known) return std::move(known).error();
  std::vector<Node> nodes;
  for (const Track& track : tracks) nodes.push_back(song_node(track, *known));
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
    node.field("id", artist.id).field("name", artist.name).field("albumCount", artist.albums);
    if (!artist.cover.empty()) node.field("coverArt", artist.id);
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
