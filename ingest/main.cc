// SPDX-License-Identifier: Apache-2.0
// segue ingest FILE|FOLDER|URL…
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "cli/command.h"
#include "cli/progress.h"
#include "cli/text.h"
#include "ingest/expansion.h"
#include "ingest/outbox.h"
#include "ingest/report.h"
#include "ingest/sweep.h"
#include "ingest/uploader.h"
#include "ingest/worker.h"
#include "transcoder/ladder.h"

namespace {

using namespace segue;

std::atomic<bool> stop{false};
extern "C" void on_signal(int) { stop.store(true); }

const cli::Command kCommand{
    .name = "ingest",
    .summary = "make files into streams",
    .operands = "FILE|FOLDER|URL…",
    .description = "Makes each file into an adaptive stream and publishes it in the store.",
    .options = {{"json", 0, "", "", "one JSON line for each file, and one for each album"},
                {"ladder", 0, "FILE|NAME", "", "which renditions: a ladder file, or music, podcast, video; without: as the source is"},
                {"jobs", 'j', "N", "", "files at work at once on this machine; without: one for each core", 1, 64},
                {"background", 0, "", "", "only put the work into the queue, for a worker to do"},
                {"worker", 0, "", "", "do what is in the queue until told to stop (SIGTERM)"},
                {"list", 0, "", "", "tell what is queued, running, done and what failed"}},
    .examples = {{"segue ingest song.flac", "One file; prints the address where it plays."}}};

int jobs_of(const cli::Arguments& arguments) {
  const auto given = static_cast<int>(arguments.number("jobs"));
  return given > 0 ? given : static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 64u));
}

int worker(const ingest::Layout& layout, int jobs) {
  auto done = ingest::run_worker(layout, jobs, stop, [](const std::string& line) {
    std::printf("%s\n", cli::printable(line).c_str());
    std::fflush(stdout);
  });
  return done ? cli::kDone : cli::failure(kCommand, done.error().message);
}

int list(const ingest::Layout& layout, bool json) {
  auto queue = ingest::Queue::open(layout);
  if (!queue) return cli::failure(kCommand, queue.error().message);
  auto totals = queue->totals();
  if (!totals) return cli::failure(kCommand, totals.error().message);
  const auto running = ingest::running_jobs(layout);
  std::printf("%s\n", (json ? ingest::json_line(*totals, running) : ingest::text_lines(*totals, running)).c_str());
  return cli::kDone;
}

int body(const cli::Arguments& arguments) {
  ::umask(022);
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  auto home = service::Home::find("", "", "");
  if (!home) return cli::failure(kCommand, home.error().message);
  const ingest::Layout layout(*home);
  if (auto made = layout.make(); !made) return cli::failure(kCommand, made.error().message);
  if (arguments.has("worker")) return worker(layout, jobs_of(arguments));
  if (arguments.has("list")) return list(layout, arguments.has("json"));
  auto queue = ingest::Queue::open(layout);
  if (!queue) return cli::failure(kCommand, queue.error().message);
  static_cast<void>(ingest::sweep(*queue, layout));  // what cannot be cleared stands in nobody's way
  std::string ladder;
  if (arguments.has("ladder")) {
    auto loaded = transcoder::load_ladder(arguments.text("ladder"));
    if (!loaded) return cli::usage_error(kCommand, loaded.error().message);
    ladder = transcoder::ladder_text(*loaded);
  }
  const bool json = arguments.has("json");
  bool good = true;
  cli::Progress progress(2, json ? cli::Progress::Show::nothing : cli::Progress::suited(2));
  ingest::UploadPlan plan{layout, jobs_of(arguments), &stop, {}, {}};
  plan.on_progress = [&](std::int64_t job, const std::string& shown, double done, double total) {
    progress.update(std::to_string(job), shown, done, total);
  };
  plan.on_result = [&](std::int64_t job, const ingest::JobResult& result) {
    double seconds = 0;
    for (const auto& file : result.files) {
      seconds += file.seconds;
      good &= file.state != ingest::State::failed;
      if (json)
        std::printf("%s\n", ingest::json_line(file, *home).c_str()), std::fflush(stdout);
      else
        progress.say(ingest::text_lines(file, *home));
    }
    progress.finish(std::to_string(job), seconds);
  };
  auto uploader = ingest::Uploader::open(std::move(plan));
  if (!uploader) return cli::failure(kCommand, uploader.error().message);
  for (const std::string& operand : arguments.operands()) {
    const auto input = ingest::input_of(operand);
    auto added = (*uploader)->add({ingest::JobKind::file, input.shown, {input}, ladder});
    if (!added) return cli::failure(kCommand, added.error().message);
    progress.expect(1, 0);
  }
  if (!(*uploader)->finish()) return cli::kFailed;
  static_cast<void>(ingest::send_outbox(*queue, layout));  // Redis is away: a worker or the next uploader sends it
  return good ? cli::kDone : cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) { return cli::run(kCommand, argc, argv, body); }
