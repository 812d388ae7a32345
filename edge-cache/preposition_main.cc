// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/preposition_main.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "cli/command.h"
#include "edge-cache/preposition.h"
#include "service/home.h"
#include "service/probe.h"

namespace segue::edge {
namespace {

const cli::Command kCommand = {
    .name = "edge preposition",
    .summary = "bring objects onto an edge before anybody asks for them",
    .operands = "[URL…]",
    .description =
        "Asks a running edge for the last byte of each object: the edge fetches all of it, as for a listener, together with whoever asks "
        "meanwhile. Of an HLS playlist, what it names is brought as well: for a master playlist its renditions, and their segments.\n\n"
        "A URL without scheme and host is a path of the edge. The edge is on this machine.",
    .options =
        {{.name = "list", .letter = 'l', .value = "FILE", .fallback = "", .help = "a URL a line, # starts a comment; - is standard input"},
         {.name = "port",
          .letter = 'p',
          .value = "PORT",
          .fallback = "0",
          .help = "of the edge on this machine (the platform's edge)",
          .least = 0,
          .most = 65535},
         {.name = "jobs", .letter = 'j', .value = "N", .fallback = "4", .help = "objects at a time", .least = 1, .most = 64},
         {.name = "timeout", .value = "SECONDS", .fallback = "60", .help = "for one object", .least = 1, .most = 3600}},
    .examples = {{"segue edge preposition /v/kindred-3f/master.m3u8", "A whole title, in all its renditions."},
                 {"segue edge preposition -p 8090 --list tonight.txt", "What a list names, on another edge."}},
};

// Objects that some threads bring; playlists put more in.
class Work {
 public:
  Work(int port, std::chrono::seconds patience) : port_(port), patience_(patience) {}
  void add(const Wanted& wanted) {
    if (seen_.insert(wanted.host + wanted.target).second) all_.push_back(wanted);
  }
  void carry_out(std::size_t jobs) {
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < jobs; ++i) threads.emplace_back([this] { run(); });
    for (std::thread& thread : threads) thread.join();
  }
  [[nodiscard]] std::size_t count() const { return all_.size(); }
  [[nodiscard]] std::size_t there() const { return there_; }
  [[nodiscard]] std::size_t failed() const { return failed_; }

 private:
  void run();
  bool take(Wanted& wanted);
  void done(const Wanted& wanted, const Result<service::HttpAnswer>& answer);

  const int port_;
  const std::chrono::seconds patience_;
  std::mutex mutex_;
  std::vector<Wanted> all_;
  std::unordered_set<std::string> seen_;
  std::size_t next_ = 0, busy_ = 0, there_ = 0, failed_ = 0;
};

bool Work::take(Wanted& wanted) {
  for (;;) {
    {
      const std::lock_guard locked(mutex_);
      if (next_ < all_.size()) {
        wanted = all_[next_++];
        ++busy_;
        return true;
      }
      if (busy_ == 0) return false;
    }
    // Somebody reads a playlist that may name more.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

void Work::done(const Wanted& wanted, const Result<service::HttpAnswer>& answer) {
  const std::lock_guard locked(mutex_);
  --busy_;
  const bool good = answer && (answer->status == 200 || answer->status == 206 || answer->status == 416);  // 416: an object of no bytes
  if (!good) {
    ++failed_;
    const std::string why = answer ? "answers " + std::to_string(answer->status) : answer.error().message;
    std::fprintf(stderr, "segue edge preposition: %s: %s\n", wanted.target.c_str(), why.c_str());
    return;
  }
  there_ += answer->head.find("; hit") != std::string::npos;
  if (!is_playlist(wanted.target)) return;
  for (const std::string& target : named_by(answer->body, wanted.target)) add({wanted.host, target});
}

void Work::run() {
  for (Wanted wanted; take(wanted);) {
    std::vector<std::string> lines;
    if (!wanted.host.empty()) lines.push_back("Host: " + wanted.host);
    if (!is_playlist(wanted.target)) lines.emplace_back("Range: bytes=-1");
    done(wanted, service::http_get(port_, wanted.target, lines, patience_));
  }
}

bool add_lines(const std::vector<std::string>& written, Work& work, std::string& error) {
  for (const std::string& line : written) {
    const auto wanted = wanted_of(line);
    if (!wanted) {
      error = line + ": expected http://host/path or /path";
      return false;
    }
    work.add(*wanted);
  }
  return true;
}

int run(const cli::Arguments& arguments) {
  if (arguments.operands().empty() && !arguments.has("list")) return cli::usage_error(kCommand, "expected a URL, or --list FILE");
  int port = static_cast<int>(arguments.number("port"));
  if (port == 0) {
    const auto home = service::Home::find("", "", "");
    if (!home) return cli::failure(kCommand, home.error().message);
    port = home->port + service::kEdgePort;
  }
  Work work(port, std::chrono::seconds(arguments.number("timeout")));
  std::string error;
  if (!add_lines(arguments.operands(), work, error)) return cli::usage_error(kCommand, error);
  if (arguments.has("list")) {
    const std::string path = arguments.text("list");
    std::ifstream file(path);
    if (path != "-" && !file) return cli::failure(kCommand, path + ": cannot be read");
    std::istream& list = path == "-" ? std::cin : file;
    const std::string text(std::istreambuf_iterator<char>(list), {});
    if (!add_lines(lines_of(text), work, error)) return cli::failure(kCommand, error);
  }
  work.carry_out(static_cast<std::size_t>(arguments.number("jobs")));
  std::printf("%zu objects: %zu brought, %zu were there, %zu failed\n", work.count(), work.count() - work.there() - work.failed(),
              work.there(), work.failed());
  return work.failed() == 0 ? cli::kDone : cli::kFailed;
}

}  // namespace

int preposition_main(int argc, char** argv) { return cli::run(kCommand, argc, argv, run); }

}  // namespace segue::edge
