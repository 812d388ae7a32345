// SPDX-License-Identifier: Apache-2.0
#include "service/http/key_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace segue::service::http {
namespace {

Error failure(const std::string& path, int number) { return Error{path + ": " + std::strerror(number)}; }

// Beside, then linked into place: nobody reads half a key, and who comes second keeps the first one's.
Result<void> make(const std::string& path) {
  Key key;
  randombytes_buf(key.data(), key.size());
  const std::string beside = path + "." + std::to_string(::getpid());
  const int made = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (made < 0) return failure(beside, errno);
  const bool whole = ::write(made, key.data(), key.size()) == static_cast<ssize_t>(key.size()) && ::fsync(made) == 0;
  ::close(made);
  const bool placed = whole && (::link(beside.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int why = errno;
  ::unlink(beside.c_str());
  if (!placed) return failure(path, why);
  return {};
}

}  // namespace

Result<Key> load_key(const std::string& path) {
  if (sodium_init() < 0) return Error{path + ": libsodium does not start"};
  if (::access(path.c_str(), F_OK) != 0)
    if (auto made = make(path); !made) return std::move(made).error();
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failure(path, errno);
  Key key;
  const auto read = ::read(file, key.data(), key.size());
  ::close(file);
  if (read != static_cast<ssize_t>(key.size())) return Error{path + ": a key has 32 bytes, found " + std::to_string(read)};
  return key;
}

}  // namespace segue::service::http
