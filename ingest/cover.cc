// SPDX-License-Identifier: Apache-2.0
#include "ingest/cover.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include "ingest/files.h"

namespace segue::ingest {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostBytes = 32u << 20;

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// How good a name it is, 0 the best; kNames.size(): none.
constexpr std::array<std::string_view, 4> kNames = {"cover", "folder", "front", "album"};
std::size_t rank_of(const fs::path& path) {
  const std::string stem = lower(path.stem().string()), extension = lower(path.extension().string());
  if (extension != ".jpg" && extension != ".jpeg" && extension != ".png" && extension != ".webp") return kNames.size();
  return static_cast<std::size_t>(std::find(kNames.begin(), kNames.end(), stem) - kNames.begin());
}

// Behind the header of a JPEG's first scan (ISO/IEC 10918-1 B.1.1: markers, most with a length and their data, among it perhaps a whole
// small JPEG of a camera). 0: there is none.
std::size_t first_scan(std::span<const std::uint8_t> bytes) {
  for (std::size_t at = 2; at + 4 <= bytes.size();) {
    const std::uint8_t marker = bytes[at + 1];
    const bool is_marker = bytes[at] == 0xFF && marker != 0xFF && marker > 0x01 && (marker < 0xD0 || marker > 0xD9);
    const std::size_t length = is_marker ? 2 + (bytes[at + 2] << 8 | bytes[at + 3]) : 1;
    at += length;
    if (is_marker && marker == 0xDA && at <= bytes.size()) return at;
  }
  return 0;
}

// Whether the picture's last piece is there: an upload that broke off would be half grey for ever, where the folder may have a whole one.
// Some programs append bytes, so PNG's is looked for near the end.
bool has_end(std::span<const std::uint8_t> bytes, std::string_view type) {
  constexpr std::size_t kTail = 64u << 10;
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (type == "jpg") return all.find("\xFF\xD9", first_scan(bytes)) != std::string_view::npos;
  if (type == "png") return all.substr(all.size() - std::min(kTail, all.size())).find("IEND") != std::string_view::npos;
  if (type == "gif") return all[all.find_last_not_of('\0')] == ';';
  if (bytes.size() < 12) return false;
  const std::uint64_t riff = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | std::uint64_t{bytes[7]} << 24;
  return riff + 8 <= bytes.size();
}

}  // namespace

std::string picture_type(std::span<const std::uint8_t> bytes) {
  const std::string_view head(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 12));
  if (head.starts_with("\xFF\xD8\xFF")) return "jpg";
  if (head.starts_with("\x89PNG\r\n\x1A\n")) return "png";
  if (head.size() == 12 && head.starts_with("RIFF") && head.substr(8) == "WEBP") return "webp";
  if (head.starts_with("GIF87a") || head.starts_with("GIF89a")) return "gif";
  return {};
}

std::optional<Cover> cover_of(std::span<const std::uint8_t> bytes) {
  const std::string type = picture_type(bytes);
  if (type.empty()) return std::nullopt;
  const bool ends = has_end(bytes, type);
  if (type == "jpg" ? first_scan(bytes) == 0 : !ends) return std::nullopt;
  return Cover{"cover." + type, {bytes.begin(), bytes.end()}, ends};
}

std::optional<Cover> cover_beside(const std::string& media_path) {
  std::vector<std::pair<std::size_t, fs::path>> found;
  std::error_code error;
  for (fs::directory_iterator at(fs::path(media_path).parent_path(), error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    const std::size_t rank = rank_of(at->path());
    if (rank < kNames.size() && at->is_regular_file(ignored)) found.emplace_back(rank, at->path());
  }
  std::sort(found.begin(), found.end());
  std::optional<Cover> best;
  for (const auto& [rank, path] : found) {
    const auto bytes = read_file(path.string(), kMostBytes);
    if (!bytes) continue;
    auto cover = cover_of({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
    if (cover && cover->has_end) return cover;
    if (cover && !best) best = std::move(cover);
  }
  return best;
}

std::optional<Cover> best_cover(std::span<const std::uint8_t> inside, const std::string& media_path) {
  auto own = cover_of(inside);
  if (own && own->has_end) return own;
  auto beside = cover_beside(media_path);
  return own && !(beside && beside->has_end) ? own : beside;
}

}  // namespace segue::ingest
