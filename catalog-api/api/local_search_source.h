// SPDX-License-Identifier: Apache-2.0
// The source of the search index in the process that has the library's and the listening's databases; playlists are here or asked.
#pragma once

#include <functional>
#include <optional>

#include "catalog-api/api/search_source.h"
#include "catalog-api/listening/listening.h"
#include "catalog-api/playlists/lists.h"
#include "service/database_pool.h"

namespace segue::api {

class LocalSearchSource : public SearchSource {
 public:
  // Changes of playlists so far, at once: as they are, or as was heard last of another process; nullopt: nothing was.
  using ListCount = std::function<Result<std::optional<std::int64_t>>()>;
  // `rows`: of a slice. All outlive this.
  LocalSearchSource(service::DatabasePool& library, playlists::Lists& lists, ListCount list_count, listening::Listening& listening,
                    std::int64_t rows)
      : library_(library), lists_(lists), list_count_(std::move(list_count)), listening_(listening), rows_(rows) {}

  [[nodiscard]] Result<SourceState> state() override;
  [[nodiscard]] Result<Slice> slice(const Wanted& wanted) override;

 private:
  [[nodiscard]] Result<Slice> gone(const Wanted& wanted);
  [[nodiscard]] Result<Slice> lists(const Wanted& wanted);
  [[nodiscard]] Result<Slice> plays(const Wanted& wanted);

  service::DatabasePool& library_;
  playlists::Lists& lists_;
  ListCount list_count_;
  listening::Listening& listening_;
  std::int64_t rows_;
};

}  // namespace segue::api
