// SPDX-License-Identifier: Apache-2.0
// The store as one worker knows it: what was read of published assets, under one memory bound, the least recently used forgotten first.
// Generation folders never change their content, so what was read of them stays true; which generation is live, and whether a folder is
// still there, is looked at again when the last look is older than the validity.
// Presentations, and the manifests that a filter made of them, lie under a bound of their own: a filter may be anything that a client
// thinks of, so those texts push out one another, never what everyone asks for.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "origin/file_table.h"
#include "origin/lru.h"
#include "origin/manifest_text.h"
#include "origin/request.h"
#include "origin/store_reader.h"

namespace segue::origin {

struct LibraryOptions {
  std::string store;                     // folder
  std::size_t cache_bytes = 128u << 20;  // and an eighth of it for presentations and filtered manifests
  std::size_t open_files = 1024;
  std::chrono::milliseconds validity{1000};
};

class Library {
 public:
  Library(const LibraryOptions& options, std::unique_ptr<Storage> storage);

  // Each: 0 or null, and `refusal` filled, when there is none: 404 absent, 500 damaged or unreadable.
  // What is known already costs no allocation, whatever the asset's length.
  [[nodiscard]] std::uint32_t live_generation(std::string_view asset, Instant now, Refusal& refusal);
  [[nodiscard]] std::shared_ptr<const TrackIndex> index(GenerationId id, std::string_view rendition, Refusal& refusal);
  // The manifest that `request` names, in generation `id`.
  [[nodiscard]] std::shared_ptr<const ManifestText> manifest(GenerationId id, const Request& request, Instant now, Refusal& refusal);
  // A file of a generation's folder, open.
  [[nodiscard]] std::shared_ptr<const OpenFile> file(GenerationId id, std::string_view name, Instant now, Refusal& refusal);
  // File `number` of an index, open. Null with status 0: it no longer holds what was indexed; the index is forgotten, ask for it anew.
  [[nodiscard]] std::shared_ptr<const OpenFile> indexed_file(GenerationId id, std::string_view rendition, const TrackIndex& index,
                                                             std::uint32_t number, Instant now, Refusal& refusal);

  [[nodiscard]] std::size_t cached_bytes() const noexcept { return cache_.cost() + passing_.cost(); }

 private:
  struct LiveLink {
    std::uint32_t generation = 0;
    Instant checked;
  };
  struct KeptManifest {
    ManifestText text;
    FileIdentity source;  // asset.json, when it was printed
    Instant checked;
  };

  struct KeptPresentation {
    media::Presentation presentation;
    FileIdentity source;  // asset.json, when it was read
    Instant checked;
  };

  const std::string& key(char kind, GenerationId id, std::string_view name);
  template <class Kept>  // KeptManifest or KeptPresentation
  [[nodiscard]] bool still_stored(Kept& kept, GenerationId id, Instant now);
  [[nodiscard]] std::shared_ptr<const KeptPresentation> presentation(GenerationId id, Instant now, Refusal& refusal);

  std::unique_ptr<Storage> storage_;
  StoreReader reader_;
  FileTable files_;
  // The key's first character tells the type: l LiveLink, i TrackIndex, m KeptManifest, p KeptPresentation.
  Lru<void> cache_;    // l, i, m without a filter
  Lru<void> passing_;  // p, m with a filter
  std::chrono::milliseconds validity_;
  std::string key_, name_;  // reused for each look-up
};

}  // namespace segue::origin
