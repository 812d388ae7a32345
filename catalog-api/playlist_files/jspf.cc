// SPDX-License-Identifier: Apache-2.0
// JSPF (xspf.org/jspf): XSPF as JSON. location and identifier are arrays; ListenBrainz writes a lone identifier as a text, which is taken.
#include <nlohmann/json.hpp>

#include "catalog-api/playlist_files/formats.h"
#include "catalog-api/playlist_files/identifiers.h"

namespace segue::playlist_files {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kMaxMilliseconds = 10'000'000'000;  // four months

const Json* member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  return value != nullptr && value->is_string() ? clean(value->get_ref<const std::string&>()) : std::string();
}

// Calls `take` with each text of a member that is a text or an array of them.
template <class Take>
void each_text(const Json& object, const char* name, Take take) {
  const Json* value = member(object, name);
  if (value == nullptr) return;
  if (value->is_string()) take(value->get_ref<const std::string&>());
  if (value->is_array())
    for (const Json& one : *value)
      if (one.is_string()) take(one.get_ref<const std::string&>());
}

FileEntry entry_of(const Json& track) {
  FileEntry entry{{}, text_of(track, "title"), text_of(track, "creator"), text_of(track, "album"), {}, {}, 0};
  each_text(track, "location", [&](const std::string& text) {
    if (entry.location.empty()) entry.location = clean(text);
  });
  each_text(track, "identifier", [&](const std::string& text) { take_identifier(text, entry); });
  const Json* duration = member(track, "duration");
  if (duration != nullptr && duration->is_number_unsigned() && duration->get<std::uint64_t>() <= std::uint64_t{kMaxMilliseconds})
    entry.duration_ms = duration->get<std::int64_t>();
  return entry;
}

Json json_of(const FileEntry& entry) {
  Json json = Json::object(), identifiers = Json::array();
  if (!entry.location.empty()) json["location"] = Json::array({entry.location});
  if (!entry.musicbrainz.empty()) identifiers.push_back(std::string(kRecordingAddress) + entry.musicbrainz);
  if (!entry.isrc.empty()) identifiers.push_back(std::string(kIsrcAddress) + entry.isrc);
  if (!identifiers.empty()) json["identifier"] = std::move(identifiers);
  if (!entry.title.empty()) json["title"] = entry.title;
  if (!entry.creator.empty()) json["creator"] = entry.creator;
  if (!entry.album.empty()) json["album"] = entry.album;
  if (entry.duration_ms > 0) json["duration"] = entry.duration_ms;
  return json;
}

}  // namespace

Result<FileList> parse_jspf(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Error{"not JSON, or not UTF-8"};
  const Json* playlist = json.is_object() ? member(json, "playlist") : nullptr;
  if (playlist == nullptr || !playlist->is_object()) return Error{"/playlist: expected an object"};
  FileList list{text_of(*playlist, "title"), text_of(*playlist, "creator"), text_of(*playlist, "annotation"), {}};
  const Json* tracks = member(*playlist, "track");
  if (tracks == nullptr) return list;
  if (!tracks->is_array() || tracks->size() > kMaxEntries)
    return Error{"/playlist/track: expected an array of at most " + std::to_string(kMaxEntries)};
  for (std::size_t i = 0; i < tracks->size(); ++i) {
    if (!(*tracks)[i].is_object()) return Error{"/playlist/track/" + std::to_string(i) + ": expected an object"};
    list.entries.push_back(entry_of((*tracks)[i]));
  }
  return list;
}

std::string print_jspf(const FileList& list) {
  Json playlist = Json::object(), tracks = Json::array();
  if (!list.title.empty()) playlist["title"] = list.title;
  if (!list.creator.empty()) playlist["creator"] = list.creator;
  if (!list.annotation.empty()) playlist["annotation"] = list.annotation;
  for (const FileEntry& entry : list.entries) tracks.push_back(json_of(entry));
  playlist["track"] = std::move(tracks);
  return Json{{"playlist", std::move(playlist)}}.dump(1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace segue::playlist_files
