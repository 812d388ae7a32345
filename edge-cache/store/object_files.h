// SPDX-License-Identifier: Apache-2.0
// Objects as files in a folder (docs/formats/edge-object.md): two slots for the head, of which the index says the one that counts, then the
// body. While it arrives a file is arriving/<id>; complete, it is objects/<xx>/<id>. So after a crash everything in arriving/ is refuse.
//   head slot: magic u32, checksum u32 of what follows, size u32 of the payload, units u32, key 2 x u64, id u64, payload
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "edge-cache/decision/stored_response.h"
#include "edge-cache/store/folios.h"

namespace segue::edge {

inline constexpr std::uint32_t kHeadUnit = 512, kMostHeadUnits = 128;
inline constexpr std::uint64_t kObjectFolders = 256;  // an object's is its id's remainder

// A head slot's place in a file, and what it must belong to.
struct HeadPlace {
  Key key{};
  std::uint64_t id = 0;
  std::uint16_t units = 0;
  std::uint8_t slot = 0;

  [[nodiscard]] std::uint64_t offset() const noexcept { return std::uint64_t{slot} * units * kHeadUnit; }
  // Both slots, in whole pages.
  [[nodiscard]] std::uint64_t head_bytes() const noexcept { return (std::uint64_t{2} * units * kHeadUnit + 4095) / 4096 * 4096; }
  // What is between is a hole, which takes no room.
  [[nodiscard]] std::uint64_t body_offset() const noexcept { return (head_bytes() + kBodyAlignment - 1) / kBodyAlignment * kBodyAlignment; }
};

// Units that hold this payload, with room for a 304 to add to it; 0: too large for any.
[[nodiscard]] std::uint16_t head_units_for(std::size_t payload_bytes) noexcept;

// Whether a call may wait for the disk. `no`: what the system does not have in memory fails.
enum class Wait { no, yes };

class ObjectFiles {
 public:
  explicit ObjectFiles(std::string folder) : folder_(std::move(folder)) {}

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] static std::string name_of(std::uint64_t id);  // of a complete one, below the folder
  [[nodiscard]] std::string folder_of(std::uint64_t number) const;
  [[nodiscard]] std::string folder_of_arriving() const { return folder_ + "/arriving"; }
  [[nodiscard]] static std::optional<std::uint64_t> id_of(std::string_view file);  // nothing: not an object's name
  // Makes the folders that are missing. False: errno says why.
  [[nodiscard]] bool prepare() const;
  void sweep_arriving() const;
  [[nodiscard]] bool give_to(unsigned user) const;  // the folders

  // Descriptors; -1: errno says why. Reading by them leaves the time of the last access as it is: to note it waits for the journal.
  [[nodiscard]] int create(std::uint64_t id) const;           // in arriving/
  [[nodiscard]] int open(std::uint64_t id, Wait wait) const;  // complete
  [[nodiscard]] int open_arriving(std::uint64_t id, Wait wait) const;
  [[nodiscard]] bool publish(std::uint64_t id) const;  // from arriving/ to objects/
  void remove(std::uint64_t id) const;                 // complete
  void remove_arriving(std::uint64_t id) const;

  [[nodiscard]] static bool write_head(int file, const HeadPlace& place, std::string_view payload);
  // Null: it is not this object's, or damaged.
  [[nodiscard]] static std::unique_ptr<StoredHead> read_head(int file, const HeadPlace& place, Wait wait);

 private:
  [[nodiscard]] std::string arriving(std::uint64_t id) const;
  [[nodiscard]] std::string complete(std::uint64_t id) const;
  std::string folder_;
};

}  // namespace segue::edge
