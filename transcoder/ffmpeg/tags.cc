// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/tags.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string_view>
#include <utility>

#include "transcoder/tag_text.h"

namespace segue::transcoder::ffmpeg {
namespace {

constexpr std::size_t kMaxValueBytes = 1u << 20, kMaxTags = 1000, kMaxChapters = 10'000;  // lyrics of an opera fit
constexpr int kMaxCoverBytes = 32 << 20;

// Names that containers and taggers use -> ours. Compared in lower case.
constexpr std::array<std::pair<std::string_view, std::string_view>, 44> kNames = {{
    {"artists", "artist"},
    {"albumartist", "album_artist"},
    {"album artist", "album_artist"},
    {"albumartists", "album_artist"},
    {"tracknumber", "track"},
    {"totaltracks", "track_total"},
    {"tracktotal", "track_total"},
    {"discnumber", "disc"},
    {"totaldiscs", "disc_total"},
    {"disctotal", "disc_total"},
    {"year", "date"},
    {"tyer", "date"},
    {"tdrc", "date"},
    {"tdor", "original_date"},
    {"originaldate", "original_date"},
    {"originalyear", "original_date"},
    {"unsyncedlyrics", "lyrics"},
    {"uslt", "lyrics"},
    {"lyrics-eng", "lyrics"},
    {"lyrics-xxx", "lyrics"},
    {"description", "comment"},
    {"musicbrainz album id", "musicbrainz_album_id"},
    {"musicbrainz_albumid", "musicbrainz_album_id"},
    {"musicbrainz artist id", "musicbrainz_artist_id"},
    {"musicbrainz_artistid", "musicbrainz_artist_id"},
    {"musicbrainz album artist id", "musicbrainz_album_artist_id"},
    {"musicbrainz_albumartistid", "musicbrainz_album_artist_id"},
    {"musicbrainz track id", "musicbrainz_track_id"},
    {"musicbrainz_trackid", "musicbrainz_track_id"},
    {"musicbrainz release track id", "musicbrainz_release_track_id"},
    {"musicbrainz_releasetrackid", "musicbrainz_release_track_id"},
    {"musicbrainz release group id", "musicbrainz_release_group_id"},
    {"musicbrainz_releasegroupid", "musicbrainz_release_group_id"},
    {"musicbrainz_workid", "musicbrainz_work_id"},
    {"tpe1", "artist"},
    {"tpe2", "album_artist"},
    {"tcon", "genre"},
    {"tcom", "composer"},
    {"tsrc", "isrc"},
    {"tbpm", "bpm"},
    {"tsse", "encoder"},
    {"tcmp", "compilation"},
    {"cpil", "compilation"},
    {"acoustid id", "acoustid_id"},
}};

// Facts about the file that are not about the work.
bool is_technical(std::string_view key) {
  static constexpr std::array<std::string_view, 16> kTechnical = {
      "encoder",         "major_brand", "minor_version",          "compatible_brands", "handler_name", "vendor_id",
      "itunsmpb",        "itunnorm",    "creation_time",          "language",          "duration",     "number_of_frames",
      "number_of_bytes", "bps",         "metadata_block_picture", "gapless_playback"};
  return key.starts_with("_statistics") || std::find(kTechnical.begin(), kTechnical.end(), key) != kTechnical.end();
}

std::string name_of_tag(std::string_view key) {
  std::string lower(key);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower.starts_with("txxx:")) lower.erase(0, 5);
  if (lower.starts_with("lyrics-")) return "lyrics";
  for (const auto& [theirs, ours] : kNames) {
    if (lower == theirs) return std::string(ours);
  }
  return lower;
}

std::string trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\0'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return std::string(text);
}

void add(media::Tags& tags, const std::string& key, std::string_view value) {
  std::string text = tag_text(trimmed(value));
  if (text.empty()) return;
  auto& values = tags[key];
  if (std::find(values.begin(), values.end(), text) == values.end()) values.push_back(std::move(text));
}

// Several values in one string: libavformat joins Vorbis comments and ID3v2.4 lists with ';', and "/" stood between ID3v2.3's.
// Only names of people and genres are lists; a title may contain a semicolon.
bool is_list(std::string_view key) {
  return key == "artist" || key == "album_artist" || key == "genre" || key == "composer" || key.starts_with("musicbrainz_") ||
         key == "isrc" || key == "performer";
}

void add_list(media::Tags& tags, const std::string& key, std::string_view value) {
  for (std::size_t at = 0; at <= value.size();) {
    const std::size_t end = std::min(value.find(';', at), value.size());
    add(tags, key, value.substr(at, end - at));
    at = end + 1;
  }
}

// "3/12" -> track 3, track_total 12.
void add_number(media::Tags& tags, const std::string& key, std::string_view value) {
  const std::size_t slash = value.find('/');
  add(tags, key, value.substr(0, slash));
  if (slash != std::string_view::npos && !tags.contains(key + "_total")) add(tags, key + "_total", value.substr(slash + 1));
}

