// SPDX-License-Identifier: Apache-2.0
#include "validator/asset_rules.h"

#include <filesystem>

#include "media/asset.h"
#include "media/store.h"
#include "validator/file_digest.h"

namespace segue::validator {
namespace {

namespace fs = std::filesystem;

void judge_digest(const std::string& path, const std::string& declared, const std::string& at, Findings& findings) {
  if (declared.empty()) return;
  const auto digest = sha256_of_file(path);
  if (!digest) return findings.add(rules::asset_json, at, digest.error().message);
  if (*digest != declared) findings.add(rules::asset_json, at, "sha256 " + declared + ", the file's is " + *digest);
}

void judge_size(const fs::path& path, std::uint64_t declared, const std::string& at, Findings& findings) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (error) return findings.add(rules::asset_json, at, path.filename().string() + ": " + error.message());
  if (size == declared) return;
  findings.add(rules::asset_json, at, "size_bytes " + std::to_string(declared) + ", the file has " + std::to_string(size));
}

void judge_side_file(const fs::path& folder, const media::SideFile& side, bool read_media, const std::string& at, Findings& findings) {
  if (side.file.empty()) return;
  judge_size(folder / side.file, side.size_bytes, at + "/webvtt", findings);
  if (read_media) judge_digest((folder / side.file).string(), side.sha256, at + "/webvtt", findings);
}

void judge_rendition(const fs::path& folder, const media::Rendition& rendition, bool read_media, const std::string& where,
                     Findings& findings) {
  const std::string at = where + ": rendition " + rendition.id;
  if (!media::is_rendition_id(rendition.id)) findings.add(rules::asset_json, at, "the id is not 1 to 64 of a-z, 0-9 and -");
  if (rendition.file.empty() || rendition.file.find('/') != std::string::npos) {
    return findings.add(rules::asset_json, at, "file \"" + rendition.file + "\" is no name in the folder");
  }
  judge_size(folder / rendition.file, rendition.size_bytes, at, findings);
  if (read_media) judge_digest((folder / rendition.file).string(), rendition.sha256, at, findings);
  judge_side_file(folder, rendition.webvtt, read_media, at, findings);
  if (rendition.average_bps > rendition.peak_bps) findings.add(rules::asset_json, at, "average_bps is above peak_bps");
}

}  // namespace

void judge_asset(const std::string& folder, Source& source, bool read_media, Findings& findings) {
  const std::string where = (fs::path(folder) / media::kAssetFile).string();
  const auto resource = source.read(where, std::nullopt);
  if (!resource) return findings.add(rules::unreachable, where, resource.error().message);
  const auto asset = media::parse_asset({reinterpret_cast<const char*>(resource->bytes.data()), resource->bytes.size()});
  if (!asset) return findings.add(rules::asset_json, where, asset.error().message);
  if (!media::is_asset_id(asset->id)) findings.add(rules::asset_json, where, "id \"" + asset->id + "\" is no asset id");
  if (asset->duration.den <= 0 || asset->duration.num < 0) findings.add(rules::asset_json, where, "a negative duration");
  std::error_code error;
  if (!asset->cover.empty() && !fs::exists(fs::path(folder) / asset->cover, error)) {
    findings.add(rules::asset_json, where, "cover " + asset->cover + " is not there");
  }
  if (asset->kind == "album") return;  // its files are its tracks'
  for (const media::Rendition& rendition : asset->renditions) judge_rendition(folder, rendition, read_media, where, findings);
}

}  // namespace segue::validator
