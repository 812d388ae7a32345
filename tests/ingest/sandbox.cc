// SPDX-License-Identifier: Apache-2.0
#include "tests/ingest/sandbox.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "media/store.h"
#include "tests/catch.h"
#include "validator/report_text.h"
#include "validator/validate.h"

namespace segue::ingest::tests {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) names.push_back(at->path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void sh(const std::string& command) {
  INFO(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

std::vector<Json> Output::lines() const {
  std::vector<Json> all;
  std::istringstream text(out);
  for (std::string line; std::getline(text, line);) {
    all.push_back(Json::parse(line, nullptr, false));
    INFO(line);
    CHECK_FALSE(all.back().is_discarded());
  }
  return all;
}

Json Output::line(const std::string& name) const {
  std::vector<Json> found;
  for (const Json& one : lines()) {
    if (one.contains("file") && one["file"].get<std::string>().ends_with(name)) found.push_back(one);
  }
  INFO(name << "\n" << out << err);
  REQUIRE(found.size() == 1);
  return found.front();
}

Sandbox::Sandbox() {
  root_ = (fs::temp_directory_path() / "segue-ingest-XXXXXX").string();
  REQUIRE(::mkdtemp(root_.data()) != nullptr);
}

Sandbox::~Sandbox() {
  for (const pid_t process : running_) {
    ::kill(process, SIGKILL);
    ::waitpid(process, nullptr, 0);
  }
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

Layout Sandbox::layout() const {
  service::Home home;
  home.root = this->home();
  return Layout(home);
}

std::string Sandbox::make(const std::string& ffmpeg_arguments, const std::string& name) const {
  fs::create_directories(fs::path(path(name)).parent_path());
  sh("ffmpeg -nostdin -v error -y " + ffmpeg_arguments + " '" + path(name) + "'");
  return path(name);
}

std::string Sandbox::write(const std::string& name, const std::string& bytes) const {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream(path(name), std::ios::binary) << bytes;
  return path(name);
}

pid_t Sandbox::spawn(const std::vector<std::string>& words, const std::string& log) const {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t process = ::fork();
  REQUIRE(process >= 0);
  if (process == 0) {
    ::setenv("SEGUE_HOME", home().c_str(), 1);
    ::setenv("SEGUE_PORT", "18150", 1);
    ::setenv("INGEST", SEGUE_INGEST, 1);
    ::umask(077);
    const int out = ::open((log + ".out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    const int err = ::open((log + ".err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::dup2(out, STDOUT_FILENO);
    ::dup2(err, STDERR_FILENO);
    ::execvp(arguments.front(), arguments.data());
    ::_exit(127);
  }
  running_.push_back(process);
  return process;
}

int Sandbox::wait(pid_t process) const {
  int status = 0;
  REQUIRE(::waitpid(process, &status, 0) == process);
  std::erase(running_, process);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void Sandbox::kill(pid_t process, int signal) const { ::kill(process, signal); }

Output Sandbox::finish(pid_t process, const std::string& log) const {
  Output output;
  output.exit_code = wait(process);
  output.out = read_text(log + ".out");
  output.err = read_text(log + ".err");
  return output;
}

Output Sandbox::ingest(const std::vector<std::string>& arguments) const {
  const std::string log = root_ + "/.run-" + std::to_string(++runs_);
  std::vector<std::string> words{SEGUE_INGEST, "--json"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return finish(spawn(words, log), log);
}

std::vector<Json> Sandbox::publish_all(const std::string& ladder, const std::vector<Source>& sources) const {
  std::vector<std::string> arguments = {"--album", "never", "--ladder", write("ladder", ladder)};
  for (const Source& source : sources) arguments.push_back(source.path);
  const Output output = ingest(arguments);
  INFO(output.err);
  CHECK(output.exit_code == 0);
  std::vector<Json> lines;
  for (const Source& source : sources) {
    lines.push_back(output.line(source.path.substr(source.path.rfind('/') + 1)));
    INFO(lines.back().dump());
    REQUIRE(lines.back()["state"] == "published");
    CHECK(lines.back()["error"].is_null());
    CHECK(lines.back()["seconds"].get<double>() == Approx(source.seconds).margin(0.0006));
  }
  return lines;
}

Output Sandbox::shell(const std::string& command) const {
  const std::string log = root_ + "/.run-" + std::to_string(++runs_);
  return finish(spawn({"/bin/sh", "-c", command}, log), log);
}

pid_t Sandbox::start(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words{SEGUE_INGEST};
  words.insert(words.end(), arguments.begin(), arguments.end());
  const std::string log = root_ + "/.run-" + std::to_string(++runs_);
  const pid_t process = spawn(words, log);
  logs_[process] = log;
  return process;
}

std::string Sandbox::printed_by(pid_t process) const { return read_text(logs_.at(process) + ".out"); }

std::vector<std::string> Sandbox::assets() const {
  std::vector<std::string> all = names_in(store());
  std::erase(all, std::string(media::kStagingFolder));
  return all;
}

Json Sandbox::asset(const std::string& id) const { return Json::parse(read_text(store() + '/' + id + "/current/asset.json")); }

void Sandbox::check_nothing_left() const {
  CHECK(names_in(layout().staging()).empty());
  CHECK(names_in(layout().leases()).empty());
  for (const std::string& id : assets()) {
    INFO(id);
    CHECK(media::is_asset_id(id));
    for (const std::string& name : names_in(store() + '/' + id)) {
      INFO(name);
      CHECK((name == "current" || name.front() == 'g'));
    }
  }
}

void Sandbox::check_store() const {
  for (const std::string& id : assets()) {
    const std::string folder = store() + '/' + id;
    INFO(folder);
    // Killed between the rename and the link: the generation is whole, and not yet live.
    if (!fs::exists(folder + "/current")) {
      CHECK(names_in(folder) == std::vector<std::string>{"g1"});
      continue;
    }
    const validator::Report report = validator::validate(folder + "/current/", {});
    INFO(validator::report_text(folder, report));
    CHECK_FALSE(report.findings.violated());
    CHECK(asset(id)["id"] == id);
    CHECK(fs::read_symlink(folder + "/current") == "g" + std::to_string(asset(id)["generation"].get<int>()));
  }
}

}  // namespace segue::ingest::tests
