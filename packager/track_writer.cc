// SPDX-License-Identifier: Apache-2.0
// Samples wait in one buffer, with the cuts between them that the end of the track may still take back (Segmenter). A segment is written as
// soon as the cut after it stands whatever comes.
#include "packager/track_writer.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "media/bandwidth.h"
#include "media/bmff/movie_boxes.h"
#include "media/limits.h"
#include "packager/fragment.h"
#include "packager/segmenter.h"
#include "packager/track_file_head.h"

namespace segue::packager {
namespace {

using media::Ticks;
using media::bmff::TrunSample;
using Samples = std::span<const TrunSample>;

// Of what an encoder adds behind the programme: two frames of HE-AAC at 8 kHz are half a second.
constexpr Ticks kMostTailSeconds = 1;

// Between two segments, before one of the samples that wait.
struct Cut {
  std::size_t at = 0;        // its number in `samples`
  std::int64_t instant = 0;  // of the grid
  Ticks time = 0;
};

Ticks duration_of(Samples samples) {
  Ticks sum = 0;
  for (const TrunSample& s : samples) sum += s.duration;
  return sum;
}

// sendfile(2) of what begins at a page's start is a tenth faster (bench_origin). Where that costs less than half a percent of a segment,
// a `free` box at its end lets the next one begin there.
constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kFreeHeader = 8;
constexpr std::uint64_t kPaddedFrom = 512 << 10;

std::uint64_t to_next_page(std::uint64_t offset) { return (kPage - offset % kPage) % kPage; }

// Bytes of the free box after which the next page begins; 0: `offset` is there already.
std::uint64_t padding_at(std::uint64_t offset) {
  const std::uint64_t room = to_next_page(offset);
  return room > 0 && room < kFreeHeader ? room + kPage : room;
}

void append_free(std::uint64_t bytes, std::vector<std::uint8_t>& out) {
  const media::bmff::BoxScope free(out, media::bmff::fourcc("free"));
  out.resize(out.size() + static_cast<std::size_t>(bytes - kFreeHeader));
}

std::uint64_t bytes_of(Samples samples) {
  std::uint64_t sum = 0;
  for (const TrunSample& s : samples) sum += s.size;
  return sum;
}

// The bytes of samples that wait to be written, in order: copies of borrowed ones, or ranges of files, which neighbours share.
class Waiting {
 public:
  void push(std::span<const std::uint8_t> data) {
    if (pieces_.empty() || pieces_.back().file >= 0) pieces_.push_back({});
    pieces_.back().size += data.size();
    bytes_.insert(bytes_.end(), data.begin(), data.end());
  }
  void push(const FileRange& range) {
    const bool joins = !pieces_.empty() && pieces_.back().file == range.file && pieces_.back().offset + pieces_.back().size == range.offset;
    if (joins) {
      pieces_.back().size += range.size;
    } else {
      pieces_.push_back(range);
    }
  }
  // Writes the first `count` bytes and forgets them.
  Result<void> write(std::uint64_t count, ByteSink& sink) {
    std::size_t used = 0, done_pieces = 0;
    Result<void> done;
    for (; count > 0 && done; ++done_pieces) {
      FileRange& piece = pieces_[done_pieces];
      const std::uint64_t part = std::min(count, piece.size);
      if (piece.file >= 0) {
        done = sink.append_from({piece.file, piece.offset, part});
      } else {
        done = sink.append(std::span(bytes_).subspan(used, static_cast<std::size_t>(part)));
        used += static_cast<std::size_t>(part);
      }
      count -= part;
      piece.offset += part;
      piece.size -= part;
      if (piece.size > 0) break;
    }
    pieces_.erase(pieces_.begin(), pieces_.begin() + static_cast<std::ptrdiff_t>(done_pieces));
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(used));
    return done;
  }
  void clear() { *this = {}; }

 private:
  std::vector<FileRange> pieces_;  // file -1: of bytes_
  std::vector<std::uint8_t> bytes_;
};

Segmenter segmenter_of(const TrackPlan& plan) {
  const media::TrackConfig& config = plan.config;
  if (plan.follow.empty()) return {plan.grid, config.timescale, plan.base_time + config.lead_in};
  std::vector<Ticks> instants;
  instants.reserve(plan.follow.size());
  for (const media::Rational seconds : plan.follow) instants.push_back(media::ticks_at(seconds, config.timescale) + config.lead_in);
  return {std::move(instants), config.timescale};
}

}  // namespace

