// SPDX-License-Identifier: Apache-2.0
// Guessing gets slow: after some failures it is refused for a while; each further failure doubles that, up to a quarter of an hour. What
// failed an hour ago is forgotten, and so is what failed an hour ahead: a clock that was set back locks nobody out. (Nodes whose clocks
// differ by less still wait.) Failures are counted
//   by name and address   five are free: who guesses keeps out nobody but those who share the address
//   by address            fifty, which many may share: one address tries many names
//   by name               a hundred, from all addresses together: many addresses guess one name. Who has logged in from an address before
//                         is let in from there all the same: the owner is not kept out by strangers.
// An address of IPv6 is its /64: whoever has one has all of it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "media/result.h"
#include "service/database.h"

namespace segue::accounts {

// Seconds to wait after so many failures beyond the free ones, the last so many seconds ago; 0: go on.
[[nodiscard]] std::int64_t wait_for(std::int64_t beyond, std::int64_t since_last) noexcept;
// "203.0.113.7"; of "2001:db8:1:2:3::4" "2001:db8:1:2::/64"; of "::ffff:203.0.113.7" the first. What is no address is itself.
[[nodiscard]] std::string neighbourhood_of(const std::string& address);

class Throttle {
 public:
  // `name`: as accounts tell names apart.
  Throttle(service::Database& database, const std::string& name, const std::string& address);

  [[nodiscard]] Result<std::int64_t> wait();  // seconds; 0: go on
  [[nodiscard]] Result<void> failed();
  // The right password, from here: `user` is known at this address from now on.
  [[nodiscard]] Result<void> passed(std::int64_t user);

 private:
  [[nodiscard]] Result<std::int64_t> wait_of(const std::string& key, std::int64_t free);
  [[nodiscard]] Result<bool> is_known_here();

  service::Database& database_;
  std::string name_, address_;
  std::string by_both_, by_address_, by_name_;
};

}  // namespace segue::accounts
