// SPDX-License-Identifier: Apache-2.0
// A store in memory, for tests and fuzzers of the origin without a file system. One thread.
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "origin/storage.h"

namespace segue::test {

class MemoryStorage final : public origin::Storage {
 public:
  std::map<std::string, std::string> files, links;  // by path

  origin::Opened open(const std::string& path) override {
    const auto found = files.find(path);
    if (found == files.end()) return {.file = nullptr, .identity = {}, .error = ENOENT};
    return {.file = std::make_unique<File>(found->second), .identity = identity_of(found->second), .error = 0};
  }
  int identify(const std::string& path, origin::FileIdentity& identity) noexcept override {
    const auto found = files.find(path);
    if (found == files.end()) return ENOENT;
    identity = identity_of(found->second);
    return 0;
  }
  int read_link(const std::string& path, std::string& target) override {
    const auto found = links.find(path);
    if (found == links.end()) return ENOENT;
    target = found->second;
    return 0;
  }

 private:
  class File final : public origin::StoredFile {
   public:
    explicit File(std::string content) : content_(std::move(content)) {}
    int handle() const noexcept override { return 7; }
    std::int64_t read(std::uint64_t offset, std::span<std::uint8_t> to) const noexcept override {
      if (offset >= content_.size()) return 0;
      const std::size_t n = std::min<std::size_t>(to.size(), content_.size() - offset);
      std::copy_n(content_.data() + offset, n, to.data());
      return static_cast<std::int64_t>(n);
    }
    int identify(origin::FileIdentity& identity) const noexcept override {
      identity = identity_of(content_);
      return 0;
    }

   private:
    std::string content_;
  };
  // A content is told from another by its size: enough for files that are only cut or replaced by longer ones.
  static origin::FileIdentity identity_of(const std::string& content) noexcept {
    return {.size_bytes = content.size(), .modified_seconds = 1};
  }
};

}  // namespace segue::test
