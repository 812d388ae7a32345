// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/smart_lists.h"

#include <ctime>
#include <limits>

#include "catalog-api/library/read.h"
#include "catalog-api/smart/compile.h"

namespace segue::api {
namespace {

constexpr std::int64_t kFreshSeconds = 10;  // what depends on plays or the clock
constexpr std::size_t kMaxKept = 256;

}  // namespace

Result<void> SmartLists::bring_marks(service::Database& database, const std::optional<accounts::User>& owner) {
  if (auto made = database.script(
          "DROP TABLE IF EXISTS mark; CREATE TEMP TABLE mark (id TEXT PRIMARY KEY, starred INTEGER NOT NULL, rating INTEGER "
          "NOT NULL, plays INTEGER NOT NULL, last_played INTEGER NOT NULL)");
      !made)
    return made;
  if (!owner) return {};
  auto marks = listening_.all_marks(owner->row, listening::Kind::track);
  if (!marks) return std::move(marks).error();
  for (const auto& [id, mark] : *marks)
    if (auto put = database.run("INSERT INTO mark VALUES (?, ?, ?, ?, ?)", id, mark.starred, mark.rating, mark.plays, mark.last_played);
        !put)
      return std::move(put).error();
  return {};
}

Result<std::vector<std::string>> SmartLists::ask(library::Reader& reader, const SmartList& list,
                                                 const std::optional<accounts::User>& owner) {
  service::Database& database = reader.database();
  auto rules = smart::parse(list.rules);
  if (!rules) return Error{"playlist " + list.id + ": rules" + rules.error().message};
  const smart::Statement statement = smart::compile(*rules, std::time(nullptr));
  std::vector<service::Value> values;
  for (const auto& value : statement.values) std::visit([&](const auto& one) { values.emplace_back(one); }, value);
  // One transaction for the marks and the question: temporary rows are written at once, or not at all.
  if (auto begun = database.script("BEGIN"); !begun) return std::move(begun).error();
  Result<void> brought = smart::needs_marks(*rules) ? bring_marks(database, owner) : Result<void>();
  Result<std::vector<service::Row>> rows =
      brought
          ? database.query_list("SELECT a.id FROM " + reader.assets() + " a LEFT JOIN album b ON b.row = a.album " + statement.sql, values)
          : Result<std::vector<service::Row>>(brought.error());
  if (auto ended = database.script("COMMIT"); !ended && rows) return std::move(ended).error();
  if (!rows) return std::move(rows).error();
  std::vector<std::string> tracks;
  for (const auto& row : *rows) tracks.push_back(row[0].text());
  return tracks;
}

Result<std::vector<std::string>> SmartLists::tracks(const SmartList& list) {
  // Through its owner's eyes: what they do not see takes no place in "the newest fifty".
  auto owner = accounts_.find(list.owner);
  if (!owner) return std::move(owner).error();
  const library::View view{*owner ? (*owner)->libraries : 0};
  auto database = library::Readers(library_, view).borrow();
  if (!database) return std::move(database).error();
  auto revision = library::revision((*database)->database());
  if (!revision) return std::move(revision).error();
  Kept kept;
  const std::int64_t now = std::time(nullptr);
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(list.id);
    if (found != kept_.end() && found->second.hash == list.hash && found->second.library == *revision &&
        found->second.seen == view.libraries && now < found->second.until)
      kept = found->second;
  }
  if (kept.hash.empty()) {
    auto tracks = ask(**database, list, *owner);
    if (!tracks) return std::move(tracks).error();
    auto rules = smart::parse(list.rules);
    const bool changes_by_itself = rules && (smart::needs_marks(*rules) || smart::needs_clock(*rules));
    kept = {list.hash, view.libraries, *revision, changes_by_itself ? now + kFreshSeconds : std::numeric_limits<std::int64_t>::max(),
            std::move(*tracks)};
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kMaxKept) kept_.clear();
    kept_[list.id] = kept;
  }
  return std::move(kept.tracks);
}

}  // namespace segue::api
