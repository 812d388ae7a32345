// SPDX-License-Identifier: Apache-2.0
// asset.json, written and read: each noun has its `put` and its `get` side by side. The only home of nlohmann-json in media/,
// called without exceptions: every value's type is asked for before it is taken.
#include "media/asset.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "media/limits.h"
#include "media/store.h"

namespace segue::media {
namespace {

using Json = nlohmann::ordered_json;

// Reads one JSON object's members. The first thing wrong is kept in `error` and everything after it reads as empty.
class Members {
 public:
  Members(const Json& json, std::string path, std::string& error) : json_(json), path_(std::move(path)), error_(error) {
    if (!json_.is_object()) fail("", "an object", json_);
  }

  // An absent member leaves `value` as it is; `need` makes that an error.
  template <class T>
  void get(const char* name, T& value) {
    if (const Json* found = find(name)) take(name, *found, value);
  }
  template <class T>
  void need(const char* name, T& value) {
    if (const Json* found = find(name)) return take(name, *found, value);
    fail(name, "to be present", Json());
  }
  [[nodiscard]] const Json* find(const char* name) const {
    if (!ok() || !json_.is_object()) return nullptr;
    const auto at = json_.find(name);
    return at == json_.end() ? nullptr : &*at;
  }
  [[nodiscard]] std::string path_of(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] bool ok() const { return error_.empty(); }
  [[nodiscard]] std::string& error() { return error_; }
  void fail(const std::string& name, const std::string& expected, const Json& found) {
    if (!ok()) return;
    std::string text = found.is_null() ? "nothing" : found.dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 60);
    error_ = "asset.json: " + (name.empty() ? (path_.empty() ? "/" : path_) : path_of(name)) + ": expected " + expected + ", found " + text;
  }
  // Calls `each(member, path)` for the elements of an array member.
  template <class Each>
  void each(const char* name, Each&& each) {
    const Json* list = find(name);
    if (list == nullptr) return;
    if (!list->is_array()) return fail(name, "an array", *list);
    for (std::size_t i = 0; i < list->size() && ok(); ++i) each((*list)[i], path_of(name) + "/" + std::to_string(i));
  }

 private:
  void take(const char* name, const Json& found, std::string& value) {
    if (!found.is_string()) return fail(name, "a string", found);
    value = found.get_ref<const std::string&>();
  }
  void take(const char* name, const Json& found, bool& value) {
    if (!found.is_boolean()) return fail(name, "true or false", found);
    value = found.get<bool>();
  }
  // null is what JSON has for minus infinity: the loudness of silence.
  void take(const char* name, const Json& found, double& value) {
    if (found.is_null()) {
      value = -std::numeric_limits<double>::infinity();
    } else if (found.is_number()) {
      value = found.get<double>();
    } else {
      fail(name, "a number", found);
    }
  }
  template <std::integral T>
  void take(const char* name, const Json& found, T& value) {
    const bool fits = found.is_number_unsigned() ? std::in_range<T>(found.get<std::uint64_t>())
                                                 : found.is_number_integer() && std::in_range<T>(found.get<std::int64_t>());
    if (!fits)
      return fail(
          name,
          "an integer from " + std::to_string(+std::numeric_limits<T>::min()) + " to " + std::to_string(+std::numeric_limits<T>::max()),
          found);
    value = found.get<T>();
  }
  void take(const char* name, const Json& found, Rational& value) {
    const bool pair = found.is_array() && found.size() == 2 && found[0].is_number_integer() && found[1].is_number_integer();
    if (!pair || found[1].get<std::int64_t>() <= 0) return fail(name, "[numerator, denominator over 0]", found);
    value = {found[0].get<std::int64_t>(), found[1].get<std::int64_t>()};
  }

  const Json& json_;
  std::string path_;
  std::string& error_;
};

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }
Json pair(Rational value) { return Json::array({value.num, value.den}); }

Json put(const Loudness& loudness) {
  return {{"integrated_lufs", number(loudness.integrated_lufs)},
          {"range_lu", number(loudness.range_lu)},
          {"true_peak_dbtp", number(loudness.true_peak_dbtp)},
          {"sample_peak_dbfs", number(loudness.sample_peak_dbfs)}};
}

