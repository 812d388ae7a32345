// SPDX-License-Identifier: Apache-2.0
// What a client says of itself for getTranscodeDecision: which files it plays, what it would rather have, and its codecs' limits. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"

namespace segue::opensubsonic {

struct DirectPlayProfile {  // an empty list means any
  std::vector<std::string> containers, codecs, protocols;
  std::int64_t max_channels = 0;  // 0: any
};

struct TranscodingProfile {
  std::string container, codec, protocol;
  std::int64_t max_channels = 0;
};

struct Limitation {
  std::string name;        // "audioChannels", "audioBitrate", "audioProfile", "audioSamplerate", "audioBitdepth"
  std::string comparison;  // "Equals", "NotEquals", "LessThanEqual", "GreaterThanEqual"
  std::vector<std::string> values;
  bool is_required = true;
};

struct CodecProfile {
  std::string codec;
  std::vector<Limitation> limitations;
};

struct ClientInfo {
  std::string name, platform;
  std::int64_t max_bps = 0, max_transcoding_bps = 0;  // 0: any
  std::vector<DirectPlayProfile> direct;
  std::vector<TranscodingProfile> transcoding;  // in the client's order of preference
  std::vector<CodecProfile> codecs;
};

inline constexpr std::size_t kMaxProfiles = 200;  // of each list, and values of a limitation

// Error: no JSON object, or the pointer of what has the wrong type.
[[nodiscard]] Result<ClientInfo> parse_client_info(std::string_view json);

}  // namespace segue::opensubsonic
