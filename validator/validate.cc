// SPDX-License-Identifier: Apache-2.0
#include "validator/validate.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "manifests/dash_parser.h"
#include "manifests/hls_parser.h"
#include "manifests/hls_variables.h"
#include "validator/asset_rules.h"
#include "validator/dash_rules.h"
#include "validator/hls_master_rules.h"
#include "validator/hls_media_rules.h"
#include "validator/hls_tag_rules.h"
#include "validator/media_kind.h"
#include "validator/track_file.h"

namespace segue::validator {
namespace {

namespace fs = std::filesystem;
namespace hls = manifests::hls;
namespace dash = manifests::dash;

std::string_view text_of(const Resource& resource) { return {reinterpret_cast<const char*>(resource.bytes.data()), resource.bytes.size()}; }

bool is_dated(std::string_view playlist) {
  const auto lines = hls::split_lines(playlist);
  return lines && has_tag(*lines, "#EXT-X-PROGRAM-DATE-TIME");
}

class Validation {
 public:
  Validation(const Options& options, Report& report)
      : reads_media_(options.read_media),
        source_(make_source(options.timeout_seconds)),
        report_(report),
        loader_(*source_, !options.read_media, report.findings) {}

  void run(const std::string& target) {
    std::error_code ignored;
    if (!is_http(target) && fs::is_directory(target, ignored)) {
      folder(target);
    } else if (const auto size = size_of_track_file(target)) {
      track_file(target, *size);
    } else {
      manifest(target);
    }
    if (loader_.segments_judged() == 0 && !report_.findings.violated()) {
      report_.findings.add(rules::nothing_judged, target, "expected segments of fragmented MP4, found none");
    }
    report_.segments = loader_.segments_read();
    report_.media_bytes = loader_.bytes_read();
  }

 private:
  void folder(fs::path path) {
    std::error_code ignored;
    if (!fs::exists(path / "asset.json", ignored) && fs::exists(path / "current" / "asset.json", ignored)) path /= "current";
    if (fs::exists(path / "asset.json", ignored)) judge_asset(path.string(), *source_, reads_media_, report_.findings);
    std::vector<std::string> all, main;
    for (const auto& entry : fs::directory_iterator(path, ignored)) {
      const fs::path name = entry.path().filename();
      if (name.extension() != ".m3u8" && name.extension() != ".mpd") continue;
      all.push_back(entry.path().string());
      if (name == "master.m3u8" || name.extension() == ".mpd") main.push_back(entry.path().string());
    }
    const bool has_master = std::any_of(main.begin(), main.end(), [](const std::string& p) { return p.ends_with("master.m3u8"); });
    const std::vector<std::string>& chosen = has_master ? main : all;
    if (chosen.empty()) report_.findings.add(rules::nothing_here, path.string(), "no .m3u8 and no .mpd in it");
    for (const std::string& one : chosen) {
      if (playlists_.find(one) == playlists_.end()) manifest(one);
    }
  }

  // Nothing: not one. Of a local file only its first bytes are looked at: it may be larger than what is read at once.
  std::optional<std::uint64_t> size_of_track_file(const std::string& target) {
    std::error_code error;
    const bool seekable = source_->seekable(target);
    const std::uint64_t size = seekable ? fs::file_size(target, error) : 0;
    if (error || (seekable && size < 8)) return std::nullopt;
    const auto start = source_->read(target, seekable ? std::optional(Range{0, 8}) : std::nullopt);
    if (!start || !is_track_file(start->bytes)) return std::nullopt;
    return seekable ? size : start->bytes.size();
  }

  void track_file(const std::string& address, std::uint64_t size) {
    auto refs = refs_of_file(address, size, *source_);
    if (!refs) return report_.findings.add(rules::init_syntax, address, refs.error().message);
    ++report_.renditions;
    const Rendition rendition = loader_.load(std::move(*refs));
    if (rendition.init) judge_index(rendition, report_.findings);
  }

  std::optional<Resource> read(const std::string& address) {
    auto resource = source_->read(address, std::nullopt);
    if (!resource) {
      report_.findings.add(rules::unreachable, address, resource.error().message);
      return std::nullopt;
    }
    ++report_.manifests;
    if (hls::has_variables(text_of(*resource))) put_values(address, *resource);
    return std::move(*resource);
  }

  // From here on the playlist is what a player makes of it.
  void put_values(const std::string& address, Resource& resource) {
    auto made = hls::substitute(text_of(resource), variables_, address);
    if (!made) return report_.findings.add(rules::hls_syntax, address, made.error().message);
    resource.bytes.assign(made->text.begin(), made->text.end());
    if (hls::is_multivariant(made->text)) variables_ = std::move(made->variables);
  }

  void manifest(const std::string& address) {
    const auto resource = read(address);
    if (!resource) return;
    const std::string_view text = text_of(*resource);
    if (text.find('\0') != std::string_view::npos) {
      return report_.findings.add(rules::hls_syntax, address,
                                  "expected a playlist, an MPD or fragmented MP4, found " + std::string(media_kind(resource->bytes)));
    }
    const std::size_t start = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (start != std::string_view::npos && text[start] == '<') {
      mpd(address, *resource);
    } else if (hls::is_multivariant(text)) {
      multivariant(address, *resource);
    } else {
      media_playlist(address, *resource);
    }
  }

