// SPDX-License-Identifier: Apache-2.0
#include "access/media_addresses.h"

#include <ctime>
#include <mutex>

#include "access/carrier.h"
#include "access/key_file.h"
#include "access/media_token.h"
#include "access/protection.h"

namespace segue::access {

// The key that signs now. The file is read at most once a second; while it cannot be read the last good key goes on.
struct MediaAddresses::Signer {
  const std::string path;
  const std::chrono::seconds life;
  std::mutex mutex;
  KeyRing ring;
  std::int64_t read_at = 0;

  Signer(std::string file, std::chrono::seconds lives) : path(std::move(file)), life(lives) {}

  Result<void> read(std::int64_t now) {
    read_at = now;
    auto found = load_keys(path);
    if (!found) return found.error();
    if (found->signer(Algorithm::hs256) == nullptr) return Error{path + ": no key that signs with HS256 (segue token --new-key ID)"};
    ring = *std::move(found);
    return {};
  }

  std::string token(const MediaGrant& grant, std::int64_t now) {
    const std::lock_guard lock(mutex);
    if (now != read_at) static_cast<void>(read(now));
    const auto made = issue(grant, *ring.signer(Algorithm::hs256));
    return made ? *made : std::string();
  }
};

std::int64_t expiry_of(std::int64_t now, std::chrono::seconds life, std::chrono::seconds longer) noexcept {
  constexpr std::int64_t kHour = 3600;
  return (now / life.count() + 2) * life.count() + (longer.count() + kHour - 1) / kHour * kHour;
}

Result<MediaAddresses> MediaAddresses::open(const std::string& folder) {
  const auto life = protection_of(folder);
  if (!life) return life.error();
  if (!*life) return MediaAddresses();
  auto signer = std::make_shared<Signer>(folder + "/keys", **life);
  if (auto read = signer->read(std::time(nullptr)); !read) return read.error();
  return MediaAddresses(std::move(signer));
}

std::string MediaAddresses::folder(std::string_view asset, std::chrono::seconds longer) const {
  std::string path = "/v/" + std::string(asset) + '/';
  if (!signer_) return path;
  const std::int64_t now = std::time(nullptr);
  const std::string token = signer_->token({expiry_of(now, signer_->life, longer), path, "", ""}, now);
  return token.empty() ? path : std::string(kTokenPath) + token + path;
}

std::int64_t MediaAddresses::stretch() const { return signer_ ? std::time(nullptr) / signer_->life.count() : 0; }

}  // namespace segue::access
