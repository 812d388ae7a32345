// SPDX-License-Identifier: Apache-2.0
// A disk on which every write hangs, for as long as a test wants it to (a file system that is frozen): what a worker's loop does meanwhile,
// and what becomes of what arrives when the worker is told to quit, is killed, or its origin breaks off while a write is out.
#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/edge-cache/served.h"

namespace fs = std::filesystem;
using namespace segue::test;

namespace {

// Where the objects of the edge in `home` lie; its index lies elsewhere. Not everybody may mount: then a case is left out, and says so.
class HangingDisk {
 public:
  explicit HangingDisk(const std::string& home) : place_(home + "/disk") {
    const std::string image = home + "/image";
    fs::create_directories(place_);
    std::ofstream(image).close();
    fs::resize_file(image, 256 << 20);
    const std::string command = "mkfs.ext4 -q -F " + image + " 2>/dev/null && mount -o loop " + image + ' ' + place_ + " 2>/dev/null";
    good_ = std::system(command.c_str()) == 0;
    if (!good_) {
      WARN("not allowed to mount: left out");
      return;
    }
    ::sync();
    fs::create_directories(home + "/cache");
    for (const char* name : {"/arriving", "/objects"}) {
      fs::create_directories(place_ + name);
      fs::create_directory_symlink(place_ + name, home + "/cache" + name);
    }
    folder_ = ::open(place_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    set_guard();
  }
  ~HangingDisk() {
    if (!good_) return;
    ::close(folder_);
    ::close(alive_);
    ::waitpid(guard_, nullptr, 0);
  }
  HangingDisk(const HangingDisk&) = delete;
  HangingDisk& operator=(const HangingDisk&) = delete;

  [[nodiscard]] bool good() const noexcept { return good_; }
  void hang() { REQUIRE(::ioctl(folder_, FIFREEZE, 0) == 0); }
  void go_on() { REQUIRE(::ioctl(folder_, FITHAW, 0) == 0); }
  [[nodiscard]] bool nothing_arrives() const { return fs::is_empty(place_ + "/arriving"); }

 private:
  // However the test ends, nothing hangs any more, and nothing stays mounted.
  void set_guard() {
    int ends[2];
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    guard_ = ::fork();
    if (guard_ == 0) {
      ::setsid();
      ::close(ends[1]);
      char byte;
      while (::read(ends[0], &byte, 1) > 0) continue;
      ::ioctl(folder_, FITHAW, 0);
      ::close(folder_);
      ::_exit(::umount2(place_.c_str(), MNT_DETACH));
    }
    ::close(ends[0]);
    alive_ = ends[1];
  }

  std::string place_;
  int folder_ = -1, alive_ = -1;
  pid_t guard_ = 0;
  bool good_ = false;
};

// The answer with its head.
std::string ask(const EdgeProcess& edge, const std::string& path) { return Client(edge.port(), get(path)).read_to_end(); }
bool is_whole(const std::string& answer) { return ends_with(answer, "\r\n\r\n0123456789"); }
bool is_hit(const std::string& answer) { return answer.find("segue-edge; hit") != std::string::npos && is_whole(answer); }

char state_of(const fs::path& task) {
  std::ifstream file(task / "stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name = text.rfind(") ");
  return name == std::string::npos ? '?' : text[name + 2];
}

// A worker of which a thread waits for the disk.
pid_t waits_for_disk(const EdgeProcess& edge) {
  for (;;) {
    for (const pid_t worker : edge.workers()) {
      std::error_code gone;
      for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(worker) + "/task", gone)) {
        if (state_of(task.path()) == 'D') return worker;
      }
    }
    std::this_thread::yield();
  }
}

// By whichever worker takes them.
void ask_for_what_is_stored(const EdgeProcess& edge) {
  for (int i = 0; i < 40; ++i) CHECK(is_hit(ask(edge, "/hot")));
}

struct Fixture {
  explicit Fixture(OriginServer::Script script, const std::vector<std::string>& options = {})
      : disk(folder.path), origin(std::move(script)) {
    if (!disk.good()) return;
    start(options);
    ask_often("/hot");
  }
  void start(const std::vector<std::string>& options = {}) { edge = std::make_unique<EdgeProcess>(folder.path, origin.port(), options); }
  // By all workers, more often than an index notes.
  void ask_often(const std::string& path) const {
    for (int i = 0; i < 40; ++i) CHECK(is_whole(ask(*edge, path)));
  }
  EdgeFolder folder;
  HangingDisk disk;
  OriginServer origin;
  std::unique_ptr<EdgeProcess> edge;
};

bool answer(const OriginServer::Exchange& asked) {
  asked.send(ten("0123456789"));
  return true;
}

}  // namespace

TEST_CASE("a disk that hangs: what is stored is answered on by the same worker, what arrives is there when the disk is") {
  Fixture fixture(answer, {"--workers", "1"});
  if (!fixture.disk.good()) return;
  fixture.disk.hang();
  std::deque<Client> clients;
  for (const char* path : {"/new", "/new", "/other"}) clients.emplace_back(fixture.edge->port(), get(path));
  (void)waits_for_disk(*fixture.edge);
  ask_for_what_is_stored(*fixture.edge);
  fixture.disk.go_on();
  for (Client& client : clients) CHECK(is_whole(client.read_to_end()));
  CHECK(is_hit(ask(*fixture.edge, "/new")));
  CHECK(fixture.origin.requests("/new") == 1);
  CHECK(fixture.disk.nothing_arrives());
}

