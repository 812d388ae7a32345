// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/fields.h"

#include <algorithm>

namespace segue::media::bmff {

Error Fields::error() const {
  if (!what_.empty()) return box_->error(what_);
  return box_->error(std::to_string(left()) + " bytes left at its byte " + std::to_string(position_) + ", need " + std::to_string(needed_));
}

void Fields::zeros(std::size_t count) {
  if (reading()) {
    skip(count);
  } else {
    out_->resize(out_->size() + count);
  }
}

void Fields::text(std::string& value) {
  if (!reading()) {
    out_->insert(out_->end(), value.begin(), value.end());
    out_->push_back(0);
    return;
  }
  const Bytes tail = bytes_.subspan(position_);
  const auto end = std::find(tail.begin(), tail.end(), std::uint8_t{0});
  value.assign(tail.begin(), end);
  position_ += value.size() + (end == tail.end() ? 0 : 1);
}

void Fields::rest(std::vector<std::uint8_t>& value) {
  if (!reading()) {
    out_->insert(out_->end(), value.begin(), value.end());
    return;
  }
  const Bytes tail = bytes_.subspan(position_);
  value.assign(tail.begin(), tail.end());
  position_ = bytes_.size();
}

void Fields::array(std::span<std::uint8_t> value) {
  if (!reading()) {
    out_->insert(out_->end(), value.begin(), value.end());
  } else if (need(value.size())) {
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(position_), value.size(), value.begin());
    position_ += value.size();
  }
}

bool Fields::fits(std::uint64_t count, std::size_t entry_bytes) {
  if (failed_) return false;
  if (entry_bytes == 0 || count <= left() / entry_bytes) return true;
  fail(std::to_string(count) + " entries of " + std::to_string(entry_bytes) + " bytes, " + std::to_string(left()) + " bytes left");
  return false;
}

void Fields::fail(std::string what) {
  if (failed_) return;
  failed_ = true;
  what_ = std::move(what);
}

}  // namespace segue::media::bmff
