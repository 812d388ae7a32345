// SPDX-License-Identifier: Apache-2.0
#include "platform/protection.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "access/duration.h"
#include "access/key_file.h"
#include "access/key_store.h"
#include "access/protection.h"

namespace segue::platform {
namespace {

constexpr const char* kFirstKey = "media";

Result<void> make_key(const std::string& path) {
  if (std::filesystem::exists(path)) {
    const auto ring = access::load_keys(path);
    if (!ring) return ring.error();
    if (ring->signer(access::Algorithm::hs256) != nullptr) return {};
  }
  return access::add_key(path, kFirstKey, access::Algorithm::hs256);
}

// Where root starts nginx its workers are somebody else, and read the file once a second: it is their group's to read, nobody's but root's
// to write. Later changes keep that (access/key_store.cc).
Result<void> show_workers(const std::string& path, const std::string& workers) {
  const passwd* user = ::getpwnam(workers.c_str());
  if (::geteuid() != 0 || user == nullptr || user->pw_uid == 0) return {};
  if (::chown(path.c_str(), 0, user->pw_gid) == 0 && ::chmod(path.c_str(), 0640) == 0) return {};
  return Error{path + ": " + std::strerror(errno)};
}

}  // namespace

Result<std::string> choose_protection(const service::Home& home, Doors doors, const std::string& said) {
  if (doors == Doors::open) return std::string();
  const auto before = access::protection_of(home.path("access"));
  if (!before && doors == Doors::as_before) return before.error();
  const bool was = before && before->has_value();
  if (doors == Doors::as_before && !was) return std::string();
  const std::string life = !said.empty() ? said : was ? std::to_string((*before)->count()) + 's' : access::kUsualLife;
  const auto seconds = access::parse_duration(life);
  if (!seconds) return Error{"SEGUE_TOKEN_LIFE: " + seconds.error().message};
  return std::to_string(seconds->count()) + 's';
}

Result<void> set_protection(const service::Home& home, const std::string& life, const std::string& workers) {
  const std::string folder = home.path("access"), keys = folder + "/keys";
  if (life.empty()) return access::protect(folder, "");
  if (auto made = make_key(keys); !made) return made.error();
  if (auto shown = show_workers(keys, workers); !shown) return shown.error();
  return access::protect(folder, life);
}

}  // namespace segue::platform
