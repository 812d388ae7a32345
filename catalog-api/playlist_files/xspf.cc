// SPDX-License-Identifier: Apache-2.0
// XSPF, version 1 (xspf.org/spec): XML, read and written by manifests/, which is libxml2's home.
#include <charconv>

#include "catalog-api/playlist_files/formats.h"
#include "catalog-api/playlist_files/identifiers.h"
#include "manifests/xml_reader.h"
#include "manifests/xml_writer.h"

namespace segue::playlist_files {
namespace {

using manifests::XmlElement;
using manifests::XmlNode;

constexpr std::int64_t kMaxMilliseconds = 10'000'000'000;  // four months

std::string text_of(const XmlNode& node, const char* name) { return clean(node.child(name).text()); }

FileEntry entry_of(const XmlNode& track) {
  FileEntry entry{text_of(track, "location"), text_of(track, "title"), text_of(track, "creator"), text_of(track, "album"), {}, {}, 0};
  for (XmlNode one = track.child("identifier"); one; one = one.next("identifier")) take_identifier(one.text(), entry);
  const std::string duration = text_of(track, "duration");
  std::int64_t milliseconds = 0;
  const auto [end, wrong] = std::from_chars(duration.data(), duration.data() + duration.size(), milliseconds);
  if (wrong == std::errc() && end == duration.data() + duration.size() && milliseconds > 0 && milliseconds <= kMaxMilliseconds)
    entry.duration_ms = milliseconds;
  return entry;
}

void write(XmlElement& parent, std::string_view name, const std::string& text) {
  if (const std::string cleaned = clean(text); !cleaned.empty()) XmlElement(parent, name).content(cleaned);
}

}  // namespace

Result<FileList> parse_xspf(std::string_view text) {
  auto document = manifests::XmlDocument::parse(text);
  if (!document) return std::move(document).error();
  const XmlNode root = document->root();
  if (root.name() != "playlist") return Error{"expected the element playlist, found " + root.name().substr(0, 40)};
  FileList list{text_of(root, "title"), text_of(root, "creator"), text_of(root, "annotation"), {}};
  for (XmlNode track = root.child("trackList").child("track"); track; track = track.next("track")) {
    if (list.entries.size() == kMaxEntries) return Error{"more than " + std::to_string(kMaxEntries) + " entries"};
    list.entries.push_back(entry_of(track));
  }
  return list;
}

std::string print_xspf(const FileList& list) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  XmlElement root(out, "playlist");
  root.number("version", 1);
  root.text_attribute("xmlns", "http://xspf.org/ns/0/");
  write(root, "title", list.title);
  write(root, "creator", list.creator);
  write(root, "annotation", list.annotation);
  XmlElement tracks(root, "trackList");
  for (const FileEntry& entry : list.entries) {
    XmlElement track(tracks, "track");
    write(track, "location", entry.location);
    if (!entry.musicbrainz.empty()) write(track, "identifier", std::string(kRecordingAddress) + entry.musicbrainz);
    if (!entry.isrc.empty()) write(track, "identifier", std::string(kIsrcAddress) + entry.isrc);
    write(track, "title", entry.title);
    write(track, "creator", entry.creator);
    write(track, "album", entry.album);
    if (entry.duration_ms > 0) write(track, "duration", std::to_string(entry.duration_ms));
  }
  return out;
}

}  // namespace segue::playlist_files
