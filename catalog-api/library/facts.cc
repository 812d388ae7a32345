// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/facts.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdio>

#include "catalog-api/library/names.h"
#include "media/store.h"
#include "media/title.h"

namespace segue::library {
namespace {

constexpr std::string_view kVariousArtists = "Various Artists";

const std::vector<std::string>& all(const media::Tags& tags, const char* name) {
  static const std::vector<std::string> none;
  const auto found = tags.find(name);
  return found == tags.end() ? none : found->second;
}

std::string first(const media::Tags& tags, const char* name) {
  const auto& values = all(tags, name);
  return values.empty() ? std::string() : values.front();
}

// "3", "3/12", "03": what stands before anything that is no digit.
std::uint32_t number_of(const std::string& text, std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  return wrong == std::errc() && number <= most ? number : 0;
}

// "2001-05-03", "03.05.2001", "2001": the first four digits in a row.
std::uint32_t year_of(const std::string& date) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  for (std::size_t at = 0; at + 4 <= date.size(); ++at)
    if (std::all_of(date.begin() + static_cast<std::ptrdiff_t>(at), date.begin() + static_cast<std::ptrdiff_t>(at) + 4, digit))
      return number_of(date.substr(at, 4), 9999);
  return 0;
}

std::vector<Credit> credits_of(const media::Tags& tags) {
  std::vector<Credit> credits;
  for (auto& [name, is_guest] : split_artists(all(tags, "artist"))) credits.push_back({name, is_guest ? "guest" : "main"});
  static constexpr std::array<std::pair<const char*, const char*>, 4> kRoles = {
      {{"composer", "composer"}, {"conductor", "conductor"}, {"lyricist", "lyricist"}, {"remixer", "remixer"}}};
  for (const auto& [tag, role] : kRoles)
    for (auto& [name, is_guest] : split_artists(all(tags, tag))) credits.push_back({name, role});
  return credits;
}

std::vector<std::string> album_artists_of(const media::Tags& tags, const std::vector<Credit>& credits, bool is_compilation) {
  std::vector<std::string> names;
  for (auto& [name, is_guest] : split_artists(all(tags, "album_artist")))
    if (!is_guest) names.push_back(name);
  if (names.empty() && !is_compilation)
    for (const Credit& credit : credits)
      if (credit.role == "main") names.push_back(credit.name);
  if (names.empty()) names.emplace_back(kVariousArtists);
  return names;
}

// Albums are one when MusicBrainz says so; else by artist and title. Without an album artist the run in which ingest encoded them tells
// that tracks by several people belong together.
std::string album_key_of(const media::Asset& asset, const Facts& facts) {
  if (facts.album.empty()) return {};
  const std::string in = facts.library == 0 ? std::string() : "\x1d" + std::to_string(facts.library);
  if (!facts.musicbrainz_album.empty()) return "mb:" + facts.musicbrainz_album + in;
  const std::string& run = asset.kind == "album" ? asset.id : asset.album;
  if (all(asset.tags, "album_artist").empty() && !run.empty()) return "run:" + run + '\x1f' + name_key(facts.album) + in;
  return name_key(facts.album_artists.front()) + '\x1f' + name_key(facts.album) + in;
}

Format format_of(const media::Asset& asset) {
  const media::Rendition* best = nullptr;
  const auto rank = [](const media::Rendition& r) {
    const bool lossless = r.track.codec == media::Codec::flac || r.track.codec == media::Codec::alac;
    return std::pair(lossless, r.average_bps);
  };
  for (const media::Rendition& rendition : asset.renditions) {
    if (media::kind_of(rendition.track.codec) != media::TrackKind::audio) continue;
    if (best == nullptr || rank(*best) < rank(rendition)) best = &rendition;
  }
  if (best == nullptr) return {};
  const auto& audio = best->track.audio;
  return {std::string(media::name_of(best->track.codec)),
          best->average_bps,
          best->size_bytes,
          audio.sample_rate,
          audio.channels,
          audio.bit_depth};
}

std::string sort_of(const Facts& facts) {
  const std::string artist = !facts.album_artists.empty() ? facts.album_artists.front()
                             : facts.credits.empty()      ? std::string()
                                                          : facts.credits.front().name;
  char place[32];
  std::snprintf(place, sizeof place, "%03u%05u", facts.disc, facts.number);
  return sort_name(artist) + '\x1f' + sort_name(facts.album) + '\x1f' + place + '\x1f' + sort_name(facts.title);
}

// Tags have "US-RC1-76-07839" as well, and several in one, with ';' or '/' between.
std::vector<std::string> isrcs_of(const media::Tags& tags) {
  std::vector<std::string> codes;
  for (const std::string& tag : all(tags, "isrc")) {
    std::string code;
    for (const char c : tag + ';') {
      if (std::isalnum(static_cast<unsigned char>(c)) != 0) code += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      if (c != ';' && c != '/' && c != ',') continue;
      if (code.size() == 12 && std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
      code.clear();
    }
  }
  return codes;
}

// Taggers and containers have each of these under several names.
const std::vector<std::string>& sort_tag(const media::Tags& tags, std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const auto& values = all(tags, name); !values.empty()) return values;
  return all(tags, "");
}

void add_alias(std::vector<Alias>& aliases, Alias alias, const std::string& of) {
  alias.name = cut_key(std::move(alias.name));
  if (alias.name.empty() || name_key(alias.name) == name_key(of)) return;
  if (std::find(aliases.begin(), aliases.end(), alias) == aliases.end()) aliases.push_back(std::move(alias));
}

// One by one, where there are as many names to sort by as names: else which is whose would be a guess.
void add_artist_aliases(std::vector<Alias>& aliases, const std::vector<std::string>& tags, const std::vector<std::string>& sort_tags) {
  const auto names = split_artists(tags), sorts = split_artists(sort_tags);
  if (names.size() != sorts.size()) return;
  for (std::size_t i = 0; i < names.size(); ++i) add_alias(aliases, {"artist", names[i].name, sorts[i].name}, names[i].name);
}

std::vector<Alias> aliases_of(const media::Tags& tags, const Facts& facts) {
  constexpr std::size_t kMost = 32;  // of one file
  std::vector<Alias> aliases;
  for (const std::string& name : sort_tag(tags, {"titlesort", "title-sort", "sort_name", "tsot"}))
    add_alias(aliases, {"asset", {}, name}, facts.title);
  for (const std::string& name : all(tags, "alias")) add_alias(aliases, {"asset", {}, name}, facts.title);
  if (!facts.album.empty())
    for (const std::string& name : sort_tag(tags, {"albumsort", "album-sort", "sort_album", "tsoa"}))
      add_alias(aliases, {"album", {}, name}, facts.album);
  add_artist_aliases(aliases, all(tags, "artist"), sort_tag(tags, {"artistsort", "artist-sort", "sort_artist", "tsop"}));
  add_artist_aliases(aliases, all(tags, "album_artist"), sort_tag(tags, {"albumartistsort", "sort_album_artist", "tso2"}));
  if (aliases.size() > kMost) aliases.resize(kMost);
  return aliases;
}

}  // namespace

