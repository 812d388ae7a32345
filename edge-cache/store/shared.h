// SPDX-License-Identifier: Apache-2.0
// What the workers of one edge share: the index and the purges, mapped from a file of the cache folder and so kept over restarts; fetches,
// workers and counters, which live as long as this nginx. One robust mutex guards all of it: who takes it after its holder was killed
// takes his unfinished change of the index back first. Made in the master before it forks.
#pragma once

#include <pthread.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "edge-cache/store/budget.h"
#include "edge-cache/store/fetches.h"
#include "edge-cache/store/index.h"
#include "edge-cache/store/object_files.h"
#include "edge-cache/store/purges.h"

namespace segue::edge {

enum class Counter : std::size_t {
  hit,
  stale,
  miss,
  revalidated,
  collapsed,
  pass,
  error,
  stored,
  not_admitted,
  evicted,
  purged,
  origin_requests,
  origin_bytes,
  resumed,
  ahead,
  ahead_bytes,
  unwritten,
  count
};

class Shared {
 public:
  struct Size {
    std::uint32_t objects;
    std::uint64_t bytes;  // of files
  };
  // Has another nginx this folder? Waits a moment for workers that are ending.
  [[nodiscard]] static bool in_use(const std::string& folder);
  // Locks the folder against a second edge and throws away what was arriving. Null: `error` says why, in one line.
  [[nodiscard]] static std::unique_ptr<Shared> open(const std::string& folder, Size size, std::string& error);
  ~Shared();
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  // For std::lock_guard. A hit writes nothing into the mapped file: a page that was just written back is the file system's to give, and it
  // may take its time.
  void lock() noexcept;
  void unlock() noexcept;

  [[nodiscard]] Index& index() noexcept { return index_; }
  [[nodiscard]] Purges& purges() noexcept { return purges_; }
  [[nodiscard]] Fetches& fetches() noexcept { return fetches_; }
  [[nodiscard]] Budget& ahead() noexcept { return live_->ahead; }
  [[nodiscard]] const ObjectFiles& files() const noexcept { return files_; }
  // Random, of this start: it tells this cache from every other, also from one whose folder is a copy of this one.
  [[nodiscard]] const std::string& node() const noexcept { return node_; }
  [[nodiscard]] std::atomic<std::uint64_t>& counter(Counter counter) noexcept { return live_->counters[static_cast<std::size_t>(counter)]; }
  void count(Counter which, std::uint64_t by = 1) noexcept { counter(which).fetch_add(by, std::memory_order_relaxed); }
  // After the last change: what is on disk is whole from then on, also when the power goes before the system writes it by itself.
  void set_clean() noexcept;

 private:
  struct Live {
    pthread_mutex_t mutex;
    Budget ahead;
    std::array<std::atomic<std::uint64_t>, static_cast<std::size_t>(Counter::count)> counters;
  };
  struct Mapping;
  Shared(std::string folder, std::unique_ptr<Mapping> mapping, Size size);

  std::unique_ptr<Mapping> mapping_;
  ObjectFiles files_;
  Live* live_;
  Index index_;
  Purges purges_;
  Fetches fetches_;
  std::string node_;
};

using Locked = std::lock_guard<Shared>;

}  // namespace segue::edge
