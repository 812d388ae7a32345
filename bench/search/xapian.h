// SPDX-License-Identifier: Apache-2.0
// The honest baseline: Xapian 1.4 as its manual says to use it for searching while one types (prefix of the last word, spelling
// correction).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog-api/search/document.h"

namespace segue::bench {

class XapianTracks {
 public:
  // Makes a database in `folder`; what is added is found after finish().
  explicit XapianTracks(const std::string& folder);
  ~XapianTracks();
  void add(const search::Document& track);
  void finish();
  // Ids of the ten best, most relevant first; popularity breaks ties. The query is folded as ours is.
  [[nodiscard]] std::vector<std::string> search(const std::string& query) const;

 private:
  struct Database;
  std::unique_ptr<Database> database_;
};

}  // namespace segue::bench
