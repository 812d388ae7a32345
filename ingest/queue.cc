// SPDX-License-Identifier: Apache-2.0
#include "ingest/queue.h"

#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <random>

#include "ingest/digest.h"
#include "media/hex.h"
#include "media/store.h"

namespace segue::ingest {
namespace {

using service::Blob;
using service::Row;
using service::Transaction;

constexpr const char* kSchema = R"(
CREATE TABLE IF NOT EXISTS jobs(
  id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE, identity TEXT NOT NULL, kind TEXT NOT NULL, shown BLOB NOT NULL,
  ladder TEXT NOT NULL, library TEXT NOT NULL DEFAULT '', attempts INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL, finished INTEGER, sequence INTEGER, result TEXT);
CREATE INDEX IF NOT EXISTS jobs_queued ON jobs(id) WHERE sequence IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS jobs_same ON jobs(identity) WHERE sequence IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS jobs_sequence ON jobs(sequence) WHERE sequence IS NOT NULL;
CREATE TABLE IF NOT EXISTS job_inputs(
  job INTEGER NOT NULL REFERENCES jobs(id) ON DELETE CASCADE, n INTEGER NOT NULL, path BLOB NOT NULL, shown BLOB NOT NULL,
  PRIMARY KEY(job, n)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS totals(state TEXT PRIMARY KEY, files INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS errors(id INTEGER PRIMARY KEY, file BLOB NOT NULL, error BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS announced(asset TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS became(path BLOB PRIMARY KEY, what TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL);
)";

constexpr int kErrorsKept = 20;
// Who waits for a result has read it long before; the totals stay.
constexpr int kJobsKept = 20000;

std::string new_token() {
  std::random_device random;
  Digest bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(random());
  return media::hex(bytes).substr(0, 16);
}

std::string identity_of(const NewJob& job) {
  std::string all = job.kind == JobKind::album ? "album" : "file";
  all += '\0' + job.ladder + '\0';
  if (!job.library.empty()) all += "library" + ('\0' + job.library + '\0');  // paths begin with / or http
  for (const JobInput& input : job.inputs) all += input.path + '\0';
  return media::hex(sha256(all));
}

// Of a queue that is older than that column. Looked at twice: of two processes that miss it at once one finds it there.
Result<void> add_library_column(service::Database& database) {
  auto there = database.has_column("jobs", "library");
  if (!there) return std::move(there).error();
  if (*there) return {};
  auto transaction = Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  there = database.has_column("jobs", "library");
  if (!there) return std::move(there).error();
  if (*there) return {};
  if (auto added = database.script("ALTER TABLE jobs ADD COLUMN library TEXT NOT NULL DEFAULT ''"); !added) return added;
  return transaction->commit();
}

// Rows of a query that can have one at most.
std::optional<Row> first(std::vector<Row> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace

Result<Queue> Queue::open(const Layout& layout) {
  auto database = service::Database::open(layout.database());
  if (!database) return std::move(database).error();
  auto made = database->script(kSchema);
  if (!made) return std::move(made).error();
  if (auto added = add_library_column(*database); !added) return std::move(added).error();
  return Queue(layout, std::move(*database));
}

Result<std::int64_t> Queue::add(const NewJob& job) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  const std::string identity = identity_of(job);
  // Whoever asks again wants it tried again; a suspicion stays.
  auto known =
      database_.query("UPDATE jobs SET attempts = min(attempts, 1) WHERE identity = ? AND sequence IS NULL RETURNING id", identity);
  if (!known) return std::move(known).error();
  std::int64_t id = known->empty() ? 0 : known->front()[0].integer();
  if (id == 0) {
    auto added =
        database_.run("INSERT INTO jobs(token, identity, kind, shown, ladder, library, added) VALUES(?, ?, ?, ?, ?, ?, unixepoch())",
                      new_token(), identity, job.kind == JobKind::album ? "album" : "file", Blob{job.shown}, job.ladder, job.library);
    if (!added) return std::move(added).error();
    id = database_.last_id();
    for (std::size_t n = 0; n < job.inputs.size(); ++n) {
      auto input = database_.run("INSERT INTO job_inputs(job, n, path, shown) VALUES(?, ?, ?, ?)", id, static_cast<std::int64_t>(n),
                                 Blob{job.inputs[n].path}, Blob{job.inputs[n].shown});
      if (!input) return std::move(input).error();
    }
  }
  auto done = transaction->commit();
  if (!done) return std::move(done).error();
  return id;
}

Result<std::optional<Taken>> Queue::take() {
  auto next = turn(Company::none);
  if (!next) return std::move(next).error();
  return std::move(next->taken);
}

Result<std::optional<Taken>> Queue::take(std::int64_t id) {
  auto next = turn(id, Company::none);
  if (!next) return std::move(next).error();
  return std::move(next->taken);
}

Result<Turn> Queue::turn(Company company) {
  // More than can be worked on at once: those at the front may all have their workers.
  auto rows = database_.query("SELECT id, token FROM jobs WHERE sequence IS NULL ORDER BY id LIMIT 256");
  if (!rows) return std::move(rows).error();
  for (const Row& row : *rows) {
    auto next = turn(row[0].integer(), row[1].text(), company);
    if (!next || next->taken || next->waits) return next;
  }
  return Turn();
}

Result<Turn> Queue::turn(std::int64_t id, Company company) {
  auto rows = database_.query("SELECT token FROM jobs WHERE id = ? AND sequence IS NULL", id);
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return Turn();
  return turn(id, rows->front()[0].text(), company);
}

Result<Turn> Queue::turn(std::int64_t id, const std::string& token, Company company) {
  auto lease = service::FileLock::try_acquire(layout_.lease(token));
  if (!lease) return std::move(lease).error();
  if (!*lease) return Turn();
  // It may have been finished between the look and the lock.
  auto job = queued_job(id);
  if (!job) return std::move(job).error();
  const bool suspected = *job && (*job)->attempts > 0;
  if (!*job || (suspected && company == Company::others)) {
    (*lease)->remove();
    return Turn{std::nullopt, suspected};
  }
  // The first death may have been another job's: those before it were at work beside it.
  if ((*job)->attempts > kMostDeaths) {
    auto done = give_up(**job);
    (*lease)->remove();
    if (!done) return std::move(done).error();
    return Turn();
  }
  if (auto counted = database_.run("UPDATE jobs SET attempts = attempts + 1 WHERE id = ?", id); !counted) return std::move(counted).error();
  return Turn{Taken{std::move(**job), std::move(**lease), suspected}, false};
}

Result<void> Queue::give_up(const Job& job) {
  JobResult given_up;
  for (const JobInput& input : job.inputs) {
    const std::string why =
        input.shown + ": given up, " + std::to_string(kMostDeaths) + " processes ended while they worked on nothing else";
    given_up.files.push_back({input.shown, State::failed, {}, 0, 0, why});
  }
  return finish(job, given_up);
}

Result<void> Queue::put_back(const Job& job) {
  auto done = database_.run("UPDATE jobs SET attempts = ? WHERE id = ? AND sequence IS NULL", job.attempts, job.id);
  if (!done) return std::move(done).error();
  return {};
}

Result<std::optional<Job>> Queue::queued_job(std::int64_t id) {
  auto rows = database_.query("SELECT token, kind, shown, ladder, library, attempts FROM jobs WHERE id = ? AND sequence IS NULL", id);
  if (!rows) return std::move(rows).error();
  const auto row = first(std::move(*rows));
  if (!row) return std::optional<Job>();
  Job job;
  job.id = id;
  job.token = (*row)[0].text();
  job.kind = (*row)[1].text() == "album" ? JobKind::album : JobKind::file;
  job.shown = (*row)[2].text();
  job.ladder = (*row)[3].text();
  job.library = (*row)[4].text();
  job.attempts = (*row)[5].integer();
  auto inputs = database_.query("SELECT path, shown FROM job_inputs WHERE job = ? ORDER BY n", id);
  if (!inputs) return std::move(inputs).error();
  for (const Row& input : *inputs) job.inputs.push_back({input[0].text(), input[1].text()});
  return std::optional<Job>(std::move(job));
}

Result<void> Queue::drop(std::int64_t id) {
  auto done = database_.run("DELETE FROM jobs WHERE id = ? AND sequence IS NULL", id);
  if (!done) return std::move(done).error();
  return {};
}

Result<void> Queue::finish(const Job& job, const JobResult& result) {
  auto transaction = Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  auto done = database_.run(
      "UPDATE jobs SET result = ?, finished = unixepoch(), sequence = (SELECT coalesce(max(sequence), 0) + 1 FROM jobs WHERE sequence IS "
      "NOT "
      "NULL) WHERE id = ? AND sequence IS NULL",
      write_result(result), job.id);
  if (!done) return std::move(done).error();
  if (*done == 0) return transaction->commit();  // reported already
  for (const Piece& piece : result.pieces) {
    if (auto told = announce(piece); !told) return told;
  }
  for (const FileResult& file : result.files) {
    auto counted = database_.run("INSERT INTO totals(state, files) VALUES(?, 1) ON CONFLICT(state) DO UPDATE SET files = files + 1",
                                 name_of(file.state));
    if (!counted) return std::move(counted).error();
    if (file.state != State::failed) continue;
    auto kept = database_.run("INSERT INTO errors(file, error) VALUES(?, ?)", Blob{file.file}, Blob{file.error});
    if (kept) kept = database_.run("DELETE FROM errors WHERE id <= (SELECT max(id) FROM errors) - ?", kErrorsKept);
    if (!kept) return std::move(kept).error();
  }
  auto pruned = database_.run("DELETE FROM jobs WHERE sequence <= (SELECT max(sequence) FROM jobs) - ?", kJobsKept);
  if (!pruned) return std::move(pruned).error();
  return transaction->commit();
}

// Once for each generation, whoever published it and however often its job was begun anew.
Result<void> Queue::announce(const Piece& piece) {
  auto news = database_.run(
      "INSERT INTO announced(asset, generation) VALUES(?1, ?2) ON CONFLICT(asset) DO UPDATE SET generation = ?2 WHERE generation < ?2",
      piece.asset, piece.generation);
  if (!news) return std::move(news).error();
  if (*news == 0) return {};
  const nlohmann::ordered_json payload = {{"asset", piece.asset},
                                          {"generation", piece.generation},
                                          {"kind", piece.kind},
                                          {"folder", media::generation_folder(layout_.store, piece.asset, piece.generation)}};
  auto put = database_.run("INSERT INTO outbox(event, type, payload) VALUES(?, 'asset.published', ?)",
                           piece.asset + '/' + media::generation_name(piece.generation),
                           payload.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  if (!put) return std::move(put).error();
  return {};
}

Result<void> Queue::announce_removed(const std::string& asset) {
  auto put = database_.run("INSERT INTO outbox(event, type, payload) VALUES(?, 'asset.removed', ?)",
                           asset + "/removed-" + std::to_string(std::chrono::system_clock::now().time_since_epoch().count()),
                           R"({"asset":")" + asset + "\"}");
  if (!put) return std::move(put).error();
  return {};
}

Result<std::vector<Finished>> Queue::finished_after(std::int64_t sequence) {
  auto rows = database_.query("SELECT id, sequence, result FROM jobs WHERE sequence > ? ORDER BY sequence LIMIT 1000", sequence);
  if (!rows) return std::move(rows).error();
  std::vector<Finished> finished;
  for (const Row& row : *rows) {
    Finished& one = finished.emplace_back(Finished{row[0].integer(), row[1].integer(), {}});
    if (auto result = read_result(row[2].text())) {
      one.result = std::move(*result);
      continue;
    }
    auto unreadable = unreadable_result(one.id);
    if (!unreadable) return std::move(unreadable).error();
    one.result = std::move(*unreadable);
  }
  return finished;
}

// Damaged, or of another version's form: whoever waits is told of each file, or would take it for done.
Result<JobResult> Queue::unreadable_result(std::int64_t id) {
  auto inputs = database_.query("SELECT shown FROM job_inputs WHERE job = ? ORDER BY n", id);
  if (!inputs) return std::move(inputs).error();
  JobResult result;
  for (const Row& input : *inputs) {
    const std::string shown = input[0].text();
    const std::string error = shown + ": it was worked on, but what is recorded of it cannot be read (" + layout_.database() + ", job " +
                              std::to_string(id) + "); name it again";
    result.files.push_back({shown, State::failed, {}, 0, 0, error});
  }
  return result;
}

Result<std::int64_t> Queue::last_sequence() {
  auto rows = database_.query("SELECT max(sequence) FROM jobs WHERE sequence IS NOT NULL");
  if (!rows) return std::move(rows).error();
  return rows->front()[0].integer();
}

Result<std::vector<OutboxRow>> Queue::outbox() {
  auto rows = database_.query("SELECT id, event, type, payload FROM outbox ORDER BY id LIMIT 100");
  if (!rows) return std::move(rows).error();
  std::vector<OutboxRow> out;
  for (const Row& row : *rows) out.push_back({row[0].integer(), row[1].text(), row[2].text(), row[3].text()});
  return out;
}

Result<void> Queue::sent(std::int64_t outbox_id) {
  auto done = database_.run("DELETE FROM outbox WHERE id = ?", outbox_id);
  if (!done) return std::move(done).error();
  return {};
}

std::uint32_t Queue::announced(const std::string& asset) {
  auto rows = database_.query("SELECT generation FROM announced WHERE asset = ?", asset);
  return rows && !rows->empty() ? static_cast<std::uint32_t>(rows->front()[0].integer()) : 0;
}

std::string Queue::became(const std::string& path) {
  auto rows = database_.query("SELECT what FROM became WHERE path = ?", Blob{path});
  return rows && !rows->empty() ? std::string(rows->front()[0].text()) : std::string();
}

Result<void> Queue::note(const std::string& path, const std::string& became) {
  auto done = database_.run("INSERT INTO became(path, what) VALUES(?1, ?2) ON CONFLICT(path) DO UPDATE SET what = ?2", Blob{path}, became);
  if (!done) return std::move(done).error();
  return {};
}

Result<bool> Queue::is_queued(const std::string& token) {
  auto rows = database_.query("SELECT 1 FROM jobs WHERE token = ? AND sequence IS NULL", token);
  if (!rows) return std::move(rows).error();
  return !rows->empty();
}

Result<Totals> Queue::totals() {
  Totals totals;
  auto queued = database_.query("SELECT count(*) FROM jobs WHERE sequence IS NULL");
  if (!queued) return std::move(queued).error();
  totals.queued = queued->front()[0].integer();
  auto states = database_.query("SELECT state, files FROM totals");
  if (!states) return std::move(states).error();
  for (const Row& row : *states) {
    if (row[0].text() == "published") totals.published = row[1].integer();
    if (row[0].text() == "unchanged") totals.unchanged = row[1].integer();
    if (row[0].text() == "failed") totals.failed = row[1].integer();
  }
  auto errors = database_.query("SELECT file, error FROM errors ORDER BY id DESC LIMIT ?", kErrorsKept);
  if (!errors) return std::move(errors).error();
  for (const Row& row : *errors) totals.errors.push_back({row[0].text(), State::failed, {}, 0, 0, row[1].text()});
  return totals;
}

}  // namespace segue::ingest
