// SPDX-License-Identifier: Apache-2.0
#include "cli/command.h"

#include "tests/catch.h"

using namespace segue;

namespace {

const cli::Command kCook = {
    "cook",
    "make dinner",
    "DISH…",
    "Cooks.\n\nThen serves.",
    {
        {"jobs", 'j', "N", "2", "Pots at once.", 1, 64},
        {"salt", 0, "KIND", "", "A kind of salt.", 0, 0},
        {"dry-run", 0, "", "", "Only say what would be cooked.", 0, 0},
    },
    {{"segue cook soup", "One soup."}},
};

struct Outcome {
  int code = -1;
  bool called = false;
  cli::Arguments arguments;
};

Outcome run(const cli::Command& command, std::vector<std::string> words) {
  words.insert(words.begin(), "segue-cook");
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  Outcome outcome;
  outcome.code = cli::run(command, static_cast<int>(words.size()), argv.data(), [&](const cli::Arguments& arguments) {
    outcome.called = true;
    outcome.arguments = arguments;
    return 0;
  });
  return outcome;
}

}  // namespace

TEST_CASE("options and operands in any order") {
  const Outcome got = run(kCook, {"soup", "-j", "8", "--salt=sea", "--salt", "rock", "--", "--odd name\n"});
  REQUIRE(got.called);
  CHECK(got.code == 0);
  CHECK(got.arguments.number("jobs") == 8);
  CHECK(got.arguments.all("salt") == std::vector<std::string>{"sea", "rock"});
  CHECK(got.arguments.text("salt") == "rock");
  CHECK_FALSE(got.arguments.has("dry-run"));
  CHECK(got.arguments.operands() == std::vector<std::string>{"soup", "--odd name\n"});
}

TEST_CASE("what is not given falls back") {
  const Outcome got = run(kCook, {"--dry-run"});
  REQUIRE(got.called);
  CHECK(got.arguments.number("jobs") == 2);
  CHECK_FALSE(got.arguments.has("jobs"));
  CHECK(got.arguments.has("dry-run"));
  CHECK(got.arguments.text("salt").empty());
  CHECK(got.arguments.operands().empty());
}

TEST_CASE("an empty operand is an operand") {
  const Outcome got = run(kCook, {""});
  REQUIRE(got.called);
  CHECK(got.arguments.operands() == std::vector<std::string>{""});
}

TEST_CASE("wrong usage is 2 and does no work") {
  const auto words = GENERATE(values<std::vector<std::string>>({
      {"--slat", "sea"},  // unknown
      {"--dry"},          // an abbreviation is not guessed
      {"--jobs"},         // value missing
      {"--jobs", "0"},    // out of range
      {"--jobs", "65"},   //
      {"--jobs", "two"},  // not a number
      {"--jobs", "2x"},   //
      {"--dry-run=yes"},  // a switch takes no value
  }));
  CAPTURE(words);
  const Outcome got = run(kCook, words);
  CHECK(got.code == cli::kUsage);
  CHECK_FALSE(got.called);
}

TEST_CASE("a command without operands refuses one") {
  cli::Command command = kCook;
  command.operands.clear();
  CHECK(run(command, {"soup"}).code == cli::kUsage);
}

TEST_CASE("--help and its like do no work") {
  for (const char* option : {"--help", "-h", "--version", "--man", "--summary"}) {
    const Outcome got = run(kCook, {option});
    CHECK(got.code == 0);
    CHECK_FALSE(got.called);
  }
}

TEST_CASE("help") {
  CHECK(cli::help_text(kCook, 80) == R"(segue cook: make dinner

Usage: segue cook [OPTION…] DISH…

Cooks.

Then serves.

Examples:
  segue cook soup
      One soup.

Options:
  -j, --jobs N            Pots at once. (2 when not given)
      --salt KIND         A kind of salt.
      --dry-run           Only say what would be cooked.
  -h, --help              Show this text.
      --version           Show the version.

Exit status: 0 done, 1 the work failed, 2 wrong usage.
)");
}

TEST_CASE("help tells the exit status once") {
  cli::Command exact = kCook;
  exact.description = "Cooks.\n\nExit status: 0 when it tastes, 1 when it does not.";
  const std::string help = cli::help_text(exact, 80);
  CHECK(help.find("0 when it tastes") != std::string::npos);
  CHECK(help.find("Exit status:") == help.rfind("Exit status:"));
}

TEST_CASE("manual page") {
  const std::string page = cli::man_page(kCook);
  CHECK(page.find(".TH SEGUE\\-COOK 1") != std::string::npos);
  CHECK(page.find("segue\\-cook \\- make dinner\n") != std::string::npos);
  CHECK(page.find("Cooks.\n.PP\nThen serves.\n") != std::string::npos);
  CHECK(page.find(".TP\n\\fB\\-j, \\-\\-jobs N\\fR\nPots at once. (2 when not given)\n") != std::string::npos);
}
