// SPDX-License-Identifier: Apache-2.0
#include "ingest/console.h"

#include <unistd.h>

#include <cstdio>

#include "cli/text.h"

namespace segue::ingest {

// With --json stderr keeps its progress on a terminal: only stdout is for programs.
Console::Console(const service::Home& home, bool json)
    : where_{home},
      json_(json),
      progress_(STDERR_FILENO, json && ::isatty(STDERR_FILENO) == 0 ? cli::Progress::Show::nothing : cli::Progress::suited(STDERR_FILENO)) {
  auto media = access::MediaAddresses::open(home.path("access"));
  if (media)
    where_.media = *std::move(media);
  else
    progress_.say("segue-ingest: addresses have no token: " + cli::printable(media.error().message));
}

void Console::progress(std::int64_t job, const std::string& shown, double done, double total) {
  progress_.update(std::to_string(job), cli::printable(shown), done, total);
}

void Console::line(const std::string& json, const std::string& text) {
  if (!json_) return progress_.say(text);
  std::printf("%s\n", json.c_str());
  std::fflush(stdout);
}

void Console::result(std::int64_t job, const JobResult& result, const IsNews& is_news) {
  double seconds = 0;
  bool has_news = !is_news;
  for (const FileResult& file : result.files) {
    seconds += file.seconds;
    if (is_news && !is_news(file)) continue;
    has_news = true;
    if (file.state == State::failed) failed_ = true;
    if (file.state != State::failed) published_ = true;
    line(json_line(file, where_), text_lines(file, where_));
  }
  if (result.album && has_news) line(json_line(*result.album, where_), text_lines(*result.album, where_));
  if (!result.note.empty() && has_news) {
    failed_ = true;
    progress_.say(cli::printable(result.note));
  }
  progress_.finish(std::to_string(job), result.files.size(), seconds);
}

void Console::refuse(const std::string& operand, const std::string& message) {
  failed_ = true;
  const FileResult file{operand, State::failed, {}, 0, 0, message};
  line(json_line(file, where_), text_lines(file, where_));
}

void Console::queued(const NewJob& job) {
  for (const JobInput& input : job.inputs) line(queued_line(input), "queued     " + cli::printable(input.shown));
}

void Console::withdrawn(const std::string& file, const std::string& asset) {
  line(withdrawn_line(file, asset), "withdrawn  " + cli::printable(file));
}

void Console::end() {
  if (!json_ && published_) progress_.say("Listen at " + where_.home.public_url + "/");
}

}  // namespace segue::ingest
