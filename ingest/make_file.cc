// SPDX-License-Identifier: Apache-2.0
#include "ingest/make_file.h"

#include <chrono>
#include <filesystem>
#include <memory>

#include "ingest/describe.h"
#include "ingest/digest.h"
#include "ingest/files.h"
#include "ingest/identity.h"
#include "ingest/publish.h"
#include "ingest/rendition_file.h"
#include "ingest/stage.h"
#include "media/store.h"
#include "transcoder/transcode.h"

namespace segue::ingest {
namespace {

double seconds_of(media::Rational duration) { return static_cast<double>(duration.num) / static_cast<double>(duration.den); }

Result<transcoder::Ladder> ladder_for(const std::string& text, const std::string& kind) {
  if (text.empty()) return transcoder::preset_ladder(kind == "video" ? "video" : "music");
  return transcoder::parse_ladder(text, "ladder");
}

// One source on its way: what was found out about it, step by step.
struct Making {
  const JobInput& input;
  const std::string& staging;
  const Workplace& place;
  transcoder::SourceInfo info;
  transcoder::Ladder ladder;
  media::Asset asset;

  Result<void> look(const std::string& ladder_text);
  Result<std::vector<media::Track>> encode(const std::string& folder);
  Result<void> make();
};

Result<void> Making::look(const std::string& ladder_text) {
  auto probed = transcoder::probe(input.path);
  if (!probed) return std::move(probed).error();
  info = std::move(*probed);
  asset.kind = kind_of(info);
  auto wanted = ladder_for(ladder_text, asset.kind);
  if (!wanted) return std::move(wanted).error();
  ladder = std::move(*wanted);
  auto media = transcoder::media_hash(input.path);
  if (!media) return std::move(media).error();
  auto file = sha256_of_file(input.path);
  if (!file) return std::move(file).error();
  std::error_code error;
  const std::filesystem::path path(input.path);
  asset.source = describe_source(info, path.filename().string(), std::filesystem::file_size(path, error), {*media, hex(*file)});
  asset.id = asset_id(*media);
  asset.tags = info.tags;
  asset.chapters = info.chapters;
  asset.ladder = ladder.name;
  asset.ladder_hash = ladder_hash(transcoder::ladder_text(ladder));
  return {};
}

Result<std::vector<media::Track>> Making::encode(const std::string& folder) {
  auto plans = transcoder::plan_ladder(info, ladder);
  if (!plans) return std::move(plans).error();
  transcoder::TranscodeJob job;
  job.inputs = {input.path};
  job.renditions = std::move(*plans);
  std::vector<std::unique_ptr<RenditionFile>> files;
  for (const transcoder::RenditionPlan& plan : job.renditions) {
    files.push_back(std::make_unique<RenditionFile>(plan, folder, info.seconds));
    job.sinks.push_back(files.back().get());
  }
  job.normalise_loudness = ladder.normalise_loudness;
  job.cancelled = place.cancelled;
  job.on_progress = [this](const transcoder::Progress& p) {
    if (place.on_progress) place.on_progress(p.seconds_done, p.seconds_total);
  };
  auto done = transcoder::transcode(job);
  if (!done) return std::move(done).error();
  asset.duration = done->programmes.front().duration;
  asset.loudness = done->programmes.front().loudness;
  std::vector<media::Track> tracks;
  for (const auto& file : files) {
    if (file->track()) tracks.push_back(std::move(*file->track()));
  }
  return tracks;
}

Result<void> Making::make() {
  const std::string folder = media::generation_folder(staging, asset.id, asset.generation);
  if (auto made = make_folders(folder); !made) return made;
  auto tracks = encode(folder);
  if (!tracks) return std::move(tracks).error();
  asset.created_unix = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  auto cover = cover_of(info.cover);
  if (!cover) cover = cover_beside(input.path);
  auto written = write_texts(folder, asset, std::move(*tracks), cover, {manifests::Addressing::Form::folder, {}});
  if (!written) return written;
  return check_stage(folder, place.read_media);
}

}  // namespace

Result<Made> make_file(const JobInput& input, const std::string& ladder, const std::string& staging, const Workplace& place) {
  Making making{input, staging, place, {}, {}, {}};
  if (auto looked = making.look(ladder); !looked) return std::move(looked).error();
  media::Asset& asset = making.asset;
  auto lock = AssetLocks::acquire(place.layout, {asset.id}, place.cancelled);
  if (!lock) return std::move(lock).error();
  Made made;
  const auto current = current_asset(place.layout.store, asset.id);
  const bool same = current && is_same(*current, {asset.source.file_hash, asset.ladder_hash, {}});
  if (same) {
    asset = *current;
  } else {
    asset.generation = next_generation(place.layout.store, asset.id);
    if (auto done = making.make(); !done) return std::move(done).error();
    made.staged = true;
  }
  made.result.files.push_back(
      {input.shown, same ? State::unchanged : State::published, asset.id, asset.generation, seconds_of(asset.duration), {}});
  made.result.pieces.push_back({asset.id, asset.generation, asset.kind});
  made.locks.push_back(std::move(*lock));
  return made;
}

}  // namespace segue::ingest
