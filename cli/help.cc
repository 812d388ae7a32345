// SPDX-License-Identifier: Apache-2.0
// A Command printed for a person (--help) and for man(1).
#include <algorithm>

#include "cli/command.h"
#include "cli/text.h"

namespace segue::cli {
namespace {

std::string option_names(const Option& option) {
  std::string names = option.letter == 0 ? "    " : std::string("-") + option.letter + ", ";
  names += "--" + option.name;
  if (!option.value.empty()) names += " " + option.value;
  return names;
}

std::string option_help(const Option& option) {
  return option.fallback.empty() ? option.help : option.help + " (" + option.fallback + " when not given)";
}

std::string usage_line(const Command& command) {
  std::string line = "segue " + (command.name.empty() ? "VERB" : command.name) + " [OPTION…]";
  return command.operands.empty() ? line : line + " " + command.operands;
}

void put_wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t columns) {
  for (const std::string& line : wrap(text, columns - indent)) {
    if (!line.empty()) out += std::string(indent, ' ') + line;
    out += '\n';
  }
}

const std::vector<Option>& common_options() {
  static const std::vector<Option> options = {
      {"help", 'h', "", "", "Show this text.", 0, 0},
      {"version", 0, "", "", "Show the version.", 0, 0},
  };
  return options;
}

// roff: a line that starts with a dot or an apostrophe is a request, a backslash an escape, a plain minus a hyphen.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

}  // namespace

std::string help_text(const Command& command, std::size_t columns) {
  constexpr std::size_t kIndent = 2, kHelpColumn = 26;
  std::string out = "segue " + command.name + ": " + command.summary + "\n\nUsage: " + usage_line(command) + "\n\n";
  if (!command.description.empty()) {
    put_wrapped(out, command.description, 0, columns);
    out += '\n';
  }
  if (!command.examples.empty()) out += "Examples:\n";
  for (const Example& example : command.examples) {
    out += "  " + example.line + "\n";
    put_wrapped(out, example.what, 6, columns);
  }
  out += command.examples.empty() ? "Options:\n" : "\nOptions:\n";
  const auto put = [&](const Option& option) {
    const std::string names = std::string(kIndent, ' ') + option_names(option);
    std::string help;
    put_wrapped(help, option_help(option), kHelpColumn, columns);
    if (columns_of(names) + 2 <= kHelpColumn) {
      out += names + help.substr(columns_of(names));
    } else {
      out += names + "\n" + help;
    }
  };
  for (const Option& option : command.options) put(option);
  for (const Option& option : common_options()) put(option);
  // A verb that says it more exactly has said it above.
  const bool said = command.description.find("Exit status:") != std::string::npos;
  return said ? out : out + "\nExit status: 0 done, 1 the work failed, 2 wrong usage.\n";
}

std::string man_page(const Command& command) {
  const std::string page = command.name.empty() ? "segue" : "segue-" + command.name;
  std::string out = ".\\\" Made from the program's own option table by --man.\n.TH ";
  for (char c : roff(page)) out += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  out += " 1 \"\" \"segue " + std::string(SEGUE_VERSION) + "\" \"Segue\"\n.SH NAME\n" + roff(page) + " \\- " + roff(command.summary) +
         "\n.SH SYNOPSIS\n" + roff(usage_line(command)) + "\n";
  if (!command.description.empty()) {
    out += ".SH DESCRIPTION\n";
    std::string paragraphs = roff(command.description);
    for (std::size_t at = 0; (at = paragraphs.find("\n\n", at)) != std::string::npos; at += 5) paragraphs.replace(at, 2, "\n.PP\n");
    out += paragraphs + "\n";
  }
  out += ".SH OPTIONS\n";
  const auto put = [&out](const Option& option) {
    std::string names = option_names(option);
    names.erase(0, names.find_first_not_of(' '));
    out += ".TP\n\\fB" + roff(names) + "\\fR\n" + roff(option_help(option)) + "\n";
  };
  for (const Option& option : command.options) put(option);
  for (const Option& option : common_options()) put(option);
  if (!command.examples.empty()) out += ".SH EXAMPLES\n";
  for (const Example& example : command.examples) out += ".TP\n\\fB" + roff(example.line) + "\\fR\n" + roff(example.what) + "\n";
  return out + ".SH EXIT STATUS\n0: done; 1: the work failed; 2: wrong usage.\n";
}

}  // namespace segue::cli
