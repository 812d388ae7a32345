// SPDX-License-Identifier: Apache-2.0
// LibraryTracks' questions as they go to the process that has the library (service/http/question.h).
//   POST /internal/v1/tracks/seen     [1,["ID","ID"]]          ->   200 {"answer":["ID"]}
//   POST /internal/v1/tracks/match    [1,[["/a.flac","Title","Artist","","","",180000]]]   ->   200
//   {"answer":[{"asset":"ID","by":"names"}]}
#pragma once

#include <nlohmann/json.hpp>

#include "catalog-api/api/library_tracks.h"
#include "service/http/wire.h"

namespace segue::api {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TrackMatch, asset, by)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SmartList, id, hash, owner, rules)

}  // namespace segue::api

namespace segue::service::wire {

template <>
struct Form<library::View> {
  static json write(const library::View& view) { return view.libraries; }
  static library::View read(const json& given) { return {given.get<std::uint32_t>()}; }
};

template <>
struct Form<playlist_files::FileEntry> {
  using Values = std::tuple<std::string, std::string, std::string, std::string, std::string, std::string, std::int64_t>;
  static json write(const playlist_files::FileEntry& of) {
    return Form<Values>::write({of.location, of.title, of.creator, of.album, of.musicbrainz, of.isrc, of.duration_ms});
  }
  static playlist_files::FileEntry read(const json& given) {
    return std::apply([](auto&&... parts) { return playlist_files::FileEntry{std::move(parts)...}; }, Form<Values>::read(given));
  }
};

}  // namespace segue::service::wire
