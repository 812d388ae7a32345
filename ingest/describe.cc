// SPDX-License-Identifier: Apache-2.0
#include "ingest/describe.h"

#include <algorithm>

namespace segue::ingest {

media::Source describe_source(const transcoder::SourceInfo& info, const std::string& file_name, std::uint64_t size_bytes,
                              const SourceHashes& hashes) {
  media::Source source;
  source.file_name = file_name;
  source.size_bytes = size_bytes;
  source.container = info.container;
  source.media_hash = hashes.media;
  source.file_hash = hashes.file;
  for (const transcoder::SourceStream& stream : info.streams) source.codecs.push_back(stream.codec);
  return source;
}

std::string kind_of(const transcoder::SourceInfo& info) {
  const bool pictures = std::any_of(info.streams.begin(), info.streams.end(),
                                    [](const transcoder::SourceStream& stream) { return stream.kind == media::TrackKind::video; });
  return pictures ? "video" : "track";
}

std::string first_tag(const media::Tags& tags, const std::string& name) {
  const auto found = tags.find(name);
  return found == tags.end() || found->second.empty() ? std::string() : found->second.front();
}

}  // namespace segue::ingest
