// SPDX-License-Identifier: Apache-2.0
// What an asset.json says, in the library's nouns: who, what album, which place in it, and the sound that stands for it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog-api/library/shelving.h"
#include "media/asset.h"

namespace segue::library {

struct Credit {
  std::string name;
  std::string role;  // "main", "guest", "composer", "conductor", "lyricist", "remixer"
  friend bool operator==(const Credit&, const Credit&) = default;
};

// Another name that a file gives something, for who looks it up: the name to sort by ("Beatles, The"; a Latin one of 東京事変).
struct Alias {
  std::string kind;  // "artist", "album", "asset"
  std::string of;    // the artist's name, as credited; else empty
  std::string name;
  friend bool operator==(const Alias&, const Alias&) = default;
};

// The rendition that a single-file client is told of: lossless when there is one, else the one of the highest bit rate.
struct Format {
  std::string codec;
  std::uint32_t bit_rate = 0;
  std::uint64_t size_bytes = 0;
  std::uint32_t sample_rate = 0, channels = 0, bit_depth = 0;
};

struct Facts {
  std::string title, album, album_key;     // album_key: empty when it belongs to none
  std::vector<Credit> credits;             // the main ones first
  std::vector<std::string> album_artists;  // never empty when there is an album
  std::vector<std::string> genres;
  std::uint32_t disc = 0, number = 0, year = 0;  // 0: not said
  bool is_compilation = false;
  std::string sort;   // orders everything: artist of the album, album, disc, number, title
  std::string cover;  // its address on the gateway; empty: none
  double seconds = 0;
  Format format;
  std::string lyrics;
  std::string musicbrainz_track, musicbrainz_album;
  std::vector<std::string> isrcs;  // "USRC17607839"
  std::string file_key;            // name_key of the source file's name
  std::uint32_t library = 0;       // as the shelves say
  std::vector<Alias> aliases;
};

// An album is of one library: the same title in two of them is two albums.
[[nodiscard]] Facts facts_of(const media::Asset& asset, const std::vector<Shelf>& shelves = {});

}  // namespace segue::library
