// SPDX-License-Identifier: Apache-2.0
#include "bench/edge/servers.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace fs = std::filesystem;

namespace segue::bench {
namespace {

bool accepts(int port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  ::close(socket);
  return connected;
}

std::vector<std::string> nginx(const std::string& folder, const std::string& name, const std::string& main, const std::string& http) {
  const std::string path = folder + '/' + name + ".conf";
  std::string temporary;
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    temporary += std::string("  ") + kind + "_temp_path " + folder + "/tmp-" + name + "-" + kind + ";\n";
  }
  std::ofstream(path) << "daemon off;\npid " << folder << '/' << name << ".pid;\nerror_log " << folder << '/' << name
                      << ".log warn;\nuser root;\n"
                      << main << "events { worker_connections 4096; }\nhttp {\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n"
                      << "  keepalive_requests 100000000;\n  types { }\n"
                      << temporary << http << "}\n";
  return {"/usr/sbin/nginx", "-c", path, "-p", folder, "-e", folder + '/' + name + ".log"};
}

}  // namespace

void make_certificate(const std::string& folder) {
  const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=127.0.0.1 -keyout " +
                              folder + "/key.pem -out " + folder + "/certificate.pem 2>/dev/null";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl made no certificate");
}

namespace {

std::string listen_lines(const std::string& folder, int port) {
  return "    listen 127.0.0.1:" + std::to_string(port) + " backlog=4096;\n    listen 127.0.0.1:" + std::to_string(port + kTlsBeside) +
         " ssl backlog=4096;\n    ssl_certificate " + folder + "/certificate.pem;\n    ssl_certificate_key " + folder + "/key.pem;\n";
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, int port, int core) {
  if (accepts(port)) throw std::runtime_error("port " + std::to_string(port) + " is taken");
  process_ = ::fork();
  if (process_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (core >= 0) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(static_cast<std::size_t>(core), &one);
      ::sched_setaffinity(0, sizeof(one), &one);
    }
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, 1);
    ::dup2(nothing, 2);
    std::vector<char*> words;
    for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  while (!accepts(port)) {
    if (::waitpid(process_, nullptr, WNOHANG) == process_) throw std::runtime_error(arguments[0] + " did not start");
    std::this_thread::yield();
  }
}

Process::~Process() {
  ::kill(process_, SIGTERM);
  ::waitpid(process_, nullptr, 0);
}

double Process::cpu_seconds() const {
  const std::string id = std::to_string(process_);
  std::ifstream children("/proc/" + id + "/task/" + id + "/children");
  std::vector<std::string> all = {id};
  for (std::string child; children >> child;) all.push_back(child);
  double ticks = 0;
  for (const std::string& one : all) {
    std::ifstream file("/proc/" + one + "/stat");
    std::string text(std::istreambuf_iterator<char>(file), {});
    std::istringstream columns(text.substr(text.rfind(')') + 1));
    std::string skipped;
    for (int i = 0; i < 11; ++i) columns >> skipped;
    double user = 0, system = 0;
    columns >> user >> system;
    ticks += user + system;
  }
  return ticks / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::vector<std::string> plain_origin(const std::string& folder, int port) {
  return nginx(folder, "origin", "worker_processes 1;\n",
               "  server {\n    listen 127.0.0.1:" + std::to_string(port) + ";\n    root " + folder +
                   "/files;\n    add_header Cache-Control \"public, max-age=31536000\";\n    add_header Surrogate-Key \"asset "
                   "asset/aac-128\";\n  }\n");
}

std::vector<std::string> segue_edge(const std::string& folder, int port, int origin, int workers, int objects, const std::string& size) {
  return {EDGE,
          "--home",
          folder + "/edge",
          "--listen",
          "127.0.0.1:" + std::to_string(port),
          "--origin",
          "http://127.0.0.1:" + std::to_string(origin),
          "--workers",
          std::to_string(workers),
          "--size",
          size,
          "--objects",
          std::to_string(objects)};
}

std::vector<std::string> segue_full(const std::string& folder, int port, int origin, int workers) {
  std::string modules;
  for (const char* name : {"nodelay", "edge", "access", "cmcd"})
    modules += std::string("load_module " MODULES "/ngx_http_segue_") + name + "_module.so;\n";
  return nginx(folder, "full", modules + "worker_processes " + std::to_string(workers) + ";\nworker_rlimit_nofile 16384;\n",
               "  segue_nodelay on;\n  segue_edge_cache " + folder +
                   "/full objects=100000 size=4g;\n  segue_edge_ignored_query CMCD;\n"
                   "  log_format all escape=none '{\"time\":\"$time_iso8601\",\"uri\":\"$segue_json_request_uri\",\"status\":$status,"
                   "\"bytes\":$body_bytes_sent,\"cache\":\"$segue_json_sent_http_cache_status\",\"seconds\":$request_time,"
                   "\"token\":\"$segue_token\",\"key\":\"$segue_token_key\",\"cmcd\":$segue_cmcd}';\n  upstream o { server 127.0.0.1:" +
                   std::to_string(origin) + "; keepalive 64; }\n  server {\n" + listen_lines(folder, port) + "    access_log " + folder +
                   "/full-access.log all buffer=64k flush=1s;\n    segue_access_keys " + folder +
                   "/keys;\n    location / {\n      segue_cmsd edge;\n      segue_edge http://o;\n    }\n  }\n");
}

// Tuned: what helps nginx most is TCP_NODELAY beside the cork, which our own small module sets.
std::vector<std::string> proxy_cache(const std::string& folder, int port, int origin, int workers, const std::string& more) {
  fs::create_directories(folder + "/proxy");
  return nginx(
      folder, "proxy", "load_module " MODULES "/ngx_http_segue_nodelay_module.so;\nworker_processes " + std::to_string(workers) + ";\n",
      more + "  segue_nodelay on;\n  open_file_cache max=10000;\n  proxy_cache_path " + folder +
          "/proxy levels=1:2 keys_zone=c:32m max_size=4g use_temp_path=off;\n  upstream o { server 127.0.0.1:" + std::to_string(origin) +
          "; keepalive 64; }\n  server {\n" + listen_lines(folder, port) +
          "    location / {\n      proxy_pass http://o;\n      proxy_http_version 1.1;\n      proxy_set_header Connection "
          "\"\";\n"
          "      proxy_cache c;\n      proxy_cache_lock on;\n    }\n  }\n");
}

std::vector<std::string> varnish(const std::string& folder, int port, int origin) {
  return {"/usr/sbin/varnishd",
          "-F",
          "-n",
          folder + "/varnish",
          "-a",
          "127.0.0.1:" + std::to_string(port),
          "-b",
          "127.0.0.1:" + std::to_string(origin),
          "-s",
          "malloc,4g",
          "-T",
          "none",
          "-p",
          "thread_pool_min=500"};
}

}  // namespace segue::bench
