// SPDX-License-Identifier: Apache-2.0
// The source of the search index in another process.
#pragma once

#include <chrono>
#include <stop_token>

#include "catalog-api/api/search_source.h"
#include "service/http/client.h"
#include "service/http/internal_key.h"

namespace segue::api {

class RemoteSearchSource : public SearchSource {
 public:
  // `stop` ends every question at once, from any thread.
  RemoteSearchSource(service::http::ServerName server, const service::http::InternalKey& key, std::stop_token stop);

  [[nodiscard]] Result<SourceState> state() override;
  // As soon as the state is another than `known`; at the latest after `patience` what it is then.
  [[nodiscard]] Result<SourceState> state_after(const SourceState& known, std::chrono::seconds patience);
  [[nodiscard]] Result<Slice> slice(const Wanted& wanted) override;

 private:
  [[nodiscard]] Result<std::string> ask(service::http::Call call);
  service::http::Client client_;
  std::stop_token stop_;
};

}  // namespace segue::api