  void judge_playlist_response(const std::string& address, const Resource& resource) {
    if (!resource.is_http) return;
    const std::string& type = resource.content_type;
    if (type != "application/vnd.apple.mpegurl" && type != "audio/mpegurl" && type != "application/x-mpegURL") {
      report_.findings.add(rules::content_type, address, "expected application/vnd.apple.mpegurl, found \"" + type + '"');
    }
    if (!resource.gzip) report_.findings.add(rules::playlist_gzip, address, "not compressed");
  }

  void multivariant(const std::string& address, const Resource& resource) {
    judge_playlist_response(address, resource);
    judge_playlist_text(text_of(resource), address, report_.findings);
    const auto playlist = hls::parse_multivariant(text_of(resource));
    if (!playlist) return report_.findings.add(rules::hls_syntax, address, playlist.error().message);
    judge_multivariant(*playlist, address, report_.findings);
    for (const hls::Variant& variant : playlist->variants) loaded(resolve(address, variant.uri));
    for (const hls::Media& media : playlist->media) {
      if (!media.uri.empty()) loaded(resolve(address, media.uri));
    }
    for (const hls::Variant& variant : playlist->i_frames) i_frames(resolve(address, variant.uri));
    const auto find = [&](const std::string& uri) -> const LoadedPlaylist* {
      const auto found = playlists_.find(resolve(address, uri));
      return found == playlists_.end() || !found->second ? nullptr : &*found->second;
    };
    judge_variants(*playlist, find, address, report_.findings);
  }

  // Reads a media playlist and its media once.
  void loaded(const std::string& address) {
    if (playlists_.contains(address)) return;
    playlists_[address];
    const auto resource = read(address);
    if (resource) media_playlist(address, *resource);
  }

  std::optional<hls::MediaPlaylist> parsed(const std::string& address, const Resource& resource) {
    judge_playlist_response(address, resource);
    judge_playlist_text(text_of(resource), address, report_.findings);
    auto playlist = hls::parse_media_playlist(text_of(resource));
    if (!playlist) {
      report_.findings.add(rules::hls_syntax, address, playlist.error().message);
      return std::nullopt;
    }
    judge_media_playlist(*playlist, address, report_.findings);
    return std::move(*playlist);
  }

  void media_playlist(const std::string& address, const Resource& resource) {
    auto playlist = parsed(address, resource);
    if (!playlist) return;
    LoadedPlaylist& made = playlists_[address].emplace();
    made.playlist = std::move(*playlist);
    made.is_dated = is_dated(text_of(resource));
    ++report_.renditions;
    auto refs = refs_of(made.playlist, address);
    // An I-frame playlist's ranges are not whole segments: it is judged beside its video.
    if (!refs || made.playlist.i_frames_only) return;
    made.rendition = loader_.load(std::move(*refs));
    if (!made.rendition.init) return;
    judge_durations(made.rendition, report_.findings);
    judge_discontinuities(made.playlist, made.rendition, report_.findings);
  }

  void i_frames(const std::string& address) {
    if (playlists_.contains(address)) return;
    playlists_[address];
    const auto resource = read(address);
    if (!resource) return;
    auto playlist = parsed(address, *resource);
    if (!playlist) return;
    for (const auto& [name, other] : playlists_) {
      if (other && other->rendition.init && other->rendition.init->is_video()) {
        judge_i_frames(*playlist, other->rendition, address, report_.findings);
      }
    }
    LoadedPlaylist& made = playlists_[address].emplace();
    made.playlist = std::move(*playlist);
    made.is_dated = is_dated(text_of(*resource));
    const auto refs = refs_of(made.playlist, address);
    if (refs && !refs->init_address.empty()) made.rendition.init = loader_.init(refs->init_address, refs->init_range);
  }

  void mpd(const std::string& address, const Resource& resource) {
    if (resource.is_http && resource.content_type != "application/dash+xml") {
      report_.findings.add(rules::content_type, address, "expected application/dash+xml, found \"" + resource.content_type + '"');
    }
    const auto mpd = dash::parse_mpd(text_of(resource));
    if (!mpd) return report_.findings.add(rules::mpd_syntax, address, mpd.error().message);
    judge_mpd(*mpd, address, report_.findings);
    std::vector<LoadedRepresentation> all;
    for (DashRepresentation& one : expand(*mpd, address, *source_, report_.findings)) {
      LoadedRepresentation& made = all.emplace_back();
      made.dash = std::move(one);
      if (made.dash.refs.segments.empty() || made.dash.refs.init_address.empty()) continue;
      ++report_.renditions;
      made.rendition = loader_.load(made.dash.refs);
    }
    judge_representations(*mpd, all, address, report_.findings);
  }

  bool reads_media_;
  std::unique_ptr<Source> source_;
  Report& report_;
  Loader loader_;
  hls::Variables variables_;                                        // of the multivariant playlist
  std::map<std::string, std::optional<LoadedPlaylist>> playlists_;  // by address; empty: could not be read
};

}  // namespace

Report validate(const std::string& target, const Options& options) {
  Report report;
  Validation(options, report).run(target);
  return report;
}

}  // namespace segue::validator
