// SPDX-License-Identifier: Apache-2.0
#include "ingest/lease_note.h"

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "ingest/files.h"
#include "service/file_lock.h"

namespace segue::ingest {
namespace {

constexpr std::size_t kMostBytes = 1u << 16;

// The kernel knows it: a lease that can be had has no holder. Looking makes the file anew when its holder has just removed it, so it is
// taken away again.
bool is_held(const std::string& lease) {
  auto lock = service::FileLock::try_acquire(lease);
  if (lock && *lock) (*lock)->remove();
  return lock && !*lock;
}

}  // namespace

std::string write_note(const LeaseNote& note) {
  const nlohmann::ordered_json json = {{"job", note.job},
                                       {"file", note.file},
                                       {"seconds_done", note.seconds_done},
                                       {"seconds_total", note.seconds_total},
                                       {"speed", note.speed}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

std::optional<LeaseNote> read_note(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;  // empty: its holder is about to write it
  LeaseNote note;
  note.job = json.value("job", std::int64_t{0});
  note.file = json.value("file", "");
  note.seconds_done = json.value("seconds_done", 0.0);
  note.seconds_total = json.value("seconds_total", 0.0);
  note.speed = json.value("speed", 0.0);
  return note;
}

std::vector<LeaseNote> running_jobs(const Layout& layout) {
  std::vector<LeaseNote> notes;
  std::error_code error;
  for (std::filesystem::directory_iterator at(layout.leases(), error), end; !error && at != end; at.increment(error)) {
    const std::string path = at->path().string();
    const auto text = read_file(path, kMostBytes);
    if (!text || text->empty()) continue;
    auto note = read_note(*text);
    if (note && is_held(path)) notes.push_back(std::move(*note));
  }
  return notes;
}

}  // namespace segue::ingest
