// SPDX-License-Identifier: Apache-2.0
// A request's address, taken apart strictly: what is not one of these forms never reaches the store.
//   /v/<asset>/master.m3u8 [?filters]            /v/<asset>/g<generation>/<rendition>/init.mp4
//   /v/<asset>/manifest.mpd [?filters]           /v/<asset>/g<generation>/<rendition>/<number>.m4s   (from 1)
//   /v/<asset>/g<generation>/<rendition>.m3u8    /v/<asset>/g<generation>/asset.json
//   /v/<asset>/g<generation>/<rendition>.vtt               /v/<asset>/g<generation>/<rendition>.iframes.m3u8
//   /v/<asset>/g<generation>/cover.<extension>
#pragma once

#include <cstdint>
#include <string_view>

#include "manifests/filter.h"
#include "origin/refusal.h"

namespace segue::origin {

enum class Resource { multivariant, mpd, media_playlist, iframe_playlist, init, segment, asset_json, cover, plain_text };

[[nodiscard]] constexpr bool is_manifest(Resource resource) noexcept {
  return resource == Resource::multivariant || resource == Resource::mpd || resource == Resource::media_playlist ||
         resource == Resource::iframe_playlist;
}

// The views borrow from the path that was parsed.
struct Request {
  Resource resource = Resource::multivariant;
  std::string_view asset;
  std::uint32_t generation = 0;  // 0: the live one (multivariant, mpd)
  std::string_view rendition;    // media and I-frame playlists, init, segment, plain text
  std::uint32_t number = 0;      // segment, from 1
  std::string_view file_name;    // cover, plain text
  manifests::Filter filter;      // multivariant, mpd

  // Named by generation: never changes its content.
  [[nodiscard]] bool immutable() const noexcept { return generation != 0; }
};

// `path` as it stood in the request line, percent-encoding and all: no address of ours needs any. `query` without its '?'.
// True: `request` is filled. False: `refusal` is; 414 too long, 404 nothing of that name can exist, 400 the rest.
// The query of an immutable address is not looked at: tokens and CMCD may stand in it.
[[nodiscard]] bool parse_request(std::string_view path, std::string_view query, Request& request, Refusal& refusal);

}  // namespace segue::origin
