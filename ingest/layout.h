// SPDX-License-Identifier: Apache-2.0
// Names of ingest's own files below $SEGUE_HOME/ingest, and of what it is making in the store.
//   queue.sqlite3      the durable queue
//   leases/<token>     locked by whoever works on that job; holds its progress
//   leases/<asset>     locked while an asset's next generation is made
//   slots/<n>          locked by whoever runs the machine's n-th job
//   wake               touched when a job was added or finished
#pragma once

#include <string>

#include "media/result.h"
#include "service/home.h"

namespace segue::ingest {

struct Layout {
  explicit Layout(const service::Home& home) : root(home.ingest()), store(home.store()), redis(home.redis_socket()) {}

  [[nodiscard]] std::string database() const { return root + "/queue.sqlite3"; }
  [[nodiscard]] std::string leases() const { return root + "/leases"; }
  [[nodiscard]] std::string lease(const std::string& name) const { return leases() + '/' + name; }
  [[nodiscard]] std::string slots() const { return root + "/slots"; }
  [[nodiscard]] std::string wake() const { return root + "/wake"; }
  [[nodiscard]] std::string staging() const { return store + "/.staging"; }
  [[nodiscard]] std::string staging(const std::string& token) const { return staging() + '/' + token; }

  // Makes the folders. Error: the one that cannot be made, and why.
  [[nodiscard]] Result<void> make() const;

  std::string root, store, redis;
};

}  // namespace segue::ingest
