// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "catalog-api/search/number_lists.h"

namespace segue::search {
namespace {

static_assert(std::endian::native == std::endian::little, "a snapshot is used as it is mapped");

constexpr char kMagic[8] = {'S', 'E', 'G', 'U', 'E', 'I', 'X', '2'};

struct Place {
  std::uint64_t offset, elements;
};

std::uint32_t section_count() {
  std::uint32_t count = 0;
  ViewedSections none;
  ViewedSections::for_each(none, [&](const char*, auto&) { ++count; });
  return count;
}

constexpr std::size_t kFixedHeader = 24;

std::uint64_t aligned(std::uint64_t offset) { return (offset + 7) & ~std::uint64_t{7}; }

bool write_all(int file, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const char*>(data);
  while (size > 0) {
    const auto written = ::write(file, bytes, std::min<std::size_t>(size, 1U << 30));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

std::vector<char> make_header(Kind kind, std::uint64_t mark, const ViewedSections& sections) {
  const std::uint32_t count = section_count(), kind_number = static_cast<std::uint32_t>(kind);
  std::vector<char> header(kFixedHeader + count * sizeof(Place));
  std::memcpy(header.data(), kMagic, 8);
  std::memcpy(header.data() + 8, &kind_number, 4);
  std::memcpy(header.data() + 12, &count, 4);
  std::memcpy(header.data() + 16, &mark, 8);
  std::size_t at = kFixedHeader;
  std::uint64_t offset = header.size();
  ViewedSections::for_each(sections, [&](const char*, const auto& section) {
    const Place place{aligned(offset), section.size()};
    std::memcpy(header.data() + at, &place, sizeof place);
    at += sizeof place;
    offset = place.offset + section.size_bytes();
  });
  return header;
}

bool write_sections(int file, const std::vector<char>& header, const ViewedSections& sections) {
  bool good = write_all(file, header.data(), header.size());
  std::uint64_t offset = header.size();
  constexpr char kPadding[8] = {};
  ViewedSections::for_each(sections, [&](const char*, const auto& section) {
    good = good && write_all(file, kPadding, aligned(offset) - offset) && write_all(file, section.data(), section.size_bytes());
    offset = aligned(offset) + section.size_bytes();
  });
  return good && ::fsync(file) == 0;
}

}  // namespace

ViewedSections view_of(const OwnedSections& owned) {
  ViewedSections views;
  std::vector<std::span<const std::byte>> bytes;
  OwnedSections::for_each(owned, [&](const char*, const auto& section) { bytes.push_back(std::as_bytes(std::span(section))); });
  std::size_t i = 0;
  ViewedSections::for_each(views, [&](const char*, auto& view) {
    using Element = typename std::remove_reference_t<decltype(view)>::element_type;
    view = {reinterpret_cast<Element*>(bytes[i].data()), bytes[i].size() / sizeof(Element)};
    ++i;
  });
  return views;
}

Result<void> write_snapshot(const std::string& path, Kind kind, std::uint64_t mark, const ViewedSections& sections) {
  const std::string beside = path + ".new";
  const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return Error{beside + ": " + std::strerror(errno)};
  bool good = write_sections(file, make_header(kind, mark, sections), sections);
  const int why = errno;
  good = ::close(file) == 0 && good;
  if (good && ::rename(beside.c_str(), path.c_str()) == 0) return {};
  Error error{path + ": not written: " + std::strerror(good ? errno : why)};
  ::unlink(beside.c_str());
  return error;
}

namespace {

// offsets[0] == 0, never falling, last == size.
template <class T>
bool are_offsets(std::span<const T> offsets, std::size_t groups, std::size_t size) {
  return offsets.size() == groups + 1 && offsets.front() == 0 && offsets.back() == size && std::is_sorted(offsets.begin(), offsets.end());
}

template <class T>
bool are_below(std::span<const T> numbers, std::size_t limit) {
  return std::all_of(numbers.begin(), numbers.end(), [&](T number) { return number < limit; });
}

const char* fault_in_texts(const ViewedSections& s, std::size_t documents) {
  if (s.names.empty() || s.names.front() != '\0' || s.names.back() != '\0') return "names: not between two NULs";
  if (s.by.size() != documents || s.in.size() != documents || !are_below(s.by, s.names.size()) || !are_below(s.in, s.names.size()))
    return "documents: name out of range";
  if (!are_offsets(s.text_offsets, documents, s.text.size())) return "text offsets";
  for (std::size_t i = 0; i < documents; ++i) {
    const auto text = s.text.subspan(s.text_offsets[i], s.text_offsets[i + 1] - s.text_offsets[i]);
    if (text.empty() || text.back() != '\0' || std::count(text.begin(), text.end(), '\0') < 2) return "text: fewer than two strings";
  }
  return nullptr;
}

const char* fault_in_documents(const ViewedSections& s, std::size_t documents) {
  if (documents > kMaxDocuments) return "documents: number";
  if (s.year.size() != documents || s.genre.size() != documents || s.library.size() != documents || s.count.size() != documents)
    return "documents: columns of different lengths";
  if (!are_offsets(s.forward_offsets, documents, s.forward.size())) return "forward offsets";
  if (s.id_docs.size() != documents || !are_below(s.id_docs, documents)) return "ids";
  if (s.name_offsets.size() < 2 || !are_offsets(s.name_offsets, s.name_offsets.size() - 1, s.name_checks.size())) return "name offsets";
  if (s.name_checks.size() != s.name_docs.size() || !are_below(s.name_docs, documents)) return "name keys";
  if (s.genre_offsets.empty() || !are_offsets(s.genre_offsets, s.genre_offsets.size() - 1, s.genre_text.size())) return "genres";
  if (!are_below(s.genre, s.genre_offsets.size())) return "documents: genre out of range";
  return nullptr;
}

// The lists of `offsets`, which are `lists` and no more.
bool are_all_lists(std::span<const std::uint32_t> offsets, std::size_t lists, std::span<const std::uint8_t> bytes, std::size_t limit) {
  return are_offsets(offsets, lists, bytes.size()) && are_lists(offsets, bytes, static_cast<std::uint32_t>(limit));
}

const char* fault_in_terms(const ViewedSections& s, std::size_t documents) {
  if (s.term_offsets.empty() || s.term_offsets.size() > kMaxTerms) return "terms: number";
  const std::size_t terms = s.term_offsets.size() - 1;
  if (!are_offsets(s.term_offsets, terms, s.term_bytes.size())) return "term offsets";
  const Dictionary dictionary(s.term_offsets, s.term_bytes);
  for (TermId id = 1; id < terms; ++id)
    if (dictionary.term(id - 1) >= dictionary.term(id)) return "terms: not sorted";
  for (const std::uint32_t entry : s.forward)
    if ((entry & (kMaxTerms - 1)) >= terms || entry >> 29 >= kFields) return "forward: term out of range";
  if (!are_all_lists(s.posting_offsets, terms, s.postings, documents)) return "postings";
  for (const PrefixPostings& prefix : s.prefixes)
    if (prefix.terms_begin > prefix.terms_end || prefix.terms_end > terms) return "prefixes";
  if (!are_all_lists(s.prefix_offsets, s.prefixes.size(), s.prefix_postings, documents)) return "prefix postings";
  if (s.deletion_offsets.size() < 2 || !are_all_lists(s.deletion_offsets, s.deletion_offsets.size() - 1, s.deletions, terms))
    return "deletions";
  return nullptr;
}

}  // namespace

Result<Snapshot> read_snapshot(std::span<const std::byte> bytes, Snapshots whose) {
  const std::size_t header = kFixedHeader + section_count() * sizeof(Place);
  if (bytes.size() < header || std::memcmp(bytes.data(), kMagic, 8) != 0) return Error{"search snapshot: not one of this version"};
  std::uint32_t kind = 0, count = 0;
  Snapshot snapshot;
  std::memcpy(&kind, bytes.data() + 8, 4);
  std::memcpy(&count, bytes.data() + 12, 4);
  std::memcpy(&snapshot.mark, bytes.data() + 16, 8);
  if (count != section_count() || kind >= kKinds) return Error{"search snapshot: header: " + std::to_string(count) + " sections"};
  snapshot.kind = static_cast<Kind>(kind);
  std::size_t at = kFixedHeader;
  bool inside = true;
  ViewedSections::for_each(snapshot.sections, [&](const char*, auto& view) {
    using Element = typename std::remove_reference_t<decltype(view)>::element_type;
    Place place{};
    std::memcpy(&place, bytes.data() + at, sizeof place);
    at += sizeof place;
    inside = inside && place.offset % 8 == 0 && place.offset <= bytes.size() &&
             place.elements <= (bytes.size() - place.offset) / sizeof(Element);
    if (inside) view = {reinterpret_cast<Element*>(bytes.data() + place.offset), place.elements};
  });
  if (!inside) return Error{"search snapshot: a section ends behind the file's " + std::to_string(bytes.size()) + " bytes"};
  if (whose == Snapshots::own) return snapshot;
  const std::size_t documents = snapshot.sections.popularity.size();
  const char* fault = fault_in_documents(snapshot.sections, documents);
  if (fault == nullptr) fault = fault_in_texts(snapshot.sections, documents);
  if (fault == nullptr) fault = fault_in_terms(snapshot.sections, documents);
  if (fault != nullptr) return Error{std::string("search snapshot: ") + fault};
  return snapshot;
}

}  // namespace segue::search
