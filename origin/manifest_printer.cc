// SPDX-License-Identifier: Apache-2.0
#include "origin/manifest_printer.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "manifests/addressing.h"
#include "manifests/dash.h"
#include "manifests/hls.h"

namespace segue::origin {
namespace {

void append_filter(std::string& out, const manifests::Filter& filter) {
  std::vector<media::Codec> codecs = filter.codecs;
  std::sort(codecs.begin(), codecs.end());
  codecs.erase(std::unique(codecs.begin(), codecs.end()), codecs.end());
  for (const media::Codec codec : codecs) out += media::name_of(codec), out += ',';
  const manifests::Filter open;
  if (filter.max_bandwidth_bps != open.max_bandwidth_bps) out += 'b' + std::to_string(filter.max_bandwidth_bps);
  if (filter.max_height != open.max_height) out += 'h' + std::to_string(filter.max_height);
}

bool refuse(Refusal& refusal, std::string reason) {
  refusal = {404, std::move(reason)};
  return false;
}

// A playlist of one rendition. The others' segments take part: sound and video share one EXT-X-TARGETDURATION.
bool print_playlist(const media::Presentation& presentation, const Request& request, std::string& text, Refusal& refusal) {
  const auto track = std::find_if(presentation.tracks.begin(), presentation.tracks.end(),
                                  [&](const media::Track& t) { return t.rendition.id == request.rendition; });
  if (track == presentation.tracks.end()) return refuse(refusal, "no such rendition in this generation");
  if (request.resource == Resource::media_playlist) {
    manifests::print_media_playlist(presentation, *track, {}, text);
    return true;
  }
  if (track->i_frames.empty()) return refuse(refusal, "no I-frame playlist: this rendition has no pictures");
  manifests::print_i_frame_playlist(presentation, *track, {}, text);
  return true;
}

}  // namespace

bool print_manifest(const media::Presentation& presentation, const Request& request, std::string& text, Refusal& refusal) {
  if (request.resource != Resource::multivariant && request.resource != Resource::mpd) {
    return print_playlist(presentation, request, text, refusal);
  }
  const Result<void> printed = request.resource == Resource::mpd ? manifests::print_mpd(presentation, {}, request.filter, text)
                                                                 : manifests::print_multivariant(presentation, {}, request.filter, text);
  return printed || refuse(refusal, printed.error().message);
}

void append_manifest_name(std::string& out, const Request& request) {
  switch (request.resource) {
    case Resource::multivariant: out += "master?"; break;
    case Resource::mpd: out += "mpd?"; break;
    case Resource::iframe_playlist: out += "iframes/"; break;
    default: out += "media/"; break;
  }
  out += request.rendition;
  append_filter(out, request.filter);
}

}  // namespace segue::origin
