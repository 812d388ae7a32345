// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/segment.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "catalog-api/search/builder.h"

namespace segue::search {
namespace {

// Documents whose building needs so much that glibc's heap is asked to give back what it keeps: of ten million tracks 0.7 GiB.
constexpr std::size_t kLarge = 100'000;

}  // namespace

Segment::Segment(Kind kind, std::uint64_t mark, const ViewedSections& sections, std::shared_ptr<const void> owner)
    : kind_(kind),
      mark_(mark),
      s_(sections),
      owner_(std::move(owner)),
      dictionary_(s_.term_offsets, s_.term_bytes),
      beginnings_(dictionary_),
      deletions_(s_.deletion_offsets, s_.deletions),
      name_keys_(s_.name_offsets, s_.name_checks, s_.name_docs) {}

std::shared_ptr<const Segment> Segment::build(Kind kind, Documents documents) {
  const bool is_large = documents.size() > kLarge;
  auto owned = std::make_shared<const OwnedSections>(build_sections(std::move(documents)));
  if (is_large) ::malloc_trim(0);
  const ViewedSections views = view_of(*owned);
  return std::shared_ptr<const Segment>(new Segment(kind, 0, views, std::move(owned)));
}

Result<std::shared_ptr<const Segment>> Segment::map(const std::string& path) { return from_file(path, Snapshots::anybodys); }
Result<std::shared_ptr<const Segment>> Segment::map_own(const std::string& path) { return from_file(path, Snapshots::own); }

Result<std::shared_ptr<const Segment>> Segment::from_file(const std::string& path, Snapshots snapshots) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Error{path + ": " + std::strerror(errno)};
  struct stat status {};
  const bool sized = ::fstat(file, &status) == 0 && status.st_size > 0;
  const auto size = sized ? static_cast<std::size_t>(status.st_size) : 0;
  void* address = sized ? ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
  const int why = errno;
  ::close(file);
  if (address == MAP_FAILED) return Error{path + ": " + (sized ? std::strerror(why) : "empty")};
  std::shared_ptr<const void> owner(address, [size](const void* mapped) { ::munmap(const_cast<void*>(mapped), size); });
  const std::span bytes(static_cast<const std::byte*>(address), size);
  auto snapshot = read_snapshot(bytes, snapshots);
  if (!snapshot) return Error{path + ": " + snapshot.error().message};
  std::shared_ptr<Segment> segment(new Segment(snapshot->kind, snapshot->mark, snapshot->sections, std::move(owner)));
  segment->mapped_ = bytes;
  return std::shared_ptr<const Segment>(std::move(segment));
}

void Segment::let_go() const noexcept {
  if (!mapped_.empty()) ::madvise(const_cast<std::byte*>(mapped_.data()), mapped_.size(), MADV_DONTNEED);
}

Result<std::shared_ptr<const Segment>> Segment::view(std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  auto snapshot = read_snapshot(bytes);
  if (!snapshot) return snapshot.error();
  return std::shared_ptr<const Segment>(new Segment(snapshot->kind, snapshot->mark, snapshot->sections, std::move(owner)));
}

DocumentView Segment::document(DocId doc) const noexcept {
  const char* end = s_.text.data() + s_.text_offsets[doc + 1];
  DocumentView view;
  view.id = id(doc);
  view.name = view.id.data() + view.id.size() + 1;
  view.by = s_.names.data() + s_.by[doc];
  view.in = s_.names.data() + s_.in[doc];
  const char* aliases = view.name.data() + view.name.size() + 1;
  view.aliases = {aliases, static_cast<std::size_t>(end - aliases)};
  view.genre = genre(doc);
  view.year = s_.year[doc];
  view.libraries = s_.library[doc];
  view.popularity = s_.count[doc];
  return view;
}

std::string_view Segment::genre_named(std::size_t number) const noexcept {
  if (number == 0) return {};
  return {s_.genre_text.data() + s_.genre_offsets[number - 1], s_.genre_offsets[number] - s_.genre_offsets[number - 1]};
}

Document Segment::copy(DocId doc) const {
  const DocumentView view = document(doc);
  Document out{
      kind_,     std::string(view.id), std::string(view.name), std::string(view.by), std::string(view.in), {}, std::string(view.genre),
      view.year, view.libraries,       view.popularity};
  for (std::string_view rest = view.aliases; !rest.empty();) {
    const std::size_t end = rest.find('\0');
    out.aliases.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return out;
}

std::optional<DocId> Segment::find(std::string_view wanted) const noexcept {
  const std::uint64_t key = id_key(wanted);
  auto at = std::lower_bound(s_.id_docs.begin(), s_.id_docs.end(), key, [&](DocId doc, std::uint64_t k) { return id_key(id(doc)) < k; });
  for (; at != s_.id_docs.end() && id_key(id(*at)) == key; ++at)
    if (id(*at) == wanted) return *at;
  return std::nullopt;
}

std::optional<NumberList> Segment::postings(TermRange terms) const noexcept {
  if (terms.size() == 1) return postings(terms.begin);
  const auto found = std::lower_bound(s_.prefixes.begin(), s_.prefixes.end(), terms, [](const PrefixPostings& kept, TermRange wanted) {
    return kept.terms_begin != wanted.begin ? kept.terms_begin < wanted.begin : kept.terms_end > wanted.end;
  });
  if (found == s_.prefixes.end() || found->terms_begin != terms.begin || found->terms_end != terms.end) return std::nullopt;
  return list_at(s_.prefix_offsets, s_.prefix_postings, static_cast<std::size_t>(found - s_.prefixes.begin()));
}

}  // namespace segue::search
