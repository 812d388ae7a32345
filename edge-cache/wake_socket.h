// SPDX-License-Identifier: Apache-2.0
// How workers wake each other: a datagram to a socket in Linux's abstract namespace, named by a random number that stands in the worker's
// slot. Nothing is told but "look again": a datagram too many costs a look, one too few cannot be (a full queue wakes as well as an
// empty one).
#pragma once

#include <cstdint>

namespace segue::edge {

class WakeSocket {
 public:
  WakeSocket() noexcept;
  ~WakeSocket();
  WakeSocket(const WakeSocket&) = delete;
  WakeSocket& operator=(const WakeSocket&) = delete;

  [[nodiscard]] int number() const noexcept { return number_; }  // to wait for reading; -1: could not be made
  [[nodiscard]] std::uint64_t address() const noexcept { return address_; }
  void wake(std::uint64_t address) const noexcept;
  void drain() const noexcept;

 private:
  int number_ = -1;
  std::uint64_t address_ = 0;
};

}  // namespace segue::edge
