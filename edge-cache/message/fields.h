// SPDX-License-Identifier: Apache-2.0
// The header fields of one message, in order, repeated ones included. Names and values borrow: whoever made the list says from what.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace segue::edge {

struct Field {
  std::string_view name, value;
};

class Fields {
 public:
  void add(std::string_view name, std::string_view value) { all_.push_back({name, value}); }
  void remove(std::string_view name);
  void clear() noexcept { all_.clear(); }
  void reserve(std::size_t count) { all_.reserve(count); }

  [[nodiscard]] bool has(std::string_view name) const noexcept;
  [[nodiscard]] std::string_view first(std::string_view name) const noexcept;  // empty: absent
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
  // All values of that name as one list (RFC 9110 5.3).
  [[nodiscard]] std::string combined(std::string_view name) const;

  [[nodiscard]] auto begin() const noexcept { return all_.begin(); }
  [[nodiscard]] auto end() const noexcept { return all_.end(); }
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }

 private:
  std::vector<Field> all_;
};

// Belongs to one connection and is never stored or passed on: the fixed ones (RFC 9110 7.6.1) and those that `connection`, the value of
// the message's own Connection field, names.
[[nodiscard]] bool is_hop_by_hop(std::string_view name, std::string_view connection) noexcept;

}  // namespace segue::edge
