// SPDX-License-Identifier: Apache-2.0
#include "ingest/sweep.h"

#include <filesystem>

#include "ingest/files.h"
#include "ingest/publish.h"

namespace segue::ingest {
namespace {

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  return names;
}

// Under the lease, so that nobody begins with it meanwhile.
Result<void> clear(Queue& queue, const Layout& layout, const std::string& token) {
  auto lease = service::FileLock::try_acquire(layout.lease(token));
  if (!lease) return std::move(lease).error();
  if (!*lease) return {};
  auto queued = queue.is_queued(token);
  Result<void> done;
  if (!queued) {
    done = std::move(queued).error();
  } else if (!*queued || !sealed(layout.staging(token))) {
    done = remove_tree(layout.staging(token));
  }
  (*lease)->remove();
  return done;
}

}  // namespace

Result<void> sweep(Queue& queue, const Layout& layout) {
  for (const std::string& token : names_in(layout.staging())) {
    if (auto done = clear(queue, layout, token); !done) return done;
  }
  for (const std::string& name : names_in(layout.leases())) {
    auto lease = service::FileLock::try_acquire(layout.lease(name));
    if (lease && *lease) (*lease)->remove();
  }
  return {};
}

}  // namespace segue::ingest
