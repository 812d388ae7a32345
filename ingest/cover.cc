// SPDX-License-Identifier: Apache-2.0
#include "ingest/cover.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

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

// Whether the picture's last piece is there: an upload that broke off would be half grey for ever, where the folder may have a whole one.
// Some programs append bytes, so the mark is looked for near the end.
bool is_whole(std::span<const std::uint8_t> bytes, std::string_view type) {
  constexpr std::size_t kTail = 64u << 10;
  const std::span<const std::uint8_t> last = bytes.last(std::min(kTail, bytes.size()));
  const std::string_view tail(reinterpret_cast<const char*>(last.data()), last.size());
  if (type == "jpg") return tail.find("\xFF\xD9") != std::string_view::npos;
  if (type == "png") return tail.find("IEND") != std::string_view::npos;
  if (type == "gif") return tail.find(';') != std::string_view::npos;
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
  if (type.empty() || !is_whole(bytes, type)) return std::nullopt;
  return Cover{"cover." + type, {bytes.begin(), bytes.end()}};
}

std::optional<Cover> cover_beside(const std::string& media_path) {
  fs::path best;
  std::size_t rank = kNames.size();
  std::error_code error;
  for (fs::directory_iterator at(fs::path(media_path).parent_path(), error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    const std::size_t found = rank_of(at->path());
    if (found < rank && at->is_regular_file(ignored)) {
      rank = found;
      best = at->path();
    }
  }
  if (best.empty()) return std::nullopt;
  const auto bytes = read_file(best.string(), kMostBytes);
  if (!bytes) return std::nullopt;
  return cover_of({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()});
}

}  // namespace segue::ingest
