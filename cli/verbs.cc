// SPDX-License-Identifier: Apache-2.0
#include "cli/verbs.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace segue::cli {
namespace fs = std::filesystem;

std::vector<Verb> verbs_in(const std::vector<std::string>& folders) {
  constexpr std::string_view kPrefix = "segue-";
  std::vector<Verb> verbs;
  for (const std::string& folder : folders) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      const std::string file = at->path().filename().string();
      if (file.rfind(kPrefix, 0) != 0 || ::access(at->path().c_str(), X_OK) != 0) continue;
      const std::string name = file.substr(kPrefix.size());
      if (std::any_of(verbs.begin(), verbs.end(), [&](const Verb& verb) { return verb.name == name; })) continue;
      verbs.push_back({name, at->path().string()});
    }
  }
  std::sort(verbs.begin(), verbs.end(), [](const Verb& a, const Verb& b) { return a.name < b.name; });
  return verbs;
}

std::vector<std::string> verb_folders() {
  std::error_code error;
  const fs::path self = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path here = self.parent_path();
  return {here.string(), (here.parent_path() / "libexec" / "segue").string()};
}

std::string summary_of(const std::string& program) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  std::string option = "--summary", name = program;
  std::array<char*, 3> argv = {name.data(), option.data(), nullptr};
  pid_t child = 0;
  const int failed = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string text;
  std::array<char, 512> buffer{};
  for (ssize_t n = 0; failed == 0 && (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  if (failed == 0) ::waitpid(child, nullptr, 0);
  return text.substr(0, text.find('\n'));
}

}  // namespace segue::cli