void get(Members& from, const char* name, std::optional<Loudness>& loudness) {
  const Json* found = from.find(name);
  if (found == nullptr) return;
  Members in(*found, from.path_of(name), from.error());
  Loudness value;
  in.need("integrated_lufs", value.integrated_lufs);
  in.get("range_lu", value.range_lu);
  in.get("true_peak_dbtp", value.true_peak_dbtp);
  in.get("sample_peak_dbfs", value.sample_peak_dbfs);
  loudness = value;
}

// ReplayGain 2.0: the gain to -18 LUFS and the peak as a factor. Derived, for readers of the file; not read back.
void put_replay_gain(Json& out, const std::string& prefix, const Loudness& loudness) {
  if (!std::isfinite(loudness.integrated_lufs)) return;
  out[prefix + "_gain_db"] = std::round((-18.0 - loudness.integrated_lufs) * 100) / 100;
  out[prefix + "_peak"] = std::round(std::pow(10.0, loudness.sample_peak_dbfs / 20) * 1e6) / 1e6;
}

Json put(const AudioFormat& audio) {
  return {{"sample_rate", audio.sample_rate},
          {"channels", audio.channels},
          {"channel_mask", audio.channel_mask},
          {"bit_depth", audio.bit_depth}};
}

void get(Members in, AudioFormat& audio) {
  in.need("sample_rate", audio.sample_rate);
  in.need("channels", audio.channels);
  in.get("channel_mask", audio.channel_mask);
  in.get("bit_depth", audio.bit_depth);
}

constexpr const char* kRanges[] = {"sdr", "hlg", "pq"};

Json put(const VideoFormat& video) {
  return {{"width", video.width},
          {"height", video.height},
          {"sample_aspect", pair(video.sample_aspect)},
          {"frame_rate", pair(video.frame_rate)},
          {"range", kRanges[static_cast<std::size_t>(video.range)]},
          {"colour_primaries", video.colour_primaries},
          {"transfer", video.transfer},
          {"matrix", video.matrix},
          {"full_range", video.full_range}};
}

void get(Members in, VideoFormat& video) {
  in.need("width", video.width);
  in.need("height", video.height);
  in.get("sample_aspect", video.sample_aspect);
  in.get("frame_rate", video.frame_rate);
  std::string range = "sdr";
  in.get("range", range);
  const auto found = std::find(std::begin(kRanges), std::end(kRanges), range);
  if (found == std::end(kRanges)) return in.fail("range", "sdr, hlg or pq", Json(range));
  video.range = static_cast<VideoRange>(found - std::begin(kRanges));
  in.get("colour_primaries", video.colour_primaries);
  in.get("transfer", video.transfer);
  in.get("matrix", video.matrix);
  in.get("full_range", video.full_range);
}

Json put(const SideFile& side) { return {{"file", side.file}, {"size_bytes", side.size_bytes}, {"sha256", side.sha256}}; }

Json put(const Rendition& rendition) {
  const TrackConfig& track = rendition.track;
  Json out = {
      {"id", rendition.id},         {"file", rendition.file},          {"group", rendition.group},   {"codec", name_of(track.codec)},
      {"codecs", rendition.codecs}, {"timescale", track.timescale},    {"language", track.language}, {"label", track.label},
      {"role", rendition.role},     {"default", rendition.is_default}, {"forced", rendition.forced}};
  if (kind_of(track.codec) == TrackKind::audio) out["audio"] = put(track.audio);
  if (kind_of(track.codec) == TrackKind::video) out["video"] = put(track.video);
  out["duration"] = rendition.duration;
  out["lead_in"] = track.lead_in;
  out["tail"] = track.tail;
  out["size_bytes"] = rendition.size_bytes;
  out["peak_bps"] = rendition.peak_bps;
  out["average_bps"] = rendition.average_bps;
  out["dash_bps"] = rendition.dash_bps;
  out["encoder_peak_bps"] = track.peak_bps;
  out["encoder_average_bps"] = track.average_bps;
  out["preroll_bytes"] = rendition.preroll_bytes;
  out["preroll_ticks"] = rendition.preroll_ticks;
  out["sha256"] = rendition.sha256;
  if (!rendition.webvtt.file.empty()) out["webvtt"] = put(rendition.webvtt);
  if (track.loudness) out["loudness"] = put(*track.loudness);
  if (track.album_loudness) out["album_loudness"] = put(*track.album_loudness);
  return out;
}

