// SPDX-License-Identifier: Apache-2.0
#include "origin/posix_storage.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace segue::origin {
namespace {

FileIdentity identity_of(const struct stat& info) noexcept {
  return {.device = info.st_dev,
          .inode = info.st_ino,
          .size_bytes = static_cast<std::uint64_t>(info.st_size),
          .modified_seconds = info.st_mtim.tv_sec,
          .modified_nanoseconds = info.st_mtim.tv_nsec};
}

class PosixFile final : public StoredFile {
 public:
  explicit PosixFile(int descriptor) noexcept : descriptor_(descriptor) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(descriptor_); }

  int handle() const noexcept override { return descriptor_; }

  std::int64_t read(std::uint64_t offset, std::span<std::uint8_t> to) const noexcept override {
    std::size_t done = 0;
    while (done < to.size()) {
      const ssize_t n = ::pread(descriptor_, to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
      if (n == 0) break;
      if (n > 0) {
        done += static_cast<std::size_t>(n);
      } else if (errno != EINTR) {
        return -errno;
      }
    }
    return static_cast<std::int64_t>(done);
  }

  int identify(FileIdentity& identity) const noexcept override {
    struct stat info {};
    if (::fstat(descriptor_, &info) != 0) return errno;
    identity = identity_of(info);
    return info.st_nlink > 0 ? 0 : ENOENT;
  }

 private:
  int descriptor_;
};

class PosixStorage final : public Storage {
 public:
  Opened open(const std::string& path) override {
    // O_NONBLOCK: opening a pipe that somebody laid into the store must not hang the worker.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) return {.file = nullptr, .identity = {}, .error = errno};
    auto file = std::make_unique<PosixFile>(descriptor);
    struct stat info {};
    if (::fstat(descriptor, &info) != 0) return {.file = nullptr, .identity = {}, .error = errno};
    if (!S_ISREG(info.st_mode)) return {.file = nullptr, .identity = {}, .error = EACCES};
    return {.file = std::move(file), .identity = identity_of(info), .error = 0};
  }

  int identify(const std::string& path, FileIdentity& identity) noexcept override {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return errno;
    identity = identity_of(info);
    return 0;
  }

  int read_link(const std::string& path, std::string& target) override {
    std::array<char, 64> buffer;  // "g4294967295" and room to see that a target is longer
    const ssize_t n = ::readlink(path.c_str(), buffer.data(), buffer.size());
    if (n < 0) return errno;
    target.assign(buffer.data(), static_cast<std::size_t>(n));
    return 0;
  }
};

}  // namespace

std::unique_ptr<Storage> make_posix_storage() { return std::make_unique<PosixStorage>(); }

}  // namespace segue::origin
