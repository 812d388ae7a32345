// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ffmpeg/audio_decoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>

#include "media/time.h"
#include "transcoder/ffmpeg/error.h"
#include "transcoder/ffmpeg/frame_cut.h"
#include "transcoder/ffmpeg/input.h"
#include "transcoder/ffmpeg/packet_copier.h"
#include "transcoder/recording.h"

namespace segue::transcoder::ffmpeg {
namespace {

constexpr float kLoudest = 8.0F;  // +18 dBFS: float sources may exceed full scale, nothing sane exceeds this

// Takes what is beyond reason for the loudest; the first sample that is no number is refused or, in what was coded with loss, is a
// coder's slip and made silence. `at`: the index of the first sample.
template <class Float>
Result<void> check_samples(Float* samples, int count, int channels, std::int64_t at, bool refuses) {
  for (int i = 0; i < count; ++i) {
    if (!std::isfinite(samples[i])) {
      if (refuses) {
        return Error{"sample " + std::to_string(at + i / channels) + ": expected a finite number, found " +
                     (std::isnan(samples[i]) ? "nan" : "infinity")};
      }
      samples[i] = 0;
    }
    samples[i] = std::clamp<Float>(samples[i], -kLoudest, kLoudest);
  }
  return {};
}

Result<void> check_samples(AVFrame& frame, std::int64_t at, bool refuses) {
  const auto format = static_cast<AVSampleFormat>(frame.format);
  const AVSampleFormat packed = av_get_packed_sample_fmt(format);
  if (packed != AV_SAMPLE_FMT_FLT && packed != AV_SAMPLE_FMT_DBL) return {};
  if (const int code = av_frame_make_writable(&frame); code < 0) return error("decoded sound", "cannot be written", code);
  const bool planar = av_sample_fmt_is_planar(format) != 0;
  const int planes = planar ? frame.ch_layout.nb_channels : 1, channels = planar ? 1 : frame.ch_layout.nb_channels;
  const int count = frame.nb_samples * channels;
  for (int plane = 0; plane < planes; ++plane) {
    std::uint8_t* data = frame.extended_data[plane];
    auto good = packed == AV_SAMPLE_FMT_FLT ? check_samples(reinterpret_cast<float*>(data), count, channels, at, refuses)
                                            : check_samples(reinterpret_cast<double*>(data), count, channels, at, refuses);
    if (!good) return good;
  }
  return {};
}

// iTunes: " 00000000 <priming> <remainder> <samples, 64-bit hex> ...".
std::optional<std::int64_t> itunes_length(const AVDictionary* metadata) {
  const AVDictionaryEntry* entry = av_dict_get(metadata, "iTunSMPB", nullptr, 0);
  unsigned zero = 0, priming = 0, remainder = 0;
  unsigned long long samples = 0;
  if (entry == nullptr || std::sscanf(entry->value, " %x %x %x %llx", &zero, &priming, &remainder, &samples) != 4) return std::nullopt;
  if (samples == 0 || samples > (1ULL << 48)) return std::nullopt;
  return static_cast<std::int64_t>(samples);
}

// Not MP3's, whose Xing header is often of the song before it was cut: there the last frame tells (truncation.h).
bool header_tells_length(std::string_view container) {
  static constexpr std::array<std::string_view, 7> kExact = {"flac", "wv", "tta", "ape", "caf", "w64", "tak"};
  return std::find(kExact.begin(), kExact.end(), container) != kExact.end();
}

}  // namespace

Result<std::unique_ptr<AudioDecoder>> AudioDecoder::open(const AVFormatContext& format, int stream, std::string where, Sink sink) {
  std::unique_ptr<AudioDecoder> self(new AudioDecoder);
  const AVStream& source = *format.streams[stream];
  self->where_ = std::move(where);
  self->container_ = format.iformat->name;
  self->sink_ = std::move(sink);
  self->time_base_ = source.time_base;
  self->declared_ = source.duration;
  if (self->container_.starts_with("mov")) self->itunes_samples_ = itunes_length(format.metadata);
  const AVCodec* decoder = avcodec_find_decoder(source.codecpar->codec_id);
  if (decoder == nullptr) return Error{self->where_ + ": no decoder for " + avcodec_get_name(source.codecpar->codec_id)};
  self->codec_.reset(avcodec_alloc_context3(decoder));
  AVCodecContext* codec = self->codec_.get();
  if (codec == nullptr) return Error{self->where_ + ": out of memory"};
  int code = avcodec_parameters_to_context(codec, source.codecpar);
  const AVCodecDescriptor* descriptor = avcodec_descriptor_get(source.codecpar->codec_id);
  self->is_lossless_ = descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_LOSSLESS) != 0;
  codec->pkt_timebase = source.time_base;
  codec->thread_count = 1;  // the encoders are the work
  // MP4 tells the priming in ticks. libavcodec takes them for samples of the core, and cuts twice as much where SBR doubles the rate and
  // the ticks are its samples already (an HE-AAC edit of 5,058 lost 10,116).
  self->cuts_start_itself_ = source.codecpar->codec_id == AV_CODEC_ID_AAC && self->container_.starts_with("mov");
  if (self->cuts_start_itself_) codec->flags2 |= AV_CODEC_FLAG2_SKIP_MANUAL;
  if (code >= 0) code = avcodec_open2(codec, decoder, nullptr);
  if (code < 0) return error(self->where_, "decoder cannot be opened", code);
  return self;
}

