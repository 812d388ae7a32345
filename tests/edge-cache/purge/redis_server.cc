// SPDX-License-Identifier: Apache-2.0
#include "tests/edge-cache/purge/redis_server.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "service/redis.h"
#include "tests/catch.h"

RedisServer::RedisServer() : folder_((std::filesystem::temp_directory_path() / "segue-redis-XXXXXX").string()) {
  REQUIRE(::mkdtemp(folder_.data()));
  ::signal(SIGPIPE, SIG_IGN);  // a connection to a server that was killed
  start();
}

RedisServer::~RedisServer() {
  kill();
  std::filesystem::remove_all(folder_);
}

void RedisServer::start() {
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is ended leaves nobody behind
    const std::string path = socket();
    ::execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", path.c_str(), "--save", "", "--appendonly", "no", "--dir",
             folder_.c_str(), "--logfile", "/dev/null", nullptr);
    ::_exit(127);
  }
  segue::service::Redis redis(socket());
  for (int i = 0; i < 500; ++i) {  // it tells nobody when it is ready
    if (redis.command({"PING"})) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL("redis-server does not answer on " << socket());
}

void RedisServer::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void RedisServer::hang() const { REQUIRE(::kill(pid_, SIGSTOP) == 0); }
void RedisServer::go_on() const { REQUIRE(::kill(pid_, SIGCONT) == 0); }
