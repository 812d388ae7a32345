// SPDX-License-Identifier: Apache-2.0
#include "ingest/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <vector>

namespace segue::ingest {
namespace {

namespace fs = std::filesystem;

Error failure(const std::string& path, const char* what) { return {path + ": " + what + ": " + std::strerror(errno)}; }

class Open {
 public:
  Open(const std::string& path, int flags) : file_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  ~Open() {
    if (file_ >= 0) ::close(file_);
  }
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

Result<void> sync_one(const std::string& path, int flags) {
  const Open file(path, flags);
  if (file.get() < 0) return failure(path, "open");
  if (::fsync(file.get()) != 0) return failure(path, "fsync");
  return {};
}

}  // namespace

Result<void> make_folders(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Error{path + ": make folder: " + error.message()};
  return {};
}

Result<void> write_file(const std::string& path, std::string_view bytes) {
  const Open file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.get() < 0) return failure(path, "create");
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure(path, "write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::string> read_file(const std::string& path, std::size_t most_bytes) {
  const Open file(path, O_RDONLY);
  if (file.get() < 0) return failure(path, "open");
  std::string text;
  char buffer[1 << 14];
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure(path, "read");
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > most_bytes) return Error{path + ": expected at most " + std::to_string(most_bytes) + " bytes, found more"};
  }
}

Result<void> rename_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failure(from, "rename");
  return {};
}

// Writing is begun for all files before any is waited for, so that the disk has them in one queue.
Result<void> sync_tree(const std::string& folder) {
  std::vector<std::string> files, folders{folder};
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    (at->is_directory(ignored) ? folders : files).push_back(at->path().string());
  }
  if (error) return Error{folder + ": list: " + error.message()};
  for (const std::string& path : files) {
    const Open file(path, O_RDONLY);
    if (file.get() >= 0) static_cast<void>(::sync_file_range(file.get(), 0, 0, SYNC_FILE_RANGE_WRITE));  // only a hint
  }
  for (const std::string& path : files) {
    if (auto done = sync_one(path, O_RDONLY); !done) return done;
  }
  for (const std::string& path : folders) {
    if (auto done = sync_folder(path); !done) return done;
  }
  return {};
}

Result<void> sync_folder(const std::string& folder) { return sync_one(folder, O_RDONLY | O_DIRECTORY); }

Result<void> swap_link(const std::string& link, const std::string& target) {
  const std::string fresh = link + ".new";
  if (::unlink(fresh.c_str()) != 0 && errno != ENOENT) return failure(fresh, "remove");
  if (::symlink(target.c_str(), fresh.c_str()) != 0) return failure(fresh, "link");
  return rename_file(fresh, link);
}

Result<void> remove_tree(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) return Error{path + ": remove: " + error.message()};
  return {};
}

}  // namespace segue::ingest
