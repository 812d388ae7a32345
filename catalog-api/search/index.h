// SPDX-License-Identifier: Apache-2.0
// The live index: for each kind a row of immutable segments, the large one first, newer and smaller ones behind it. A changed document
// is removed where it was (one bit) and stands in a new small segment; segments of like size are merged as they pile up. A search sees
// one consistent view and never waits for a writer; writers wait for each other.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "catalog-api/search/match.h"

namespace segue::search {

struct Request {
  std::string query;
  std::vector<Kind> kinds;  // empty: all
  Filter filter;
  std::size_t limit = 10;  // of each kind
};

struct Highlight {
  Field field;
  std::uint32_t begin, end;  // bytes of that string; a whole word
};

struct Hit {
  Document document;
  std::vector<Highlight> highlights;
  Score score = 0;
};

struct FacetCount {
  std::string value;
  std::size_t count = 0;
};

struct Group {
  Kind kind = Kind::track;
  std::vector<Hit> hits;
  std::size_t found = 0;
  bool is_capped = false;          // found counts the most popular candidates only
  std::vector<FacetCount> genres;  // of what was found, the largest first
  std::vector<FacetCount> decades;
};

struct Results {
  std::vector<Group> groups;
  std::optional<Hit> top;  // the best of all kinds
};

// What the index takes in memory.
struct SectionSize {
  Kind kind;
  std::string section;
  std::size_t bytes = 0;
};

class Index {
 public:
  Index();

  [[nodiscard]] Results search(const Request& request) const;
  [[nodiscard]] std::optional<Document> find(Kind kind, std::string_view id) const;
  [[nodiscard]] std::size_t size(Kind kind) const;  // living documents

  [[nodiscard]] std::vector<SectionSize> sizes() const;  // of the sections of all segments, and of what is made beside them

  // Adds or replaces; found by every search that starts after the return.
  void put(const std::vector<Document>& documents);
  void put(Kind kind, Documents documents);  // all of that kind
  void remove(Kind kind, std::span<const std::string> ids);
  void clear(Kind kind);
  // Merges everything of a kind into one segment when small ones have grown to a quarter of it, or `always`. Long; other
  // writers go on meanwhile.
  void compact(bool always = false);

  // One file a kind in `folder`, which must exist; compacts first. What is saved is served from its file from then on. A kind of whose file
  // hardly anything has changed keeps it, with the mark that it has: merging ten million documents for the last ten takes minutes, and
  // reading those ten again no time. On error some kinds may be new and others old: each is whole.
  [[nodiscard]] Result<void> save(const std::string& folder, std::uint64_t mark);
  // Whether so much is in memory only that its making would be missed.
  [[nodiscard]] bool has_unsaved(const std::string& folder) const;
  // Replaces the content by the snapshots in `folder`; returns the least of their marks. Error: nothing changed.
  [[nodiscard]] Result<std::uint64_t> open(const std::string& folder);

 private:
  struct Part {
    std::shared_ptr<const Segment> segment;
    std::shared_ptr<const std::vector<bool>> removed;  // empty or one bit a document
    std::size_t living = 0;
  };
  using Row = std::vector<Part>;
  using View = std::array<Row, kKinds>;

  [[nodiscard]] std::shared_ptr<const View> view() const;
  void publish(std::shared_ptr<const View> view);
  [[nodiscard]] static Row without(const Row& row, std::span<const std::string_view> ids);
  [[nodiscard]] static std::vector<std::string_view> gone_from(const Row& now, const Row& newer, const Segment& merged);
  [[nodiscard]] static Part make_part(Kind kind, Documents documents);
  static void merge_tail(Kind kind, Row& row);
  static void append_living(const Part& part, Documents& out);
  void compact(Kind kind, bool always);
  [[nodiscard]] Result<void> save(Kind kind, const std::string& path, std::uint64_t mark);
  [[nodiscard]] Result<void> serve_saved(const std::string& path, Kind kind, const std::shared_ptr<const Segment>& saved);
  [[nodiscard]] bool is_kept(const std::string& folder, std::size_t kind, const Row& row) const;
  [[nodiscard]] static Group answer(const Row& row, const std::vector<Matcher>& matchers, Group group, std::size_t limit);

  mutable std::mutex view_mutex_;  // of the pointer only
  std::shared_ptr<const View> view_;
  std::mutex write_mutex_;
  std::mutex compact_mutex_;
  std::string saved_in_;  // what stands in that folder; of whoever opens and saves, one thread at a time
  std::array<std::weak_ptr<const Segment>, kKinds> saved_;
};

}  // namespace segue::search
