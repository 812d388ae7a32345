// SPDX-License-Identifier: Apache-2.0
#include "ingest/make_album.h"

#include <filesystem>

#include "ingest/album_rendition.h"
#include "ingest/describe.h"
#include "ingest/files.h"
#include "ingest/identity.h"
#include "ingest/look.h"
#include "ingest/publish.h"
#include "ingest/rendition_file.h"
#include "ingest/stage.h"
#include "media/store.h"
#include "media/title.h"

namespace segue::ingest {
namespace {

using Loudness = packager::AlbumSplitter::Loudness;

class AlbumMaking {
 public:
  AlbumMaking(const Job& job, const std::string& staging, const Workplace& place) : job_(job), staging_(staging), place_(place) {}

  Result<Made> make() {
    if (auto looked = look(); !looked) return std::move(looked).error();
    auto locks = lock();
    if (!locks) return std::move(locks).error();
    Made made;
    if (!is_there()) {
      if (auto done = stage(); !done) return std::move(done).error();
      made.staged = true;
    }
    made.result = result(made.staged ? State::published : State::unchanged);
    made.locks = std::move(*locks);
    return made;
  }

 private:
  Result<void> look();
  void describe_album();
  void settle_tags();
  Result<AssetLocks> lock() const;
  bool is_there();
  Result<void> stage();
  Result<void> encode();
  Result<void> write_track(std::size_t k);
  Result<void> write_album();
  [[nodiscard]] Result<std::vector<media::Track>> joined() const;
  [[nodiscard]] JobResult result(State state) const;
  [[nodiscard]] std::string folder_of(const media::Asset& asset) const {
    return media::generation_folder(staging_, asset.id, asset.generation);
  }

