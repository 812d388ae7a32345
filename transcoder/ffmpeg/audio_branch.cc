// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/audio_branch.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>

#include "transcoder/ffmpeg/error.h"
#include "transcoder/ffmpeg/frame_cut.h"
#include "transcoder/recording.h"

namespace segue::transcoder::ffmpeg {
namespace {

constexpr std::size_t kPacketsAhead = 64;
// Timestamps of sound are often rounded to the container's millisecond or 90 kHz; only a real hole or overlap is mended.
constexpr double kHoleSeconds = 0.1;
constexpr double kLongestHoleSeconds = 24.0 * 3600;
// Further off than that a copied stream is not the same sound at the same time.
constexpr double kCopySlackSeconds = 0.02;

}  // namespace

AudioBranch::AudioBranch(RunState& state, AudioBranchPlan plan) : state_(state), plan_(std::move(plan)), stream_(plan_.stream) {
  for (std::size_t i = 0; i < plan_.renditions.size(); ++i) {
    const RenditionPlan& rendition = *plan_.renditions[i];
    if (rendition.copy) {
      copiers_.push_back(std::make_unique<PacketCopier>(rendition, *plan_.sinks[i]));
    } else {
      lanes_.push_back(std::make_unique<Lane>(state_, rendition, *plan_.sinks[i]));
    }
  }
  meter_strand_ = std::make_unique<Strand>(state_, kChunksAhead);
  decode_strand_ = std::make_unique<Strand>(state_, kPacketsAhead);
}

AudioBranch::~AudioBranch() {
  decode_strand_.reset();  // nearest to the source first: it posts to the others
  meter_strand_.reset();
}

Result<void> AudioBranch::begin_input(Input& input, const Clock& clock) {
  if (begun_ || stream_ < 0) {
    stream_ = av_find_best_stream(input.format(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  }
  begun_ = true;
  if (stream_ < 0 || stream_ >= static_cast<int>(input.format()->nb_streams))
    return Error{input.name() + ": expected an audio stream, found none"};
  const std::string where = input.name() + ": stream " + std::to_string(stream_);
  auto opened = AudioDecoder::open(*input.format(), stream_, where, [this](const AVFrame& frame) { return decoded(frame); });
  if (!opened) return opened.error();
  if (!copiers_.empty() && plan_.inputs > 1) return Error{where + ": an album run has no pass-through"};
  for (const auto& copier : copiers_) {
    if (auto begun = copier->begin_input(input, stream_); !begun) return begun;
  }
  const AVRational time_base = input.format()->streams[stream_]->time_base;
  std::shared_ptr<AudioDecoder> decoder = std::move(*opened);
  const bool posted = decode_strand_->post([this, decoder, clock, time_base, where] {
    decoder_ = decoder;
    clock_ = clock;
    time_base_ = time_base;
    where_ = where;
    position_ = SampleCount();
    overlapped_ = 0;
    return Result<void>();
  });
  if (!posted) return Error{where + ": stopped"};
  return {};
}

bool AudioBranch::packet(std::shared_ptr<AVPacket> packet) {
  return decode_strand_->post([this, packet = std::move(packet)] {
    for (const auto& copier : copiers_) {
      if (auto copied = copier->write(*packet); !copied) return copied;
    }
    return decoder_->decode(*packet);
  });
}

bool AudioBranch::end_input() {
  return decode_strand_->post([this] {
    auto finished = decoder_->finish();
    return finished ? check_order() : finished;
  }) && decode_strand_->drain();
}

bool AudioBranch::complete(media::Rational length) {
  return decode_strand_->post([this, length] {
    if (auto filled = fill_to(length); !filled) return filled;
    return programme_done();
  });
}

// Outputs are made when the first frame tells the true format: containers are often wrong about it.
Result<void> AudioBranch::first_frame(const AVFrame& frame) {
  if (rate_ == 0) rate_ = plan_.timeline_rate != 0 ? plan_.timeline_rate : static_cast<std::uint32_t>(frame.sample_rate);
  if (outputs_.empty()) {
    for (const auto& lane : lanes_) {
      if (auto added = add_output(pcm_format(lane->plan), lane.get()); !added) return added;
    }
  }
  // Loudness is of the source's own layout and rate; after a change of format inside an input the first one stays the measure.
  const Layout layout = frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC
                            ? Layout::of_mask(0, static_cast<std::uint32_t>(frame.ch_layout.nb_channels))
                            : Layout(frame.ch_layout);
  const PcmFormat measured{frame.sample_rate, layout, AV_SAMPLE_FMT_FLT};
  for (Output& output : outputs_) output.measures = false;
  const std::uint64_t mask = layout.get()->order == AV_CHANNEL_ORDER_NATIVE ? layout.get()->u.mask : 0;
  meters_.emplace_back(static_cast<std::uint32_t>(measured.sample_rate), static_cast<std::uint32_t>(layout.channels()), mask);
  if (layout.get()->order == AV_CHANNEL_ORDER_UNSPEC) return {};  // more channels than any layout names: not measured
  if (auto added = add_output(measured, nullptr); !added) return added;
  return {};
}

Result<void> AudioBranch::add_output(const PcmFormat& format, Lane* lane) {
  auto found = std::find_if(outputs_.begin(), outputs_.end(), [&](const Output& output) { return output.converter->format() == format; });
  if (found == outputs_.end()) {
    outputs_.emplace_back();
    const std::size_t index = outputs_.size() - 1;
    outputs_[index].converter = std::make_unique<Converter>(
        format, where_, plan_.gain, [this, index](PcmChunk chunk) { return distribute(outputs_[index], std::move(chunk)); });
    found = outputs_.begin() + static_cast<std::ptrdiff_t>(index);
  }
  if (lane != nullptr) found->lanes.push_back(lane);
  if (lane == nullptr) found->measures = true;
  return {};
}

Result<void> AudioBranch::distribute(Output& output, PcmChunk chunk) {
  bool posted = true;
  if (output.measures) {
    LoudnessMeter* meter = &meters_.back();
    posted = meter_strand_->post([meter, chunk] {
      meter->add(reinterpret_cast<const float*>(chunk->data[0]), static_cast<std::size_t>(chunk->nb_samples));
      return Result<void>();
    });
  }
  for (Lane* lane : output.lanes) {
    posted = posted && lane->strand.post([lane, chunk] {
      auto written = lane->encoder.write(*chunk);
      lane->samples_done.store(lane->encoder.samples_in(), std::memory_order_relaxed);
      return written;
    });
  }
  return posted ? Result<void>() : Error{where_ + ": stopped"};
}

// Result in `skip`: how many samples at the frame's head lie before the presentation or overlap what is already there.
Result<void> AudioBranch::align(const AVFrame& frame, int& skip) {
  skip = 0;
  if (!clock_.by_timestamps || frame.pts == AV_NOPTS_VALUE) return {};
  const double at =
      static_cast<double>(frame.pts) * av_q2d(time_base_) - static_cast<double>(clock_.origin.num) / static_cast<double>(clock_.origin.den);
  const double here = static_cast<double>(position_.total()) / static_cast<double>(position_.rate());
  const double hole = at - here;
  const bool start = position_.total() == 0;
  if (hole > (start ? 0.5 / frame.sample_rate : kHoleSeconds) && hole < kLongestHoleSeconds) {
    const auto samples = static_cast<std::int64_t>(hole * frame.sample_rate + 0.5);
    displaced_ += hole;
    return insert_silence(samples, frame.sample_rate);
  }
  if (hole < (start ? -0.5 / frame.sample_rate : -kHoleSeconds)) {
    skip = static_cast<int>(std::min(-hole * frame.sample_rate + 0.5, static_cast<double>(frame.nb_samples)));
    const double skipped = static_cast<double>(skip) / frame.sample_rate;
    displaced_ += skipped;
    if (!start) overlapped_ += skipped;
  }
  return {};
}

Result<void> AudioBranch::insert_silence(std::int64_t samples, int rate) {
  position_.add(samples, rate);
  for (Output& output : outputs_) {
    if (auto done = output.converter->finish(); !done) return done;
    const PcmFormat& format = output.converter->format();
    if (auto filled = output.converter->silence(media::rescale(samples, rate, format.sample_rate)); !filled) return filled;
  }
  return {};
}

Result<void> AudioBranch::decoded(const AVFrame& frame) {
  if (state_.cancelled()) return Error{where_ + ": cancelled"};
  if (meters_.size() == programmes_.size()) {
    position_ = SampleCount(frame.sample_rate);
    if (auto made = first_frame(frame); !made) return made;
  }
  int skip = 0;
  if (auto aligned = align(frame, skip); !aligned) return aligned;
  if (skip >= frame.nb_samples) return {};
  FramePtr cut;
  const AVFrame* sound = &frame;
  if (skip > 0) {
    cut = without_first(frame, skip, time_base_);
    if (!cut) return Error{where_ + ": out of memory"};
    sound = cut.get();
  }
  position_.add(sound->nb_samples, sound->sample_rate);
  for (Output& output : outputs_) {
    if (output.lanes.empty() && !output.measures) continue;
    if (auto written = output.converter->write(*sound); !written) return written;
  }
  return {};
}

Result<void> AudioBranch::fill_to(media::Rational length) {
  const std::int64_t missing = media::ticks_at(length, position_.rate()) - position_.total();
  if (missing <= 0) return {};
  silent_end_ = static_cast<double>(missing) / static_cast<double>(position_.rate());
  return insert_silence(missing, static_cast<int>(position_.rate()));
}

Result<void> AudioBranch::check_order() const {
  const double kept = static_cast<double>(position_.total()) / static_cast<double>(position_.rate());
  if (!times_decrease(overlapped_, kept)) return {};
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), ": expected times that increase, found %.3f s of sound before the end of what came earlier",
                overlapped_);
  return Error{where_ + text.data()};
}

Result<void> AudioBranch::programme_done() {
  const bool last = programmes_.size() + 1 == plan_.inputs;
  for (Output& output : outputs_) {
    if (auto done = last ? output.converter->finish() : output.converter->flush_chunk(); !done) return done;
  }
  if (!meter_strand_->drain()) return Error{where_ + ": stopped"};
  Programme programme;
  programme.sample_rate = rate_;
  programme.first_sample = timeline_;
  programme.sample_count = media::rescale(position_.total(), position_.rate(), rate_);
  programme.duration = position_.seconds();
  if (!meters_.empty()) programme.loudness = meters_.back().result();
  timeline_ += programme.sample_count;
  programmes_.push_back(programme);
  if (plan_.on_programme) plan_.on_programme(programmes_.size() - 1, programme);
  for (const auto& lane : lanes_) {
    AudioEncoder* encoder = &lane->encoder;
    if (!lane->strand.post([encoder, last] { return last ? encoder->flush() : encoder->join(); })) return Error{where_ + ": stopped"};
  }
  return {};
}

void AudioBranch::join() {
  decode_strand_->join();
  meter_strand_->join();
  for (const auto& lane : lanes_) lane->strand.join();
}

Result<void> AudioBranch::end() {
  const bool album = plan_.inputs > 1;
  const auto all = loudness_of_all();
  for (const auto& lane : lanes_) {
    auto ended = lane->encoder.end(album ? std::nullopt : all, album ? all : std::nullopt);
    if (!ended) return ended;
  }
  for (const auto& copier : copiers_) {
    if (!keeps_time(*copier)) continue;  // our own renditions of it are there
    if (auto ended = copier->end(programmes_.at(0).duration, all); !ended) return ended;
  }
  return {};
}

// Packets cannot be moved, cut or followed by silence.
bool AudioBranch::keeps_time(const PacketCopier& copier) const {
  return displaced_ <= kCopySlackSeconds && silent_end_ <= 2 * copier.packet_seconds();
}

double AudioBranch::seconds_done() const {
  double slowest = std::numeric_limits<double>::max();
  for (const auto& lane : lanes_)
    slowest =
        std::min(slowest, static_cast<double>(lane->samples_done.load(std::memory_order_relaxed)) / lane->plan.track.audio.sample_rate);
  return slowest;
}

}  // namespace segue::transcoder::ffmpeg
