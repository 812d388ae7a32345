// SPDX-License-Identifier: Apache-2.0
// transcode(): the reader. It opens the inputs one after another and hands each packet to the branch of its stream.
#include "transcoder/transcode.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <string_view>

#include "machine/machine.h"
#include "transcoder/ffmpeg/audio_branch.h"
#include "transcoder/ffmpeg/branch.h"
#include "transcoder/ffmpeg/error.h"
#include "transcoder/ffmpeg/input.h"
#include "transcoder/ffmpeg/text_branch.h"
#include "transcoder/ffmpeg/video_branch.h"
#include "transcoder/ffmpeg/video_format.h"
#include "transcoder/time_jumps.h"

namespace segue::transcoder {
namespace ffmpeg {
namespace {

constexpr std::chrono::milliseconds kProgressInterval{100};

bool longer(media::Rational a, media::Rational b) {
  return static_cast<double>(a.num) * static_cast<double>(b.den) > static_cast<double>(b.num) * static_cast<double>(a.den);
}

std::int64_t microseconds(std::int64_t ticks, AVRational time_base) { return av_rescale_q(ticks, time_base, AV_TIME_BASE_Q); }

// Formats whose times may leap, by libavformat's own word, are broadcast: a hole in a programme that goes on is shorter (ISO/IEC
// 13818-1 2.7.4 wants a time every 0.7 s). FLV's times are what a live encoder made of them. In others a picture may stand for an hour
// (FrameClock).
std::chrono::microseconds longest_hole(const AVInputFormat& format) {
  using namespace std::chrono_literals;
  const bool leaps = (format.flags & AVFMT_TS_DISCONT) != 0 || std::string_view(format.name) == "flv";
  return leaps ? 10s : 3600s;
}

void mend(TimeJumps& jumps, const AVStream& stream, AVPacket& packet) {
  constexpr std::int64_t kLatest = std::int64_t{1} << 55, kLongest = 24 * 3600 * std::int64_t{1'000'000};  // sums stay within 64 bits
  const std::int64_t told = packet.dts != AV_NOPTS_VALUE ? packet.dts : packet.pts;
  if (told == AV_NOPTS_VALUE) return;
  const std::int64_t at = microseconds(told, stream.time_base);
  if (at > kLatest || at < -kLatest) return;
  const AVMediaType type = stream.codecpar->codec_type;
  const bool sparse = type != AVMEDIA_TYPE_AUDIO && type != AVMEDIA_TYPE_VIDEO;
  const auto lasts = std::clamp<std::int64_t>(microseconds(packet.duration, stream.time_base), 0, kLongest);
  const std::int64_t shift = sparse ? jumps.shift() : jumps.shift_of(static_cast<std::size_t>(packet.stream_index), at, lasts);
  const std::int64_t ticks = av_rescale_q(shift, AV_TIME_BASE_Q, stream.time_base);
  if (packet.dts != AV_NOPTS_VALUE) packet.dts = av_sat_add64(packet.dts, ticks);
  if (packet.pts != AV_NOPTS_VALUE) packet.pts = av_sat_add64(packet.pts, ticks);
}

class Run {
 public:
  explicit Run(const TranscodeJob& job, double gain = 1) : job_(job), state_(job.cancelled, threads()), gain_(gain) {}

  Result<TranscodeResult> run() {
    if (auto ready = plan(); !ready) return ready.error();
    auto read = read_all();
    if (!read) state_.fail(read.error());
    for (const auto& branch : branches_) branch->join();
    if (auto failed = state_.error()) return *failed;
    return finish();
  }

 private:
  [[nodiscard]] Result<void> plan();
  [[nodiscard]] Result<std::uint32_t> timeline_rate() const;
  template <class Kind>
  Kind* add(std::unique_ptr<Kind> branch) {
    Kind* made = branch.get();
    branches_.push_back(std::move(branch));
    return made;
  }
  void add_audio(AudioBranchPlan branch, std::uint32_t timeline_rate);
  [[nodiscard]] int threads() const;
  [[nodiscard]] Clock clock_of(Input& input) const;
  [[nodiscard]] Result<void> read_all();
  [[nodiscard]] Result<void> read_input(const std::string& path);
  [[nodiscard]] Result<void> complete(Input& input);
  [[nodiscard]] Result<TranscodeResult> finish();
  void report(bool always);

