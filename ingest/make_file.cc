// SPDX-License-Identifier: Apache-2.0
#include "ingest/make_file.h"

#include <filesystem>
#include <memory>

#include "ingest/describe.h"
#include "ingest/download.h"
#include "ingest/expansion.h"
#include "ingest/files.h"
#include "ingest/identity.h"
#include "ingest/look.h"
#include "ingest/publish.h"
#include "ingest/rendition_file.h"
#include "ingest/stage.h"
#include "media/store.h"
#include "transcoder/transcode.h"

namespace segue::ingest {
namespace {

struct Encoded {
  std::vector<media::Track> tracks;
  transcoder::Programme programme;
};

Result<Encoded> encode(const transcoder::SourceInfo& info, const transcoder::Ladder& ladder, const std::string& folder,
                       const Workplace& place) {
  auto plans = transcoder::plan_ladder(info, ladder);
  if (!plans) return std::move(plans).error();
  transcoder::TranscodeJob job;
  job.inputs = {info.path};
  job.renditions = std::move(*plans);
  std::vector<std::unique_ptr<RenditionFile>> files;
  for (const transcoder::RenditionPlan& plan : job.renditions) {
    files.push_back(std::make_unique<RenditionFile>(plan, folder, info.seconds));
    job.sinks.push_back(files.back().get());
  }
  job.normalise_loudness = ladder.normalise_loudness;
  job.cancelled = place.cancelled;
  job.on_progress = [&place](const transcoder::Progress& progress) { place.tell(progress.seconds_done, progress.seconds_total); };
  auto done = transcoder::transcode(job);
  if (!done) return std::move(done).error();
  Encoded encoded{{}, done->programmes.front()};
  for (const auto& file : files) {
    if (file->track()) {
      encoded.tracks.push_back(std::move(*file->track()));
    } else if (auto removed = file->discard(); !removed) {
      return std::move(removed).error();
    }
  }
  return encoded;
}

Result<void> make(media::Asset& asset, const Look& look, const transcoder::Ladder& ladder, const std::string& staging,
                  const Workplace& place) {
  const std::string folder = media::generation_folder(staging, asset.id, asset.generation);
  if (auto made = make_folders(folder); !made) return made;
  auto encoded = encode(look.info, ladder, folder, place);
  if (!encoded) return std::move(encoded).error();
  asset.created_unix = now_unix();
  asset.duration = encoded->programme.duration;
  asset.loudness = encoded->programme.loudness;
  auto written = write_texts(folder, asset, std::move(encoded->tracks), look.cover, {manifests::Addressing::Form::folder, {}});
  if (!written) return written;
  return check_stage(folder, place.read_media);
}

// The input became this asset before, as it is now, on this ladder; since then another file with the same recording has had its turn, the
// copy on a sampler. Were it made anew, the two would take turns for ever.
bool had_its_turn(const std::string& became, const media::Asset& wanted, const media::Asset& current, const Workplace& place,
                  const std::string& path) {
  return place.memory != nullptr && current.ladder_hash == wanted.ladder_hash && place.memory->became(path) == became;
}

// `path`: the input's own, or where its URL was fetched to.
Result<Made> make_from(const std::string& path, const JobInput& input, const NewJob& job, const std::string& staging,
                       const Workplace& place) {
  auto look = look_at(path, job.library);
  if (!look) return std::move(look).error();
  auto ladder = ladder_for(job.ladder, look->kind);
  if (!ladder) return std::move(ladder).error();
  media::Asset asset = describe(*look, *ladder);
  auto locks = AssetLocks::acquire(place.layout, {asset.id}, place.cancelled);
  if (!locks) return std::move(locks).error();
  Made made;
  const auto current = current_asset(place.layout.store, asset.id);
  const std::string became =
      asset.id + ' ' + asset.source.file_hash + ' ' + asset.ladder_hash + (job.library.empty() ? "" : ' ' + job.library);
  const bool same = current && (is_same(*current, {asset.source.file_hash, asset.ladder_hash, {}, job.library}) ||
                                had_its_turn(became, asset, *current, place, input.path));
  if (same) {
    asset = *current;
  } else {
    keep_library(asset, current);
    asset.generation = next_generation(place.layout.store, asset.id, place.announced(asset.id));
    if (auto done = make(asset, *look, *ladder, staging, place); !done) return std::move(done).error();
    made.staged = true;
  }
  made.result.files.push_back(
      {input.shown, same ? State::unchanged : State::published, asset.id, asset.generation, seconds_of(asset.duration), {}});
  made.result.pieces.push_back({asset.id, asset.generation, asset.kind});
  made.locks = std::move(*locks);
  if (place.memory != nullptr) place.memory->note(input.path, became);
  return made;
}

}  // namespace

Result<Made> make_file(const JobInput& input, const NewJob& job, const std::string& staging, const Workplace& place) {
  if (!is_url(input.path)) return make_from(input.path, input, job, staging, place);
  auto fetched = download(input.path, staging + "/source", place.cancelled);
  if (!fetched) return std::move(fetched).error();
  auto made = make_from(*fetched, input, job, staging, place);
  if (made || made.error().message.rfind(*fetched, 0) != 0) return made;
  return Error{input.path + made.error().message.substr(fetched->size())};  // the uploader knows the URL
}

}  // namespace segue::ingest
