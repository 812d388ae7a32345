// SPDX-License-Identifier: Apache-2.0
#include "ingest/album_detection.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <set>

#include "ingest/describe.h"

namespace segue::ingest {
namespace {

std::optional<int> leading_number(const std::string& text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0) return std::nullopt;
  return number;
}

// What makes files one album; empty: they say nothing of one.
std::string album_key(const media::Tags& tags) {
  const std::string album = first_tag(tags, "album");
  if (album.empty()) return {};
  std::string artist = first_tag(tags, "album_artist");
  const std::string compilation = first_tag(tags, "compilation");
  if (artist.empty() && (compilation == "1" || compilation == "true")) artist = "\nvarious";
  if (artist.empty()) artist = first_tag(tags, "artist");
  return album + '\n' + artist;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "track 9" before "track 10".
bool natural_less(const std::string& a, const std::string& b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i;
      ++j;
      continue;
    }
    while (i < a.size() && a[i] == '0') ++i;
    while (j < b.size() && b[j] == '0') ++j;
    const std::size_t start_a = i, start_b = j;
    while (i < a.size() && is_digit(a[i])) ++i;
    while (j < b.size() && is_digit(b[j])) ++j;
    if (i - start_a != j - start_b) return i - start_a < j - start_b;
    const int order = a.compare(start_a, i - start_a, b, start_b, j - start_b);
    if (order != 0) return order < 0;
  }
  return a.size() - i < b.size() - j;
}

// False: two of them are at one place.
bool sort_by_place(std::span<const TaggedFile> files, std::vector<std::size_t>& group) {
  std::stable_sort(group.begin(), group.end(),
                   [&](std::size_t a, std::size_t b) { return *position_of(files[a].tags) < *position_of(files[b].tags); });
  return std::adjacent_find(group.begin(), group.end(), [&](std::size_t a, std::size_t b) {
           return *position_of(files[a].tags) == *position_of(files[b].tags);
         }) == group.end();
}

}  // namespace

std::optional<Position> position_of(const media::Tags& tags) {
  const auto track = leading_number(first_tag(tags, "track"));
  if (!track || *track == 0) return std::nullopt;
  return Position{leading_number(first_tag(tags, "disc")).value_or(1), *track};
}

std::vector<std::vector<std::size_t>> albums_among(std::span<const TaggedFile> files) {
  std::map<std::string, std::vector<std::size_t>> by_key;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string key = album_key(files[i].tags);
    if (files[i].sound_only && !key.empty() && position_of(files[i].tags)) by_key[key].push_back(i);
  }
  std::vector<std::vector<std::size_t>> albums;
  for (auto& [key, group] : by_key) {
    if (group.size() >= 2 && sort_by_place(files, group)) albums.push_back(std::move(group));
  }
  std::sort(albums.begin(), albums.end());  // in the folder's order
  return albums;
}

std::vector<std::size_t> playing_order(std::span<const TaggedFile> files) {
  std::vector<std::size_t> order(files.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const bool placed = std::all_of(files.begin(), files.end(), [](const TaggedFile& file) { return position_of(file.tags).has_value(); });
  if (placed && sort_by_place(files, order)) return order;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return natural_less(files[a].path, files[b].path); });
  return order;
}

}  // namespace segue::ingest