struct TrackWriter::State {
  State(const TrackPlan& p, ByteSink& s) : plan(p), sink(s), segmenter(segmenter_of(p)), flush_time(p.base_time), end(p.base_time) {
    index.set_start(p.base_time);
  }

  [[nodiscard]] bool video() const { return kind_of(plan.config.codec) == media::TrackKind::video; }
  [[nodiscard]] Result<void> reserve_head();
  [[nodiscard]] Result<void> check(const media::Sample& sample, std::uint64_t size) const;
  [[nodiscard]] Result<void> prepare(const media::Sample& sample, std::uint64_t size);
  [[nodiscard]] Result<void> accept(const media::Sample& sample, std::uint64_t size);
  void place(const media::Sample& sample);
  void cut_before(const media::Sample& sample);
  [[nodiscard]] bool stands(const Cut& cut, Ticks programme_end) const;
  [[nodiscard]] Result<void> write_segments(Ticks programme_end);
  [[nodiscard]] Result<void> flush(std::size_t count);
  void write_fragment(Samples samples, std::vector<std::uint8_t>& out);
  [[nodiscard]] Result<void> pad(std::uint64_t& segment_bytes);
  [[nodiscard]] Result<void> write_head(const HeadPlan& head, media::Track& track);
  [[nodiscard]] media::Track track(const media::TrackConfig& final) const;
  [[nodiscard]] Error failure(const std::string& what) const {
    return {std::string(name_of(plan.config.codec)) + " track, sample " + std::to_string(sample_count) + ": " + what};
  }

  TrackPlan plan;
  ByteSink& sink;
  Segmenter segmenter;
  std::vector<TrunSample> samples;  // not yet written
  Waiting waiting;                  // their bytes
  std::uint64_t waiting_bytes = 0;
  std::deque<Cut> cuts;  // not yet known to stand
  Ticks flush_time;      // decode time of samples[0]
  Ticks end;             // after the last sample
  std::uint64_t sample_count = 0;
  std::uint32_t default_duration = 0;
  std::uint32_t sequence = 0;
  std::uint32_t preroll_bytes = 0, preroll_ticks = 0;
  std::uint64_t reserved = 0, written = 0;
  media::SegmentIndex index;
  media::IFrameSizes first_pictures;
};

Result<void> TrackWriter::State::reserve_head() {
  HeadPlan head{plan.config, 1, 1};
  if (plan.loudness_follows && kind_of(plan.config.codec) == media::TrackKind::audio) {
    if (!head.config.loudness) head.config.loudness = media::Loudness{};
    if (!head.config.album_loudness) head.config.album_loudness = media::Loudness{};
  }
  reserved = write_init(head).size() + index_bytes(std::max<std::int64_t>(plan.expected_segments, 1), video());
  if (video()) reserved += to_next_page(reserved);
  return sink.append(std::vector<std::uint8_t>(static_cast<std::size_t>(reserved)));
}

Result<void> TrackWriter::State::check(const media::Sample& sample, std::uint64_t size) const {
  if (size > media::kMaxSampleBytes)
    return failure(std::to_string(size) + " bytes, expected at most " + std::to_string(media::kMaxSampleBytes));
  if (sample_count == 0) {
    if (sample.dts != plan.base_time)
      return failure("starts at " + std::to_string(sample.dts) + ", expected " + std::to_string(plan.base_time));
    if (!sample.sync) return failure("is not a sync sample, expected one at the start");
    return {};
  }
  const Ticks last = end - samples.back().duration;
  if (sample.dts <= last || sample.dts - last > UINT32_MAX)
    return failure("decode time " + std::to_string(sample.dts) + ", expected " + std::to_string(end) + " or near it");
  if (waiting_bytes + size > media::kMaxSegmentBytes)
    return failure("segment over " + std::to_string(media::kMaxSegmentBytes) + " bytes, expected a sync sample before");
  return {};
}

// Puts the sample behind the others; the one before it ends where it starts.
void TrackWriter::State::place(const media::Sample& sample) {
  if (sample_count > 0 && sample.dts != end) {
    const auto shift = static_cast<std::int64_t>(sample.dts - end);
    samples.back().duration = static_cast<std::uint32_t>(samples.back().duration + shift);
    end = sample.dts;
  }
  if (sample_count == 0) default_duration = sample.duration;
}

void TrackWriter::State::cut_before(const media::Sample& sample) {
  const bool after_preroll = sample_count > plan.preroll_samples;
  if (!sample.sync || sample_count == 0 || !after_preroll || !segmenter.cuts_before(sample.pts, sample.duration)) return;
  cuts.push_back({samples.size(), segmenter.instant(), sample.dts});
}

