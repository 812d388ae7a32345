// SPDX-License-Identifier: Apache-2.0
#include "access/key_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "access/key_file.h"

namespace segue::access {
namespace {

Error system_error(const std::string& path) { return Error{path + ": " + std::strerror(errno)}; }

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(file) == 0;
}

Result<void> replace(const std::string& path, const std::string& text) {
  if (auto ring = KeyRing::parse(text); !ring) return Error{path + ": " + ring.error().message};
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const std::string beside = path + '.' + std::to_string(::getpid());
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return system_error(beside);
  // An edge runs as another user: whoever could read the file before can read the new one.
  struct stat before {};
  if (::stat(path.c_str(), &before) == 0 &&
      (::fchmod(file, before.st_mode & 0640) != 0 || ::fchown(file, before.st_uid, before.st_gid) != 0))
    errno = 0;
  const bool written = write_all(file, text);
  const Error error = system_error(beside);
  ::close(file);
  if (written && ::rename(beside.c_str(), path.c_str()) == 0) return {};
  ::unlink(beside.c_str());
  return error;
}

bool is_line_of(std::string_view line, std::string_view id) {
  const std::size_t start = std::min(line.find_first_not_of(" \t"), line.size());
  return line.substr(start, std::min(line.find_first_of(" \t", start), line.size()) - start) == id;
}

}  // namespace

Result<void> add_key(const std::string& path, std::string_view id, Algorithm algorithm) {
  std::string text;
  if (std::filesystem::exists(path)) {
    auto now = read_key_file(path);
    if (!now) return now.error();
    text = *std::move(now);
  }
  const auto line = new_key_line(id, algorithm);
  if (!line) return line.error();
  return replace(path, *line + text);
}

Result<void> drop_key(const std::string& path, std::string_view id) {
  const auto text = read_key_file(path);
  if (!text) return text.error();
  std::string kept;
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size() - 1) + 1;
    if (!is_line_of(std::string_view(*text).substr(at, end - at), id)) kept.append(*text, at, end - at);
    at = end;
  }
  if (kept.size() == text->size()) return Error{path + ": no key " + std::string(id)};
  return replace(path, kept);
}

}  // namespace segue::access
