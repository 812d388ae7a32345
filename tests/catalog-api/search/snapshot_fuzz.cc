// SPDX-License-Identifier: Apache-2.0
// Law: whatever bytes read_snapshot accepts can be searched. Half of the runs start from a true snapshot with bytes overwritten.
#include <unistd.h>

#include <cstdint>
#include <cstring>
#include <fstream>

#include "catalog-api/search/builder.h"
#include "catalog-api/search/match.h"

namespace {

using namespace segue::search;

const std::vector<char>& true_snapshot() {
  static const std::vector<char> bytes = [] {
    std::vector<Document> documents;
    for (int i = 0; i < 12; ++i)
      documents.push_back(
          {Kind::track, std::to_string(i), "alpha beta " + std::to_string(i), "gamma", "d/e", {"alias"}, "Rock", 1999, 1, 7});
    const std::string path = "snapshot_fuzz." + std::to_string(::getpid());
    if (!write_snapshot(path, Kind::track, 1, view_of(build_sections(Documents(documents))))) __builtin_trap();
    std::ifstream file(path, std::ios::binary);
    std::vector<char> read((std::istreambuf_iterator<char>(file)), {});
    ::unlink(path.c_str());
    return read;
  }();
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::uint64_t> aligned;
  std::size_t length = size;
  if (size > 0 && data[0] % 2 == 0) {
    const auto& start = true_snapshot();
    length = start.size();
    aligned.resize(length / 8 + 1);
    std::memcpy(aligned.data(), start.data(), length);
    for (std::size_t i = 1; i + 3 < size; i += 4) {
      const std::size_t at = (data[i] | static_cast<std::size_t>(data[i + 1]) << 8) % length;
      reinterpret_cast<std::uint8_t*>(aligned.data())[at] = data[i + 2];
    }
  } else {
    aligned.resize(size / 8 + 1);
    if (size > 0) std::memcpy(aligned.data(), data, size);
  }
  const auto segment = Segment::view({reinterpret_cast<const std::byte*>(aligned.data()), length});
  if (!segment) return 0;
  for (const char* typed : {"a", "alpha", "alhpa gmama", "d/e", "zzzzzzzz", "alias"}) {
    const Query query = parse_query(typed);
    const Filter filter;
    const std::vector<bool> removed;
    Matcher matcher(**segment, query, filter, removed);
    for (std::size_t level = 0; level < kLevels; ++level) matcher.run(static_cast<Level>(level));
    for (const Scored& scored : matcher.found()) {
      const Document document = (*segment)->copy(scored.doc);
      if (!(*segment)->find(document.id) && document.id == "0") return 0;  // keys may lie; nothing may crash
    }
  }
  return 0;
}
