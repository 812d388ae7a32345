// SPDX-License-Identifier: Apache-2.0
#include "manifests/channels.h"

#include <bit>
#include <charconv>

namespace segue::manifests {
namespace {

constexpr std::string_view kLayoutScheme = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
constexpr std::string_view kCountScheme = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";
constexpr std::string_view kDolbySchemes[] = {"tag:dolby.com,2014:dash:audio_channel_configuration:2011",
                                              "urn:dolby:dash:audio_channel_configuration:2011"};

// WAVE speaker bits.
enum : std::uint64_t { FL = 1, FR = 2, FC = 4, LFE = 8, BL = 16, BR = 32, FLC = 64, FRC = 128, BC = 256, SL = 512, SR = 1024 };

struct Layout {
  std::uint64_t mask;
  std::uint32_t code;
};
// Side and back surrounds are the same loudspeakers in 5.1 and smaller layouts (Ls, Rs at 110 degrees).
constexpr Layout kLayouts[] = {
    {FC, 1},
    {FL | FR, 2},
    {FL | FR | FC, 3},
    {FL | FR | FC | BC, 4},
    {FL | FR | FC | BL | BR, 5},
    {FL | FR | FC | SL | SR, 5},
    {FL | FR | FC | LFE | BL | BR, 6},
    {FL | FR | FC | LFE | SL | SR, 6},
    {FL | FR | FC | LFE | BL | BR | FLC | FRC, 7},
    {FL | FR | FC | LFE | SL | SR | FLC | FRC, 7},
    {FL | FR | BC, 9},
    {FL | FR | BL | BR, 10},
    {FL | FR | SL | SR, 10},
    {FL | FR | FC | LFE | BC | SL | SR, 11},
    {FL | FR | FC | LFE | BL | BR | BC, 11},
    {FL | FR | FC | LFE | BL | BR | SL | SR, 12},
};

// Channels of the code points 0 to 20.
constexpr std::uint32_t kCounts[] = {0, 1, 2, 3, 4, 5, 6, 8, 2, 3, 4, 7, 8, 24, 8, 12, 10, 12, 14, 12, 14};

template <class Number>
bool parse(std::string_view text, int base, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc() && end == text.data() + text.size();
}

// Dolby's scheme: a mask of loudspeaker positions, some of which are pairs (ETSI TS 103 420 / 102 366 table E.5).
std::uint32_t dolby_count(std::uint32_t mask) {
  constexpr std::uint32_t kPairs = 0x4000 >> 4 | 0x4000 >> 5 | 0x4000 >> 8 | 0x4000 >> 9 | 0x4000 >> 10 | 0x4000 >> 12;
  return static_cast<std::uint32_t>(std::popcount(mask) + std::popcount(mask & kPairs));
}

}  // namespace

dash::Descriptor channel_configuration(const media::AudioFormat& format) {
  // A file that says no layout means the usual one of its count.
  if (format.channel_mask == 0 && format.channels >= 1 && format.channels <= 6) {
    return {std::string(kLayoutScheme), std::to_string(format.channels)};
  }
  for (const Layout& layout : kLayouts) {
    if (layout.mask == format.channel_mask) return {std::string(kLayoutScheme), std::to_string(layout.code)};
  }
  return {std::string(kCountScheme), std::to_string(format.channels)};
}

std::uint32_t channel_count(const dash::Descriptor& descriptor) noexcept {
  std::uint32_t value = 0;
  for (const std::string_view scheme : kDolbySchemes) {
    if (descriptor.scheme == scheme) return parse(descriptor.value, 16, value) ? dolby_count(value) : 0;
  }
  if (!parse(descriptor.value, 10, value)) return 0;
  if (descriptor.scheme == kCountScheme) return value;
  if (descriptor.scheme == kLayoutScheme) return value < std::size(kCounts) ? kCounts[value] : 0;
  return 0;
}

}  // namespace segue::manifests
