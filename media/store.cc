// SPDX-License-Identifier: Apache-2.0
#include "media/store.h"

#include <algorithm>

namespace segue::media {

bool is_asset_id(std::string_view text) noexcept {
  return text.size() == 26 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7'); });
}

bool is_rendition_id(std::string_view text) noexcept {
  if (text.empty() || text.size() > 64 || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

std::string asset_folder(std::string_view store, std::string_view asset) {
  std::string path(store);
  path += '/';
  path += asset;
  return path;
}

std::string generation_name(std::uint32_t generation) { return "g" + std::to_string(generation); }

std::string generation_folder(std::string_view store, std::string_view asset, std::uint32_t generation) {
  return asset_folder(store, asset) + '/' + generation_name(generation);
}

}  // namespace segue::media
