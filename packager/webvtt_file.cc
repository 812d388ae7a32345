// SPDX-License-Identifier: Apache-2.0
#include "packager/webvtt_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "packager/byte_sink.h"
#include "packager/source_file.h"
#include "packager/webvtt_text.h"

namespace segue::packager {
namespace {

Result<void> read_sample(int file, const SampleRef& sample, std::vector<std::uint8_t>& to) {
  to.resize(sample.size);
  for (std::size_t had = 0; had < to.size();) {
    const ssize_t got = ::pread(file, to.data() + had, to.size() - had, static_cast<off_t>(sample.offset + had));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return Error{got < 0 ? std::strerror(errno) : "ends inside a sample"};
    had += static_cast<std::size_t>(got);
  }
  return {};
}

Result<std::string> text_of(const SourceFile& source, const media::TrackConfig& config) {
  if (source.kind() != SourceFile::Kind::movie || source.movie().tracks.size() != 1) return Error{"expected one track of text"};
  const Mp4Track& track = source.movie().tracks.front();
  const media::CodecConfig& record = track.config.config;
  WebVttText text({reinterpret_cast<const char*>(record.data()), record.size()}, track.config.timescale, config.lead_in);
  media::Ticks at = 0;
  std::vector<std::uint8_t> data;
  SampleRef sample;
  auto walk = track.samples.walk();
  for (; walk.next(sample); at += sample.duration) {
    auto done = read_sample(source.descriptor(), sample, data);
    if (done) done = text.add(at, sample.duration, data);
    if (!done) return std::move(done).error();
  }
  if (!walk.ok()) return Error{"its tables contradict one another"};
  return text.text();
}

}  // namespace

Result<void> write_webvtt(const std::string& folder, media::Track& track) {
  media::Rendition& rendition = track.rendition;
  if (media::kind_of(rendition.track.codec) != media::TrackKind::text) return {};
  auto source = SourceFile::open(folder + '/' + rendition.file);
  if (!source) return std::move(source).error();
  const auto text = text_of(*source, rendition.track);
  if (!text) return Error{source->path() + ": " + text.error().message};
  rendition.webvtt = {rendition.id + ".vtt", text->size(), {}};
  auto file = FileSink::create(folder + '/' + rendition.webvtt.file);
  if (!file) return std::move(file).error();
  auto written = file->append({reinterpret_cast<const std::uint8_t*>(text->data()), text->size()});
  return written ? file->sync() : written;  // a sink tells late; so small a file is not worth a second way to ask
}

}  // namespace segue::packager
