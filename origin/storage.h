// SPDX-License-Identifier: Apache-2.0
// What the origin asks of the world: files of the store, by path. Two implementations: the file system (posix_storage) and
// the memory of a test or a fuzzer. `error` is an errno value, 0: none; ENOENT and ENOTDIR mean that nothing is there.
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace segue::origin {

// Tells one content of a path from another: a file that was replaced or grew has another identity.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  std::uint64_t size_bytes = 0;
  std::int64_t modified_seconds = 0;
  std::int64_t modified_nanoseconds = 0;
  friend bool operator==(const FileIdentity&, const FileIdentity&) = default;
};

// An open regular file; closed with the object.
class StoredFile {
 public:
  virtual ~StoredFile() = default;
  [[nodiscard]] virtual int handle() const noexcept = 0;  // a file descriptor for sendfile; in memory: a number
  // Bytes read, fewer than asked only at the file's end; < 0: -errno.
  [[nodiscard]] virtual std::int64_t read(std::uint64_t offset, std::span<std::uint8_t> to) const noexcept = 0;
  // What the file is now. 0 or an errno value; ENOENT: no name leads to it any more, it was removed or replaced.
  [[nodiscard]] virtual int identify(FileIdentity& identity) const noexcept = 0;
};

struct Opened {
  std::unique_ptr<StoredFile> file;  // null when error != 0
  FileIdentity identity;
  int error = 0;
};

class Storage {
 public:
  virtual ~Storage() = default;
  [[nodiscard]] virtual Opened open(const std::string& path) = 0;
  [[nodiscard]] virtual int identify(const std::string& path, FileIdentity& identity) noexcept = 0;  // 0 or an errno value
  [[nodiscard]] virtual int read_link(const std::string& path, std::string& target) = 0;             // 0 or an errno value
};

[[nodiscard]] constexpr bool is_absent(int error) noexcept { return error == ENOENT || error == ENOTDIR; }

}  // namespace segue::origin