  const Job& job_;
  const std::string& staging_;
  const Workplace& place_;
  std::vector<Look> looks_;
  transcoder::Ladder ladder_;
  media::Asset album_;
  std::vector<media::Asset> tracks_;              // in playing order
  std::vector<std::vector<media::Track>> files_;  // of each track, its renditions
};

Result<void> AlbumMaking::look() {
  std::vector<std::string> hashes;
  for (const JobInput& input : job_.inputs) {
    auto look = look_at(input.path, job_.library);
    if (!look) return std::move(look).error();
    hashes.push_back(look->source.media_hash);
    looks_.push_back(std::move(*look));
  }
  auto ladder = ladder_for(job_.ladder, "track");
  if (!ladder) return std::move(ladder).error();
  ladder_ = std::move(*ladder);
  const std::vector<std::string> ids = track_ids(hashes);
  for (std::size_t k = 0; k < looks_.size(); ++k) {
    tracks_.push_back(describe(looks_[k], ladder_));
    tracks_[k].id = ids[k];
    tracks_[k].kind = "track";
  }
  describe_album();
  return {};
}

void AlbumMaking::describe_album() {
  std::vector<std::string> media_hashes, file_hashes;
  for (const Look& look : looks_) {
    media_hashes.push_back(look.source.media_hash);
    file_hashes.push_back(look.source.file_hash);
    album_.source.size_bytes += look.source.size_bytes;
  }
  album_.kind = "album";
  album_.source.file_name = std::filesystem::path(job_.inputs.front().path).parent_path().filename().string();
  album_.source.container = looks_.front().source.container;
  album_.source.codecs = looks_.front().source.codecs;
  album_.source.media_hash = joined_hash(media_hashes);
  album_.source.file_hash = joined_hash(file_hashes);
  album_.id = asset_id(album_.source.media_hash);
  album_.ladder = ladder_.name;
  album_.ladder_hash = ladder_hash(transcoder::ladder_text(ladder_));
  for (media::Asset& track : tracks_) track.album = album_.id;
}

Result<AssetLocks> AlbumMaking::lock() const {
  std::vector<std::string> ids{album_.id};
  for (const media::Asset& track : tracks_) ids.push_back(track.id);
  return AssetLocks::acquire(place_.layout, std::move(ids), place_.cancelled);
}

// The album stands in the store with exactly these files on this ladder, and so do the generations that it lists. A track may have a newer
// one: that of another album with the same recording.
bool AlbumMaking::is_there() {
  const std::string& store = place_.layout.store;
  const auto current = current_asset(store, album_.id);
  if (!current || !is_same(*current, {album_.source.file_hash, album_.ladder_hash, {}, job_.library})) return false;
  if (current->album_tracks.size() != tracks_.size()) return false;
  std::vector<media::Asset> found;
  for (std::size_t k = 0; k < tracks_.size(); ++k) {
    auto track = asset_of(store, tracks_[k].id, current->album_tracks[k].generation);
    if (!track || track->album != album_.id) return false;
    found.push_back(std::move(*track));
  }
  album_ = *current;
  tracks_ = std::move(found);
  return true;
}

void AlbumMaking::settle_tags() {
  const std::string& store = place_.layout.store;
  std::vector<const media::Tags*> tags;
  for (media::Asset& track : tracks_) {
    keep_library(track, current_asset(store, track.id));
    tags.push_back(&track.tags);
  }
  album_.tags = album_tags(tags, album_.source.file_name);
  keep_library(album_, current_asset(store, album_.id));
}

Result<void> AlbumMaking::stage() {
  settle_tags();
  const std::string& store = place_.layout.store;
  album_.generation = next_generation(store, album_.id, place_.announced(album_.id));
  for (media::Asset& track : tracks_) {
    track.generation = next_generation(store, track.id, place_.announced(track.id));
    if (auto made = make_folders(folder_of(track)); !made) return made;
  }
  if (auto made = make_folders(folder_of(album_)); !made) return made;
  if (auto encoded = encode(); !encoded) return encoded;
  album_.created_unix = now_unix();
  for (std::size_t k = 0; k < tracks_.size(); ++k) {
    if (auto written = write_track(k); !written) return written;
  }
  return write_album();
}

Result<void> AlbumMaking::encode() {
  std::vector<transcoder::SourceInfo> infos;
  std::vector<AlbumOutput> outputs;
  transcoder::TranscodeJob job;
  double total = 0;
  for (std::size_t k = 0; k < looks_.size(); ++k) {
    infos.push_back(looks_[k].info);
    outputs.push_back({folder_of(tracks_[k]), looks_[k].info.seconds});
    job.inputs.push_back(looks_[k].info.path);
    total += looks_[k].info.seconds;
  }
  auto plans = transcoder::plan_album(infos, ladder_);
  if (!plans) return std::move(plans).error();
  job.renditions = std::move(*plans);
  std::vector<std::unique_ptr<AlbumRendition>> renditions;
  for (const transcoder::RenditionPlan& plan : job.renditions) {
    renditions.push_back(make_album_rendition(plan, outputs));
    job.sinks.push_back(renditions.back().get());
  }
  job.normalise_loudness = ladder_.normalise_loudness;
  job.cancelled = place_.cancelled;
  job.on_progress = [&](const transcoder::Progress& progress) { place_.tell(progress.seconds_done, total); };
  job.on_programme = [&](std::size_t k, const transcoder::Programme& programme) {
    for (const auto& rendition : renditions) rendition->track_ends(k, programme);
  };
  auto done = transcoder::transcode(job);
  if (!done) return std::move(done).error();

  Loudness loudness{{}, done->loudness};
  for (std::size_t k = 0; k < tracks_.size(); ++k) {
    tracks_[k].duration = done->programmes.at(k).duration;
    tracks_[k].loudness = done->programmes[k].loudness;
    loudness.tracks.push_back(done->programmes[k].loudness);
  }
  const transcoder::Programme& last = done->programmes.back();
  album_.duration = {last.first_sample + last.sample_count, last.sample_rate};
  album_.loudness = done->loudness;
  files_.resize(tracks_.size());
  for (std::size_t r = 0; r < renditions.size(); ++r) {
    auto cut = renditions[r]->finish(loudness);
    if (!cut) return std::move(cut).error();
    for (std::size_t k = 0; k < tracks_.size(); ++k) {
      name_rendition(job.renditions[r], (*cut)[k].rendition);
      files_[k].push_back(std::move((*cut)[k]));
    }
  }
  return {};
}

Result<void> AlbumMaking::write_track(std::size_t k) {
  media::Asset& track = tracks_[k];
  track.created_unix = album_.created_unix;
  auto written = write_texts(folder_of(track), track, files_[k], looks_[k].cover, {manifests::Addressing::Form::folder, {}});
  if (!written) return written;
  return check_stage(folder_of(track), place_.read_media);
}

// Each rendition on the album's timeline: the tracks' segments one after another.
Result<std::vector<media::Track>> AlbumMaking::joined() const {
  std::vector<media::Track> all;
  for (std::size_t r = 0; r < files_.front().size(); ++r) {
    std::vector<const media::Track*> parts;
    media::Rendition rendition = files_.front()[r].rendition;
    rendition.size_bytes = 0;
    for (const auto& files : files_) {
      parts.push_back(&files[r]);
      rendition.size_bytes += files[r].rendition.size_bytes;
    }
    rendition.duration = media::ticks_at(album_.duration, rendition.track.timescale);
    rendition.track.tail = files_.back()[r].rendition.track.tail;
    rendition.track.loudness = album_.loudness;
    auto track = media::make_album_track(rendition, parts);
    if (!track) return std::move(track).error();
    all.push_back(std::move(*track));
  }
  return all;
}

Result<void> AlbumMaking::write_album() {
  manifests::Addressing where{manifests::Addressing::Form::folder, {}};
  for (const media::Asset& track : tracks_) {
    album_.album_tracks.push_back({track.id, track.generation, seconds_of(track.duration), media::title_of(track)});
    where.folders.push_back("../../" + track.id + '/' + media::generation_name(track.generation) + '/');
  }
  auto all = joined();
  if (!all) return std::move(all).error();
  auto written = write_texts(folder_of(album_), album_, std::move(*all), looks_.front().cover, where);
  if (!written) return written;
  return check_stage(folder_of(album_), place_.read_media);
}

JobResult AlbumMaking::result(State state) const {
  JobResult result;
  AlbumResult album{album_.id, album_.generation, {}};
  for (std::size_t k = 0; k < tracks_.size(); ++k) {
    const media::Asset& track = tracks_[k];
    result.files.push_back({job_.inputs[k].shown, state, track.id, track.generation, seconds_of(track.duration), {}});
    result.pieces.push_back({track.id, track.generation, track.kind});
    album.tracks.push_back(track.id);
  }
  result.pieces.push_back({album_.id, album_.generation, album_.kind});
  result.album = std::move(album);
  return result;
}

}  // namespace

Result<Made> make_album(const Job& job, const std::string& staging, const Workplace& place) {
  return AlbumMaking(job, staging, place).make();
}

}  // namespace segue::ingest
