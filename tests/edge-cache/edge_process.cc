// SPDX-License-Identifier: Apache-2.0
#include "tests/edge-cache/edge_process.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/origin/nginx_server.h"

namespace fs = std::filesystem;

namespace segue::test {
namespace {

int connected(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return socket;
  ::close(socket);
  return -1;
}

enum class End { near, far };

// Inodes of this machine's established sockets that have that port at one end.
std::vector<std::string> inodes_with(int port, End end) {
  std::array<char, 8> wanted;
  std::snprintf(wanted.data(), wanted.size(), ":%04X", static_cast<unsigned>(port));
  std::ifstream table("/proc/net/tcp");
  std::vector<std::string> inodes;
  for (std::string line; std::getline(table, line);) {
    std::istringstream columns(line);
    std::string slot, local, remote, state, skipped, inode;
    columns >> slot >> local >> remote >> state >> skipped >> skipped >> skipped >> skipped >> skipped >> inode;
    if ((end == End::far ? remote : local).ends_with(wanted.data()) && state == "01") inodes.push_back("socket:[" + inode + "]");
  }
  return inodes;
}

std::size_t sockets_of(pid_t process, const std::vector<std::string>& inodes) {
  std::size_t count = 0;
  for (const auto& item : fs::directory_iterator("/proc/" + std::to_string(process) + "/fd")) {
    std::error_code gone;
    const std::string target = fs::read_symlink(item.path(), gone).string();
    count += static_cast<std::size_t>(std::count(inodes.begin(), inodes.end(), target));
  }
  return count;
}

}  // namespace

EdgeProcess::EdgeProcess(const std::string& home, int origin_port, const std::vector<std::string>& options)
    : port_(free_port()), status_port_(free_port()) {
  std::vector<std::string> words = {"segue-edge",
                                    "--home",
                                    home,
                                    "--listen",
                                    "127.0.0.1:" + std::to_string(port_),
                                    "--origin",
                                    "http://127.0.0.1:" + std::to_string(origin_port),
                                    "--workers",
                                    "2",
                                    "--size",
                                    "64m",
                                    "--status",
                                    "127.0.0.1:" + std::to_string(status_port_)};
  if (std::find(options.begin(), options.end(), "--objects") == options.end()) words.insert(words.end(), {"--objects", "1000"});
  words.insert(words.end(), options.begin(), options.end());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  master_ = ::fork();
  if (master_ == 0) {
    if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || ::getppid() != parent) ::_exit(1);
    ::execv(EDGE, arguments.data());
    ::_exit(127);
  }
  for (int socket = -1; socket < 0; std::this_thread::yield()) {
    socket = connected(status_port_);  // the last one that it opens
    if (socket >= 0) ::close(socket);
    int status = 0;
    if (::waitpid(master_, &status, WNOHANG) == master_) {
      master_ = 0;
      throw std::runtime_error("segue edge did not start");
    }
  }
}

EdgeProcess::~EdgeProcess() {
  if (master_ == 0) return;
  ::kill(master_, SIGTERM);
  ::waitpid(master_, nullptr, 0);
}

std::vector<pid_t> EdgeProcess::workers() const {
  std::ifstream children("/proc/" + std::to_string(master_) + "/task/" + std::to_string(master_) + "/children");
  std::vector<pid_t> workers;
  for (pid_t worker; children >> worker;) workers.push_back(worker);
  return workers;
}

pid_t EdgeProcess::connected_to(int port) const {
  const std::vector<std::string> inodes = inodes_with(port, End::far);
  for (const pid_t worker : workers())
    if (sockets_of(worker, inodes) > 0) return worker;
  return 0;
}

bool EdgeProcess::all_have_clients() const {
  const std::vector<std::string> inodes = inodes_with(port_, End::near);
  const std::vector<pid_t> all = workers();  // the master listens before it has any
  return all.size() == 2 && std::all_of(all.begin(), all.end(), [&](pid_t worker) { return sockets_of(worker, inodes) > 0; });
}

void EdgeProcess::reload() const { ::kill(master_, SIGHUP); }

void EdgeProcess::restart_workers() const {
  std::vector<pid_t> before;
  while (before.size() < 2) before = workers();  // it runs: earlier SIGHUP would end it
  reload();
  const auto is_old = [&](pid_t worker) { return std::find(before.begin(), before.end(), worker) != before.end(); };
  for (std::vector<pid_t> now = before; now.size() < 2 || std::any_of(now.begin(), now.end(), is_old); now = workers())
    std::this_thread::yield();
}

void EdgeProcess::kill_all() {
  const std::vector<pid_t> all = workers();
  ::kill(master_, SIGKILL);
  for (const pid_t worker : all) ::kill(worker, SIGKILL);
  ::waitpid(master_, nullptr, 0);
  // Orphans are somebody else's children: gone when their process is.
  for (const pid_t worker : all) {
    while (::kill(worker, 0) == 0) std::this_thread::yield();
  }
  master_ = 0;
}

Client::Client(int port, const std::string& request) : socket_(connected(port)) {
  if (socket_ < 0 || ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) {
    throw std::runtime_error("the edge does not take a request");
  }
}

Client::~Client() { ::close(socket_); }

const std::string& Client::read_until(const std::string& text) {
  std::array<char, 65536> bytes;
  while (received_.find(text) == std::string::npos) {
    const ssize_t got = ::recv(socket_, bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    received_.append(bytes.data(), static_cast<std::size_t>(got));
  }
  return received_;
}

}  // namespace segue::test
