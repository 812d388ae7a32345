// SPDX-License-Identifier: Apache-2.0
// Where published things stand on disk, and nothing else: names only, no I/O.
//   <store>/<asset>/current            symbolic link to the live generation ("g3"), swapped by one rename
//   <store>/<asset>/g<generation>/     immutable: asset.json, master.m3u8, manifest.mpd, <rendition>.m3u8, <rendition>.cmfa|.cmfv|.cmft,
//                                      <rendition>.vtt, cover.*
//   <store>/.staging/<job>/            what a worker is still making; on the same file system, removed when its owner is gone
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace segue::media {

// 26 characters of [a-z2-7] (RFC 4648 base32, 128 bits of SHA-256). Anything else never reaches a path.
[[nodiscard]] bool is_asset_id(std::string_view text) noexcept;
// 1 to 64 characters of [a-z0-9-], not starting with '-'.
[[nodiscard]] bool is_rendition_id(std::string_view text) noexcept;

[[nodiscard]] std::string asset_folder(std::string_view store, std::string_view asset);
[[nodiscard]] std::string generation_name(std::uint32_t generation);  // "g3"
[[nodiscard]] std::string generation_folder(std::string_view store, std::string_view asset, std::uint32_t generation);

inline constexpr std::string_view kCurrentLink = "current";
inline constexpr std::string_view kStagingFolder = ".staging";
inline constexpr std::string_view kAssetFile = "asset.json";

}  // namespace segue::media
