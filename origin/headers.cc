// SPDX-License-Identifier: Apache-2.0
#include "origin/headers.h"

#include <array>
#include <utility>

namespace segue::origin {
namespace {

constexpr std::string_view kExposed =
    "Accept-Ranges, Age, Cache-Status, Content-Length, Content-Range, Date, ETag, Link, X-Cache, X-Request-Id";

// A generation's bytes never change: a year is RFC 9111's own example of "for ever", immutable (RFC 8246) spares the reload's revalidation.
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
// A manifest names the live generation: short, and shown stale while a cache asks again or the origin is away (RFC 5861).
constexpr std::string_view kShort = "public, max-age=5, stale-while-revalidate=60, stale-if-error=86400";

}  // namespace

void add_cors(PlanWriter& writer) {
  writer.add_header("Access-Control-Allow-Origin", "*");
  writer.add_header("Access-Control-Expose-Headers", kExposed);
  writer.add_header("Timing-Allow-Origin", "*");
}

void add_preflight(PlanWriter& writer) {
  writer.add_header("Allow", "GET, HEAD, OPTIONS");
  writer.add_header("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS");
  writer.add_header("Access-Control-Allow-Headers",
                    "Range, If-Range, If-Match, If-None-Match, If-Modified-Since, CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status");
  writer.add_header("Access-Control-Max-Age", "86400");
}

void add_caching(const Request& request, PlanWriter& writer) {
  writer.add_header("Cache-Control", request.immutable() ? kForEver : kShort);
  const std::string_view key =
      request.rendition.empty() ? writer.join({request.asset}) : writer.join({request.asset, " ", request.asset, "/", request.rendition});
  writer.add_header("Surrogate-Key", key);
  if (is_manifest(request.resource)) writer.add_header("Vary", "Accept-Encoding");
}

std::string_view type_of_init(media::TrackKind kind) noexcept {
  switch (kind) {
    case media::TrackKind::audio: return "audio/mp4";
    case media::TrackKind::video: return "video/mp4";
    case media::TrackKind::text: break;
  }
  return "application/mp4";
}

std::string_view type_of_segment(media::TrackKind kind) noexcept {
  return kind == media::TrackKind::video ? "video/iso.segment" : type_of_init(kind);
}

std::string_view type_of_cover(std::string_view file_name) noexcept {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kTypes = {{{".jpg", "image/jpeg"},
                                                                                    {".jpeg", "image/jpeg"},
                                                                                    {".png", "image/png"},
                                                                                    {".webp", "image/webp"},
                                                                                    {".gif", "image/gif"},
                                                                                    {".avif", "image/avif"}}};
  for (const auto& [suffix, type] : kTypes) {
    if (file_name.ends_with(suffix)) return type;
  }
  return {};
}

}  // namespace segue::origin
