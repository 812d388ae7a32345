// SPDX-License-Identifier: Apache-2.0
#include "packager/adts_source.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "media/aac_config.h"
#include "media/bits.h"

namespace segue::packager {
namespace {

constexpr std::size_t kWindowBytes = 1u << 20;
constexpr std::size_t kId3HeaderBytes = 10;

// The size of an ID3v2 tag at the start (7 bits a byte), 0: there is none.
std::size_t id3_bytes(std::span<const std::uint8_t> b) {
  if (b.size() < kId3HeaderBytes || b[0] != 'I' || b[1] != 'D' || b[2] != '3') return 0;
  return kId3HeaderBytes + ((b[6] & 127u) << 21 | (b[7] & 127u) << 14 | (b[8] & 127u) << 7 | (b[9] & 127u));
}

media::TrackConfig config_of(const AdtsHeader& header) {
  media::BitWriter out;
  out.put(header.object_type, 5);
  out.put(header.rate_index, 4);
  out.put(header.channel_config, 4);
  out.put(0, 3);
  media::TrackConfig config;
  config.codec = media::Codec::aac;
  config.config = out.take();
  if (const auto aac = media::parse_aac_config(config.config)) {
    config.timescale = aac->rate;
    config.audio.sample_rate = aac->rate;
    config.audio.channels = aac->channels();
  }
  return config;
}

// A window that slides over the file.
class Window {
 public:
  Window(int file, std::uint64_t file_bytes) : file_(file), file_bytes_(file_bytes), buffer_(kWindowBytes) {}

  // At least `count` bytes at `offset`, fewer only at the file's end.
  Result<std::span<const std::uint8_t>> at(std::uint64_t offset, std::size_t count) {
    if (offset < start_ || offset + count > start_ + filled_) {
      auto done = fill(offset);
      if (!done) return std::move(done).error();
    }
    return std::span<const std::uint8_t>(buffer_).first(filled_).subspan(static_cast<std::size_t>(offset - start_));
  }

 private:
  Result<void> fill(std::uint64_t offset) {
    start_ = offset;
    filled_ = 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), file_bytes_ - std::min(offset, file_bytes_)));
    while (filled_ < wanted) {
      const ssize_t got = ::pread(file_, buffer_.data() + filled_, wanted - filled_, static_cast<off_t>(offset + filled_));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return Error{std::string("adts: read: ") + std::strerror(errno)};
      if (got == 0) break;
      filled_ += static_cast<std::size_t>(got);
    }
    return {};
  }

  int file_;
  std::uint64_t file_bytes_, start_ = 0;
  std::size_t filled_ = 0;
  std::vector<std::uint8_t> buffer_;
};

Error damaged(std::uint64_t offset, const std::string& what) { return {"adts frame at " + std::to_string(offset) + ": " + what}; }

}  // namespace

Result<AdtsHeader> parse_adts(std::span<const std::uint8_t> b) {
  if (b.size() < kAdtsHeaderBytes) return Error{std::to_string(b.size()) + " bytes left, need 7"};
  if (b[0] != 0xFF || (b[1] & 0xF6) != 0xF0) return Error{"no sync word, expected 0xFFF and layer 0"};
  AdtsHeader header;
  header.header_bytes = b[1] & 1 ? 7 : 9;
  header.object_type = (b[2] >> 6) + 1u;
  header.rate_index = b[2] >> 2 & 15u;
  header.channel_config = (b[2] & 1u) << 2 | b[3] >> 6;
  header.frame_bytes = (b[3] & 3u) << 11 | static_cast<unsigned>(b[4] << 3) | b[5] >> 5;
  if (header.rate_index > 12) return Error{"sampling frequency index " + std::to_string(header.rate_index) + ", expected at most 12"};
  if (header.frame_bytes < header.header_bytes)
    return Error{"frame of " + std::to_string(header.frame_bytes) + " bytes, expected at least its header"};
  if ((b[6] & 3) != 0) return Error{std::to_string((b[6] & 3) + 1) + " raw data blocks, expected 1"};
  return header;
}

bool is_adts(std::span<const std::uint8_t> head) {
  const std::size_t tag = id3_bytes(head);
  if (tag >= head.size()) return false;
  head = head.subspan(tag);
  const auto first = parse_adts(head);
  if (!first || first->frame_bytes > head.size()) return false;
  if (first->frame_bytes == head.size()) return true;
  const auto second = parse_adts(head.subspan(first->frame_bytes));
  return second && second->rate_index == first->rate_index && second->channel_config == first->channel_config;
}

Result<media::Track> copy_adts(int file, std::uint64_t file_bytes, const Cuts& cuts, ByteSink& sink) {
  Window window(file, file_bytes);
  auto head = window.at(0, kId3HeaderBytes);
  if (!head) return std::move(head).error();
  std::uint64_t offset = id3_bytes(*head);
  auto first_bytes = window.at(offset, kAdtsHeaderBytes);
  if (!first_bytes) return std::move(first_bytes).error();
  auto first = parse_adts(*first_bytes);
  if (!first) return damaged(offset, first.error().message);

  TrackPlan plan;
  plan.config = config_of(*first);
  plan.grid = cuts.grid;
  plan.follow = cuts.follow;
  plan.loudness_follows = false;
  plan.base_time = media::ticks_at(cuts.shift, plan.config.timescale);
  constexpr std::uint32_t kFrameTicks = 1024;
  const std::uint64_t frames = file_bytes / first->frame_bytes + 1;
  plan.expected_segments = static_cast<std::int64_t>(frames * kFrameTicks / plan.config.timescale) / cuts.grid.segment_seconds + 4;
  auto writer = TrackWriter::create(plan, sink);
  if (!writer) return std::move(writer).error();
  for (media::Ticks time = plan.base_time; offset < file_bytes; time += kFrameTicks) {
    auto bytes = window.at(offset, 8192);
    if (!bytes) return std::move(bytes).error();
    auto header = parse_adts(*bytes);
    if (!header) return damaged(offset, header.error().message);
    if (header->rate_index != first->rate_index || header->channel_config != first->channel_config ||
        header->object_type != first->object_type)
      return damaged(offset, "another format than the first frame's");
    if (header->frame_bytes > bytes->size())
      return damaged(offset, std::to_string(header->frame_bytes) + " bytes, " + std::to_string(bytes->size()) + " left");
    const auto data = bytes->subspan(header->header_bytes, header->frame_bytes - header->header_bytes);
    auto done = writer->add({.dts = time, .pts = time, .duration = kFrameTicks, .sync = true, .data = data});
    if (!done) return std::move(done).error();
    offset += header->frame_bytes;
  }
  return writer->finish(plan.config);
}

}  // namespace segue::packager
