// SPDX-License-Identifier: Apache-2.0
// Fills an origin_plan: texts that are built go into the plan's own scratch, literals and kept manifests are borrowed. Allocates nothing.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>

#include "origin/plan.h"

namespace segue::origin {

class PlanWriter {
 public:
  explicit PlanWriter(origin_plan& plan) noexcept;  // starts with an empty 500

  void set_status(int status) noexcept { plan_.status = status; }
  void set_content_type(std::string_view literal) noexcept { plan_.content_type = borrowed(literal); }
  void set_gzipped() noexcept { plan_.content_encoding = borrowed("gzip"); }
  void set_validators(std::string_view etag, std::int64_t modified_unix) noexcept;  // etag borrowed
  void set_file_etag(std::int64_t modified_unix, std::uint64_t file_bytes, std::uint64_t offset) noexcept;
  void add_header(std::string_view literal_name, std::string_view value) noexcept;                       // value borrowed
  void set_body(std::string_view bytes) noexcept;                                                        // borrowed
  void set_range(int file, std::string_view name, std::uint64_t offset, std::uint64_t length) noexcept;  // name borrowed, NUL after its end
  void set_fault(std::string_view text) noexcept { plan_.fault = copied(text); }
  void hold(std::shared_ptr<const void> what);  // until origin_release()

  // Room for `size` bytes in the scratch; empty when there is less.
  [[nodiscard]] std::span<char> take(std::size_t size) noexcept;
  // Joins the parts in the scratch; cut short when it is full. Every result is followed by a NUL.
  [[nodiscard]] std::string_view join(std::initializer_list<std::string_view> parts) noexcept;

 private:
  static origin_text borrowed(std::string_view text) noexcept { return {text.data(), text.size()}; }
  origin_text copied(std::string_view text) noexcept { return borrowed(join({text})); }

  origin_plan& plan_;
};

}  // namespace segue::origin
