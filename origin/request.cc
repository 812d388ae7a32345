// SPDX-License-Identifier: Apache-2.0
#include "origin/request.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "manifests/addressing.h"
#include "media/store.h"
#include "origin/limits.h"

namespace segue::origin {
namespace {

constexpr std::string_view kRoot = "/v/";
constexpr std::string_view kCover = "cover.";
constexpr std::size_t kMaxCoverExtension = 5;

bool refuse(Refusal& refusal, int status, std::string reason) {
  refusal = {status, std::move(reason)};
  return false;
}

// Cuts the next path element off the front of `rest`.
std::string_view next_element(std::string_view& rest) noexcept {
  const std::size_t slash = rest.find('/');
  const std::string_view element = rest.substr(0, slash);
  rest = slash == std::string_view::npos ? std::string_view{} : rest.substr(slash + 1);
  return element;
}

// A canonical positive decimal: no sign, no leading zero, one spelling for one number (caches key on it).
std::optional<std::uint32_t> canonical_number(std::string_view text, std::uint32_t max) noexcept {
  if (text.empty() || text.front() == '0') return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > max) return std::nullopt;
  return value;
}

bool is_path_character(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-'; }

bool is_cover_name(std::string_view name) noexcept {
  if (!name.starts_with(kCover)) return false;
  const std::string_view extension = name.substr(kCover.size());
  return !extension.empty() && extension.size() <= kMaxCoverExtension &&
         std::all_of(extension.begin(), extension.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// <rendition>.iframes.m3u8, <rendition>.m3u8, <rendition>.vtt, asset.json, cover.*
bool parse_generation_file(std::string_view name, Request& request, Refusal& refusal) {
  if (name == media::kAssetFile) {
    request.resource = Resource::asset_json;
    return true;
  }
  if (is_cover_name(name)) {
    request.resource = Resource::cover;
    request.file_name = name;
    return true;
  }
  for (const auto& [suffix, resource] :
       {std::pair{manifests::kIFrameSuffix, Resource::iframe_playlist}, std::pair{manifests::kPlaylistSuffix, Resource::media_playlist},
        std::pair{manifests::kPlainTextSuffix, Resource::plain_text}}) {
    if (!name.ends_with(suffix)) continue;
    request.resource = resource;
    request.rendition = name.substr(0, name.size() - suffix.size());
    request.file_name = resource == Resource::plain_text ? name : std::string_view();
    return media::is_rendition_id(request.rendition) || refuse(refusal, 404, "no such playlist or text: its name is no rendition's");
  }
  return refuse(refusal, 404, "no such file in a generation");
}

bool parse_rendition_file(std::string_view rendition, std::string_view name, Request& request, Refusal& refusal) {
  if (!media::is_rendition_id(rendition)) return refuse(refusal, 404, "no such rendition: not a rendition's name");
  request.rendition = rendition;
  if (name == manifests::kInitName) {
    request.resource = Resource::init;
    return true;
  }
  if (!name.ends_with(manifests::kSegmentSuffix)) return refuse(refusal, 404, "expected init.mp4 or <number>.m4s");
  const auto number = canonical_number(name.substr(0, name.size() - manifests::kSegmentSuffix.size()), kMaxSegmentNumber);
  if (!number) return refuse(refusal, 404, "no such segment: expected a number from 1 without leading zeros");
  request.resource = Resource::segment;
  request.number = *number;
  return true;
}

bool parse_manifest(std::string_view name, std::string_view query, Request& request, Refusal& refusal) {
  if (name == "master.m3u8") {
    request.resource = Resource::multivariant;
  } else if (name == "manifest.mpd") {
    request.resource = Resource::mpd;
  } else {
    return refuse(refusal, 404, "expected master.m3u8, manifest.mpd or g<generation>/");
  }
  Result<manifests::Filter> filter = manifests::parse_filter(query);
  if (!filter) return refuse(refusal, 400, filter.error().message);
  request.filter = std::move(*filter);
  return true;
}

}  // namespace

bool parse_request(std::string_view path, std::string_view query, Request& request, Refusal& refusal) {
  request = {};
  if (path.size() > kMaxPathBytes) return refuse(refusal, 414, "path of " + std::to_string(path.size()) + " bytes, at most 256");
  if (query.size() > manifests::kMaxQueryBytes)
    return refuse(refusal, 414, "query of " + std::to_string(query.size()) + " bytes, at most 2048");
  if (!std::all_of(path.begin(), path.end(), is_path_character))
    return refuse(refusal, 400, "path: only a-z 0-9 - . / occur in an address");
  if (path.find("..") != std::string_view::npos) return refuse(refusal, 400, "path: '..' occurs in no address");
  if (path.find("//") != std::string_view::npos) return refuse(refusal, 400, "path: empty element");
  if (!path.starts_with(kRoot)) return refuse(refusal, 404, "expected /v/<asset>/...");

  std::string_view rest = path.substr(kRoot.size());
  request.asset = next_element(rest);
  if (!media::is_asset_id(request.asset)) return refuse(refusal, 404, "no such asset: an id has 26 characters of a-z 2-7");
  const std::string_view first = next_element(rest);
  if (rest.empty() && path.back() != '/' && !first.starts_with('g')) return parse_manifest(first, query, request, refusal);

  const auto generation = first.starts_with('g') ? canonical_number(first.substr(1), UINT32_MAX) : std::nullopt;
  if (!generation) return refuse(refusal, 404, "expected master.m3u8, manifest.mpd or g<generation>/");
  request.generation = *generation;
  const std::string_view second = next_element(rest);
  if (second.empty() || path.back() == '/') return refuse(refusal, 404, "folders are not listed");
  if (rest.empty()) return parse_generation_file(second, request, refusal);
  const std::string_view third = next_element(rest);
  if (!rest.empty()) return refuse(refusal, 404, "no address is that deep");
  return parse_rendition_file(second, third, request, refusal);
}

}  // namespace segue::origin
