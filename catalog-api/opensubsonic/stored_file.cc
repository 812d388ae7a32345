// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/stored_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace segue::opensubsonic {

StoredFile::StoredFile(std::string path) : path_(std::move(path)), file_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {}

StoredFile::~StoredFile() {
  if (file_ >= 0) ::close(file_);
}

std::string StoredFile::read(std::uint64_t offset, std::size_t most) const {
  std::string bytes(most, '\0');
  const auto got = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
  bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return bytes;
}

std::uint64_t StoredFile::size() const {
  struct stat facts {};
  return ::fstat(file_, &facts) == 0 ? static_cast<std::uint64_t>(facts.st_size) : 0;
}

}  // namespace segue::opensubsonic