// A name that stays inside the generation's folder.
bool is_plain_file_name(std::string_view name) {
  const auto harmless = [](char c) { return c != '/' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; };
  return !name.empty() && name.size() <= 255 && name[0] != '.' && std::all_of(name.begin(), name.end(), harmless);
}

void get(Members in, SideFile& side) {
  in.need("file", side.file);
  in.get("size_bytes", side.size_bytes);
  in.get("sha256", side.sha256);
  if (in.ok() && !is_plain_file_name(side.file)) in.fail("file", "a file name without folders", Json(side.file));
}

void get(Members in, bool has_file, Rendition& rendition) {
  TrackConfig& track = rendition.track;
  in.need("id", rendition.id);
  in.get("file", rendition.file);
  in.get("group", rendition.group);
  std::string codec;
  in.need("codec", codec);
  in.need("codecs", rendition.codecs);
  in.need("timescale", track.timescale);
  in.get("language", track.language);
  in.get("label", track.label);
  in.get("role", rendition.role);
  in.get("default", rendition.is_default);
  in.get("forced", rendition.forced);
  if (const Json* audio = in.find("audio")) get(Members(*audio, in.path_of("audio"), in.error()), track.audio);
  if (const Json* video = in.find("video")) get(Members(*video, in.path_of("video"), in.error()), track.video);
  in.need("duration", rendition.duration);
  in.get("lead_in", track.lead_in);
  in.get("tail", track.tail);
  in.get("size_bytes", rendition.size_bytes);
  in.get("peak_bps", rendition.peak_bps);
  in.get("average_bps", rendition.average_bps);
  in.get("dash_bps", rendition.dash_bps);
  in.get("encoder_peak_bps", track.peak_bps);
  in.get("encoder_average_bps", track.average_bps);
  in.get("preroll_bytes", rendition.preroll_bytes);
  in.get("preroll_ticks", rendition.preroll_ticks);
  in.get("sha256", rendition.sha256);
  if (const Json* webvtt = in.find("webvtt")) get(Members(*webvtt, in.path_of("webvtt"), in.error()), rendition.webvtt);
  get(in, "loudness", track.loudness);
  get(in, "album_loudness", track.album_loudness);
  if (!in.ok()) return;

  auto known = codec_named(codec);
  if (!known) return in.fail("codec", "a codec's name", Json(codec));
  track.codec = *known;
  if (!is_rendition_id(rendition.id)) in.fail("id", "1 to 64 characters of [a-z0-9-]", Json(rendition.id));
  if (has_file && !is_plain_file_name(rendition.file)) in.fail("file", "a file name without folders", Json(rendition.file));
  if (track.timescale == 0) in.fail("timescale", "over 0", Json(0));
}

Json put(const Source& source) {
  return {{"file_name", source.file_name},   {"size_bytes", source.size_bytes}, {"container", source.container},
          {"media_hash", source.media_hash}, {"file_hash", source.file_hash},   {"codecs", source.codecs}};
}

void get(Members in, Source& source) {
  in.get("file_name", source.file_name);
  in.get("size_bytes", source.size_bytes);
  in.get("container", source.container);
  in.get("media_hash", source.media_hash);
  in.get("file_hash", source.file_hash);
  in.each("codecs", [&](const Json& codec, const std::string&) {
    if (!codec.is_string()) return in.fail("codecs", "strings", codec);
    source.codecs.push_back(codec.get<std::string>());
  });
}

void get(Members in, Tags& tags, const Json& json) {
  if (!in.ok()) return;
  for (const auto& item : json.items()) {
    const std::string& name = item.key();  // not a structured binding: clang 14 does not capture those
    std::vector<std::string>& values = tags[name];
    in.each(name.c_str(), [&](const Json& value, const std::string&) {
      if (!value.is_string()) return in.fail(name, "strings", value);
      values.push_back(value.get<std::string>());
    });
  }
}

Json put_chapters(const std::vector<Chapter>& chapters) {
  Json out = Json::array();
  for (const Chapter& c : chapters) out.push_back({{"start_ms", c.start_ms}, {"end_ms", c.end_ms}, {"title", c.title}});
  return out;
}

Json put_parts(const std::vector<AlbumPart>& parts) {
  Json out = Json::array();
  for (const AlbumPart& p : parts)
    out.push_back({{"asset", p.asset}, {"generation", p.generation}, {"seconds", number(p.seconds)}, {"title", p.title}});
  return out;
}

