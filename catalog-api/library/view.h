// SPDX-License-Identifier: Apache-2.0
// Which libraries somebody sees, and what is read through it. The functions of read.h take a Reader, never a bare database: what a view
// leaves out cannot be asked for by forgetting it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "service/database_pool.h"

namespace segue::library {

inline constexpr std::uint32_t kMostLibraries = 32;

struct View {
  std::uint32_t libraries = 0;  // bit n: library n

  [[nodiscard]] bool is_all() const noexcept { return libraries == 0xFFFFFFFF; }
  [[nodiscard]] bool sees(std::int64_t library) const noexcept {
    return library >= 0 && library < std::int64_t{kMostLibraries} && (libraries >> library & 1) != 0;
  }
  // Narrowed to one library; what it is not in stays out.
  [[nodiscard]] View only(std::int64_t library) const noexcept { return {sees(library) ? std::uint32_t{1} << library : 0}; }
};
inline constexpr View kEverything{0xFFFFFFFF};

// A connection and the view through which it is read. One thread at a time.
class Reader {
 public:
  Reader(service::Database& database, View view) : database_(&database), view_(view) {}
  Reader(service::DatabasePool::Lease lease, View view) : lease_(std::move(lease)), database_(&**lease_), view_(view) {}

  [[nodiscard]] service::Database& database() const noexcept { return *database_; }
  [[nodiscard]] const View& view() const noexcept { return view_; }

  // What stands behind FROM in place of the table's name: the table, or the rows of it that the view has. Albums and artists are
  // counted by what is seen; an album's one timeline is seen when all of its tracks are.
  [[nodiscard]] std::string assets() const;
  [[nodiscard]] std::string albums() const;
  [[nodiscard]] std::string artists() const;

 private:
  [[nodiscard]] std::string is_seen(const char* column) const;  // "a.library IN (0,3)"
  std::optional<service::DatabasePool::Lease> lease_;
  service::Database* database_;
  View view_;
};

class Readers {
 public:
  Readers(service::DatabasePool& pool, View view) : pool_(&pool), view_(view) {}
  // Error: as DatabasePool::borrow.
  [[nodiscard]] Result<std::unique_ptr<Reader>> borrow() const;

 private:
  service::DatabasePool* pool_;
  View view_;
};

}  // namespace segue::library
