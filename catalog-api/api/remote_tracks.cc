// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/remote_tracks.h"

#include <algorithm>
#include <iterator>
#include <memory>

#include "catalog-api/api/tracks_wire.h"

namespace segue::api {
namespace {

using playlist_files::FileEntry;
using service::http::Question;
using service::http::Runs;

constexpr const char* kFolder = "/internal/v1/tracks/";
constexpr std::uint64_t kMostBytes = 64 * 1024 * 1024;
// Of one question, where ids, names and rules are as long as they may be: 20,000 ids of 64 bytes; 50 entries of 6 texts of 4 KB; 2 lists
// of 16 KB of rules, answered by 10,000 ids each.
constexpr std::size_t kIdsAtOnce = 20'000, kTracksAtOnce = 1'000, kEntriesAtOnce = 50, kListsAtOnce = 2;
// Two lists share the time of one question, for many sets of slow rules together would be taken for a library that hangs.
constexpr std::chrono::seconds kSlowly{10};  // rules over a million tracks, a search in another process again

// All wait for accounts or the search, never for playlists. What waits for a search that may hang has no thread of the library's pool; so
// there it may wait behind those who wait for lists to be written. That this is no circle, as many files as kFilesAtOnce see to: with those
// all waiting, most of the playlists' own 64 that may wait are free to write. One file more is told to come again.
constexpr std::ptrdiff_t kFilesAtOnce = 16;
constexpr Question kSeen{"seen", &LibraryTracks::seen};
constexpr Question kEntries{"entries", &LibraryTracks::entries, true, Runs::on_pool, kSlowly};
constexpr Question kMatch{"match", &LibraryTracks::match, true, Runs::waiting, kSlowly};
constexpr Question kChosen{"chosen", &LibraryTracks::chosen, true, Runs::on_pool, kSlowly};

// Answers of all slices of what is asked, behind one another. `ask` is called once where nothing is asked.
template <class One, class Ask>
auto in_slices(const std::vector<One>& all, std::size_t at_once, Ask ask) -> decltype(ask(all)) {
  if (all.size() <= at_once) return ask(all);
  typename decltype(ask(all))::value_type answers;
  for (std::size_t from = 0; from < all.size(); from += at_once) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(from);
    const std::vector<One> slice(begin, begin + static_cast<std::ptrdiff_t>(std::min(at_once, all.size() - from)));
    auto answer = ask(slice);
    if (!answer) return std::move(answer).error();
    std::move(answer->begin(), answer->end(), std::back_inserter(answers));
  }
  return answers;
}

// As many answers as there were questions, or none is taken.
template <class T>
Result<std::vector<T>> of_size(std::size_t size, Result<std::vector<T>> answers) {
  if (!answers || answers->size() == size) return answers;
  return Error{"library: expected " + std::to_string(size) + " answers, found " + std::to_string(answers->size())};
}

}  // namespace

RemoteTracks::RemoteTracks(const service::http::ServerName& server, const service::http::InternalKey& key)
    : quick_("library", kFolder, server, key, kMostBytes),
      slow_("library", kFolder, server, key, kMostBytes),
      matching_("library", kFolder, server, key, kMostBytes),
      may_match_(kFilesAtOnce) {}

Result<LibraryTracks::Ids> RemoteTracks::seen(const library::View& view, const Ids& ids) {
  return in_slices(ids, kIdsAtOnce, [&](const Ids& some) { return quick_.ask(kSeen, view, some); });
}

Result<std::vector<FileEntry>> RemoteTracks::entries(const library::View& view, const Ids& ids) {
  return in_slices(ids, kTracksAtOnce, [&](const Ids& some) { return slow_.ask(kEntries, view, some); });
}

Result<std::vector<std::optional<TrackMatch>>> RemoteTracks::match(const library::View& view, const std::vector<FileEntry>& entries) {
  if (!may_match_.try_acquire()) return Error{"library: " + std::to_string(kFilesAtOnce) + " files are being matched, expected fewer"};
  const std::unique_ptr<std::counting_semaphore<>, void (*)(std::counting_semaphore<>*)> held(&may_match_, [](auto* in) { in->release(); });
  return in_slices(entries, kEntriesAtOnce,
                   [&](const std::vector<FileEntry>& some) { return of_size(some.size(), matching_.ask(kMatch, view, some)); });
}

Result<std::vector<LibraryTracks::Ids>> RemoteTracks::chosen(const std::vector<SmartList>& lists) {
  return in_slices(lists, kListsAtOnce, [&](const std::vector<SmartList>& some) { return of_size(some.size(), slow_.ask(kChosen, some)); });
}

void add_tracks_routes(service::http::Router& router, LibraryTracks& tracks, const service::http::InternalKey& key) {
  service::http::QuestionRoutes<LibraryTracks> routes(router, kFolder, tracks, key);
  routes.add(kSeen);
  routes.add(kEntries);
  routes.add(kMatch);
  routes.add(kChosen);
}

}  // namespace segue::api
