// SPDX-License-Identifier: Apache-2.0
// segue ingest FILE|FOLDER|URL…
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>

#include "cli/command.h"
#include "cli/text.h"
#include "ingest/console.h"
#include "ingest/dry_run.h"
#include "ingest/intake.h"
#include "ingest/outbox.h"
#include "ingest/report.h"
#include "ingest/sweep.h"
#include "ingest/uploader.h"
#include "ingest/watch.h"
#include "ingest/worker.h"
#include "machine/machine.h"
#include "transcoder/ladder.h"

namespace {

using namespace segue;

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal's handler");
extern "C" void on_signal(int) { stop.store(true); }

constexpr int kMaxJobs = 64;

const cli::Command kCommand{
    .name = "ingest",
    .summary = "make files into streams that every player plays",
    .operands = "FILE|FOLDER|URL…",
    .description =
        "Makes each file into an adaptive stream: decoded once, encoded in several bit rates, packaged, checked against the rules of HLS, "
        "DASH and CMAF, and published in the store of $SEGUE_HOME. A folder stands for all media below it. The same file again is "
        "`unchanged`; one that was tagged anew, or another ladder, becomes the asset's next generation.\n\n"
        "Files of one folder whose tags say that they are one album (same album and album artist, a place of its own for each) are "
        "encoded in one run on one timeline, so that no join is heard in any codec; each track still plays on its own.\n\n"
        "The work is a durable queue: what was broken off, even by kill -9, is taken up by the next worker or when the same files are "
        "ingested again. Interrupted (Ctrl-C), the command gives up what is not done.\n\n"
        "Exit status: 0 when all was published or unchanged, 1 when something failed, 2 on wrong usage.",
    .options = {{"json", 0, "", "", "one JSON line for each file, and one for each album"},
                {"ladder", 0, "FILE|NAME", "",
                 "which renditions: a ladder file, or music, podcast, video; without: music or video, as the source is"},
                {"library", 0, "NAME", "", "the catalog's library that it belongs to (segue library), whatever its tags say"},
                {"album", 0, "HOW|FOLDER", "auto",
                 "auto: albums by their tags; always: the files of each folder are one; never; or a FOLDER that is one album as a whole"},
                {"jobs", 'j', "N", "",
                 "files at work at once on this machine, whoever works on them; without: one for each core, as far as memory allows", 1,
                 kMaxJobs},
                {"dry-run", 'n', "", "", "print what would be made of each file, and why; make nothing"},
                {"background", 0, "", "", "only put the work into the queue, for a worker to do"},
                {"watch", 0, "FOLDER", "",
                 "keep up with the folder until told to stop: what comes or changes is ingested, what goes is withdrawn"},
                {"worker", 0, "", "", "do what is in the queue until told to stop (SIGTERM)"},
                {"list", 0, "", "", "tell what is queued, what is at work, what was done and what failed"}},
    .examples = {
        {"segue ingest song.flac", "One file; prints the address where it plays."},
        {"segue ingest ~/Music --background", "A collection, while you listen to what is there already."},
        {"segue ingest --watch ~/Music", "The store follows the folder: new files, tags, moves and deletions."},
        {"segue ingest --library Kids ~/Music/Stories", "Into a library of the catalog, which segue library opens to whom you like."},
        {"segue ingest --album ~/Music/Concert", "All files below one folder, joined without a gap."},
        {"segue ingest film.mkv --ladder video --dry-run", "What a film would become."}}};

// A job holds at most 1 GiB of waiting pictures, and its encoders.
constexpr std::uint64_t kBytesOfJob = std::uint64_t{1536} << 20;

// One for each core, as far as they fit into memory.
int jobs_of_machine() {
  const auto fit = machine::usable_memory().value_or(kBytesOfJob) / kBytesOfJob;
  return static_cast<int>(std::clamp<std::uint64_t>(fit, 1, static_cast<std::uint64_t>(std::min(machine::usable_cores(), kMaxJobs))));
}

struct Options {
  Options(service::Home own_home, const cli::Arguments& arguments) : home(std::move(own_home)), layout(home), json(arguments.has("json")) {
    const auto given = static_cast<int>(arguments.number("jobs"));
    jobs = given > 0 ? given : jobs_of_machine();
    for (const std::string& how : arguments.all("album")) {
      if (how == "auto") {
        albums = ingest::Albums::automatic;
      } else if (how == "always") {
        albums = ingest::Albums::always;
      } else if (how == "never") {
        albums = ingest::Albums::never;
      } else {
        album_folders.push_back(how);
      }
    }
  }
  service::Home home;
  ingest::Layout layout;
  bool json;
  int jobs = 1;
  std::string ladder, library;
  ingest::Albums albums = ingest::Albums::automatic;
  std::vector<std::string> album_folders;
};

// Nothing can be done at all: with --json what was named is told of as any file that failed.
int unusable(const Options& options, const cli::Arguments& arguments, const Error& error) {
  if (!options.json) return cli::failure(kCommand, error.message);
  std::vector<std::string> named = options.album_folders;
  named.insert(named.end(), arguments.operands().begin(), arguments.operands().end());
  ingest::Console console(options.home, options.json);
  for (const std::string& operand : named) console.refuse(operand, error.message);
  if (named.empty()) std::puts(ingest::json_error(error.message).c_str());
  return cli::kFailed;
}

int work(const Options& options, const cli::Arguments& arguments) {
  auto done = ingest::run_worker(options.layout, options.jobs, stop, [](const std::string& line) {
    std::printf("%s\n", cli::printable(line).c_str());
    std::fflush(stdout);
  });
  return done ? cli::kDone : unusable(options, arguments, done.error());
}

int list(const Options& options, const cli::Arguments& arguments) {
  auto queue = ingest::Queue::open(options.layout);
  if (!queue) return unusable(options, arguments, queue.error());
  auto totals = queue->totals();
  if (!totals) return unusable(options, arguments, totals.error());
  const auto running = ingest::running_jobs(options.layout);
  std::printf("%s\n", (options.json ? ingest::json_line(*totals, running) : ingest::text_lines(*totals, running)).c_str());
  return cli::kDone;
}

// Hands all that was named to `add`. An error of `add` ends it.
Result<void> take_in(const Options& options, const cli::Arguments& arguments, ingest::Console& console,
                     std::function<Result<void>(const ingest::NewJob&, double)> add) {
  ingest::IntakePlan plan{options.albums, options.ladder, options.library, options.home.root, &stop, std::move(add), {}};
  plan.refuse = [&](const std::string& operand, const std::string& message) { console.refuse(operand, message); };
  ingest::Intake intake(std::move(plan));
  for (const std::string& folder : options.album_folders) {
    if (auto done = intake.album_folder(folder); !done) return done;
  }
  return intake.operands(arguments.operands());
}

int dry_run(const Options& options, const cli::Arguments& arguments) {
  ingest::Console console(options.home, options.json);
  auto done = take_in(options, arguments, console, [&](const ingest::NewJob& job, double) -> Result<void> {
    auto runs = ingest::dry_run(job);
    if (!runs) {
      console.refuse(job.shown, runs.error().message);
      return {};
    }
    if (job.kind == ingest::JobKind::album && !options.json)
      std::printf("album %s: %zu tracks in one run\n", cli::printable(job.shown).c_str(), runs->size());
    for (const ingest::DryRun& run : *runs) std::printf("%s\n", (options.json ? ingest::json_line(run) : ingest::text_lines(run)).c_str());
    return {};
  });
  if (!done) return cli::failure(kCommand, done.error().message);
  return console.all_good() ? cli::kDone : cli::kFailed;
}

int put_in_queue(const Options& options, const cli::Arguments& arguments) {
  auto queue = ingest::Queue::open(options.layout);
  if (!queue) return unusable(options, arguments, queue.error());
  ingest::Console console(options.home, options.json);
  auto done = take_in(options, arguments, console, [&](const ingest::NewJob& job, double) -> Result<void> {
    auto id = queue->add(job);
    if (!id) return std::move(id).error();
    console.queued(job);
    ingest::Wake::touch(options.layout.wake());
    return {};
  });
  if (!done) return cli::failure(kCommand, done.error().message);
  return console.all_good() ? cli::kDone : cli::kFailed;
}

int upload(const Options& options, const cli::Arguments& arguments) {
  auto queue = ingest::Queue::open(options.layout);
  if (!queue) return unusable(options, arguments, queue.error());
  static_cast<void>(ingest::sweep(*queue, options.layout));  // what cannot be cleared stands in nobody's way
  ingest::Console console(options.home, options.json);
  ingest::UploadPlan plan{options.layout, options.jobs, &stop, {}, {}};
  plan.on_progress = [&](std::int64_t job, const std::string& shown, double done, double total) {
    console.progress(job, shown, done, total);
  };
  plan.on_result = [&](std::int64_t job, const ingest::JobResult& result) { console.result(job, result); };
  auto uploader = ingest::Uploader::open(std::move(plan));
  if (!uploader) return unusable(options, arguments, uploader.error());
  auto taken = take_in(options, arguments, console, [&](const ingest::NewJob& job, double seconds) -> Result<void> {
    console.expect(job.inputs.size(), seconds);
    auto added = (*uploader)->add(job);
    if (!added) console.refuse(job.shown, added.error().message);
    return {};
  });
  const bool finished = (*uploader)->finish();
  static_cast<void>(ingest::send_outbox(*queue, options.layout));  // Redis is away: a worker or the next uploader sends it
  if (!taken) return cli::failure(kCommand, taken.error().message);
  if (!finished) return cli::failure(kCommand, "interrupted; what was not done is forgotten");
  console.end();
  return console.all_good() ? cli::kDone : cli::kFailed;
}

int watch(const Options& options, const cli::Arguments& arguments) {
  std::error_code failed;
  const auto folder = std::filesystem::canonical(arguments.text("watch"), failed);
  if (failed || !std::filesystem::is_directory(folder, failed))
    return cli::failure(kCommand, arguments.text("watch") + ": expected a folder" + (failed ? ": " + failed.message() : ""));
  ingest::Console console(options.home, options.json);
  ingest::WatchPlan plan{.layout = options.layout,
                         .folder = folder.string(),
                         .leave_out = options.home.root,
                         .ladder = options.ladder,
                         .library = options.library,
                         .albums = options.albums,
                         .jobs = options.jobs,
                         .stop = &stop};
  plan.on_expected = [&](std::size_t files, double seconds) { console.expect(files, seconds); };
  plan.on_progress = [&](std::int64_t job, const std::string& shown, double done, double total) {
    console.progress(job, shown, done, total);
  };
  plan.on_result = [&](std::int64_t job, const ingest::JobResult& result, const ingest::Console::IsNews& is_news) {
    console.result(job, result, is_news);
  };
  plan.on_rest = [&] { console.start_over(); };
  plan.on_withdrawn = [&](const std::string& file, const std::string& asset) { console.withdrawn(file, asset); };
  plan.on_trouble = [&](const std::string& what) { console.say("segue-ingest: " + cli::printable(what)); };
  auto watch = ingest::Watch::open(std::move(plan));
  if (!watch) return unusable(options, arguments, watch.error());
  auto done = (*watch)->run();
  return done ? cli::kDone : cli::failure(kCommand, done.error().message);
}

// Each of these is another thing to do, and two of them are not about files that are named.
std::string contradiction(const cli::Arguments& arguments) {
  std::vector<std::string> given;
  for (const char* name : {"dry-run", "background", "watch", "worker", "list"})
    if (arguments.has(name)) given.push_back(std::string("--") + name);
  if (given.size() > 1) return given[0] + " and " + given[1] + " exclude each other";
  const bool takes_none = arguments.has("worker") || arguments.has("list") || arguments.has("watch");
  if (takes_none && !arguments.operands().empty()) return given[0] + " takes no operand, found " + cli::printable(arguments.operands()[0]);
  return {};
}

// As the catalog takes it (accounts/libraries.cc); as a tag it stands in asset.json, which is text.
bool is_library_name(const std::string& name) { return !name.empty() && name.size() <= 200 && cli::printable(name) == name; }

int body(const cli::Arguments& arguments) {
  // nginx's workers read the store, often as another user, whatever the uploader's mask is.
  ::umask(022);
  auto home = service::Home::find("", "", "");
  if (!home) return cli::usage_error(kCommand, home.error().message);
  Options options(std::move(*home), arguments);
  if (arguments.has("ladder")) {
    auto loaded = transcoder::load_ladder(arguments.text("ladder"));
    if (!loaded) return cli::usage_error(kCommand, loaded.error().message);
    options.ladder = transcoder::ladder_text(*loaded);
  }
  if (arguments.has("library")) {
    options.library = arguments.text("library");
    if (!is_library_name(options.library))
      return cli::usage_error(kCommand, "--library: expected a name of 1 to 200 bytes, found " + cli::printable(options.library));
  }
  if (const std::string wrong = contradiction(arguments); !wrong.empty()) return cli::usage_error(kCommand, wrong);
  const bool no_files = arguments.operands().empty() && options.album_folders.empty();
  const bool wants_files = !arguments.has("worker") && !arguments.has("list") && !arguments.has("watch");
  if (wants_files && no_files) return cli::usage_error(kCommand, "nothing to ingest: expected a file, a folder or a URL");
  if (arguments.has("dry-run")) return dry_run(options, arguments);
  if (auto made = options.layout.make(); !made) return unusable(options, arguments, made.error());
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of write(), as a full disk is
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  if (arguments.has("worker")) return work(options, arguments);
  if (arguments.has("watch")) return watch(options, arguments);
  if (arguments.has("list")) return list(options, arguments);
  if (arguments.has("background")) return put_in_queue(options, arguments);
  return upload(options, arguments);
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