  const TranscodeJob& job_;
  RunState state_;
  std::vector<std::unique_ptr<Branch>> branches_;
  AudioBranch* main_audio_ = nullptr;  // its loudness and length are the programme's
  VideoBranch* video_ = nullptr;
  std::vector<TextBranch*> texts_;
  double seconds_total_ = 0, gain_ = 1;
  std::chrono::steady_clock::time_point reported_{};
};

// An album whose tracks differ in sample rate lies on a 48 kHz timeline.
Result<std::uint32_t> Run::timeline_rate() const {
  if (job_.inputs.size() < 2) return std::uint32_t{0};
  std::uint32_t common = 0;
  for (const std::string& path : job_.inputs) {
    auto input = Input::open(path, job_.cancelled);
    if (!input) return input.error();
    const int stream = av_find_best_stream((*input)->format(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    if (stream < 0) return Error{(*input)->name() + ": expected an audio stream, found none"};
    const auto rate = static_cast<std::uint32_t>((*input)->format()->streams[stream]->codecpar->sample_rate);
    if (common != 0 && common != rate) return std::uint32_t{48000};
    common = rate;
  }
  return common;
}

Result<void> Run::plan() {
  if (job_.inputs.empty()) return Error{"expected at least one source, found none"};
  if (job_.renditions.size() != job_.sinks.size()) return Error{"expected one sink for each rendition"};
  auto rate = timeline_rate();
  if (!rate) return rate.error();
  std::map<int, AudioBranchPlan> audio;
  std::map<int, VideoBranchPlan> video;
  for (std::size_t i = 0; i < job_.renditions.size(); ++i) {
    const RenditionPlan& rendition = job_.renditions[i];
    const auto collect = [&](auto& branch) {
      branch.stream = rendition.stream;
      branch.renditions.push_back(&rendition);
      branch.sinks.push_back(job_.sinks[i]);
    };
    switch (media::kind_of(rendition.rung.codec)) {
      case media::TrackKind::audio: collect(audio[rendition.stream]); break;
      case media::TrackKind::video: collect(video[rendition.stream]); break;
      case media::TrackKind::text: texts_.push_back(add(std::make_unique<TextBranch>(state_, rendition, *job_.sinks[i]))); break;
    }
  }
  if (job_.renditions.empty()) audio[-1].stream = -1;  // the best one, only to be measured
  for (auto& [stream, branch] : audio) add_audio(std::move(branch), *rate);
  for (auto& [stream, branch] : video) {
    branch.threads = threads();
    VideoBranch* made = add(std::make_unique<VideoBranch>(state_, std::move(branch)));
    if (video_ == nullptr) video_ = made;
  }
  if (job_.inputs.size() > 1 && branches_.size() > 1) return Error{"an album run takes one audio stream of each file, and no video"};
  return {};
}

void Run::add_audio(AudioBranchPlan branch, std::uint32_t timeline_rate) {
  branch.inputs = job_.inputs.size();
  branch.timeline_rate = timeline_rate;
  if (job_.inputs.size() > 1) branch.on_programme = job_.on_programme;
  const bool is_main =
      std::any_of(branch.renditions.begin(), branch.renditions.end(), [](const RenditionPlan* plan) { return plan->is_default; });
  branch.gain = gain_;
  AudioBranch* made = add(std::make_unique<AudioBranch>(state_, std::move(branch)));
  if (is_main || main_audio_ == nullptr) main_audio_ = made;
}

int Run::threads() const { return job_.threads > 0 ? job_.threads : machine::usable_cores(); }

// But of one sound alone, time begins where the container's presentation does: at 0 in MP4 (its edit lists say so), else with the earliest
// stream.
Clock Run::clock_of(Input& input) const {
  if (video_ == nullptr && branches_.size() < 2) return {};
  double earliest = 1e18;
  media::Rational origin{0, 1};
  for (const auto& branch : branches_) {
    if (branch->stream() < 0 || branch->stream() >= static_cast<int>(input.format()->nb_streams)) continue;
    const AVStream& stream = *input.format()->streams[branch->stream()];
    if (stream.start_time == AV_NOPTS_VALUE) continue;
    const double start = static_cast<double>(stream.start_time) * av_q2d(stream.time_base);
    if (start >= earliest) continue;
    earliest = start;
    origin = {stream.start_time * stream.time_base.num, stream.time_base.den};
  }
  constexpr double kPriming = 0.2;  // a start just before or after 0 is an encoder's delay or a first picture's reordering
  if (earliest > 1e17 || std::abs(earliest) < kPriming) origin = {0, 1};
  return {true, origin};
}

Result<void> Run::read_all() {
  for (const std::string& path : job_.inputs) {
    if (auto read = read_input(path); !read) return read;
  }
  return {};
}

Result<void> Run::read_input(const std::string& path) {
  auto opened = Input::open(path, job_.cancelled);
  if (!opened) return opened.error();
  Input& input = **opened;
  if (input.format()->duration > 0) seconds_total_ += static_cast<double>(input.format()->duration) / AV_TIME_BASE;
  const Clock clock = clock_of(input);
  std::vector<Branch*> of_stream(input.format()->nb_streams, nullptr);
  for (const auto& branch : branches_) {
    if (auto begun = branch->begin_input(input, clock); !begun) return begun;
    of_stream[static_cast<std::size_t>(branch->stream())] = branch.get();
  }
  for (std::size_t i = 0; i < of_stream.size(); ++i)
    input.format()->streams[i]->discard = of_stream[i] == nullptr ? AVDISCARD_ALL : AVDISCARD_DEFAULT;
  TimeJumps jumps(longest_hole(*input.format()->iformat));
  for (;;) {
    std::shared_ptr<AVPacket> packet(av_packet_alloc(), Releaser<av_packet_free>{});
    if (!packet) return Error{input.name() + ": out of memory"};
    auto more = input.read(packet.get());
    if (!more) return more.error();
    if (!*more) break;
    if (job_.cancelled != nullptr && job_.cancelled->load(std::memory_order_relaxed)) return Error{input.name() + ": cancelled"};
    const auto stream = static_cast<std::size_t>(packet->stream_index);
    if (stream >= of_stream.size() || of_stream[stream] == nullptr) continue;
    if (packet->size == 0) continue;  // AVI's dropped pictures, NUT's ends of streams; a decoder would take the first for the end
    if (packet->side_data_elems > 0 && is_encrypted(*packet))
      return Error{input.name() + ": stream " + std::to_string(stream) + ": protected by DRM, cannot be decoded"};
    if (clock.by_timestamps) mend(jumps, *input.format()->streams[stream], *packet);
    if (!of_stream[stream]->packet(std::move(packet))) return Error{input.name() + ": stopped"};
    report(false);
  }
  return complete(input);
}

// All renditions of a presentation end together (Apple 8.3), at the end of what is longest.
Result<void> Run::complete(Input& input) {
  media::Rational longest{0, 1};
  for (const auto& branch : branches_) {
    if (!branch->end_input()) return Error{input.name() + ": stopped"};
    if (longer(branch->length(), longest)) longest = branch->length();
  }
  for (const auto& branch : branches_) {
    if (!branch->complete(longest)) return Error{input.name() + ": stopped"};
  }
  return {};
}

void Run::report(bool always) {
  if (!job_.on_progress) return;
  const auto now = std::chrono::steady_clock::now();
  if (!always && now - reported_ < kProgressInterval) return;
  reported_ = now;
  double slowest = seconds_total_;
  for (const auto& branch : branches_) slowest = std::min(slowest, branch->seconds_done());
  job_.on_progress({slowest, seconds_total_});
}

Result<TranscodeResult> Run::finish() {
  TranscodeResult result;
  if (main_audio_ != nullptr) {
    result.programmes = main_audio_->programmes();
    result.loudness = main_audio_->loudness_of_all();
  }
  if (result.programmes.empty()) result.programmes.emplace_back();
  if (video_ != nullptr) {
    media::Rational& duration = result.programmes[0].duration;
    if (longer(video_->length(), duration)) duration = video_->length();
  }
  for (TextBranch* text : texts_) text->set_length(result.programmes[0].duration);
  if (job_.inputs.size() == 1 && job_.on_programme) job_.on_programme(0, result.programmes.at(0));
  for (const auto& branch : branches_) {
    if (auto ended = branch->end(); !ended) return ended.error();
  }
  report(true);
  return result;
}

// What brings the run to -14 LUFS, as the large services play it, with its true peak at -1 dBTP at most. Wants a pass of its own: the
// loudness of a programme is known at its end only.
Result<double> normalising_gain(const TranscodeJob& job) {
  TranscodeJob measuring;
  measuring.inputs = job.inputs;
  measuring.threads = job.threads;
  measuring.cancelled = job.cancelled;
  auto measured = Run(measuring).run();
  if (!measured) return measured.error();
  if (!measured->loudness) return 1.0;
  constexpr double kTargetLufs = -14, kHighestPeak = -1;
  const double decibels = std::min(kTargetLufs - measured->loudness->integrated_lufs, kHighestPeak - measured->loudness->true_peak_dbtp);
  return std::pow(10, decibels / 20);
}

}  // namespace
}  // namespace ffmpeg

Result<TranscodeResult> transcode(const TranscodeJob& job) {
  const bool sound = std::any_of(job.renditions.begin(), job.renditions.end(),
                                 [](const RenditionPlan& plan) { return media::kind_of(plan.rung.codec) == media::TrackKind::audio; });
  if (!job.normalise_loudness || !sound) return ffmpeg::Run(job).run();
  auto gain = ffmpeg::normalising_gain(job);
  if (!gain) return gain.error();
  return ffmpeg::Run(job, *gain).run();
}

}  // namespace segue::transcoder
