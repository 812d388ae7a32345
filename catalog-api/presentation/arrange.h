// SPDX-License-Identifier: Apache-2.0
// A list of assets as what plays without a gap: tracks of one encoder run that stand beside each other in its order become a run; all of an
// album in its order becomes the album's own timeline. Everything else stands alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "catalog-api/presentation/stored.h"
#include "manifests/sequence.h"

namespace segue::presentation {

using FolderOf = std::function<std::string(const std::string& asset)>;

struct Arranged {
  manifests::Sequence sequence;
  std::vector<StoredPtr> held;  // what the sequence borrows from
};

// `folder`: how a playlist writes an asset's folder ("../../<asset>/"), ending with '/'. `album`: the album of that id, nullptr when it
// cannot be had; its tracks then stand for themselves.
[[nodiscard]] Arranged arrange(std::string title, const std::vector<StoredPtr>& items, const FolderOf& folder,
                               const std::function<StoredPtr(const std::string&)>& album);

}  // namespace segue::presentation
