// SPDX-License-Identifier: Apache-2.0
// The nouns of the queue: a job is one file, or the files of one album that are encoded in one run; its result says what became of each.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace segue::ingest {

enum class JobKind { file, album };

struct JobInput {
  std::string path;   // absolute, or a URL
  std::string shown;  // as the uploader named it
};

struct NewJob {
  JobKind kind = JobKind::file;
  std::string shown;  // for people: the file, the album's folder
  std::vector<JobInput> inputs;
  std::string ladder;        // its canonical text; empty: music or video, as the source is
  std::string library = {};  // of the catalog, in place of what the files' tag says; empty: the tag's, else where they stand
};

struct Job : NewJob {
  std::int64_t id = 0;
  std::string token;          // names its lease and its staging folder; never used twice
  std::int64_t attempts = 0;  // that ended with their process
};

enum class State { published, unchanged, failed };
[[nodiscard]] std::string_view name_of(State state) noexcept;  // "published"

struct FileResult {
  std::string file;  // JobInput::shown
  State state = State::failed;
  std::string asset;  // empty: failed
  std::uint32_t generation = 0;
  double seconds = 0;  // of programme
  std::string error;
};

struct AlbumResult {
  std::string asset;
  std::uint32_t generation = 0;
  std::vector<std::string> tracks;  // assets, in playing order
};

// One generation of one asset that stands in the store when the job is done.
struct Piece {
  std::string asset;
  std::uint32_t generation = 0;
  std::string kind;  // "track", "video", "album"
};

struct JobResult {
  std::vector<FileResult> files;
  std::optional<AlbumResult> album;
  std::vector<Piece> pieces;  // in the order in which they are to become current: an album after its tracks
  std::string note;           // why an album was not made in one run; empty: nothing to say
};

// One line of JSON; read_result(write_result(r)) == r. Error: what is missing.
[[nodiscard]] std::string write_result(const JobResult& result);
[[nodiscard]] std::optional<JobResult> read_result(std::string_view json);

}  // namespace segue::ingest
