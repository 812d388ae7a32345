// SPDX-License-Identifier: Apache-2.0
// What a job finds when it is worked on: where things lie, whom to tell how far it is, when to stop.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "ingest/job.h"
#include "ingest/layout.h"

namespace segue::ingest {

// What earlier jobs left, beside what the store holds.
class Memory {
 public:
  Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  virtual ~Memory() = default;
  // The highest generation of an asset that was ever announced: its addresses are cached for a year. 0: none.
  virtual std::uint32_t announced(const std::string& asset) = 0;
  // What the input at `path` became last: its asset, its bytes and its ladder as one text. Empty: not known.
  virtual std::string became(const std::string& path) = 0;
  virtual void note(const std::string& path, const std::string& became) = 0;
};

struct Workplace {
  Layout layout;
  // Of the job's whole programme; total 0: not known. From any thread.
  std::function<void(double done, double total)> on_progress;
  void tell(double done, double total) const {
    if (on_progress) on_progress(done, total);
  }
  const std::atomic<bool>* cancelled = nullptr;
  bool read_media = false;  // validation reads the encoded bytes as well, not only all the boxes around them
  Memory* memory = nullptr;
  [[nodiscard]] std::uint32_t announced(const std::string& asset) const { return memory != nullptr ? memory->announced(asset) : 0; }
};

}  // namespace segue::ingest
