// SPDX-License-Identifier: Apache-2.0
// Laws: what a client says of itself is read or refused with a message; a decision never names a rendition that is not there, and what it
// names comes back from its parameters.
#include <cstdint>
#include <string_view>

#include "catalog-api/opensubsonic/decision.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(opensubsonic::parse_params(text));
  const auto client = opensubsonic::parse_client_info(text);
  if (!client) {
    if (client.error().message.empty()) __builtin_trap();
    return 0;
  }
  media::Asset asset;
  for (const auto codec : {media::Codec::aac, media::Codec::flac}) {
    auto& rendition = asset.renditions.emplace_back();
    rendition.id = media::name_of(codec);
    rendition.track.codec = codec;
    rendition.track.audio = {44100, 2, 3, 16};
    rendition.average_bps = codec == media::Codec::aac ? 128'000 : 900'000;
  }
  const auto decision = opensubsonic::decide(asset, asset.renditions.back(), *client);
  if (decision.can_direct_play && decision.transcoded) __builtin_trap();
  if (!decision.transcoded) return 0;
  const auto params = opensubsonic::parse_params(opensubsonic::params_of(*decision.transcoded));
  if (!params || params->rendition != decision.transcoded->rendition) __builtin_trap();
  return 0;
}
