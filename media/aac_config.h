// SPDX-License-Identifier: Apache-2.0
// AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1), as far as packaging needs it: object type, rates, channels and how SBR and PS
// are signalled. In CMAF they are signalled explicitly (Apple 2.24): object type 5 or 29 first, then the core's.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "media/result.h"

namespace segue::media {

struct AacConfig {
  unsigned object_type = 0;     // the first one in the record: 5 and 29 mean explicit SBR and PS
  unsigned core_type = 0;       // of the core decoder: 2 (LC) below SBR; else as object_type
  std::uint32_t core_rate = 0;  // Hz, of the core
  std::uint32_t rate = 0;       // Hz, of the decoded sound (twice the core's with SBR)
  unsigned channel_config = 0;  // 0: in a program config element
  bool sbr = false, ps = false;
  bool short_frames = false;  // 960 samples a core frame instead of 1024

  // Channels of the decoded sound, 0: not told by the record.
  [[nodiscard]] unsigned channels() const noexcept;
  // Ticks of one access unit at `rate`.
  [[nodiscard]] std::uint32_t frame_ticks() const noexcept;
};

// Error: fewer bits than the record's own fields need, or a reserved rate.
[[nodiscard]] Result<AacConfig> parse_aac_config(std::span<const std::uint8_t> config);

// The same decoder configuration with SBR and PS signalled explicitly; already explicit or plain records come back unchanged.
[[nodiscard]] Result<std::vector<std::uint8_t>> explicit_aac_config(std::span<const std::uint8_t> config);

}  // namespace segue::media
