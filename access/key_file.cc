// SPDX-License-Identifier: Apache-2.0
#include "access/key_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace segue::access {

Result<std::string> read_key_file(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text(kMostRingBytes + 1, '\0');
  if (!in) return Error{path + ": " + std::strerror(errno)};
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return Error{path + ": cannot be read"};
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Result<KeyRing> load_keys(const std::string& path) {
  const auto text = read_key_file(path);
  if (!text) return text.error();
  auto ring = KeyRing::parse(*text);
  if (!ring) return Error{path + ": " + ring.error().message};
  return ring;
}

KeyFile::Stamp KeyFile::stamp() const {
  struct stat info {};
  if (::stat(path_.c_str(), &info) != 0) return {};
  return {info.st_mtim.tv_sec, info.st_mtim.tv_nsec, info.st_size, info.st_ino};
}

std::shared_ptr<const Gate> KeyFile::gate(std::int64_t now) {
  if (gate_ && now == looked_) return gate_;
  looked_ = now;
  const Stamp current = stamp();
  if (gate_ && current == seen_) return gate_;
  seen_ = current;
  known_.clear();
  auto ring = load_keys(path_);
  if (ring)
    gate_ = std::make_shared<const Gate>(*std::move(ring), policy_);
  else
    complaint_ = ring.error().message;
  if (!gate_) gate_ = std::make_shared<const Gate>(KeyRing(), policy_);
  return gate_;
}

}  // namespace segue::access