Facts facts_of(const media::Asset& asset, const std::vector<Shelf>& shelves) {
  Facts facts;
  const media::Tags& tags = asset.tags;
  facts.library = library_of(tags, shelves);
  facts.album = first(tags, "album");
  facts.title = media::title_of(asset);
  const std::string compilation = first(tags, "compilation");
  facts.is_compilation = compilation == "1" || compilation == "true";
  facts.credits = credits_of(tags);
  facts.musicbrainz_track = cut_key(first(tags, "musicbrainz_track_id"));
  facts.musicbrainz_album = cut_key(first(tags, "musicbrainz_album_id"));
  if (!facts.album.empty()) facts.album_artists = album_artists_of(tags, facts.credits, facts.is_compilation);
  facts.album_key = album_key_of(asset, facts);
  for (const std::string& tag : all(tags, "genre")) {
    const std::string genre = cut_key(tag);
    if (!genre.empty() && std::find(facts.genres.begin(), facts.genres.end(), genre) == facts.genres.end()) facts.genres.push_back(genre);
  }
  if (asset.kind != "album") {
    facts.disc = number_of(first(tags, "disc"), 999);
    facts.number = number_of(first(tags, "track"), 99999);
  }
  facts.year = year_of(first(tags, "date"));
  if (!asset.cover.empty()) facts.cover = "/v/" + asset.id + '/' + media::generation_name(asset.generation) + '/' + asset.cover;
  facts.seconds = asset.duration.den > 0 ? static_cast<double>(asset.duration.num) / static_cast<double>(asset.duration.den) : 0;
  facts.format = format_of(asset);
  facts.lyrics = first(tags, "lyrics");
  facts.isrcs = isrcs_of(tags);
  facts.file_key = name_key(asset.source.file_name);
  facts.sort = sort_of(facts);
  facts.aliases = aliases_of(tags, facts);
  return facts;
}

}  // namespace segue::library
