// SPDX-License-Identifier: Apache-2.0
// A search of any size through HTTP, as a divided catalog serves it: `segue catalog --roles search` over snapshots of a made-up library,
// with accounts in a process beside it, who are asked at each request who it is; no library answers. Importing ten million tracks first
// would take half an hour, and the search would not notice.
//   bench_search_role FOLDER TRACKS QUERIES    makes the snapshots and the questions (4.4 GiB of memory for ten million)
//   bench_search_role FOLDER                   starts the two processes, asks, tells what they hold in memory, ends them
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "bench/search/memory.h"
#include "bench/search/names.h"
#include "bench/search/over_http.h"
#include "catalog-api/accounts/accounts.h"
#include "catalog-api/search/index.h"
#include "service/database_place.h"

namespace {

using namespace segue;
using nlohmann::json;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(*result);
  std::fprintf(stderr, "bench_search_role: %s\n", result.error().message.c_str());
  std::exit(1);
}
void must(const Result<void>& result) {
  if (result) return;
  std::fprintf(stderr, "bench_search_role: %s\n", result.error().message.c_str());
  std::exit(1);
}

std::string questions_file(const std::string& folder) { return folder + "/questions.json"; }

int make(const std::string& folder, std::size_t tracks, std::size_t queries) {
  std::mt19937_64 random(7);
  std::multimap<std::string, std::size_t> wanted;
  for (std::size_t i = 0; i < queries; ++i) wanted.emplace(bench::number_id(random() % tracks), i);
  std::vector<search::Document> targets(queries);
  std::array<search::Documents, search::kKinds> documents;
  bench::make_library(tracks, 42, [&](const search::Document& document) {
    documents[static_cast<std::size_t>(document.kind)].add(document);
    if (document.kind != search::Kind::track) return;
    const auto [begin, end] = wanted.equal_range(document.id);
    for (auto at = begin; at != end; ++at) targets[at->second] = document;
  });
  search::Index index;
  for (std::size_t k = 0; k < search::kKinds; ++k) index.put(static_cast<search::Kind>(k), std::move(documents[k]));
  const std::string snapshots = folder + "/catalog/search/made";
  std::filesystem::create_directories(snapshots);
  must(index.save(snapshots, 1));
  json kinds = json::array();
  for (const auto& [name, questions] : bench::questions_about(targets, random)) {
    json& kind = kinds.emplace_back(json{{"name", name}, {"questions", json::array()}});
    for (const auto& one : questions) kind["questions"].push_back({one.query, one.wanted});
  }
  std::ofstream(questions_file(folder)) << kinds;
  bench::print_memory("made");
  return 0;
}

std::vector<bench::QuestionKind> questions_of(const std::string& folder) {
  std::ifstream file(questions_file(folder));
  std::vector<bench::QuestionKind> kinds;
  for (const json& kind : json::parse(file)) {
    auto& questions = kinds.emplace_back(bench::QuestionKind{kind["name"], {}}).questions;
    for (const json& one : kind["questions"]) questions.push_back({one[0], one[1], {}});
  }
  return kinds;
}

// `segue catalog --roles …` until this goes; its log is FOLDER/<role>.log.
class Role {
 public:
  Role(const std::string& folder, const std::string& role, const std::vector<std::string>& others) {
    const std::string log = folder + '/' + role + ".log";
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), 2);
      std::vector<std::string> words{SEGUE_CATALOG, "--roles", role, "--home", folder, "--listen", "127.0.0.1:0", "--database", "sqlite"};
      words.insert(words.end(), others.begin(), others.end());
      std::vector<char*> arguments;
      for (std::string& word : words) arguments.push_back(word.data());
      arguments.push_back(nullptr);
      ::execv(SEGUE_CATALOG, arguments.data());
      ::_exit(127);
    }
    while (port == 0 && ::waitpid(child_, nullptr, WNOHANG) == 0) {
      port = told_in(log);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    if (port != 0) return;
    std::fprintf(stderr, "bench_search_role: %s does not start; %s says why\n", role.c_str(), log.c_str());
    std::exit(1);
  }
  ~Role() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Role(const Role&) = delete;
  Role& operator=(const Role&) = delete;
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port); }
  [[nodiscard]] std::string status_file() const { return "/proc/" + std::to_string(child_) + "/status"; }
  unsigned short port = 0;

 private:
  static unsigned short told_in(const std::string& log) {
    std::ifstream file(log);
    constexpr std::string_view kTold = "listens on 127.0.0.1:";
    for (std::string line; std::getline(file, line);)
      if (const std::size_t at = line.find(kTold); at != std::string::npos)
        return static_cast<unsigned short>(std::strtoul(line.c_str() + at + kTold.size(), nullptr, 10));
    return 0;
  }
  pid_t child_;
};

std::string key_of(const std::string& folder) {
  auto accounts = must(accounts::Accounts::open(service::DatabasePlace(folder + "/catalog")));
  must(accounts.add("bench", "password of bench", "admin"));  // once more is refused, which is as good
  return must(accounts.add_credential("bench", accounts::CredentialKind::api_key, "bench", "read")).value->secret;
}

int ask(const std::string& folder) {
  const auto kinds = questions_of(folder);
  const std::string who = "Authorization: Bearer " + key_of(folder) + "\r\n";
  const auto start = std::chrono::steady_clock::now();
  const Role accounts(folder, "accounts", {});
  const Role search(folder, "search", {"--accounts", accounts.url(), "--library", "http://127.0.0.1:1"});
  std::printf("both answer after %.1f s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  bench::print_memory("search, mapped", search.status_file());
  tests::Client client(search.port);
  std::printf("%s\n", client.get("/health").body.c_str());
  const bool is_answered = bench::ask_over_http(client, who, kinds);
  bench::print_memory("search, asked", search.status_file());
  bench::print_memory("accounts", accounts.status_file());
  return is_answered ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2) return ask(std::filesystem::absolute(argv[1]));
  if (argc == 4) return make(argv[1], std::strtoull(argv[2], nullptr, 10), std::strtoull(argv[3], nullptr, 10));
  std::fprintf(stderr, "usage: bench_search_role FOLDER [TRACKS QUERIES]\n");
  return 2;
}
