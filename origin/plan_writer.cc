// SPDX-License-Identifier: Apache-2.0
#include "origin/plan_writer.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <cstring>
#include <utility>

namespace segue::origin {
namespace {

class Hexadecimal {
 public:
  explicit Hexadecimal(std::uint64_t value) noexcept
      : end_(std::to_chars(digits_.data(), digits_.data() + digits_.size(), value, 16).ptr) {}
  [[nodiscard]] std::string_view text() const noexcept { return {digits_.data(), end_}; }

 private:
  std::array<char, 16> digits_;
  const char* end_;
};

}  // namespace

PlanWriter::PlanWriter(origin_plan& plan) noexcept : plan_(plan) {
  // All but the scratch, which is written before it is read.
  std::memset(&plan, 0, offsetof(origin_plan, scratch));
  plan.status = 500;
  plan.last_modified = -1;
  plan.file = -1;
}

std::string_view PlanWriter::join(std::initializer_list<std::string_view> parts) noexcept {
  char* const begin = plan_.scratch + plan_.scratch_used;
  char* const last = plan_.scratch + sizeof(plan_.scratch) - 1;  // the room of the NUL
  char* end = std::min(begin, last);
  for (const std::string_view part : parts) end = std::copy_n(part.data(), std::min<std::size_t>(part.size(), last - end), end);
  *end = '\0';
  const std::string_view joined(std::min(begin, last), end);
  plan_.scratch_used = static_cast<std::size_t>(std::min(end + 1, last) - plan_.scratch);
  return joined;
}

std::span<char> PlanWriter::take(std::size_t size) noexcept {
  if (size > sizeof(plan_.scratch) - plan_.scratch_used) return {};
  const std::span<char> room(plan_.scratch + plan_.scratch_used, size);
  plan_.scratch_used += size;
  return room;
}

void PlanWriter::set_validators(std::string_view etag, std::int64_t modified_unix) noexcept {
  plan_.etag = borrowed(etag);
  plan_.last_modified = modified_unix;
  plan_.cacheable = 1;
}

void PlanWriter::set_file_etag(std::int64_t modified_unix, std::uint64_t file_bytes, std::uint64_t offset) noexcept {
  const Hexadecimal modified(static_cast<std::uint64_t>(modified_unix)), size(file_bytes), begin(offset);
  set_validators(join({"\"", modified.text(), "-", size.text(), "-", begin.text(), "\""}), modified_unix);
}

void PlanWriter::add_header(std::string_view name, std::string_view value) noexcept {
  assert(plan_.header_count < ORIGIN_MAX_HEADERS);
  plan_.headers[plan_.header_count++] = {borrowed(name), borrowed(value)};
}

void PlanWriter::set_body(std::string_view bytes) noexcept { plan_.body = borrowed(bytes); }

void PlanWriter::set_range(int file, std::string_view name, std::uint64_t offset, std::uint64_t length) noexcept {
  plan_.file = file;
  plan_.file_name = borrowed(name);
  plan_.offset = offset;
  plan_.length = length;
}

void PlanWriter::hold(std::shared_ptr<const void> what) {
  assert(plan_.held == nullptr);
  plan_.held = new std::shared_ptr<const void>(std::move(what));
}

}  // namespace segue::origin