void get_album(Members& in, Asset& asset) {
  in.get("album", asset.album);
  in.each("album_tracks", [&](const Json& json, const std::string& path) {
    Members from(json, path, in.error());
    AlbumPart part;
    from.need("asset", part.asset);
    from.get("generation", part.generation);
    from.get("seconds", part.seconds);
    from.get("title", part.title);
    if (from.ok() && !is_asset_id(part.asset)) from.fail("asset", "an asset's id", Json(part.asset));
    asset.album_tracks.push_back(std::move(part));
  });
}

void get(Members in, Asset& asset) {
  in.need("id", asset.id);
  in.need("generation", asset.generation);
  in.need("kind", asset.kind);
  in.get("created_unix", asset.created_unix);
  in.need("duration", asset.duration);
  if (const Json* source = in.find("source")) get(Members(*source, in.path_of("source"), in.error()), asset.source);
  if (const Json* tags = in.find("tags")) get(Members(*tags, in.path_of("tags"), in.error()), asset.tags, *tags);
  in.each("chapters", [&](const Json& json, const std::string& path) {
    Members from(json, path, in.error());
    Chapter& chapter = asset.chapters.emplace_back();
    from.need("start_ms", chapter.start_ms);
    from.get("end_ms", chapter.end_ms);
    from.get("title", chapter.title);
  });
  in.get("cover", asset.cover);
  get(in, "loudness", asset.loudness);
  in.get("ladder", asset.ladder);
  in.get("ladder_hash", asset.ladder_hash);
  in.each("renditions", [&](const Json& json, const std::string& path) {
    get(Members(json, path, in.error()), asset.kind != "album", asset.renditions.emplace_back());
  });
  get_album(in, asset);
  if (!in.ok()) return;
  if (!is_asset_id(asset.id)) in.fail("id", "26 characters of [a-z2-7]", Json(asset.id));
  if (!asset.cover.empty() && !is_plain_file_name(asset.cover)) in.fail("cover", "a file name without folders", Json(asset.cover));
  if (!asset.album.empty() && !is_asset_id(asset.album)) in.fail("album", "an asset's id", Json(asset.album));
  if (asset.kind != "track" && asset.kind != "video" && asset.kind != "album") in.fail("kind", "track, video or album", Json(asset.kind));
}

// Deeper than the format goes: a limit against input made to exhaust memory.
bool nested_deeper_than(std::string_view json, int limit) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > limit) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

}  // namespace

std::string to_json(const Asset& asset) {
  Json out = {{"format", "segue-asset-1"},
              {"id", asset.id},
              {"generation", asset.generation},
              {"kind", asset.kind},
              {"created_unix", asset.created_unix},
              {"duration", pair(asset.duration)},
              {"source", put(asset.source)},
              {"tags", Json::object()},
              {"chapters", put_chapters(asset.chapters)},
              {"cover", asset.cover}};
  for (const auto& [name, values] : asset.tags) out["tags"][name] = values;
  Json gain = Json::object();
  if (asset.loudness) {
    out["loudness"] = put(*asset.loudness);
    put_replay_gain(gain, "track", *asset.loudness);
  }
  if (!asset.renditions.empty() && asset.renditions[0].track.album_loudness)
    put_replay_gain(gain, "album", *asset.renditions[0].track.album_loudness);
  if (!gain.empty()) out["replaygain"] = gain;
  out["ladder"] = asset.ladder;
  out["ladder_hash"] = asset.ladder_hash;
  out["renditions"] = Json::array();
  for (const Rendition& rendition : asset.renditions) out["renditions"].push_back(put(rendition));
  out["album"] = asset.album;
  out["album_tracks"] = put_parts(asset.album_tracks);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Asset> parse_asset(std::string_view json) {
  if (json.size() > kMaxAssetJsonBytes)
    return Error{"asset.json: " + std::to_string(json.size()) + " bytes, expected at most " + std::to_string(kMaxAssetJsonBytes)};
  constexpr int kMaxDepth = 16;
  if (nested_deeper_than(json, kMaxDepth)) return Error{"asset.json: nested deeper than " + std::to_string(kMaxDepth)};
  const Json parsed = Json::parse(json, nullptr, false);
  if (parsed.is_discarded()) return Error{"asset.json: not JSON"};
  Asset asset;
  std::string error;
  get(Members(parsed, "", error), asset);
  if (!error.empty()) return Error{error};
  return asset;
}

}  // namespace segue::media