bool TrackWriter::State::stands(const Cut& cut, Ticks programme_end) const {
  if (kind_of(plan.config.codec) == media::TrackKind::audio) return segmenter.stands(cut.instant, programme_end);
  return cuts.size() > 1 || segmenter.stands_after(cut.time - flush_time, end - cut.time);
}

// Those before cuts that stand when the programme ends there, or later.
Result<void> TrackWriter::State::write_segments(Ticks programme_end) {
  while (!cuts.empty() && stands(cuts.front(), programme_end)) {
    auto done = flush(cuts.front().at);
    if (!done) return done;
  }
  return {};
}

void TrackWriter::State::write_fragment(Samples part, std::vector<std::uint8_t>& out) {
  FragmentPlan fragment;
  fragment.sequence = ++sequence;
  fragment.decode_time = static_cast<std::uint64_t>(flush_time);
  fragment.default_duration = default_duration;
  fragment.sync_only = !video();
  fragment.roll_grouping = roll_of(plan.config, default_duration).grouping;
  fragment.samples = part;
  write_fragment_head(out, fragment);
  flush_time += duration_of(part);
}

Result<void> TrackWriter::State::pad(std::uint64_t& segment_bytes) {
  const std::uint64_t bytes = padding_at(reserved + written + segment_bytes);
  if (!video() || segment_bytes < kPaddedFrom || bytes == 0) return {};
  std::vector<std::uint8_t> out;
  append_free(bytes, out);
  segment_bytes += bytes;
  return sink.append(out);
}

// Writes the first `count` samples as one segment and forgets them.
Result<void> TrackWriter::State::flush(std::size_t count) {
  if (index.size() == UINT16_MAX) return failure("segment 65536, expected at most 65535 in one sidx");
  const Samples segment = Samples(samples).first(count);
  const Ticks start = flush_time;
  std::vector<std::uint8_t> out;
  std::uint64_t size = 0;
  const auto put = [&](Samples part) -> Result<void> {
    out.clear();
    write_fragment(part, out);
    const std::uint64_t data = bytes_of(part);
    size += out.size() + data;
    waiting_bytes -= data;
    auto done = sink.append(out);
    return done ? waiting.write(data, sink) : done;
  };
  const std::size_t preroll = index.empty() ? std::min<std::size_t>(plan.preroll_samples, count) : 0;
  if (preroll > 0) {
    auto done = put(segment.first(preroll));
    if (!done) return done;
    preroll_bytes = static_cast<std::uint32_t>(size);
    preroll_ticks = static_cast<std::uint32_t>(flush_time - start);
  }
  if (preroll < count) {
    auto done = put(segment.subspan(preroll));
    if (!done) return done;
  }
  if (video()) first_pictures.push_back(static_cast<std::uint32_t>(out.size() + segment[0].size));
  auto padded = pad(size);
  if (!padded) return padded;
  index.append(static_cast<std::uint32_t>(size), static_cast<std::uint32_t>(flush_time - start));
  written += size;
  samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(count));
  while (!cuts.empty() && cuts.front().at <= count) cuts.pop_front();
  for (Cut& cut : cuts) cut.at -= count;
  return {};
}

// Fills the room at the head of the file; what is left of it becomes a `free` box, what is missing is made.
Result<void> TrackWriter::State::write_head(const HeadPlan& head, media::Track& track) {
  std::vector<std::uint8_t> out = write_init(head);
  track.init_bytes = track.index_offset = out.size();
  const std::uint32_t timescale = head.config.timescale;
  track.index_bytes = write_index(index, first_pictures, timescale, 0).size();
  const std::uint64_t used = track.init_bytes + track.index_bytes;
  if (used > reserved || (used < reserved && reserved - used < kFreeHeader)) {
    std::uint64_t wanted = used > reserved ? used : used + kFreeHeader;
    if (video()) wanted += to_next_page(wanted - reserved);  // the segments stay at their pages
    auto done = sink.insert(reserved, wanted - reserved);
    if (!done) return done;
    reserved = wanted;
  }
  const std::uint64_t gap = reserved - used;
  const auto index_box = write_index(index, first_pictures, timescale, gap);
  out.insert(out.end(), index_box.begin(), index_box.end());
  if (gap > 0) append_free(gap, out);
  return sink.overwrite(0, out);
}

