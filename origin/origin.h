// SPDX-License-Identifier: Apache-2.0
// Decides what a request gets: takes the address apart, finds the bytes in the library, and writes the plan.
#pragma once

#include <memory>
#include <string_view>

#include "origin/library.h"
#include "origin/plan_writer.h"
#include "origin/request.h"

namespace segue::origin {

class Origin {
 public:
  Origin(const LibraryOptions& options, std::unique_ptr<Storage> storage) : library_(options, std::move(storage)) {}

  // May throw std::bad_alloc; the C boundary turns that into a 500.
  void plan(const origin_request& asked, PlanWriter& writer);
  [[nodiscard]] const Library& library() const noexcept { return library_; }

 private:
  bool plan_manifest(const Request& request, bool gzip, Instant now, PlanWriter& writer, Refusal& refusal);
  bool plan_range(const Request& request, Instant now, PlanWriter& writer, Refusal& refusal);
  bool plan_file(const Request& request, Instant now, PlanWriter& writer, Refusal& refusal);

  Library library_;
};

}  // namespace segue::origin
