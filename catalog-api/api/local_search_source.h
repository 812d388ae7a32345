// SPDX-License-Identifier: Apache-2.0
// The source of the search index in the process that has the library's, the playlists' and the listening's databases.
#pragma once

#include "catalog-api/api/search_source.h"
#include "catalog-api/listening/listening.h"
#include "catalog-api/playlists/playlists.h"
#include "service/database_pool.h"

namespace segue::api {

class LocalSearchSource : public SearchSource {
 public:
  // `rows`: of a slice. All outlive this.
  LocalSearchSource(service::DatabasePool& library, playlists::Playlists& playlists, listening::Listening& listening, std::int64_t rows)
      : library_(library), playlists_(playlists), listening_(listening), rows_(rows) {}

  [[nodiscard]] Result<SourceState> state() override;
  [[nodiscard]] Result<Slice> slice(const Wanted& wanted) override;

 private:
  [[nodiscard]] Result<Slice> gone(const Wanted& wanted);
  [[nodiscard]] Result<Slice> lists(const Wanted& wanted);
  [[nodiscard]] Result<Slice> plays(const Wanted& wanted);

  service::DatabasePool& library_;
  playlists::Playlists& playlists_;
  listening::Listening& listening_;
  std::int64_t rows_;
};

}  // namespace segue::api
