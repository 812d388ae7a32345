// SPDX-License-Identifier: Apache-2.0
// The file of an object while it arrives: made with its head, grown, finished. Each of these may wait for the disk, which in ext4's journal
// was up to 12 ms beside other misses (docs/performance.md), so a thread does it: whoever owns it says what there is to do, and touches
// nothing of it from then on until work() is through.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge-cache/message/body_digest.h"
#include "edge-cache/store/open_objects.h"
#include "edge-cache/store/removals.h"
#include "edge-cache/store/room.h"

namespace segue::edge {

class ArrivingFile {
 public:
  struct Plan {
    HeadPlace place;
    std::string payload;                      // of its head
    std::optional<std::uint64_t> body_bytes;  // nothing: not known yet
    std::optional<BodyDigest> digest;         // that its body must have
  };
  struct Disk {
    const ObjectFiles& files;
    Removals& removals;
    Promises& promises;
    std::uint16_t worker;
  };
  ArrivingFile(const Disk& disk, Plan plan);

  enum class Kept { no, yes };
  // What to do next; the bytes stay where they are until they are written. Those of before are.
  void add(std::vector<std::string_view> bytes) noexcept;
  void set_end(Kept kept) noexcept;                     // behind these; where it goes then
  void set_late() noexcept { waits_for_room_ = true; }  // not before files that go have gone, or some patience is over

  // In any thread. What could not be done is left, and done by the next call.
  void work() noexcept;

  enum class Outcome {
    good,
    no_room,  // missing() bytes are not to be promised
    full,     // they are not to be written
    failed,
    not_genuine  // it has not the digest that it should have
  };
  [[nodiscard]] Outcome outcome() const noexcept { return outcome_; }
  // Null: there is none yet.
  [[nodiscard]] const std::shared_ptr<const OpenFile>& file() const noexcept { return file_; }
  [[nodiscard]] const HeadPlace& place() const noexcept { return plan_.place; }
  [[nodiscard]] const std::string& payload() const noexcept { return plan_.payload; }
  [[nodiscard]] bool begun() const noexcept { return begun_; }  // the head is written, and there was room for the body
  [[nodiscard]] std::uint64_t written() const noexcept { return written_; }
  [[nodiscard]] std::uint64_t missing() const noexcept { return missing_; }
  [[nodiscard]] std::uint32_t checksum() const noexcept { return checksum_; }
  [[nodiscard]] bool ends() const noexcept { return ends_; }
  [[nodiscard]] bool finished() const noexcept { return finished_; }
  [[nodiscard]] bool kept() const noexcept { return kept_; }  // finished: it is in objects/, as was wanted

 private:
  [[nodiscard]] Outcome carry_out();
  [[nodiscard]] Outcome begin();
  [[nodiscard]] Outcome take_room(std::uint64_t bytes);
  [[nodiscard]] Outcome after_error(int error, std::uint64_t bytes) noexcept;
  [[nodiscard]] std::uint64_t left() const noexcept;  // bytes that were added and are not written
  [[nodiscard]] Outcome write_some();
  [[nodiscard]] Outcome finish();
  void cut() const;
  void count(std::size_t bytes);

  const ObjectFiles& files_;
  Removals& removals_;
  Plan plan_;
  Room room_;
  std::shared_ptr<const OpenFile> file_;
  std::vector<std::string_view> parts_;  // [next_] is the first that is not written
  std::size_t next_ = 0;
  std::uint64_t written_ = 0, missing_ = 0;
  std::uint32_t checksum_ = 0;
  Outcome outcome_ = Outcome::good;
  Kept wanted_ = Kept::no;
  bool begun_ = false, ends_ = false, finished_ = false, kept_ = false, waits_for_room_ = false;
};

// What such an object takes on the disk.
[[nodiscard]] std::uint64_t disk_bytes(const HeadPlace& place, std::uint64_t body_bytes) noexcept;

}  // namespace segue::edge
