// SPDX-License-Identifier: Apache-2.0
// What others of the catalog ask the search for: ids, best first. The index may be in this process or in another one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalog-api/search/index.h"
#include "media/result.h"

namespace segue::search {

inline constexpr std::size_t kMostFound = 1000;  // as many as the index scores

struct Lookup {
  std::string query;
  Kind kind = Kind::track;
  std::uint32_t libraries = 0;  // a bit for each that may be looked into
  std::size_t limit = 10;
  bool operator==(const Lookup&) const = default;
};
using Ids = std::vector<std::string>;

class Searcher {
 public:
  virtual ~Searcher() = default;
  // For each lookup what it finds. Error: there is no search now.
  [[nodiscard]] virtual Result<std::vector<Ids>> find(const std::vector<Lookup>& lookups) = 0;
};

class LocalSearcher : public Searcher {
 public:
  explicit LocalSearcher(const Index& index) : index_(index) {}
  [[nodiscard]] Result<std::vector<Ids>> find(const std::vector<Lookup>& lookups) override;

 private:
  const Index& index_;
};

}  // namespace segue::search
