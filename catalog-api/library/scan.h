// SPDX-License-Identifier: Apache-2.0
// From the store into the library: one asset that somebody named, or all that are there. A million unchanged assets cost two system calls
// each; memory holds a batch, and a bit for each row of the library. Files are read before the batch that takes them begins: it holds the
// lock of all writers.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "catalog-api/library/library.h"

namespace segue::library {

struct ScanReport {
  std::size_t seen = 0, changed = 0, removed = 0;
  std::vector<std::string> errors;  // the first few; an asset that cannot be read stays as it was
};

class Scanner {
 public:
  Scanner(Library& library, std::string store) : library_(library), store_(std::move(store)) {}

  // `go_on` is asked between batches. Error: the store cannot be listed (then nothing is removed), or the database failed.
  [[nodiscard]] Result<ScanReport> scan(const std::function<bool()>& go_on);
  // Only these, and the reader's position with them in one transaction. Names that are no asset ids are skipped.
  [[nodiscard]] Result<ScanReport> update(std::span<const std::string> assets, const std::string& position);

 private:
  enum class Found { unchanged, changed, missing };
  struct Look {
    std::string asset, stamp;
    Found found = Found::unchanged;
    std::int64_t row = 0;  // of the library; 0: not known there, or missing
    media::Asset read;     // when changed
  };
  Result<Look> look(const std::string& asset, ScanReport& report);
  Result<std::vector<Look>> look_at(std::span<const std::string> assets, ScanReport& report);
  Result<bool> look_through(const std::function<bool()>& go_on, std::vector<bool>& seen, ScanReport& report);
  Result<void> remove_others(const std::vector<bool>& seen, ScanReport& report);
  Result<void> take(Look look, Batch& batch, ScanReport& report);
  Result<void> take_all(std::vector<Look> looks, const std::string* position, ScanReport& report);
  Library& library_;
  std::string store_;
};

}  // namespace segue::library