TEST_CASE("a worker that is told to quit while a write is out: his client gets all, and it is kept") {
  enum class Told { by_reload, at_once };
  const Told told = GENERATE(Told::by_reload, Told::at_once);
  Fixture fixture(answer);
  if (!fixture.disk.good()) return;
  fixture.disk.hang();
  Client client(fixture.edge->port(), get("/new"));
  const pid_t worker = waits_for_disk(*fixture.edge);
  if (told == Told::by_reload) {
    fixture.edge->reload();
  } else {
    ::kill(worker, SIGTERM);  // its loop ends, and looks for its threads' end without a pause
    while (state_of("/proc/" + std::to_string(worker) + "/task/" + std::to_string(worker)) == 'S') std::this_thread::yield();
  }
  fixture.disk.go_on();
  CHECK((is_whole(client.read_to_end()) || told == Told::at_once));
  while (::kill(worker, 0) == 0) std::this_thread::yield();
  CHECK(is_hit(ask(*fixture.edge, "/new")));
  CHECK(fixture.origin.requests("/new") == 1);
  CHECK(fixture.disk.nothing_arrives());
}

TEST_CASE("a worker that is killed while a write is out: who waits elsewhere is served by the next, nothing is left") {
  Fixture fixture(answer);
  if (!fixture.disk.good()) return;
  fixture.disk.hang();
  std::deque<Client> clients;
  while (clients.size() < 40 || !fixture.edge->all_have_clients()) clients.emplace_back(fixture.edge->port(), get("/new"));
  ::kill(waits_for_disk(*fixture.edge), SIGKILL);
  fixture.disk.go_on();
  int whole = 0;
  for (Client& client : clients) {
    const std::string& got = client.read_to_end();
    CHECK((got.empty() || is_whole(got)));
    whole += !got.empty();
  }
  CHECK(whole > 0);
  CHECK(is_whole(ask(*fixture.edge, "/new")));
  while (!fixture.disk.nothing_arrives()) std::this_thread::yield();
}

TEST_CASE("an origin that breaks off or stops while a write is out: the answer ends visibly, and is fetched again") {
  const bool resets = GENERATE(true, false);
  Gate goes, over;
  std::atomic<bool> is_well = true;
  Fixture fixture(
      [&](const OriginServer::Exchange& asked) {
        if (is_well) return !answer(asked);  // no connection stays
        asked.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\n\r\n01234");
        goes.wait();
        if (resets)
          asked.reset();
        else
          over.wait();
        return false;
      },
      {"--timeout", "1"});
  if (!fixture.disk.good()) return;
  is_well = false;
  fixture.disk.hang();
  Client client(fixture.edge->port(), get("/new"));
  (void)waits_for_disk(*fixture.edge);
  goes.open();
  // A reset waits for the write, for what came before it counts; a timeout does not.
  while (!resets && fixture.edge->connected_to(fixture.origin.port()) != 0) std::this_thread::yield();
  ask_for_what_is_stored(*fixture.edge);
  fixture.disk.go_on();
  CHECK(is_visibly_broken(client.read_to_end()));
  is_well = true;
  over.open();
  CHECK(is_whole(ask(*fixture.edge, "/new")));
  while (!fixture.disk.nothing_arrives()) std::this_thread::yield();
}

TEST_CASE("a whole body that waits for the disk longer than an origin may let wait is kept") {
  const char* const head = GENERATE("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\nETag: \"e\"\r\n\r\n",
                                    "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nConnection: close\r\n"
                                    "Repr-Digest: sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:\r\n\r\n");
  Gate goes;
  Fixture fixture(
      [&](const OriginServer::Exchange& asked) {
        if (asked.path() == "/hot") return !answer(asked);
        asked.send(head);
        asked.send("01234");
        goes.wait();
        asked.send("56789");
        return false;
      },
      {"--timeout", "1", "--workers", "1"});
  if (!fixture.disk.good()) return;
  fixture.disk.hang();
  Client client(fixture.edge->port(), get("/new"));
  (void)waits_for_disk(*fixture.edge);
  goes.open();
  while (fixture.edge->connected_to(fixture.origin.port()) != 0) std::this_thread::yield();
  ask_for_what_is_stored(*fixture.edge);
  fixture.disk.go_on();
  const std::string& got = client.read_to_end();
  CHECK((is_whole(got) || ends_with(got, "\r\n0\r\n\r\n")));  // chunked, where the length was not told
  CHECK(is_hit(ask(*fixture.edge, "/new")));
  CHECK(fixture.origin.requests("/new") == 1);
}

TEST_CASE("more fetches than threads while the disk hangs: what is not written is bounded, and all come whole") {
  constexpr std::size_t kClients = 100, kBytes = 400000, kMostEach = 160 << 10;
  const std::string body(kBytes, 'x');
  Fixture fixture(
      [&](const OriginServer::Exchange& asked) {
        if (asked.path() == "/hot") return answer(asked);
        asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        return true;
      },
      {"--workers", "1"});
  if (!fixture.disk.good()) return;
  const auto memory = [&] {
    std::size_t kilobytes = 0;
    std::ifstream status("/proc/" + std::to_string(fixture.edge->workers().at(0)) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("RssAnon:")) kilobytes += std::stoul(line.substr(8));
    return kilobytes << 10;
  };
  const std::size_t before = memory();
  fixture.disk.hang();
  std::deque<Client> clients;
  for (std::size_t i = 0; i < kClients; ++i) clients.emplace_back(fixture.edge->port(), get("/" + std::to_string(i)));
  for (std::size_t i = 0; i < kClients; ++i)
    while (fixture.origin.requests("/" + std::to_string(i)) == 0) std::this_thread::yield();
  ask_for_what_is_stored(*fixture.edge);
  CHECK(memory() - before < kClients * kMostEach);
  fixture.disk.go_on();
  for (Client& client : clients) CHECK(ends_with(client.read_to_end(), body));
}
