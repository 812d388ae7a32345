// SPDX-License-Identifier: Apache-2.0
// Two workers on one folder, without sockets: a test plays clients and the origin.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <filesystem>

#include "edge-cache/visit.h"
#include "tests/catch.h"

namespace segue::edge::test {

namespace fs = std::filesystem;

struct Folder {
  Folder() { path = ::mkdtemp(name); }
  ~Folder() { fs::remove_all(path); }
  char name[32] = "/tmp/segue-edge-XXXXXX";
  std::string path;
};

struct Edge {
  Edge() : shared(open()), one(*shared, 10, 1), two(*shared, 10, 2) {}
  std::unique_ptr<Shared> open() const {
    std::string error;
    auto opened = Shared::open(folder.path + "/cache", {100, 1 << 20}, error);
    INFO(error);
    REQUIRE(opened != nullptr);
    return opened;
  }
  std::size_t files() const {
    std::size_t count = 0;
    for (const auto& item : fs::recursive_directory_iterator(folder.path + "/cache")) count += item.is_regular_file();
    return count - 2;  // index and lock
  }
  Folder folder;
  std::unique_ptr<Shared> shared;
  EdgeWorker one, two;
  Policy policy;
};

inline Request get(std::string_view target) { return {.method = "GET", .host = "h", .target = target, .fields = {}}; }

// What a thread does for a fetch, done here.
inline FetchJob::Next carry_out(FetchJob& job, FetchJob::Next taken) {
  while (taken != FetchJob::Next::abort && job.start_work()) {
    job.work();
    if (job.worked() == FetchJob::Next::abort) return FetchJob::Next::abort;
  }
  return taken;
}

inline FetchJob::Next accept(FetchJob& job, std::string_view head, std::int64_t now = 0) {
  (void)job.upstream_request("", now);
  std::size_t consumed = 0;
  REQUIRE(job.read_head(head, consumed) == HeadState::complete);
  return carry_out(job, job.accept(now));
}

inline FetchJob::Next arrive(FetchJob& job, std::string_view bytes, std::int64_t now_ms = 0) {
  return carry_out(job, job.body(bytes, now_ms));
}

// Whether the rest can be asked for.
inline bool ended(FetchJob& job, bool good, int status) {
  for (;;) {
    const FetchJob::End end = job.end(good, status);
    if (end != FetchJob::End::work) return end == FetchJob::End::again;
    (void)carry_out(job, FetchJob::Next::body);
  }
}

inline Step steps(Visit& visit, std::int64_t now) {
  for (;;) {
    const Step step = visit.step(now);
    if (step != Step::open) return step;
    visit.open();
  }
}

inline std::string body_of(Visit& visit) {
  const Progress progress = visit.progress();
  std::string body;
  for (const Piece& piece : visit.answer().pieces) {
    std::string part(piece.to_end ? progress.arrived : piece.size, '\0');
    REQUIRE(::pread(visit.source()->file->number, part.data(), part.size(),
                    static_cast<off_t>(visit.source()->place.body_offset() + piece.first)) == static_cast<ssize_t>(part.size()));
    body += piece.text + part;
  }
  return body;
}

inline constexpr char kFive[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nCache-Control: max-age=60\r\nETag: \"e\"\r\n\r\n";

inline void store(Edge& edge, std::string_view target, std::string_view head = kFive, std::string_view body = "hello") {
  Visit visit(edge.one, edge.policy, get(target));
  REQUIRE(steps(visit, 0) == Step::wait);
  const auto job = visit.take_fetch();
  REQUIRE(accept(*job, head) == FetchJob::Next::body);
  REQUIRE(arrive(*job, body) == FetchJob::Next::finished);
}

}  // namespace segue::edge::test
