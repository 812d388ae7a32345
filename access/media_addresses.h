// SPDX-License-Identifier: Apache-2.0
// Where a published asset plays, as a listener's player is told: "/v/<asset>/…", or, where the home asks for tokens,
// "/t/TOKEN/v/<asset>/…", with which everything plays that lies below it. Who is told has been asked for their rights before.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "access/key.h"
#include "media/result.h"

namespace segue::access {

// Seconds since 1970 at which a token ends that is handed out at `now`: between one and two lives later, and `longer` beyond that in whole
// hours. The same for everybody in a stretch of one life: players' caches, and ours of answers, go on knowing what they have.
[[nodiscard]] std::int64_t expiry_of(std::int64_t now, std::chrono::seconds life, std::chrono::seconds longer = {}) noexcept;

// A copy is the same one. Any thread.
class MediaAddresses {
 public:
  MediaAddresses() = default;  // open: no tokens
  // `folder`: the home's "access". Error: it is protected, and there is no key to sign with.
  static Result<MediaAddresses> open(const std::string& folder);

  // With '/' at its end. `longer`: what is played in one go takes so long.
  [[nodiscard]] std::string folder(std::string_view asset, std::chrono::seconds longer = {}) const;
  [[nodiscard]] std::string hls(std::string_view asset) const { return folder(asset) + "master.m3u8"; }
  [[nodiscard]] std::string dash(std::string_view asset) const { return folder(asset) + "manifest.mpd"; }
  // Addresses change when this does; always 0 where there are no tokens.
  [[nodiscard]] std::int64_t stretch() const;
  [[nodiscard]] bool is_protected() const noexcept { return signer_ != nullptr; }

 private:
  struct Signer;
  explicit MediaAddresses(std::shared_ptr<Signer> signer) : signer_(std::move(signer)) {}
  std::shared_ptr<Signer> signer_;
};

}  // namespace segue::access
