// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "catalog-api/search/builder.h"

namespace segue::search {
namespace {

template <class T, class Key>
std::span<const DocId> equal(std::span<const T> keys, std::span<const DocId> docs, Key key) {
  const auto [begin, end] = std::equal_range(keys.begin(), keys.end(), key);
  return docs.subspan(static_cast<std::size_t>(begin - keys.begin()), static_cast<std::size_t>(end - begin));
}

}  // namespace

Segment::Segment(Kind kind, std::uint64_t mark, const ViewedSections& sections, std::shared_ptr<const void> owner)
    : kind_(kind),
      mark_(mark),
      s_(sections),
      owner_(std::move(owner)),
      dictionary_(s_.term_offsets, s_.term_bytes),
      beginnings_(dictionary_),
      deletions_(s_.deletion_offsets, s_.deletion_terms) {}

std::shared_ptr<const Segment> Segment::build(Kind kind, std::vector<Document> documents) {
  auto owned = std::make_shared<const OwnedSections>(build_sections(std::move(documents)));
  const ViewedSections views = view_of(*owned);
  return std::shared_ptr<const Segment>(new Segment(kind, 0, views, std::move(owned)));
}

Result<std::shared_ptr<const Segment>> Segment::map(const std::string& path) {
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
  auto segment = view({static_cast<const std::byte*>(address), size}, std::move(owner));
  if (!segment) return Error{path + ": " + segment.error().message};
  return segment;
}

Result<std::shared_ptr<const Segment>> Segment::view(std::span<const std::byte> bytes, std::shared_ptr<const void> owner) {
  auto snapshot = read_snapshot(bytes);
  if (!snapshot) return snapshot.error();
  return std::shared_ptr<const Segment>(new Segment(snapshot->kind, snapshot->mark, snapshot->sections, std::move(owner)));
}

Segment::Text Segment::text(DocId doc) const noexcept {
  const char* at = s_.text.data() + s_.text_offsets[doc];
  const char* end = s_.text.data() + s_.text_offsets[doc + 1];
  const auto next = [&] {
    const std::string_view string(at);
    at += string.size() + 1;
    return string;
  };
  Text text;
  text.id = next();
  text.name = next();
  text.by = next();
  text.in = next();
  text.aliases = {at, static_cast<std::size_t>(end - at)};
  return text;
}

std::string_view Segment::genre(DocId doc) const noexcept {
  const std::uint16_t genre = s_.genre[doc];
  if (genre == 0) return {};
  return {s_.genre_text.data() + s_.genre_offsets[genre - 1U], s_.genre_offsets[genre] - s_.genre_offsets[genre - 1U]};
}

Document Segment::document(DocId doc) const {
  const Text strings = text(doc);
  Document out{kind_,
               std::string(strings.id),
               std::string(strings.name),
               std::string(strings.by),
               std::string(strings.in),
               {},
               std::string(genre(doc)),
               s_.year[doc],
               s_.library[doc],
               s_.count[doc]};
  for (std::string_view rest = strings.aliases; !rest.empty();) {
    const std::size_t end = rest.find('\0');
    out.aliases.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return out;
}

std::optional<DocId> Segment::find(std::string_view id) const noexcept {
  for (const DocId doc : equal(s_.id_keys, s_.id_docs, id_key(id)))
    if (text(doc).id == id) return doc;
  return std::nullopt;
}

std::span<const std::uint32_t> Segment::words(DocId doc) const noexcept {
  return s_.forward.subspan(s_.forward_offsets[doc], s_.forward_offsets[doc + 1] - s_.forward_offsets[doc]);
}

std::span<const DocId> Segment::postings(TermId term) const noexcept {
  return s_.postings.subspan(s_.posting_offsets[term], s_.posting_offsets[term + 1] - s_.posting_offsets[term]);
}

std::optional<std::span<const DocId>> Segment::postings(TermRange terms) const noexcept {
  if (terms.size() == 1) return postings(terms.begin);
  const auto found = std::lower_bound(s_.prefixes.begin(), s_.prefixes.end(), terms, [](const PrefixPostings& kept, TermRange wanted) {
    return kept.terms_begin != wanted.begin ? kept.terms_begin < wanted.begin : kept.terms_end > wanted.end;
  });
  if (found == s_.prefixes.end() || found->terms_begin != terms.begin || found->terms_end != terms.end) return std::nullopt;
  return s_.prefix_postings.subspan(found->begin, found->end - found->begin);
}

std::span<const DocId> Segment::named(std::uint64_t name_key) const noexcept { return equal(s_.name_keys, s_.name_docs, name_key); }

}  // namespace segue::search