media::Track TrackWriter::State::track(const media::TrackConfig& final) const {
  media::Track track;
  track.i_frames = first_pictures;
  track.segments.set_start(index.start());
  track.segments.begin_file(reserved);
  for (std::size_t i = 0; i < index.size(); ++i) track.segments.append(index.size_of(i).bytes, index.size_of(i).duration);
  media::Rendition& rendition = track.rendition;
  rendition.track = final;
  rendition.duration = index.end() - index.start() - final.lead_in - final.tail;
  rendition.size_bytes = reserved + written;
  rendition.preroll_bytes = preroll_bytes;
  rendition.preroll_ticks = preroll_ticks;
  rendition.peak_bps = media::peak_bandwidth(track.segments, final.timescale, media::target_duration(track.segments, final.timescale));
  rendition.average_bps = media::average_bandwidth(track.segments, final.timescale);
  rendition.dash_bps = media::dash_bandwidth(track.segments, final.timescale, media::kMinBufferSeconds);
  return track;
}

TrackWriter::TrackWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
TrackWriter::TrackWriter(TrackWriter&&) noexcept = default;
TrackWriter& TrackWriter::operator=(TrackWriter&&) noexcept = default;
TrackWriter::~TrackWriter() = default;

Result<TrackWriter> TrackWriter::create(const TrackPlan& plan, ByteSink& sink) {
  const std::string codec(name_of(plan.config.codec));
  if (plan.config.timescale == 0) return Error{codec + " track: timescale 0, expected at least 1"};
  if (plan.base_time < 0) return Error{codec + " track: starts at " + std::to_string(plan.base_time) + ", expected 0 or later"};
  auto known = media::codec_string(plan.config.codec, plan.config.config);
  if (!known) return std::move(known).error();
  auto state = std::make_unique<State>(plan, sink);
  auto done = state->reserve_head();
  if (!done) return std::move(done).error();
  return TrackWriter(std::move(state));
}

// Everything that must be right or done before the sample may wait with the others.
Result<void> TrackWriter::State::prepare(const media::Sample& sample, std::uint64_t size) {
  auto done = check(sample, size);
  if (!done) return done;
  place(sample);
  cut_before(sample);
  return {};
}

Result<void> TrackWriter::State::accept(const media::Sample& sample, std::uint64_t size) {
  const std::uint32_t flags = sample.sync ? media::bmff::kSyncSample : media::bmff::kNonSyncSample;
  samples.push_back({sample.duration, static_cast<std::uint32_t>(size), flags, static_cast<std::int32_t>(sample.pts - sample.dts)});
  waiting_bytes += size;
  end = sample.dts + sample.duration;
  ++sample_count;
  return cuts.empty() ? Result<void>() : write_segments(end - kMostTailSeconds * plan.config.timescale);
}

Result<void> TrackWriter::add(const media::Sample& sample) {
  auto done = state_->prepare(sample, sample.data.size());
  if (!done) return done;
  state_->waiting.push(sample.data);
  return state_->accept(sample, sample.data.size());
}

Result<void> TrackWriter::add(const media::Sample& sample, const FileRange& bytes) {
  auto done = state_->prepare(sample, bytes.size);
  if (!done) return done;
  state_->waiting.push(bytes);
  return state_->accept(sample, bytes.size);
}

Result<void> TrackWriter::end_samples(Ticks tail) {
  State& s = *state_;
  auto done = s.write_segments(s.end - tail);
  if (done && !s.samples.empty()) done = s.flush(s.samples.size());
  s.samples = {};
  s.waiting.clear();
  return done;
}

Result<media::Track> TrackWriter::finish(const media::TrackConfig& final) {
  State& s = *state_;
  auto done = end_samples(final.tail);
  if (!done) return std::move(done).error();
  if (s.index.empty()) return Error{std::string(name_of(s.plan.config.codec)) + " track: no sample"};

  media::Track placed;
  HeadPlan head{final, s.default_duration,
                static_cast<std::uint64_t>(std::max<Ticks>(0, s.index.end() - s.index.start() - final.lead_in - final.tail))};
  done = s.write_head(head, placed);
  if (!done) return std::move(done).error();
  auto codecs = media::codec_string(final.codec, final.config, &final.video);
  if (!codecs) return std::move(codecs).error();
  media::Track track = s.track(final);
  track.rendition.codecs = std::move(*codecs);
  track.init_bytes = placed.init_bytes;
  track.index_offset = placed.index_offset;
  track.index_bytes = placed.index_bytes;
  return track;
}

}  // namespace segue::packager