// Of a fragmented MP4 the priming is what lies before 0, and counts as duration. Opus' libavcodec cuts itself, as its header says.
void AudioDecoder::learn_skip(const AVPacket& packet) {
  skip_start_ += skipped_ticks(packet);
  const std::int64_t before = packets_ == 1 ? pre_roll_ticks(packet, container_) : 0;
  if (before == 0) return;
  if (declared_ > 0) declared_ -= before;
  if (codec_->codec_id == AV_CODEC_ID_OPUS) return;
  skip_start_ = before;
  cuts_start_itself_ = true;
}

// Nor does it tell how long the packets of a fragmented MP4 are, where their codec does not: the next one's time does.
void AudioDecoder::count_ticks(const AVPacket& packet) {
  packet_ticks_ += packet.duration;
  if (!container_.starts_with("mov")) return;
  if (untold_ != AV_NOPTS_VALUE && packet.pts > untold_) packet_ticks_ += packet.pts - untold_;
  untold_ = packet.duration == 0 ? packet.pts : AV_NOPTS_VALUE;
}

// What W64 pads its chunk of sound with is no sample; PCM decoders refuse what is less than one.
Result<void> AudioDecoder::decode(const AVPacket& packet) {
  const bool pcm = codec_->block_align > 0 && av_get_bits_per_sample(codec_->codec_id) > 0;
  const int rest = pcm ? packet.size % codec_->block_align : 0;
  if (rest == 0) return decode_whole(packet);
  const PacketPtr whole(av_packet_clone(&packet));
  if (!whole) return Error{where_ + ": out of memory"};
  av_shrink_packet(whole.get(), packet.size - rest);
  return whole->size > 0 ? decode_whole(*whole) : Result<void>();
}

Result<void> AudioDecoder::decode_whole(const AVPacket& packet) {
  ++packets_;
  count_ticks(packet);
  learn_skip(packet);
  if (decoded_ > 0 && is_junk(packet)) {
    ++junk_;
    return {};
  }
  last_failed_ = gave_sound_ = false;
  errors_ += std::exchange(junk_, 0);
  int code = avcodec_send_packet(codec_.get(), &packet);
  if (code == AVERROR(EAGAIN)) {
    if (auto received = receive(); !received) return received;
    code = avcodec_send_packet(codec_.get(), &packet);
  }
  if (code == AVERROR(ENOMEM)) return error(where_, "decoding", code);
  if (code < 0 && code != AVERROR_EOF) failed_packet();
  return receive();
}

// MPEG audio (ISO/IEC 11172-3 2.4.1.3) begins each frame with eleven ones. Other bytes are no broken frame: what downloaders, taggers
// (Lyrics3) and disks hang behind a song is not part of it. In the midst of one they count.
bool AudioDecoder::is_junk(const AVPacket& packet) const {
  const AVCodecID codec = codec_->codec_id;
  if (codec != AV_CODEC_ID_MP1 && codec != AV_CODEC_ID_MP2 && codec != AV_CODEC_ID_MP3) return false;
  return packet.size < 2 || packet.data[0] != 0xFF || (packet.data[1] & 0xE0) != 0xE0;
}

// Taggers hang ID3v1 and APEv2 onto FLAC as well, and its parser leaves them in the last packet, behind its frame. It leaves a frame whose
// header is damaged behind the one before as well: with sound after it, it counts.
void AudioDecoder::failed_packet() {
  if (gave_sound_ && codec_->codec_id == AV_CODEC_ID_FLAC) {
    ++junk_;
    return;
  }
  ++(decoded_ == 0 ? lost_at_start_ : errors_);
  last_failed_ = true;
}

Result<void> AudioDecoder::receive() {
  for (;;) {
    FramePtr frame(av_frame_alloc());
    if (!frame) return Error{where_ + ": out of memory"};
    const int code = avcodec_receive_frame(codec_.get(), frame.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code == AVERROR(ENOMEM)) return error(where_, "decoding", code);
    if (code < 0) {
      failed_packet();
      return {};
    }
    if (frame->nb_samples <= 0) continue;
    gave_sound_ = true;
    if (frame->sample_rate <= 0 || frame->sample_rate > kMaxSampleRate || frame->ch_layout.nb_channels <= 0 ||
        frame->ch_layout.nb_channels > kMaxChannels) {
      return Error{where_ + ": expected up to 64 channels at up to 2822400 Hz, found " + std::to_string(frame->ch_layout.nb_channels) +
                   " at " + std::to_string(frame->sample_rate)};
    }
    if (auto held = hold(std::move(frame)); !held) return held;
  }
}