void take(media::Tags& tags, const AVDictionary* metadata) {
  // ARTISTS lists each artist alone where ARTIST is one credit line ("A feat. B"); the credit stays, as its first value.
  const AVDictionaryEntry* entry = nullptr;
  while ((entry = av_dict_get(metadata, "", entry, AV_DICT_IGNORE_SUFFIX)) != nullptr && tags.size() < kMaxTags) {
    if (std::strlen(entry->value) > kMaxValueBytes) continue;
    const std::string key = name_of_tag(entry->key);
    if (key.empty() || key.size() > 128 || is_technical(key)) continue;
    if (key == "track" || key == "disc") {
      add_number(tags, key, entry->value);
    } else if (is_list(key)) {
      add_list(tags, key, entry->value);
    } else {
      add(tags, key, entry->value);
    }
  }
}

const char* extension_of(AVCodecID codec) {
  switch (codec) {
    case AV_CODEC_ID_MJPEG: return "jpg";
    case AV_CODEC_ID_PNG: return "png";
    case AV_CODEC_ID_WEBP: return "webp";
    case AV_CODEC_ID_GIF: return "gif";
    default: return nullptr;
  }
}

}  // namespace

media::Tags read_tags(const AVFormatContext& format) {
  media::Tags tags;
  take(tags, format.metadata);
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    if (format.streams[i]->codecpar->codec_type != AVMEDIA_TYPE_AUDIO) continue;
    media::Tags own;
    take(own, format.streams[i]->metadata);
    own.erase("title");  // of the stream ("Commentary"), unless the container has none
    for (auto& [key, values] : own) {
      if (!tags.contains(key)) tags[key] = std::move(values);
    }
    if (!tags.contains("title")) {
      media::Tags named;
      take(named, format.streams[i]->metadata);
      if (named.contains("title")) tags["title"] = named["title"];
    }
    break;
  }
  return tags;
}

void add_lists(media::Tags& tags, const std::map<std::string, std::vector<std::string>>& lists) {
  for (const auto& [frame, values] : lists) {
    const std::string key = name_of_tag(frame);
    if (!is_list(key)) continue;
    for (const std::string& value : values) {
      const bool is_number = std::all_of(value.begin(), value.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
      if (!(key == "genre" && is_number) && value.size() <= kMaxValueBytes) add(tags, key, value);
    }
  }
}

void add_items(media::Tags& tags, const std::map<std::string, std::vector<std::string>>& items, Believed believed) {
  media::Tags found;
  for (const auto& [name, values] : items) {
    const std::string key = name_of_tag(name);
    if (key.size() > 128 || is_technical(key)) continue;
    for (const std::string& value : values) {
      if (value.size() > kMaxValueBytes) continue;
      if (key == "track" || key == "disc") {
        add_number(found, key, value);
      } else if (is_list(key)) {
        add_list(found, key, value);
      } else {
        add(found, key, value);
      }
    }
  }
  for (auto& [key, values] : found) {
    if (believed == Believed::before || !tags.contains(key)) tags[key] = std::move(values);
  }
}

std::vector<media::Chapter> read_chapters(const AVFormatContext& format) {
  std::vector<media::Chapter> chapters;
  for (unsigned i = 0; i < format.nb_chapters && chapters.size() < kMaxChapters; ++i) {
    const AVChapter& from = *format.chapters[i];
    const AVRational milliseconds = {1, 1000};
    media::Chapter chapter;
    chapter.start_ms = std::max<std::int64_t>(0, av_rescale_q(from.start, from.time_base, milliseconds));
    chapter.end_ms = std::max(chapter.start_ms, av_rescale_q(from.end, from.time_base, milliseconds));
    const AVDictionaryEntry* title = av_dict_get(from.metadata, "title", nullptr, 0);
    if (title != nullptr) chapter.title = tag_text(trimmed(title->value));
    chapters.push_back(std::move(chapter));
  }
  return chapters;
}

void read_cover(const AVFormatContext& format, SourceInfo& info) {
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    const AVStream& stream = *format.streams[i];
    if ((stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0 || stream.attached_pic.size <= 0 ||
        stream.attached_pic.size > kMaxCoverBytes)
      continue;
    const char* extension = extension_of(stream.codecpar->codec_id);
    if (extension == nullptr) continue;
    const AVDictionaryEntry* kind = av_dict_get(stream.metadata, "comment", nullptr, 0);
    const bool front = kind != nullptr && std::strcmp(kind->value, "Cover (front)") == 0;
    if (!info.cover.empty() && !front) continue;
    info.cover.assign(stream.attached_pic.data, stream.attached_pic.data + stream.attached_pic.size);
    info.cover_extension = extension;
    if (front) return;
  }
}

}  // namespace segue::transcoder::ffmpeg
