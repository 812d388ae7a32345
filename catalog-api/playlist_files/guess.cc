// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlist_files/guess.h"

#include "manifests/percent.h"
#include "media/store.h"

namespace segue::playlist_files {
namespace {

constexpr std::string_view kDash = " - ";

// Cuts the last element off a path of either kind of slash.
std::string_view last_element(std::string_view& path) {
  while (!path.empty() && (path.back() == '/' || path.back() == '\\')) path.remove_suffix(1);
  const std::size_t slash = path.find_last_of("/\\");
  const std::string_view element = slash == std::string_view::npos ? path : path.substr(slash + 1);
  path = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  return element;
}

// "03 - Title", "03. Title", "1-03 Title", "03 Title"; a title that is only a number stays.
std::string_view without_number(std::string_view stem) {
  const std::size_t end = stem.find_first_not_of("0123456789-.");
  if (end == 0 || end == std::string_view::npos || end > 7) return stem;
  if (stem[0] < '0' || stem[0] > '9') return stem;
  const std::size_t title = stem.find_first_not_of(" -._", end);
  const bool is_apart = stem[end] == ' ' || stem[end] == '_';
  return is_apart && title != std::string_view::npos ? stem.substr(title) : stem;
}

}  // namespace

PathNames names_of(std::string_view location) {
  const bool is_uri = location.find("://") != std::string_view::npos;
  if (is_uri) location = location.substr(0, location.find_first_of("?#"));
  const auto read = [&](std::string_view element) { return clean(is_uri ? manifests::percent_decoded(element) : std::string(element)); };
  PathNames names;
  names.file = read(last_element(location));
  names.folder = read(last_element(location));
  names.parent = read(last_element(location));
  std::string_view stem = names.file;
  if (const std::size_t dot = stem.rfind('.'); dot != std::string_view::npos && dot > 0 && stem.size() - dot <= 6)
    stem = stem.substr(0, dot);
  stem = without_number(stem);
  const std::size_t dash = stem.find(kDash);
  names.title = clean(dash == std::string_view::npos ? stem : stem.substr(dash + kDash.size()));
  if (dash != std::string_view::npos) names.artist = clean(stem.substr(0, dash));
  return names;
}

std::string asset_of(std::string_view location) {
  constexpr std::string_view kMedia = "/v/";
  constexpr std::size_t kIdLength = 26;
  for (std::size_t at = location.find(kMedia); at != std::string_view::npos; at = location.find(kMedia, at + 1)) {
    const std::string_view id = location.substr(at + kMedia.size(), kIdLength), rest = location.substr(at + kMedia.size() + id.size());
    if (media::is_asset_id(id) && (rest.empty() || rest.front() == '/')) return std::string(id);
  }
  return {};
}

}  // namespace segue::playlist_files