// False: nothing of the frame is programme.
Result<bool> AudioDecoder::cut_start(FramePtr& frame) {
  if (!cuts_start_itself_) return true;
  const std::int64_t left = av_rescale_q(skip_start_, time_base_, {1, frame->sample_rate}) - skipped_;
  if (left <= 0) return true;
  skipped_ += std::min<std::int64_t>(left, frame->nb_samples);
  if (left >= frame->nb_samples) return false;
  frame = without_first(*frame, static_cast<int>(left), time_base_);
  if (!frame) return Error{where_ + ": out of memory"};
  return true;
}

Result<void> AudioDecoder::hold(FramePtr frame) {
  auto heard = cut_start(frame);
  if (!heard) return heard.error();
  if (!*heard) return {};
  if (auto good = check_samples(*frame, decoded_, is_lossless_); !good) return Error{where_ + ": " + good.error().message};
  if (sample_rate_ == 0) sample_rate_ = frame->sample_rate;
  decoded_ += frame->nb_samples;
  held_samples_ += static_cast<std::size_t>(frame->nb_samples);
  held_.push_back(std::move(frame));
  return deliver(kHoldSamples);
}

Result<void> AudioDecoder::deliver(std::size_t keep_samples) {
  while (!held_.empty() && held_samples_ - static_cast<std::size_t>(held_.front()->nb_samples) >= keep_samples) {
    const FramePtr frame = std::move(held_.front());
    held_.pop_front();
    held_samples_ -= static_cast<std::size_t>(frame->nb_samples);
    delivered_ += frame->nb_samples;
    if (auto taken = sink_(*frame); !taken) return taken;
  }
  return {};
}

// MP4 keeps the length of the programme in three places, none of which libavcodec cuts by: iTunes' own tag, the last sample's shortened
// duration, and the edit's duration, which is rounded to the movie's timescale (a millisecond as a rule) and so only overrules the
// sum of durations where it differs by more.
std::optional<std::int64_t> AudioDecoder::true_length() const {
  if (itunes_samples_) return itunes_samples_;
  if (!container_.starts_with("mov") || packet_ticks_ <= 0) return std::nullopt;
  const AVRational sample = {1, sample_rate_};
  const bool told = declared_ != AV_NOPTS_VALUE && declared_ > 0;
  if (!told && untold_ != AV_NOPTS_VALUE) return std::nullopt;
  const std::int64_t by_packets = av_rescale_q(packet_ticks_ - skip_start_, time_base_, sample);
  if (!told) return by_packets;
  const std::int64_t by_edit = av_rescale_q(declared_, time_base_, sample);
  return untold_ != AV_NOPTS_VALUE || by_edit < by_packets - sample_rate_ / 1000 - 1 ? by_edit : by_packets;
}

void AudioDecoder::cut_padding() {
  const auto length = true_length();
  if (!length || *length >= decoded_) return;
  std::int64_t surplus = decoded_ - *length;
  if (surplus > static_cast<std::int64_t>(kHoldSamples)) return;  // not padding: the header is wrong
  while (surplus > 0 && !held_.empty()) {
    AVFrame& last = *held_.back();
    const int cut = static_cast<int>(std::min<std::int64_t>(surplus, last.nb_samples));
    last.nb_samples -= cut;
    surplus -= cut;
    held_samples_ -= static_cast<std::size_t>(cut);
    decoded_ -= cut;
    if (last.nb_samples == 0) held_.pop_back();
  }
}

Result<void> AudioDecoder::verdict() const {
  if (decoded_ == 0) return Error{where_ + ": expected sound, decoded no sample of " + std::to_string(packets_) + " packets"};
  if (last_failed_ && !ends_anywhere(container_)) return Error{where_ + ": truncated: the last packet is not whole"};
  if (too_many_broken(errors_, lost_at_start_, packets_)) {
    return Error{where_ + ": expected decodable packets, found " + std::to_string(errors_ + lost_at_start_) + " of " +
                 std::to_string(packets_) + " broken"};
  }
  if (!header_tells_length(container_) || declared_ == AV_NOPTS_VALUE || declared_ <= 0 || packet_ticks_ <= 0) return {};
  const double found = static_cast<double>(packet_ticks_) * av_q2d(time_base_),
               declared = static_cast<double>(declared_) * av_q2d(time_base_);
  if (found + 0.5 / sample_rate_ >= declared) return {};
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), ": truncated: %.3f of %.3f s", found, declared);
  return Error{where_ + text.data()};
}

Result<void> AudioDecoder::finish() {
  const bool last_failed = last_failed_;
  avcodec_send_packet(codec_.get(), nullptr);
  if (auto received = receive(); !received) return received;
  last_failed_ = last_failed;
  cut_padding();
  if (auto good = verdict(); !good) return good;
  return deliver(0);
}

}  // namespace segue::transcoder::ffmpeg
