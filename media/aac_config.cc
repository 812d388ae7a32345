// SPDX-License-Identifier: Apache-2.0
#include "media/aac_config.h"

#include <array>
#include <string>

#include "media/bits.h"

namespace segue::media {
namespace {

constexpr std::array<std::uint32_t, 13> kRates = {96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
constexpr unsigned kSbr = 5, kPs = 29, kEscape = 31, kRateEscape = 15;
constexpr unsigned kSyncExtension = 0x2B7, kPsExtension = 0x548;  // 14496-3 1.6.6.1

unsigned object_type(BitReader& in) {
  const unsigned type = in.get(5);
  return type == kEscape ? 32 + in.get(6) : type;
}

std::uint32_t rate(BitReader& in) {
  const unsigned index = in.get(4);
  if (index == kRateEscape) return in.get(24);
  return index < kRates.size() ? kRates[index] : 0;
}

bool has_ga_config(unsigned type) { return (type >= 1 && type <= 4) || type == 6 || type == 7 || type == 17 || (type >= 19 && type <= 23); }

void put_rate(BitWriter& out, std::uint32_t hz) {
  for (unsigned i = 0; i < kRates.size(); ++i) {
    if (kRates[i] == hz) return out.put(i, 4);
  }
  out.put(kRateEscape, 4);
  out.put(hz, 24);
}

// GASpecificConfig of the types that have one; false when a program config element follows, whose length is not known here.
bool skip_ga_config(BitReader& in, AacConfig& config) {
  config.short_frames = in.get(1) != 0;
  if (in.get(1) != 0) in.get(14);  // dependsOnCoreCoder
  in.get(1);                       // extensionFlag
  return config.channel_config != 0;
}

void read_sync_extension(BitReader& in, AacConfig& config) {
  if (in.left() < 16 || in.get(11) != kSyncExtension || object_type(in) != kSbr) return;
  config.sbr = in.get(1) != 0;
  if (!config.sbr) return;
  config.rate = rate(in);
  if (in.left() >= 12 && in.get(11) == kPsExtension) config.ps = in.get(1) != 0;
}

}  // namespace

unsigned AacConfig::channels() const noexcept {
  if (ps) return 2;
  constexpr std::array<unsigned, 16> kChannels = {0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8, 0};
  return kChannels[channel_config];
}

std::uint32_t AacConfig::frame_ticks() const noexcept {
  const std::uint32_t core = short_frames ? 960 : 1024;
  return sbr && core_rate > 0 ? core * (rate / core_rate) : core;
}

Result<AacConfig> parse_aac_config(std::span<const std::uint8_t> bytes) {
  BitReader in(bytes);
  AacConfig config;
  config.object_type = config.core_type = object_type(in);
  config.core_rate = config.rate = rate(in);
  config.channel_config = in.get(4);
  if (config.object_type == kSbr || config.object_type == kPs) {
    config.sbr = true;
    config.ps = config.object_type == kPs;
    config.rate = rate(in);
    config.core_type = object_type(in);
    if (has_ga_config(config.core_type)) skip_ga_config(in, config);
  } else if (has_ga_config(config.core_type) && skip_ga_config(in, config)) {
    read_sync_extension(in, config);
  }
  if (in.overrun()) return Error{"aac configuration: " + std::to_string(bytes.size()) + " bytes end inside its fields"};
  if (config.core_rate == 0 || config.rate == 0) return Error{"aac configuration: reserved sampling frequency index"};
  return config;
}

Result<std::vector<std::uint8_t>> explicit_aac_config(std::span<const std::uint8_t> bytes) {
  auto config = parse_aac_config(bytes);
  if (!config) return std::move(config).error();
  const bool is_explicit = config->object_type == kSbr || config->object_type == kPs;
  if (!config->sbr || is_explicit || config->core_type >= kEscape) return std::vector<std::uint8_t>(bytes.begin(), bytes.end());
  BitWriter out;
  out.put(config->ps ? kPs : kSbr, 5);
  put_rate(out, config->core_rate);
  out.put(config->channel_config, 4);
  put_rate(out, config->rate);
  out.put(config->core_type, 5);
  out.put(config->short_frames ? 4 : 0, 3);  // frameLengthFlag, no core coder, no extension
  return out.take();
}

}  // namespace segue::media
