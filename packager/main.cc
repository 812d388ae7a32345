// SPDX-License-Identifier: Apache-2.0
// segue package INPUT… --out FOLDER
#include <sys/random.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "cli/command.h"
#include "cli/text.h"
#include "manifests/folder_set.h"
#include "media/store.h"
#include "packager/package_report.h"
#include "packager/packaging.h"
#include "packager/staging.h"

namespace {

using namespace segue;
namespace fs = std::filesystem;

const cli::Command kCommand{
    .name = "package",
    .summary = "put encoded files into a folder that plays as HLS and DASH, without encoding again",
    .operands = "INPUT…",
    .description =
        "Takes MP4, MOV and M4A files, fragmented ones (CMAF) too, and AAC in ADTS frames. Every track of every input becomes a "
        "CMAF track file, its samples' bytes unchanged; beside them stand an HLS set, a DASH manifest and asset.json. Any web server "
        "plays the folder as it is. Priming, padding and edit lists of the inputs are kept to the sample.\n\n"
        "Several inputs are renditions of one programme: tracks of one codec and language become levels that a player switches between. "
        "Video levels must have their key frames at the same instants.\n\n"
        "The folder appears when it is complete; when anything fails, nothing is left behind.",
    .options = {{"out", 'o', "FOLDER", "", "where to: a folder that does not exist yet or is empty"},
                {"replace", 0, "", "", "an asset that stands there already is replaced, in one step"},
                {"title", 0, "TEXT", "", "the programme's title"},
                {"asset", 0, "ID", "", "its id, 26 characters of a-z and 2-7; else a new one is made"},
                {"segment-seconds", 0, "N", "4", "length of a segment", 1, 30},
                {"even-start", 0, "", "", "no shorter segments at the start (else 1, 1 and 2 s, so that players start sooner)"},
                {"sync", 0, "", "", "wait until everything is on disk"},
                {"json", 0, "", "", "one JSON line that tells what was made, or what failed"}},
    .examples = {{"segue package song.m4a --out song", "One file; song/master.m3u8 and song/manifest.mpd play it."},
                 {"segue package a-128.m4a a-256.m4a v-720.mp4 v-1080.mp4 --out film --json", "A ladder made elsewhere."}},
};

std::atomic<bool> interrupted{false};

void interrupt(int) { interrupted.store(true, std::memory_order_relaxed); }

// 128 bits in base32, as every asset's id.
Result<std::string> new_id() {
  std::string id(26, 'a');
  std::array<unsigned char, 26> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return Error{"no random bytes for an id"};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = "abcdefghijklmnopqrstuvwxyz234567"[bytes[i] & 31];
  id.back() = "aeimquy4"[bytes[25] & 7];  // 26 characters hold 130 bits: the last two are 0
  return id;
}

Result<void> write_text(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) return Error{path + ": write: " + std::strerror(errno)};
  return {};
}

media::Asset describe(const cli::Arguments& arguments, const std::string& id, const packager::Packaging& made) {
  media::Asset asset;
  asset.id = id;
  asset.created_unix = std::time(nullptr);
  asset.duration = made.duration;
  asset.kind = "track";
  const fs::path first = arguments.operands().front();
  asset.source.file_name = first.filename().string();
  std::error_code ignored;
  asset.source.size_bytes = fs::file_size(first, ignored);
  asset.tags["title"] = {arguments.has("title") ? arguments.text("title") : first.stem().string()};
  asset.ladder = "source";
  for (const media::Track& track : made.tracks) {
    if (media::kind_of(track.rendition.track.codec) == media::TrackKind::video) asset.kind = "video";
    asset.source.codecs.emplace_back(media::name_of(track.rendition.track.codec));
    asset.renditions.push_back(track.rendition);
  }
  return asset;
}

Result<media::Asset> package(const cli::Arguments& arguments, packager::Packaging& made) {
  std::string id = arguments.text("asset");
  if (id.empty()) {
    auto fresh = new_id();
    if (!fresh) return std::move(fresh).error();
    id = std::move(*fresh);
  }
  const auto existing = arguments.has("replace") ? packager::Staging::Existing::replace : packager::Staging::Existing::refuse;
  auto staging = packager::Staging::create(arguments.text("out"), existing);
  if (!staging) return std::move(staging).error();
  packager::PackagingJob job;
  job.inputs = arguments.operands();
  job.folder = staging->path();
  job.grid = {arguments.number("segment-seconds"), !arguments.has("even-start")};
  job.sync = arguments.has("sync");
  job.interrupted = &interrupted;
  auto packaged = packager::package_files(job);
  if (!packaged) return std::move(packaged).error();
  made = std::move(*packaged);

  media::Asset asset = describe(arguments, id, made);
  auto done = write_text(job.folder + "/" + std::string(media::kAssetFile), media::to_json(asset));
  auto set = manifests::folder_set(media::make_presentation(asset, made.tracks), {manifests::Addressing::Form::folder, {}});
  if (!set) return std::move(set).error();
  for (const manifests::NamedText& text : *set) {
    if (done) done = write_text(job.folder + "/" + text.name, text.text);
  }
  if (done) done = staging->commit();
  if (!done) return std::move(done).error();
  return asset;
}

int body(const cli::Arguments& arguments) {
  if (arguments.operands().empty()) return cli::usage_error(kCommand, "nothing to package: expected a file");
  if (arguments.text("out").empty()) return cli::usage_error(kCommand, "expected --out FOLDER");
  if (arguments.has("asset") && !media::is_asset_id(arguments.text("asset")))
    return cli::usage_error(kCommand, "--asset: expected 26 characters of a-z and 2-7");
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
  std::signal(SIGHUP, interrupt);
  packager::Packaging made;
  const auto asset = package(arguments, made);
  const bool json = arguments.has("json");
  if (json) std::printf("%s\n", packager::report_json(asset, made, arguments.text("out")).c_str());
  if (!asset) return json ? cli::kFailed : cli::failure(kCommand, cli::printable(asset.error().message));
  if (!json) std::fputs(packager::report_text(*asset, made, arguments.text("out")).c_str(), stdout);
  return cli::kDone;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
