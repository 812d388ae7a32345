// SPDX-License-Identifier: Apache-2.0
#include "ingest/look.h"

#include <filesystem>

#include "ingest/describe.h"
#include "validator/file_digest.h"

namespace segue::ingest {

Result<Look> look_at(const std::string& path, const std::string& library) {
  auto probed = transcoder::probe(path);
  if (!probed) return std::move(probed).error();
  auto media = transcoder::media_hash(path);
  if (!media) return std::move(media).error();
  auto file = validator::sha256_of_file(path);
  if (!file) return std::move(file).error();
  Look look;
  look.info = std::move(*probed);
  if (!library.empty()) look.info.tags["library"] = {library};
  look.kind = kind_of(look.info);
  look.cover = best_cover(look.info.cover, path);
  look.info.cover = {};
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  look.source = describe_source(look.info, std::filesystem::path(path).filename().string(), error ? 0 : size, {*media, *file});
  return look;
}

Result<transcoder::Ladder> ladder_for(const std::string& text, const std::string& kind) {
  if (text.empty()) return transcoder::preset_ladder(kind == "video" ? "video" : "music");
  return transcoder::parse_ladder(text, "ladder");
}

double seconds_of(media::Rational duration) noexcept { return static_cast<double>(duration.num) / static_cast<double>(duration.den); }

}  // namespace segue::ingest
