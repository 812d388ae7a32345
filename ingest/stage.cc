// SPDX-License-Identifier: Apache-2.0
#include "ingest/stage.h"

#include <string_view>

#include "ingest/files.h"
#include "manifests/folder_set.h"
#include "media/store.h"
#include "validator/file_digest.h"
#include "validator/validate.h"

namespace segue::ingest {
namespace {

Result<void> digest_side_file(const std::string& folder, media::SideFile& side) {
  if (side.file.empty()) return {};
  auto digest = validator::sha256_of_file(folder + '/' + side.file);
  if (!digest) return std::move(digest).error();
  side.sha256 = std::move(*digest);
  return {};
}

}  // namespace

Result<void> write_texts(const std::string& folder, media::Asset asset, std::vector<media::Track> tracks, const std::optional<Cover>& cover,
                         const manifests::Addressing& where) {
  media::settle_peaks(tracks);
  for (media::Track& track : tracks) {
    if (asset.kind != "album") {
      auto digest = validator::sha256_of_file(folder + '/' + track.rendition.file);
      if (!digest) return std::move(digest).error();
      track.rendition.sha256 = std::move(*digest);
      if (auto digested = digest_side_file(folder, track.rendition.webvtt); !digested) return digested;
    }
    asset.renditions.push_back(track.rendition);
  }
  if (cover) {
    asset.cover = cover->name;
    const std::string_view bytes(reinterpret_cast<const char*>(cover->bytes.data()), cover->bytes.size());
    if (auto written = write_file(folder + '/' + cover->name, bytes); !written) return written;
  }
  const std::string json = media::to_json(asset);
  if (auto written = write_file(folder + '/' + std::string(media::kAssetFile), json); !written) return written;
  auto set = manifests::folder_set(media::make_presentation(asset, std::move(tracks)), where);
  if (!set) return std::move(set).error();
  for (const manifests::NamedText& text : *set) {
    if (auto written = write_file(folder + '/' + text.name, text.text); !written) return written;
  }
  return {};
}

Result<void> check_stage(const std::string& folder, bool read_media) {
  validator::Options options;
  options.read_media = read_media;
  const validator::Report report = validator::validate(folder, options);
  if (!report.findings.violated()) return {};
  std::size_t musts = 0;
  const validator::Finding* first = nullptr;
  for (const validator::Finding& finding : report.findings.all()) {
    if (finding.rule->level != validator::Level::must) continue;
    ++musts;
    if (first == nullptr) first = &finding;
  }
  if (first == nullptr) return Error{"not published: the result breaks a rule"};
  const std::string where = first->where.starts_with(folder) ? first->where.substr(folder.size() + 1) : first->where;
  return Error{"not published: the result breaks rule " + std::string(first->rule->id) + " (" + std::string(first->rule->clause) + ") at " +
               where + ": " + first->what + (musts > 1 ? "; and " + std::to_string(musts - 1) + " more findings" : "")};
}

}  // namespace segue::ingest
