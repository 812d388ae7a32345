// SPDX-License-Identifier: Apache-2.0
#include "packager/package_report.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace segue::packager {
namespace {

using Json = nlohmann::ordered_json;

double seconds_of(media::Rational time) { return static_cast<double>(time.num) / static_cast<double>(time.den); }

std::string print(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::string report_json(const Result<media::Asset>& asset, const Packaging& made, const std::string& folder) {
  if (!asset) return print({{"state", "failed"}, {"folder", folder}, {"error", asset.error().message}});
  Json out = {{"asset", asset->id},
              {"state", "packaged"},
              {"folder", folder},
              {"hls", folder + "/master.m3u8"},
              {"dash", folder + "/manifest.mpd"},
              {"seconds", seconds_of(asset->duration)},
              {"renditions", Json::array()},
              {"skipped", made.skipped}};
  for (const media::Track& track : made.tracks) {
    const media::Rendition& rendition = track.rendition;
    out["renditions"].push_back({{"id", rendition.id},
                                 {"file", rendition.file},
                                 {"codecs", rendition.codecs},
                                 {"size_bytes", rendition.size_bytes},
                                 {"segments", track.segments.size()},
                                 {"average_bps", rendition.average_bps},
                                 {"peak_bps", rendition.peak_bps}});
  }
  return print(out);
}

std::string report_text(const media::Asset& asset, const Packaging& made, const std::string& folder) {
  std::string text;
  for (const media::Track& track : made.tracks) {
    std::array<char, 200> line{};
    std::snprintf(line.data(), line.size(), "  %-20s %-14s %8.1f kbit/s  %6zu segments\n", track.rendition.id.c_str(),
                  track.rendition.codecs.c_str(), track.rendition.average_bps / 1000.0, track.segments.size());
    text += line.data();
  }
  for (const std::string& why : made.skipped) text += "  left out: " + why + "\n";
  std::array<char, 64> length{};
  std::snprintf(length.data(), length.size(), "%.3f s", seconds_of(asset.duration));
  return folder + ": " + length.data() + "\n" + text + "  plays as " + folder + "/master.m3u8 and " + folder + "/manifest.mpd\n";
}

}  // namespace segue::packager
