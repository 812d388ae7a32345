// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/index.h"

#include <malloc.h>

#include <algorithm>

namespace segue::search {
namespace {

constexpr std::size_t kMergeAtOnce = 20000;  // living documents that a writer merges by itself: some tens of milliseconds

constexpr std::size_t kWorthSaving = 4;  // of so many documents one has changed; as compact() thinks
constexpr std::size_t kLarge = 100'000;  // documents that are not made again in a moment

std::string file_of(const std::string& folder, Kind kind) {
  return folder + "/" + std::string(kKindNames[static_cast<std::size_t>(kind)]) + ".idx";
}

}  // namespace

Index::Index() : view_(std::make_shared<const View>()) {}

std::shared_ptr<const Index::View> Index::view() const {
  const std::lock_guard lock(view_mutex_);
  return view_;
}

void Index::publish(std::shared_ptr<const View> view) {
  const std::lock_guard lock(view_mutex_);
  view_.swap(view);  // the old one is freed after the lock, if nobody searches it any more
}

std::optional<Document> Index::find(Kind kind, std::string_view id) const {
  const auto view = this->view();
  for (const Part& part : (*view)[static_cast<std::size_t>(kind)])
    if (const auto doc = part.segment->find(id); doc && (part.removed->empty() || !(*part.removed)[*doc])) return part.segment->copy(*doc);
  return std::nullopt;
}

std::size_t Index::size(Kind kind) const {
  const auto view = this->view();
  std::size_t living = 0;
  for (const Part& part : (*view)[static_cast<std::size_t>(kind)]) living += part.living;
  return living;
}

std::vector<SectionSize> Index::sizes() const {
  const auto view = this->view();
  std::vector<SectionSize> sizes;
  for (const Row& row : *view)
    for (const Part& part : row) {
      const Kind kind = part.segment->kind();
      ViewedSections::for_each(part.segment->sections(), [&](const char* name, const auto& section) {
        sizes.push_back({kind, name, section.size_bytes()});
      });
      sizes.push_back({kind, "beginnings", part.segment->beginnings().bytes()});
    }
  return sizes;
}

void Index::put(const std::vector<Document>& documents) {
  std::array<Documents, kKinds> by_kind;
  for (const Document& document : documents) by_kind[static_cast<std::size_t>(document.kind)].add(document);
  for (std::size_t k = 0; k < kKinds; ++k) put(static_cast<Kind>(k), std::move(by_kind[k]));
}

void Index::put(Kind kind, Documents documents) {
  if (documents.empty()) return;
  Part fresh = make_part(kind, std::move(documents));  // of a million it takes a while, in which others write
  const std::lock_guard lock(write_mutex_);
  auto next = std::make_shared<View>(*view());
  Row& row = (*next)[static_cast<std::size_t>(kind)];
  if (!row.empty()) {
    std::vector<std::string_view> ids;
    for (DocId doc = 0; doc < fresh.segment->size(); ++doc) ids.push_back(fresh.segment->id(doc));
    row = without(row, ids);
  }
  row.push_back(std::move(fresh));
  merge_tail(kind, row);
  publish(std::move(next));
}

void Index::remove(Kind kind, std::span<const std::string> ids) {
  const std::lock_guard lock(write_mutex_);
  auto next = std::make_shared<View>(*view());
  Row& row = (*next)[static_cast<std::size_t>(kind)];
  row = without(row, std::vector<std::string_view>(ids.begin(), ids.end()));
  publish(std::move(next));
}

void Index::clear(Kind kind) {
  const std::lock_guard lock(write_mutex_);
  auto next = std::make_shared<View>(*view());
  (*next)[static_cast<std::size_t>(kind)].clear();
  publish(std::move(next));
}

Index::Part Index::make_part(Kind kind, Documents documents) {
  Part part{Segment::build(kind, std::move(documents)), std::make_shared<const std::vector<bool>>(), 0};
  part.living = part.segment->size();
  return part;
}

Index::Row Index::without(const Row& row, std::span<const std::string_view> ids) {
  Row out;
  for (const Part& part : row) {
    std::vector<DocId> docs;
    for (const std::string_view id : ids)
      if (const auto doc = part.segment->find(id); doc && (part.removed->empty() || !(*part.removed)[*doc])) docs.push_back(*doc);
    std::sort(docs.begin(), docs.end());
    docs.erase(std::unique(docs.begin(), docs.end()), docs.end());
    if (docs.size() == part.living) continue;  // nothing of it is left
    Part& kept = out.emplace_back(part);
    if (docs.empty()) continue;
    auto removed = std::make_shared<std::vector<bool>>(*part.removed);
    removed->resize(part.segment->size());
    for (const DocId doc : docs) (*removed)[doc] = true;
    kept.removed = std::move(removed);
    kept.living -= docs.size();
  }
  return out;
}

void Index::append_living(const Part& part, Documents& out) {
  for (DocId doc = 0; doc < part.segment->size(); ++doc)
    if (part.removed->empty() || !(*part.removed)[doc]) out.add(part.segment->document(doc));
}

// Two neighbours become one while the last is at least a quarter of the one before it: sizes fall fourfold along the row.
void Index::merge_tail(Kind kind, Row& row) {
  while (row.size() > 1) {
    const Part &last = row.back(), &before = row[row.size() - 2];
    if (last.living * 4 < before.living || last.living + before.living > kMergeAtOnce) return;
    Documents documents;
    append_living(before, documents);
    append_living(last, documents);
    row.resize(row.size() - 2);
    row.push_back(make_part(kind, std::move(documents)));
  }
}

void Index::compact(bool always) {
  for (std::size_t k = 0; k < kKinds; ++k) compact(static_cast<Kind>(k), always);
}

// Those of `merged` that live in no part of `now` but the `newer` ones.
std::vector<std::string_view> Index::gone_from(const Row& now, const Row& newer, const Segment& merged) {
  std::vector<std::string_view> gone;
  for (DocId doc = 0; doc < merged.size(); ++doc) {
    const std::string_view id = merged.id(doc);
    const bool lives = std::any_of(now.begin(), now.end(), [&](const Part& part) {
      if (std::any_of(newer.begin(), newer.end(), [&](const Part& fresh) { return fresh.segment == part.segment; })) return false;
      const auto found = part.segment->find(id);
      return found && (part.removed->empty() || !(*part.removed)[*found]);
    });
    if (!lives) gone.push_back(id);
  }
  return gone;
}

void Index::compact(Kind kind, bool always) {
  const std::lock_guard one_at_a_time(compact_mutex_);
  const Row before = (*view())[static_cast<std::size_t>(kind)];
  if (before.empty()) return;
  std::size_t behind = 0;
  for (std::size_t i = 1; i < before.size(); ++i) behind += before[i].living;
  const bool is_clean = before.size() == 1 && before[0].living == before[0].segment->size();
  if (is_clean || (!always && behind * 4 < before[0].living)) return;
  Documents documents;
  for (const Part& part : before) {
    append_living(part, documents);
    part.segment->let_go();  // of ten million documents 2.9 GiB, beside what is made of them
  }
  Part merged = make_part(kind, std::move(documents));

  // Meanwhile others may have removed documents of the old parts or replaced them in new ones.
  const std::lock_guard lock(write_mutex_);
  auto next = std::make_shared<View>(*view());
  Row& now = (*next)[static_cast<std::size_t>(kind)];
  Row newer, result{merged};
  std::size_t untouched = 0;
  for (const Part& part : now) {
    const auto old = std::find_if(before.begin(), before.end(), [&](const Part& one) { return one.segment == part.segment; });
    if (old == before.end()) newer.push_back(part);
    untouched += old != before.end() && old->removed == part.removed;
  }
  if (untouched < before.size()) result = without(result, gone_from(now, newer, *merged.segment));
  result.insert(result.end(), newer.begin(), newer.end());
  now = std::move(result);
  publish(std::move(next));
}

bool Index::is_kept(const std::string& folder, std::size_t kind, const Row& row) const {
  if (folder != saved_in_ || row.empty() || saved_[kind].lock() != row[0].segment) return false;
  std::size_t changed = row[0].segment->size() - row[0].living;
  for (std::size_t i = 1; i < row.size(); ++i) changed += row[i].living;
  return changed * kWorthSaving < row[0].living;
}

bool Index::has_unsaved(const std::string& folder) const {
  const auto view = this->view();
  for (std::size_t k = 0; k < kKinds; ++k)
    if (const Row& row = (*view)[k]; !row.empty() && row[0].living >= kLarge && !is_kept(folder, k, row)) return true;
  return false;
}

Result<void> Index::save(const std::string& folder, std::uint64_t mark) {
  if (folder != saved_in_) saved_ = {};
  saved_in_ = folder;
  for (std::size_t k = 0; k < kKinds; ++k) {
    const auto kind = static_cast<Kind>(k);
    if (is_kept(folder, k, (*view())[k])) continue;
    if (auto saved = save(kind, file_of(folder, kind), mark); !saved) return saved;
    // What was built lay in glibc's heap: of ten million tracks it would keep 1.5 GiB.
    if (size(kind) >= kLarge) ::malloc_trim(0);
  }
  return {};
}

Result<void> Index::save(Kind kind, const std::string& path, std::uint64_t mark) {
  compact(kind, true);
  const auto view = this->view();
  const Row& row = (*view)[static_cast<std::size_t>(kind)];
  Documents documents;
  const bool is_one = row.size() == 1 && row[0].living == row[0].segment->size();
  if (!is_one)  // written to while it was compacted, or empty
    for (const Part& part : row) append_living(part, documents);
  const auto segment = is_one ? row[0].segment : Segment::build(kind, std::move(documents));
  if (auto saved = segment->save(path, mark); !saved) return saved;
  saved_[static_cast<std::size_t>(kind)] = segment;
  return serve_saved(path, kind, segment);
}

// The file's pages stand in for the heap's: the numbers of documents are the same. A compaction knows segments by their addresses.
Result<void> Index::serve_saved(const std::string& path, Kind kind, const std::shared_ptr<const Segment>& saved) {
  const std::lock_guard one_at_a_time(compact_mutex_);
  const std::lock_guard lock(write_mutex_);
  auto next = std::make_shared<View>(*view());
  for (Part& part : (*next)[static_cast<std::size_t>(kind)]) {
    if (part.segment != saved) continue;
    auto mapped = Segment::map_own(path);
    if (!mapped) return std::move(mapped).error();
    part.segment = *mapped;
    saved_[static_cast<std::size_t>(kind)] = *mapped;
    publish(std::move(next));
    return {};
  }
  return {};
}

Result<std::uint64_t> Index::open(const std::string& folder) {
  auto next = std::make_shared<View>();
  std::uint64_t mark = ~std::uint64_t{0};
  for (std::size_t k = 0; k < kKinds; ++k) {
    const std::string path = file_of(folder, static_cast<Kind>(k));
    auto segment = Segment::map(path);
    if (!segment) return segment.error();
    if ((*segment)->kind() != static_cast<Kind>(k)) return Error{path + ": a snapshot of another kind"};
    mark = std::min(mark, (*segment)->mark());
    if ((*segment)->size() > 0) (*next)[k].push_back({*segment, std::make_shared<const std::vector<bool>>(), (*segment)->size()});
  }
  const std::lock_guard lock(write_mutex_);
  for (std::size_t k = 0; k < kKinds; ++k) saved_[k] = (*next)[k].empty() ? nullptr : (*next)[k][0].segment;
  saved_in_ = folder;
  publish(std::move(next));
  return mark;
}

}  // namespace segue::search
