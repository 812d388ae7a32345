// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/stored_asset.h"

#include <fstream>

#include "media/limits.h"
#include "media/store.h"

namespace segue::library {

Result<media::Asset> read_asset(const std::string& folder) {
  std::ifstream file(folder + '/' + std::string(media::kAssetFile), std::ios::binary);
  if (!file) return Error{folder + ": no asset.json"};
  std::string text(media::kMaxAssetJsonBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return media::parse_asset(text);
}

}  // namespace segue::library
