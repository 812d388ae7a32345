// SPDX-License-Identifier: Apache-2.0
// The fields of a box, read or written by one and the same function, so that reader and writer cannot drift apart:
//   struct Tfdt { static constexpr FourCc kType = fourcc("tfdt"); std::uint64_t time; void io(Fields& f); };
//   parse<Tfdt>(box), write(out, Tfdt{...})
// A field that does not fit is remembered (the first one), everything after it reads as zero, and status() tells about it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "media/bmff/box.h"

namespace segue::media::bmff {

class Fields {
 public:
  explicit Fields(const Box& box) noexcept : box_(&box), bytes_(box.payload) {}
  explicit Fields(std::vector<std::uint8_t>& out) noexcept : out_(&out) {}

  [[nodiscard]] bool reading() const noexcept { return out_ == nullptr; }
  [[nodiscard]] bool ok() const noexcept { return !failed_; }
  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size() - position_; }  // reading
  [[nodiscard]] std::size_t position() const noexcept { return position_; }              // reading
  [[nodiscard]] Error error() const;                                                     // when not ok()

  // An unsigned or signed big-endian integer of 1 to 8 bytes, as wide as its type unless told otherwise.
  template <class T>
  void number(T& value, std::size_t width = sizeof(T)) {
    static_assert(std::is_integral_v<T>);
    if (!reading()) return put(static_cast<std::uint64_t>(value), width);
    const std::uint64_t raw = take(width);
    value = static_cast<T>(raw);
    if (std::is_signed_v<T> && width < sizeof(T) && raw >> (width * 8 - 1) != 0)
      value = static_cast<T>(raw | ~std::uint64_t{0} << width * 8);
  }
  // 32 bits in version 0, 64 in version 1.
  template <class T>
  void sized(T& value, unsigned version) {
    number(value, version == 0 ? 4 : 8);
  }
  void version_flags(std::uint8_t& version, std::uint32_t& flags) {
    number(version);
    number(flags, 3);
  }
  // A field whose value says nothing to us: skipped when reading.
  void fixed(std::uint64_t value, std::size_t width) {
    if (reading()) {
      skip(width);
    } else {
      put(value, width);
    }
  }
  void zeros(std::size_t count);
  void text(std::string& value);                // up to a NUL, which may be missing at the end of a box
  void rest(std::vector<std::uint8_t>& value);  // all bytes up to the end of the box
  void array(std::span<std::uint8_t> value);
  // Reading: false and failed when `count` entries of at least `entry_bytes` cannot be in what is left.
  [[nodiscard]] bool fits(std::uint64_t count, std::size_t entry_bytes);
  // A list with a count of `count_width` bytes before it; `each(item)` does one entry.
  template <class T, class Each>
  void list(std::vector<T>& items, std::size_t entry_bytes, Each&& each, std::size_t count_width = 4) {
    std::uint64_t count = items.size();
    number(count, count_width);
    if (reading()) {
      if (!fits(count, entry_bytes)) return;
      items.resize(static_cast<std::size_t>(count));
    }
    for (T& item : items) each(item);
  }
  void fail(std::string what);  // something other than the length is wrong

 private:
  [[nodiscard]] std::uint64_t take(std::size_t width) noexcept {
    if (!need(width)) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes_[position_ + i];
    position_ += width;
    return value;
  }
  void put(std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i > 0; --i) out_->push_back(static_cast<std::uint8_t>(value >> 8 * (i - 1)));
  }
  [[nodiscard]] bool need(std::uint64_t count) noexcept {
    if (failed_ || count > left()) {
      if (!failed_) needed_ = count;
      failed_ = true;
      return false;
    }
    return true;
  }
  void skip(std::size_t count) noexcept {
    if (need(count)) position_ += count;
  }

  const Box* box_ = nullptr;
  Bytes bytes_;
  std::vector<std::uint8_t>* out_ = nullptr;
  std::size_t position_ = 0;
  std::uint64_t needed_ = 0;
  bool failed_ = false;
  std::string what_;
};

// Bytes after the last known field are left alone: later editions append fields.
template <class T>
[[nodiscard]] Result<T> parse(const Box& box) {
  T value;
  Fields fields(box);
  value.io(fields);
  if (!fields.ok()) return fields.error();
  return value;
}

// Of the first child of its type. Error: also when there is none.
template <class T>
[[nodiscard]] Result<T> parse_child(const Box& container) {
  auto box = need_child(container, T::kType);
  if (!box) return std::move(box).error();
  return parse<T>(*box);
}

template <class T>
void write(std::vector<std::uint8_t>& out, const T& value) {
  BoxScope scope(out, T::kType);
  Fields fields(out);
  const_cast<T&>(value).io(fields);  // Fields that write change nothing
}

}  // namespace segue::media::bmff
