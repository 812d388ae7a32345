// SPDX-License-Identifier: Apache-2.0
#include "origin/library.h"

#include <array>
#include <charconv>
#include <utility>

#include "media/store.h"
#include "origin/manifest_printer.h"

namespace segue::origin {
namespace {

void append_decimal(std::string& out, std::uint32_t value) {
  std::array<char, 10> digits;
  out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

// What a presentation costs to keep, about: what is as long as the asset is counted, the rest of a track taken for a kilobyte.
std::size_t memory_bytes(const media::Presentation& presentation) noexcept {
  std::size_t bytes = sizeof presentation;
  for (const media::Track& track : presentation.tracks) {
    bytes += 1024 + track.segments.memory_bytes() + track.i_frames.capacity() * sizeof track.i_frames.front() +
             track.file_starts.capacity() * sizeof track.file_starts.front();
  }
  return bytes;
}

constexpr std::size_t kPassingShare = 8;  // of cache_bytes

}  // namespace

Library::Library(const LibraryOptions& options, std::unique_ptr<Storage> storage)
    : storage_(std::move(storage)),
      reader_(options.store, *storage_),
      files_(*storage_, options.open_files, options.validity),
      cache_(options.cache_bytes),
      passing_(options.cache_bytes / kPassingShare),
      validity_(options.validity) {}

const std::string& Library::key(char kind, GenerationId id, std::string_view name) {
  key_.assign(1, kind);
  key_ += id.asset;
  append_decimal(key_, id.generation);
  key_ += '/';
  key_ += name;
  return key_;
}

std::uint32_t Library::live_generation(std::string_view asset, Instant now, Refusal& refusal) {
  const std::string& known_as = key('l', {asset, 0}, {});
  if (const auto known = std::static_pointer_cast<LiveLink>(cache_.find(known_as)); known && now - known->checked < validity_) {
    return known->generation;
  }
  auto link = std::make_shared<LiveLink>(LiveLink{0, now});
  if (!reader_.live_generation(asset, link->generation, refusal)) return 0;
  const std::uint32_t generation = link->generation;
  cache_.insert(known_as, std::move(link), lru_overhead(known_as.size()) + sizeof(LiveLink));
  return generation;
}

std::shared_ptr<const TrackIndex> Library::index(GenerationId id, std::string_view rendition, Refusal& refusal) {
  const std::string& known_as = key('i', id, rendition);
  if (auto known = cache_.find(known_as)) return std::static_pointer_cast<const TrackIndex>(std::move(known));

  StoredTrack stored;
  if (!reader_.track(id, rendition, stored, refusal)) return nullptr;
  auto index = std::make_shared<TrackIndex>();
  index->segments = std::move(stored.track.segments);
  index->segments.shrink_to_fit();
  index->init_bytes = stored.track.init_bytes;
  index->kind = stored.kind;
  index->files = std::move(stored.files);
  cache_.insert(known_as, index, lru_overhead(known_as.size()) + index->memory_bytes());
  return index;
}

std::shared_ptr<const OpenFile> Library::indexed_file(GenerationId id, std::string_view rendition, const TrackIndex& index,
                                                      std::uint32_t number, Instant now, Refusal& refusal) {
  const IndexedFile& indexed = index.files[number];
  if (std::shared_ptr<OpenFile> known = indexed.open.lock(); known && files_.is_current(*known, indexed.path, now)) return known;
  FileTable::Answer answer = files_.open(indexed.path, now);
  if (answer.error == 0 && answer.file->identity == indexed.identity) {
    indexed.open = answer.file;
    return std::move(answer.file);
  }
  cache_.erase(key('i', id, rendition));
  refusal = {0, {}};
  if (answer.error != 0 && !is_absent(answer.error)) refusal = refusal_for(answer.error, indexed.path.substr(indexed.path.rfind('/') + 1));
  return nullptr;
}

std::shared_ptr<const OpenFile> Library::file(GenerationId id, std::string_view name, Instant now, Refusal& refusal) {
  FileTable::Answer answer = files_.open(reader_.path_of(id, name), now);
  if (answer.error != 0) refusal = refusal_for(answer.error, std::string(name));
  return std::move(answer.file);
}

template <class Kept>
bool Library::still_stored(Kept& kept, GenerationId id, Instant now) {
  if (now - kept.checked < validity_) return true;
  FileIdentity identity;
  if (storage_->identify(reader_.path_of(id, media::kAssetFile), identity) != 0 || identity != kept.source) return false;
  kept.checked = now;
  return true;
}

std::shared_ptr<const Library::KeptPresentation> Library::presentation(GenerationId id, Instant now, Refusal& refusal) {
  const std::string& known_as = key('p', id, {});
  auto known = std::static_pointer_cast<KeptPresentation>(passing_.find(known_as));
  if (known && still_stored(*known, id, now)) return known;
  passing_.erase(known_as);
  known = std::make_shared<KeptPresentation>(KeptPresentation{{}, {}, now});
  media::Asset asset;
  if (!reader_.asset(id, asset, known->source, refusal) || !reader_.presentation(asset, known->presentation, refusal)) return nullptr;
  passing_.insert(known_as, known, lru_overhead(known_as.size()) + memory_bytes(known->presentation));
  return known;
}

std::shared_ptr<const ManifestText> Library::manifest(GenerationId id, const Request& request, Instant now, Refusal& refusal) {
  Lru<void>& cache = request.filter.keeps_all() ? cache_ : passing_;
  name_.clear();
  append_manifest_name(name_, request);
  auto known = std::static_pointer_cast<KeptManifest>(cache.find(key('m', id, name_)));
  if (known && still_stored(*known, id, now)) return {known, &known->text};

  cache.erase(key_);
  const std::shared_ptr<const KeptPresentation> from = presentation(id, now, refusal);
  std::string text;
  if (!from || !print_manifest(from->presentation, request, text, refusal)) return nullptr;
  known =
      std::make_shared<KeptManifest>(KeptManifest{make_manifest_text(std::move(text), from->source.modified_seconds), from->source, now});
  const std::string& known_as = key('m', id, name_);
  cache.insert(known_as, known, lru_overhead(known_as.size()) + sizeof(KeptManifest) + known->text.memory_bytes());
  return {known, &known->text};
}

}  // namespace segue::origin
