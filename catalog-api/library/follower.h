// SPDX-License-Identifier: Apache-2.0
// Keeps the library true: scans the store at the start, then follows the event stream; while Redis is away it scans every few seconds
// and asks again; where the stream no longer holds what it has not read it scans once more. Its own thread, the library's only writer.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "catalog-api/library/library.h"
#include "catalog-api/library/scan.h"
#include "service/event_bus.h"

namespace segue::library {

struct FollowerOptions {
  std::string store, redis_socket;
  std::chrono::milliseconds rescan{5000};  // while Redis is away, and after a scan that failed
  std::function<void()> on_change;         // after each new revision, on the follower's thread
  std::function<void(const std::string& level, const std::string& what)> log;
};

class Follower {
 public:
  // `library` belongs to the follower until it is stopped.
  Follower(Library& library, FollowerOptions options);
  ~Follower() { stop(); }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;

  void start();
  void stop();
  [[nodiscard]] bool has_bus() const noexcept { return has_bus_; }
  // The whole store, once at least.
  [[nodiscard]] bool has_scanned() const noexcept { return has_scanned_; }
  void request_scan() noexcept { scan_wanted_ = true; }
  [[nodiscard]] bool is_scanning() const noexcept { return scanning_; }

 private:
  void run();
  bool scan();                                        // false: it failed
  bool follow();                                      // false: no bus
  bool find_place_again(service::Standing standing);  // false: what was read is to be read anew
  void told(const ScanReport& report);
  Library& library_;
  FollowerOptions options_;
  Scanner scanner_;
  service::EventBus bus_;
  std::thread thread_;
  std::atomic<bool> stopping_ = false, has_bus_ = false, has_scanned_ = false, scan_wanted_ = false, scanning_ = false;
};

}  // namespace segue::library
