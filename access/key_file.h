// SPDX-License-Identifier: Apache-2.0
// The key file of an edge: read again when it changed, so that keys rotate without a reload. The only part of access/ that touches a
// disk. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "access/gate.h"

namespace segue::access {

[[nodiscard]] Result<std::string> read_key_file(const std::string& path);  // Error: the file and the system's word
[[nodiscard]] Result<KeyRing> load_keys(const std::string& path);

class KeyFile {
 public:
  KeyFile(std::string path, CatPolicy policy) : path_(std::move(path)), policy_(std::move(policy)) {}
  // Looks at the file at most once a second. A file that is gone or broken keeps the last good keys; before there were any, the gate
  // has none and refuses every token. `complaint` is set once for each new fault.
  [[nodiscard]] std::shared_ptr<const Gate> gate(std::int64_t now);
  // Tokens that the keys of the last gate() verified.
  [[nodiscard]] Known& known() noexcept { return known_; }
  [[nodiscard]] std::string take_complaint() { return std::exchange(complaint_, {}); }

 private:
  struct Stamp {
    std::int64_t seconds = -1, nanoseconds = -1, size = -1;
    std::uint64_t inode = 0;
    bool operator==(const Stamp&) const = default;
  };
  [[nodiscard]] Stamp stamp() const;
  std::string path_;
  CatPolicy policy_;
  std::int64_t looked_ = -1;
  Stamp seen_;
  std::shared_ptr<const Gate> gate_;
  Known known_;
  std::string complaint_;
};

}  // namespace segue::access
