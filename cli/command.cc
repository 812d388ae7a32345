// SPDX-License-Identifier: Apache-2.0
// Parsing with Boost.Program_options; the only home of it.
#include "cli/command.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cassert>
#include <charconv>
#include <cstdio>
#include <optional>

#include "cli/text.h"

namespace segue::cli {
namespace po = boost::program_options;
namespace {

const std::vector<std::string> kCommon = {"help", "version", "man", "summary"};

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40) return 100;
  return std::min<std::size_t>(size.ws_col, 120);
}

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

bool Arguments::has(std::string_view name) const {
  const auto at = options_.find(name);
  assert(at != options_.end());
  return at->second.seen;
}

std::string Arguments::text(std::string_view name) const {
  const auto at = options_.find(name);
  assert(at != options_.end());
  return at->second.values.empty() ? at->second.fallback : at->second.values.back();
}

std::int64_t Arguments::number(std::string_view name) const { return whole_number(text(name)).value_or(0); }

const std::vector<std::string>& Arguments::all(std::string_view name) const {
  const auto at = options_.find(name);
  assert(at != options_.end());
  return at->second.values;
}

// Turns a Command into Boost's description and Boost's findings into Arguments.
class Parser {
 public:
  explicit Parser(const Command& command) : command_(command) {
    auto add = description_.add_options();
    for (const Option& option : command.options) {
      const std::string names = option.letter == 0 ? option.name : option.name + ',' + option.letter;
      if (option.value.empty()) {
        add(names.c_str(), "");
      } else {
        add(names.c_str(), po::value<std::vector<std::string>>()->composing(), "");
      }
    }
    add("help,h", "");
    for (const std::string& name : kCommon) {
      if (name != "help") add(name.c_str(), "");
    }
    add("operand", po::value<std::vector<std::string>>(), "");
    positional_.add("operand", -1);
  }

  // What --help and its like ask for; empty: nothing of the kind.
  [[nodiscard]] const std::string& common() const { return common_; }

  // The error, or nothing.
  [[nodiscard]] std::string parse(int argc, char** argv, Arguments& arguments) {
    po::variables_map found;
    try {
      // No guessing: an option that exists tomorrow must not change what a script's abbreviation means today.
      const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
      po::store(po::command_line_parser(argc, argv).options(description_).positional(positional_).style(style).run(), found);
    } catch (const po::unknown_option& error) {
      return unknown(error.get_option_name());
    } catch (const po::error& error) {
      return error.what();
    }
    for (const std::string& name : kCommon) {
      if (found.count(name) != 0 && common_.empty()) common_ = name;
    }
    for (const Option& option : command_.options) {
      auto& given = arguments.options_[option.name];
      given.fallback = option.fallback;
      given.seen = found.count(option.name) != 0;
      if (given.seen && !option.value.empty()) given.values = found[option.name].as<std::vector<std::string>>();
      if (std::string wrong = out_of_range(option, given.values); !wrong.empty()) return wrong;
    }
    if (found.count("operand") != 0) arguments.operands_ = found["operand"].as<std::vector<std::string>>();
    if (command_.operands.empty() && !arguments.operands_.empty()) return "takes no operand, found " + printable(arguments.operands_[0]);
    return {};
  }

 private:
  [[nodiscard]] std::string unknown(const std::string& name) const {
    std::vector<std::string> names = kCommon;
    for (const Option& option : command_.options) names.push_back(option.name);
    const std::string bare = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    const std::string meant = nearest(bare, names);
    return "unknown option " + printable(name) + (meant.empty() ? "" : "; did you mean --" + meant + "?");
  }

  [[nodiscard]] static std::string out_of_range(const Option& option, const std::vector<std::string>& values) {
    if (option.least >= option.most) return {};
    for (const std::string& value : values) {
      const auto number = whole_number(value);
      if (number && *number >= option.least && *number <= option.most) continue;
      return "--" + option.name + ": expected a whole number from " + std::to_string(option.least) + " to " + std::to_string(option.most) +
             ", found " + printable(value);
    }
    return {};
  }

  const Command& command_;
  po::options_description description_;
  po::positional_options_description positional_;
  std::string common_;
};

int run(const Command& command, int argc, char** argv, const std::function<int(const Arguments&)>& body) {
  Parser parser(command);
  Arguments arguments;
  const std::string wrong = parser.parse(argc, argv, arguments);
  if (!wrong.empty()) return usage_error(command, wrong);
  if (parser.common().empty()) return body(arguments);
  std::string text;
  if (parser.common() == "help") text = help_text(command, terminal_columns());
  if (parser.common() == "version") text = std::string("segue ") + SEGUE_VERSION + "\n";
  if (parser.common() == "man") text = man_page(command);
  if (parser.common() == "summary") text = command.summary + "\n";
  return std::fputs(text.c_str(), stdout) < 0 ? kFailed : kDone;
}

int usage_error(const Command& command, std::string_view message) {
  std::fprintf(stderr, "segue %s: %.*s\nsegue %s --help shows how it is used.\n", command.name.c_str(), static_cast<int>(message.size()),
               message.data(), command.name.c_str());
  return kUsage;
}

int failure(const Command& command, std::string_view message) {
  std::fprintf(stderr, "segue %s: %.*s\n", command.name.c_str(), static_cast<int>(message.size()), message.data());
  return kFailed;
}

}  // namespace segue::cli
