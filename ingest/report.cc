// SPDX-License-Identifier: Apache-2.0
#include "ingest/report.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/text.h"
#include "media/store.h"

namespace segue::ingest {
namespace {

using Json = nlohmann::ordered_json;
using cli::clock_text;
using cli::printable;

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// All fields of the outside contract; what is not known is null.
Json contract_line(const std::string& file, std::string_view state) {
  return {{"file", file},    {"asset", nullptr},  {"state", state},     {"hls", nullptr},
          {"dash", nullptr}, {"folder", nullptr}, {"seconds", nullptr}, {"error", nullptr}};
}

std::string times(double speed) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f×", speed);
  return text;
}

}  // namespace

std::string json_line(const FileResult& file, const Published& where) {
  Json line = contract_line(file.file, name_of(file.state));
  if (file.state == State::failed) {
    line["error"] = file.error;
    return dump(line);
  }
  line["asset"] = file.asset;
  line["hls"] = where.hls(file.asset);
  line["dash"] = where.dash(file.asset);
  line["folder"] = media::generation_folder(where.home.store(), file.asset, file.generation);
  line["seconds"] = file.seconds;
  return dump(line);
}

std::string json_line(const AlbumResult& album, const Published& where) {
  return dump({{"album", where.hls(album.asset)}, {"album_dash", where.dash(album.asset)}, {"assets", album.tracks}});
}

std::string queued_line(const JobInput& input) { return dump(contract_line(input.shown, "queued")); }

std::string json_error(const std::string& message) { return dump({{"error", message}}); }

std::string withdrawn_line(const std::string& file, const std::string& asset) {
  return dump({{"file", file}, {"asset", asset}, {"state", "withdrawn"}});
}

std::string text_lines(const FileResult& file, const Published& where) {
  if (file.state == State::failed) return "failed     " + printable(file.error);
  return std::string(name_of(file.state)) + "  " + printable(file.file) + "  " + clock_text(file.seconds) + "\n           " +
         where.hls(file.asset);
}

std::string text_lines(const AlbumResult& album, const Published& where) {
  return "album      " + std::to_string(album.tracks.size()) + " tracks on one timeline\n           " + where.hls(album.asset);
}

std::string json_line(const Totals& totals, const std::vector<LeaseNote>& running) {
  Json line = {{"queued", totals.queued},       {"running", Json::array()}, {"published", totals.published},
               {"unchanged", totals.unchanged}, {"failed", totals.failed},  {"errors", Json::array()}};
  for (const LeaseNote& note : running)
    line["running"].push_back(
        {{"file", note.file}, {"seconds_done", note.seconds_done}, {"seconds_total", note.seconds_total}, {"speed", note.speed}});
  for (const FileResult& error : totals.errors) line["errors"].push_back({{"file", error.file}, {"error", error.error}});
  return dump(line);
}

std::string text_lines(const Totals& totals, const std::vector<LeaseNote>& running) {
  std::string out = std::to_string(totals.queued) + " queued, " + std::to_string(totals.published) + " published, " +
                    std::to_string(totals.unchanged) + " unchanged, " + std::to_string(totals.failed) + " failed";
  for (const LeaseNote& note : running)
    out += "\nrunning    " + printable(note.file) + "  " + clock_text(note.seconds_done) + " of " + clock_text(note.seconds_total) + ", " +
           times(note.speed);
  for (const FileResult& error : totals.errors) out += "\nfailed     " + printable(error.error);
  return out;
}

}  // namespace segue::ingest
