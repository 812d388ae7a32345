// SPDX-License-Identifier: Apache-2.0
#include "tests/origin/nginx_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/origin/http_client.h"

namespace fs = std::filesystem;

namespace segue::test {
namespace {

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) text.replace(at, from.size(), to);
}

std::string user_name() {
  const passwd* user = ::getpwuid(::getuid());
  return user != nullptr ? user->pw_name : "nobody";
}

bool answers(int port) {
  try {
    return http_get(port, "/health").status == 200;
  } catch (const std::runtime_error&) {
    return false;
  }
}

}  // namespace

int free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  const bool found = ::bind(probe, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                     ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(probe);
  if (!found) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

NginxServer::NginxServer(const std::string& folder, const std::string& config_template, std::map<std::string, std::string> values, int port)
    : folder_(folder), name_(fs::path(config_template).stem().stem().string()), port_(port) {
  const std::string config_path = folder_ + '/' + name_ + ".conf";
  std::string config = content_of(SOURCE "/" + config_template);
  values.insert({{"MODULES", MODULES}, {"RUN", folder_}, {"LOG", folder_}, {"USER", user_name()}, {"WORKERS", "1"}});
  for (const auto& [name, value] : values) replace_all(config, '@' + name + '@', value);
  fs::create_directories(folder_ + "/tmp");
  std::ofstream(config_path) << config;

  const pid_t parent = ::getpid();
  master_ = ::fork();
  if (master_ == 0) {
    // A test program that dies takes its server with it.
    if (::prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || ::getppid() != parent) ::_exit(1);
    ::execl(NGINX, "nginx", "-c", config_path.c_str(), "-p", folder_.c_str(), "-e", (folder_ + "/start.log").c_str(), nullptr);
    ::_exit(127);
  }
  while (!answers(port_)) {
    int status = 0;
    if (::waitpid(master_, &status, WNOHANG) == master_) {
      master_ = 0;
      throw std::runtime_error("nginx did not start: " + content_of(folder_ + "/start.log") + error_log());
    }
    std::this_thread::yield();
  }
}

NginxServer::~NginxServer() {
  if (master_ == 0) return;
  ::kill(master_, SIGTERM);
  ::waitpid(master_, nullptr, 0);
}

std::string NginxServer::error_log() const { return content_of(folder_ + '/' + name_ + "-error.log"); }

pid_t NginxServer::worker() const {
  std::istringstream children(content_of("/proc/" + std::to_string(master_) + "/task/" + std::to_string(master_) + "/children"));
  pid_t worker = 0;
  children >> worker;
  return worker;
}

}  // namespace segue::test
