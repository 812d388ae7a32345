// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/arriving_file.h"

#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <exception>
#include <utility>

namespace segue::edge {
namespace {

constexpr std::chrono::milliseconds kRoomPatience{200};  // for files that go; what then still has no room is not stored
constexpr std::size_t kMostParts = 64;                   // in one call

constexpr std::uint64_t kRoomStep = 1 << 20;  // of a body whose length is not known, each time

}  // namespace

std::uint64_t disk_bytes(const HeadPlace& place, std::uint64_t body_bytes) noexcept {
  return place.head_bytes() + (stored_bytes(body_bytes) + 4095) / 4096 * 4096;
}

ArrivingFile::ArrivingFile(const Disk& disk, Plan plan)
    : files_(disk.files), removals_(disk.removals), plan_(std::move(plan)), room_(disk.promises, disk.worker) {}

void ArrivingFile::set_end(Kept kept) noexcept {
  ends_ = true;
  wanted_ = kept;
}

void ArrivingFile::add(std::vector<std::string_view> bytes) noexcept {
  assert(next_ == parts_.size());
  parts_ = std::move(bytes);
  next_ = 0;
}

std::uint64_t ArrivingFile::left() const noexcept {
  std::uint64_t bytes = 0;
  for (std::size_t i = next_; i < parts_.size(); ++i) bytes += parts_[i].size();
  return bytes;
}

void ArrivingFile::work() noexcept {
  try {
    outcome_ = carry_out();
  } catch (const std::exception&) {
    outcome_ = Outcome::failed;
  }
}

ArrivingFile::Outcome ArrivingFile::carry_out() {
  if (std::exchange(waits_for_room_, false)) removals_.wait(kRoomPatience);
  Outcome outcome = begun_ ? Outcome::good : begin();
  while (outcome == Outcome::good && next_ < parts_.size()) outcome = write_some();
  if (outcome == Outcome::good && ends_ && !finished_) outcome = finish();
  return outcome;
}

ArrivingFile::Outcome ArrivingFile::after_error(int error, std::uint64_t bytes) noexcept {
  missing_ = bytes;
  return error == ENOSPC ? Outcome::full : Outcome::failed;
}

ArrivingFile::Outcome ArrivingFile::take_room(std::uint64_t bytes) {
  missing_ = room_.take(file_->number, bytes);
  return missing_ == 0 ? Outcome::good : Outcome::no_room;
}

ArrivingFile::Outcome ArrivingFile::begin() {
  if (file_ == nullptr) {
    int number = files_.create(plan_.place.id);
    // The folder was deleted under us: it is made again.
    if (number < 0 && errno == ENOENT && files_.prepare()) number = files_.create(plan_.place.id);
    if (number < 0) return Outcome::failed;
    file_ = std::make_shared<const OpenFile>(number);
  }
  // A disk that has no room for the whole body is known before anybody reads.
  const std::uint64_t bytes = plan_.body_bytes ? disk_bytes(plan_.place, *plan_.body_bytes) : kRoomStep;
  if (room_.held() == 0 && take_room(bytes) != Outcome::good) return Outcome::no_room;
  if (!ObjectFiles::write_head(file_->number, plan_.place, plan_.payload)) return after_error(errno, bytes);
  begun_ = true;
  return Outcome::good;
}

ArrivingFile::Outcome ArrivingFile::write_some() {
  static const std::array<char, kBodyAlignment> zeros{};
  std::array<iovec, kMostParts + 1> vectors;
  std::size_t count_of = 0, bytes = 0;
  for (std::size_t i = next_; i < parts_.size() && count_of < kMostParts; ++i, ++count_of) {
    vectors[count_of] = {const_cast<char*>(parts_[i].data()), parts_[i].size()};
    bytes += parts_[i].size();
  }
  // Of what others were promised a body of any length takes nothing.
  if (!plan_.body_bytes && room_.held() < bytes && take_room(std::max(kRoomStep, std::uint64_t{bytes})) != Outcome::good) {
    return Outcome::no_room;
  }
  const std::size_t padding = padding_behind(written_, bytes, plan_.body_bytes);
  if (padding > 0) vectors[count_of++] = {const_cast<char*>(zeros.data()), padding};
  const auto at = static_cast<off_t>(plan_.place.body_offset() + written_);
  const ssize_t written = ::pwritev(file_->number, vectors.data(), static_cast<int>(count_of), at);
  if (written < 0 && errno == EINTR) return Outcome::good;
  if (written <= 0) return after_error(written < 0 ? errno : EIO, left());
  count(std::min(static_cast<std::size_t>(written), bytes));
  return Outcome::good;
}

// So many of the parts are written.
void ArrivingFile::count(std::size_t bytes) {
  written_ += bytes;
  room_.wrote(bytes);
  while (bytes > 0) {
    std::string_view& part = parts_[next_];
    const std::string_view done = part.substr(0, bytes);
    checksum_ = static_cast<std::uint32_t>(::crc32(checksum_, reinterpret_cast<const Bytef*>(done.data()), static_cast<uInt>(done.size())));
    if (plan_.digest) plan_.digest->add(done);
    bytes -= done.size();
    part.remove_prefix(done.size());
    if (part.empty()) ++next_;
  }
}

// Where no body came, or it was not known how much would come, the file is not as long as it should be.
void ArrivingFile::cut() const {
  struct stat facts {};
  const std::uint64_t end = plan_.place.body_offset() + written_;
  const bool right = ::fstat(file_->number, &facts) == 0 && static_cast<std::uint64_t>(facts.st_size) >= end &&
                     static_cast<std::uint64_t>(facts.st_size) <= plan_.place.body_offset() + stored_bytes(written_);
  if (!right) (void)!::ftruncate(file_->number, static_cast<off_t>(end));
}

ArrivingFile::Outcome ArrivingFile::finish() {
  if (plan_.body_bytes && written_ != *plan_.body_bytes) return Outcome::failed;  // never a short one that looks whole
  if (plan_.digest && !plan_.digest->matches()) return Outcome::not_genuine;
  cut();
  kept_ = wanted_ == Kept::yes && files_.publish(plan_.place.id);
  finished_ = true;
  return Outcome::good;
}

}  // namespace segue::edge
