// SPDX-License-Identifier: Apache-2.0
// An immutable index over the documents of one kind: built in memory or mapped from a file, searched by any number of threads.
// Documents are numbered from the most to the least popular one.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog-api/search/beginnings.h"
#include "catalog-api/search/deletions.h"
#include "catalog-api/search/documents.h"
#include "catalog-api/search/name_keys.h"
#include "catalog-api/search/number_lists.h"
#include "catalog-api/search/snapshot.h"

namespace segue::search {

class Segment {
 public:
  [[nodiscard]] static std::shared_ptr<const Segment> build(Kind kind, Documents documents);
  [[nodiscard]] static Result<std::shared_ptr<const Segment>> map(const std::string& path);
  // Of a file that this process has just saved: its bytes are not looked at, so that no page of it lies in memory before it is needed.
  [[nodiscard]] static Result<std::shared_ptr<const Segment>> map_own(const std::string& path);
  // Over bytes that outlive it, aligned to 8.
  [[nodiscard]] static Result<std::shared_ptr<const Segment>> view(std::span<const std::byte> bytes,
                                                                   std::shared_ptr<const void> owner = {});
  [[nodiscard]] Result<void> save(const std::string& path, std::uint64_t mark) const { return write_snapshot(path, kind_, mark, s_); }

  // The pages of a mapped file leave this process, and come back as they are read.
  void let_go() const noexcept;

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] std::uint64_t mark() const noexcept { return mark_; }
  [[nodiscard]] DocId size() const noexcept { return static_cast<DocId>(s_.popularity.size()); }
  [[nodiscard]] const ViewedSections& sections() const noexcept { return s_; }
  [[nodiscard]] const Dictionary& dictionary() const noexcept { return dictionary_; }
  [[nodiscard]] const Beginnings& beginnings() const noexcept { return beginnings_; }
  [[nodiscard]] const Deletions& deletions() const noexcept { return deletions_; }

  [[nodiscard]] DocumentView document(DocId doc) const noexcept;
  [[nodiscard]] std::string_view id(DocId doc) const noexcept { return s_.text.data() + s_.text_offsets[doc]; }
  [[nodiscard]] std::string_view genre(DocId doc) const noexcept { return genre_named(s_.genre[doc]); }
  [[nodiscard]] std::string_view genre_named(std::size_t number) const noexcept;  // 0: none
  [[nodiscard]] Document copy(DocId doc) const;
  [[nodiscard]] std::optional<DocId> find(std::string_view id) const noexcept;
  [[nodiscard]] std::span<const std::uint32_t> words(DocId doc) const noexcept {  // field << 29 | term
    return s_.forward.subspan(s_.forward_offsets[doc], s_.forward_offsets[doc + 1] - s_.forward_offsets[doc]);
  }
  [[nodiscard]] NumberList postings(TermId term) const noexcept { return list_at(s_.posting_offsets, s_.postings, term); }
  // The postings of a whole range, when they are kept together or the range is one term; nullopt otherwise.
  [[nodiscard]] std::optional<NumberList> postings(TermRange terms) const noexcept;
  [[nodiscard]] std::span<const DocId> named(std::uint64_t name_key) const noexcept { return name_keys_.find(name_key); }

 private:
  Segment(Kind kind, std::uint64_t mark, const ViewedSections& sections, std::shared_ptr<const void> owner);
  [[nodiscard]] static Result<std::shared_ptr<const Segment>> from_file(const std::string& path, Snapshots snapshots);

  Kind kind_;
  std::uint64_t mark_;
  ViewedSections s_;
  std::shared_ptr<const void> owner_;  // of the bytes that s_ views
  std::span<const std::byte> mapped_;  // of a file; empty: in memory
  Dictionary dictionary_;
  Beginnings beginnings_;
  Deletions deletions_;
  NameKeys name_keys_;
};

}  // namespace segue::search
