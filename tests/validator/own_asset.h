// SPDX-License-Identifier: Apache-2.0
// A folder as ingest makes it, for tests: source file → transcoder → packager → static set.
#pragma once

#include <string>

#include "media/presentation.h"

namespace segue::validator::tests {

// A fresh folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

// Runs a shell command; fails the test with the command when it does not succeed.
void run(const std::string& command);

[[nodiscard]] std::string read_text(const std::string& path);
void write_text(const std::string& path, const std::string& text);

// Encodes `source` by a ladder preset or file into `folder` and writes the static set.
media::Presentation make_asset(const std::string& source, const std::string& ladder, const std::string& folder);

}  // namespace segue::validator::tests
