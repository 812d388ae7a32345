// SPDX-License-Identifier: Apache-2.0
// A command line as one table: name, summary, operands, options, examples. Parsing, --help and the manual page are all made from it, so
// that they cannot drift apart. Every program of ours is `return cli::run(kCommand, argc, argv, body)`.
// Each also answers --help, --version, --man (the page in roff) and --summary (one line, for `segue --help`).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace segue::cli {

enum ExitCode : int { kDone = 0, kFailed = 1, kUsage = 2 };

struct Option {
  std::string name;      // long, without dashes
  char letter = 0;       // short; 0: none
  std::string value;     // its value's name in the help ("FILE"); empty: a switch
  std::string fallback;  // used when the option is not given; empty: none
  std::string help;
  std::int64_t least = 0, most = 0;  // least < most: the value is a whole number in [least, most]
};

struct Example {
  std::string line;  // "segue ingest song.flac"
  std::string what;  // "One file; prints the address where it plays."
};

struct Command {
  std::string name;         // "ingest": the program is segue-ingest and is called as `segue ingest`; empty: `segue` itself
  std::string summary;      // one line
  std::string operands;     // "FILE|FOLDER|URL…"; empty: takes none
  std::string description;  // paragraphs, one empty line between
  std::vector<Option> options;
  std::vector<Example> examples;
};

// What was given. Asking for an option that the table does not have is our own bug (assert).
class Arguments {
 public:
  [[nodiscard]] bool has(std::string_view name) const;                             // given on the command line
  [[nodiscard]] std::string text(std::string_view name) const;                     // the last value given, else the fallback
  [[nodiscard]] std::int64_t number(std::string_view name) const;                  // of an option with a range; without a fallback: 0
  [[nodiscard]] const std::vector<std::string>& all(std::string_view name) const;  // every value given, in order
  [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }

 private:
  friend class Parser;
  struct Given {
    bool seen = false;
    std::string fallback;
    std::vector<std::string> values;
  };
  std::map<std::string, Given, std::less<>> options_;
  std::vector<std::string> operands_;
};

// Parses and calls `body`; its value is the exit code. Wrong usage: one line on stderr, kUsage. --help and its like: stdout, kDone.
[[nodiscard]] int run(const Command& command, int argc, char** argv, const std::function<int(const Arguments&)>& body);

// One line on stderr, with where to read more. Returns kUsage.
int usage_error(const Command& command, std::string_view message);
// One line on stderr. Returns kFailed.
int failure(const Command& command, std::string_view message);

[[nodiscard]] std::string help_text(const Command& command, std::size_t columns);
[[nodiscard]] std::string man_page(const Command& command);

}  // namespace segue::cli
