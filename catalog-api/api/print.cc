// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/print.h"

#include <array>
#include <cmath>
#include <string_view>

namespace segue::api {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"audio", "video", "text"};  // as media::TrackKind has them

void put_people(JsonWriter& json, const std::vector<library::Person>& people) {
  json.key("people").begin_array();
  for (const auto& person : people) {
    json.begin_object().field("id", person.id).field("name", person.name);
    if (!person.role.empty()) json.field("role", person.role);
    json.end_object();
  }
  json.end_array();
}

void put_artist_names(JsonWriter& json, const std::vector<library::Person>& people) {
  json.key("artists").begin_array();
  for (const auto& person : people)
    if (person.role.empty() || person.role == "main" || person.role == "guest") json.value(person.name);
  json.end_array();
}

void put_short(JsonWriter& json, const library::Track& track, const MediaAddresses& media) {
  json.field("asset", track.id).field("generation", track.generation).field("kind", track.kind).field("title", track.title);
  put_artist_names(json, track.people);
  json.field("album", track.album_title).field("seconds", std::round(track.seconds * 1000) / 1000);
  const std::string folder = media.folder(track.id);
  json.field("hls", folder + "master.m3u8").field("dash", folder + "manifest.mpd").field("cover", track.cover);
}

}  // namespace

void put_asset(JsonWriter& json, const library::Track& track, const MediaAddresses& media) {
  json.begin_object();
  put_short(json, track, media);
  json.end_object();
}

void put_track(JsonWriter& json, const library::Track& track, const MediaAddresses& media) {
  json.begin_object();
  put_short(json, track, media);
  json.field("album_id", track.album_id).field("disc", track.disc).field("number", track.number).field("year", track.year);
  json.field("created", track.created).field("has_lyrics", track.has_lyrics).field("musicbrainz", track.musicbrainz);
  put_people(json, track.people);
  json.key("genres").begin_array();
  for (const std::string& genre : track.genres) json.value(genre);
  json.end_array();
  json.key("format").begin_object().field("codec", track.codec).field("bit_rate", track.bit_rate).field("size_bytes", track.size_bytes);
  json.field("sample_rate", track.sample_rate).field("channels", track.channels).field("bit_depth", track.bit_depth).end_object();
  if (track.lufs && track.peak_dbfs)
    json.key("loudness").begin_object().field("integrated_lufs", *track.lufs).field("sample_peak_dbfs", *track.peak_dbfs).end_object();
  json.end_object();
}

void put_rendition(JsonWriter& json, const media::Rendition& rendition, const std::string& folder) {
  const auto& track = rendition.track;
  const media::TrackKind kind = media::kind_of(track.codec);
  const bool is_lossless = track.codec == media::Codec::flac || track.codec == media::Codec::alac;
  json.begin_object().field("id", rendition.id).field("kind", kKinds[static_cast<std::size_t>(kind)]);
  json.field("codec", media::name_of(track.codec)).field("codecs", rendition.codecs).field("lossless", is_lossless);
  json.field("bit_rate", rendition.average_bps).field("peak_bit_rate", rendition.peak_bps).field("size_bytes", rendition.size_bytes);
  json.field("language", track.language).field("role", rendition.role).field("default", rendition.is_default);
  json.field("hls", folder + rendition.id + ".m3u8");
  if (kind == media::TrackKind::audio)
    json.field("sample_rate", track.audio.sample_rate).field("channels", track.audio.channels).field("bit_depth", track.audio.bit_depth);
  if (kind == media::TrackKind::video) json.field("width", track.video.width).field("height", track.video.height);
  json.end_object();
}

void put_album(JsonWriter& json, const library::Album& album, const MediaAddresses& media) {
  json.begin_object().field("id", album.id).field("title", album.title);
  put_artist_names(json, album.artists);
  put_people(json, album.artists);
  json.field("year", album.year).field("genre", album.genre).field("songs", album.songs);
  json.field("seconds", std::round(album.seconds * 1000) / 1000).field("created", album.created).field("cover", album.cover);
  json.field("is_compilation", album.is_compilation).field("musicbrainz", album.musicbrainz);
  // Encoded in one run: all tracks on one timeline, without a gap.
  if (!album.run.empty()) json.field("asset", album.run).field("hls", media.hls(album.run)).field("dash", media.dash(album.run));
  json.end_object();
}

void put_artist(JsonWriter& json, const library::Artist& artist) {
  json.begin_object().field("id", artist.id).field("name", artist.name).field("albums", artist.albums).field("songs", artist.songs);
  json.field("cover", artist.cover).end_object();
}

}  // namespace segue::api
