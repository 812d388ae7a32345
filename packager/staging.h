// SPDX-License-Identifier: Apache-2.0
// A folder that appears whole or not at all: it is filled beside its place under a hidden name and renamed at the end. What was begun
// and not committed is removed.
#pragma once

#include <string>

#include "media/result.h"

namespace segue::packager {

class Staging {
 public:
  enum class Existing { refuse, replace };

  // `target`: the folder to be. It may exist when it is empty; with Existing::replace also when it holds an asset.json, so that no
  // other folder is ever lost. Error: it exists otherwise, its parent cannot be written to.
  static Result<Staging> create(const std::string& target, Existing existing);
  Staging(Staging&& other) noexcept;
  Staging& operator=(Staging&&) = delete;
  ~Staging();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Puts it in its place; an older asset there is gone afterwards. Error: the system's; then nothing has changed.
  [[nodiscard]] Result<void> commit();

 private:
  Staging(std::string path, std::string target, bool exchange) : path_(std::move(path)), target_(std::move(target)), exchange_(exchange) {}
  std::string path_, target_;
  bool exchange_;
};

// rename(2), as a Result.
[[nodiscard]] Result<void> rename_file(const std::string& from, const std::string& to);

}  // namespace segue::packager
