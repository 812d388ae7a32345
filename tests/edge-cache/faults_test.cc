// SPDX-License-Identifier: Apache-2.0
// What an edge does when something around it fails: each case is a line of docs/operations.md, "An edge and faults".
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>

#include "tests/catch.h"
#include "tests/edge-cache/printed.h"
#include "tests/edge-cache/served.h"

namespace fs = std::filesystem;
using namespace segue::test;

namespace {

const std::vector<std::string> kImpatient = {"--timeout", "1"};

std::string body_of(std::size_t bytes) { return std::string(bytes, 'x'); }

void send_body(const OriginServer::Exchange& asked, std::size_t bytes) {
  asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" + body_of(bytes));
}

// A file takes the rest of that disk.
void leave_free(const std::string& folder, std::size_t bytes) {
  struct statvfs disk {};
  REQUIRE(::statvfs(folder.c_str(), &disk) == 0);
  const int file = ::open((folder + "/rest").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(::posix_fallocate(file, 0, static_cast<off_t>(disk.f_bavail * disk.f_frsize - bytes)) == 0);
  ::close(file);
}

// A mount that goes with the test. Not everybody may: then the case is left out, and says so.
class Mount {
 public:
  Mount(const char* from, std::string path, const char* type, unsigned long flags, const char* options)
      : path_(std::move(path)), good_(::mount(from, path_.c_str(), type, flags, options) == 0) {
    if (!good_) WARN("not allowed to mount: left out");
  }
  ~Mount() {
    if (good_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  Mount(const Mount&) = delete;
  Mount& operator=(const Mount&) = delete;
  [[nodiscard]] bool good() const noexcept { return good_; }

 private:
  std::string path_;
  bool good_;
};

}  // namespace

TEST_CASE("an origin that is gone: what is stored is served, stale as well; the rest is 502 and comes back with it") {
  const EdgeFolder folder;
  constexpr char kStale[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=0\r\nETag: \"e\"\r\n\r\nok";
  auto origin = std::make_unique<OriginServer>([&](const OriginServer::Exchange& asked) {
    asked.send(asked.path() == "/stale" ? std::string(kStale) : ten("0123456789"));
    return true;
  });
  const EdgeProcess edge(folder.path, origin->port());
  CHECK(http_get(edge.port(), "/a").status == 200);
  CHECK(http_get(edge.port(), "/stale").status == 200);
  origin.reset();
  CHECK(http_get(edge.port(), "/a").field("cache-status").starts_with("segue-edge; hit"));
  CHECK(ends_with(http_get(edge.port(), "/stale").field("cache-status"), "detail=stale-if-error"));
  const Response gone = http_get(edge.port(), "/b");
  CHECK(gone.status == 502);
  CHECK(gone.field("content-type") == "text/plain");
  CHECK(gone.body == "the origin does not answer, and the edge has no copy\n");
  // Counted when the answer is through, which its client may know before.
  bool counted = false;
  for (int i = 0; i < 10000 && !counted; ++i) {
    counted = http_get(edge.status_port(), "/metrics").body.find("segue_edge_responses_total{status=\"502\"} 1\n") != std::string::npos;
  }
  CHECK(counted);
}

TEST_CASE("an origin that hangs: 504 when its time is over, or what is stale; one request for all who wait") {
  std::atomic<bool> hangs = false;
  Gate over;
  Served served(
      [&](const OriginServer::Exchange& asked) {
        if (hangs) over.wait();
        asked.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=0\r\nETag: \"e\"\r\n\r\nok");
        return true;
      },
      kImpatient);
  CHECK(served.ask("/stale").body == "ok");
  hangs = true;
  std::deque<Client> clients;
  for (int i = 0; i < 20; ++i) clients.emplace_back(served.edge->port(), get("/hung"));
  const Response stale = served.ask("/stale");
  CHECK(stale.body == "ok");
  CHECK(ends_with(stale.field("cache-status"), "detail=stale-if-error"));
  for (Client& client : clients) {
    const std::string& answer = client.read_to_end();
    CHECK(answer.starts_with("HTTP/1.1 504"));
    CHECK(ends_with(answer, "\r\n\r\nno answer from the origin in time, and no copy that may be used\n"));
  }
  CHECK(served.origin.requests("/hung") == 1);
  over.open();
}

TEST_CASE("an origin that stops in the middle: the rest is asked for, else the answer ends visibly broken and is not kept") {
  Gate over;
  Served served(
      [&](const OriginServer::Exchange& asked) {
        if (asked.head.find("Range: bytes=5-") != std::string::npos && asked.path() == "/resumes") {
          asked.send("HTTP/1.1 206 Partial\r\nETag: \"e\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789");
          return true;
        }
        if (asked.path() == "/resumes") asked.send(ten("01234"));
        if (asked.path() == "/stops") asked.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nCache-Control: max-age=60\r\n\r\n01234");
        over.wait();
        return false;
      },
      kImpatient);
  CHECK(served.ask("/resumes").body == "0123456789");
  CHECK(is_visibly_broken(Client(served.edge->port(), get("/stops")).read_to_end()));
  CHECK(is_visibly_broken(Client(served.edge->port(), get("/stops")).read_to_end()));
  CHECK(served.origin.requests("/stops") == 2);
  over.open();
}

TEST_CASE("bodies that always break off: the rest is asked of the other origin, and only as often as there are retries") {
  std::atomic<int> rests = 0;
  std::atomic<bool> other_is_whole = true;
  const auto breaks_off = [&](const OriginServer::Exchange& asked) {
    rests += asked.head.find("Range: bytes=5-") != std::string::npos;
    if (asked.head.find("Range: ") == std::string::npos) asked.send(ten("01234"));
    return false;
  };
  Served served(breaks_off);
  OriginServer other([&](const OriginServer::Exchange& asked) {
    if (!other_is_whole) return breaks_off(asked);
    const bool rest = asked.head.find("Range: bytes=5-") != std::string::npos;
    rests += rest;
    asked.send(rest ? "HTTP/1.1 206 P\r\nETag: \"e\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789" : ten("0123456789"));
    return true;
  });
  served.edge.reset();
  served.edge = std::make_unique<EdgeProcess>(served.folder.path, served.origin.port(),
                                              std::vector<std::string>{"--origin", "http://127.0.0.1:" + std::to_string(other.port())});
  for (int i = 0; i < 10; ++i) CHECK(served.ask("/whole" + std::to_string(i)).body == "0123456789");
  CHECK(rests > 0);
  rests = 0;
  other_is_whole = false;
  for (int i = 0; i < 40; ++i) CHECK(is_visibly_broken(Client(served.edge->port(), get("/" + std::to_string(i))).read_to_end()));
  CHECK(rests > 0);
  CHECK(rests <= 10 + 50 / 5);  // ten saved up, and a fifth of the requests; without a budget two each
}

TEST_CASE("one object whose body always breaks off puts no origin out") {
  const auto breaks_off = [](const OriginServer::Exchange& asked) {
    const bool is_broken = asked.path() == "/broken", is_rest = asked.head.find("Range: ") != std::string::npos;
    asked.send(is_rest     ? "HTTP/1.1 206 P\r\nETag: \"e\"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n"
               : is_broken ? ten("01234")
                           : ten("0123456789"));
    return !is_broken;
  };
  OriginServer other(breaks_off);
  Served served(breaks_off, {"--origin", "http://127.0.0.1:" + std::to_string(other.port())});
  for (int i = 0; i < 10; ++i) CHECK(is_visibly_broken(Client(served.edge->port(), get("/broken")).read_to_end()));
  CHECK(served.origin.requests("/broken") > 3);
  CHECK(other.requests("/broken") > 3);
  const std::string metrics = http_get(served.edge->status_port(), "/metrics").body;
  for (const int port : {served.origin.port(), other.port()}) {
    const std::string name = "{upstream=\"segue_edge_origin\",origin=\"127.0.0.1:" + std::to_string(port) + "\"} ";
    CHECK(metrics.find("segue_edge_upstream_ejections_total" + name + "0\n") != std::string::npos);
  }
  for (int i = 0; i < 20; ++i) CHECK(served.ask("/" + std::to_string(i)).body == "0123456789");
}

TEST_CASE("a full disk: what is old makes room; when there is none everybody gets his answer, and it is not kept") {
  const EdgeFolder folder;
  const Mount disk("tmpfs", folder.path, "tmpfs", 0, "size=4m");
  if (!disk.good()) return;
  constexpr std::size_t kSmall = 700000, kLarge = 6000000;
  OriginServer origin([&](const OriginServer::Exchange& asked) {
    send_body(asked, asked.path().starts_with("/large") ? kLarge : kSmall);
    return true;
  });
  const EdgeProcess edge(folder.path, origin.port());
  for (int i = 0; i < 20; ++i) CHECK(http_get(edge.port(), "/small" + std::to_string(i)).body == body_of(kSmall));
  for (int i = 0; i < 3; ++i) {
    const Response large = http_get(edge.port(), "/large");
    CHECK(large.body == body_of(kLarge));
    CHECK(large.field("cache-status").find("hit") == std::string::npos);
  }
  // What was evicted takes room for as long as a worker has it open: a second or so.
  bool kept = false;
  for (int i = 0; i < 10000 && !kept; ++i) {
    const Response small = http_get(edge.port(), "/small");
    CHECK(small.body == body_of(kSmall));
    kept = small.field("cache-status").starts_with("segue-edge; hit");
  }
  CHECK(kept);
}

TEST_CASE("a disk with room for one of two that come at once: it keeps the first, the second passes by, and neither breaks off") {
  const EdgeFolder folder;
  const Mount disk("tmpfs", folder.path, "tmpfs", 0, "size=16m");
  if (!disk.good()) return;
  constexpr std::size_t kLarge = 1500000;
  Gate rest;
  const std::string chunk = "100000\r\n" + body_of(1 << 20) + "\r\n";
  OriginServer origin([&](const OriginServer::Exchange& asked) {
    if (asked.path() == "/endless") {
      asked.send("HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 8; ++i) asked.send(chunk);
      asked.send("0\r\n\r\n");
      return true;
    }
    const std::string head = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: " + std::to_string(kLarge) + "\r\n\r\n";
    asked.send(head + body_of(kLarge / 4));
    if (asked.path() == "/first") rest.wait();
    asked.send(body_of(kLarge - kLarge / 4));
    return true;
  });
  const EdgeProcess edge(folder.path, origin.port());
  CHECK(http_get(edge.status_port(), "/metrics").status == 200);  // its index has its room by now
  leave_free(folder.path, 2 * kLarge - 300000);
  Client first(edge.port(), get("/first"));
  (void)first.read_until("xxx");
  const Response second = http_get(edge.port(), "/second");
  CHECK(second.body == body_of(kLarge));
  CHECK(second.field("cache-status").find("stored") == std::string::npos);
  // Of a length that nobody knows before: as far as there is room that nobody was promised.
  CHECK_FALSE(ends_with(Client(edge.port(), get("/endless")).read_to_end(), "0\r\n\r\n"));
  rest.open();
  CHECK(ends_with(first.read_to_end(), "\r\n\r\n" + body_of(kLarge)));
  CHECK(Client(edge.port(), get("/first")).read_to_end().find("segue-edge; hit") != std::string::npos);
  CHECK(origin.requests("/first") == 1);
  CHECK(origin.requests("/second") == 2);  // the fetch for all that had no room, and the client's own
}

TEST_CASE(
    "a disk that takes no more writes: what is stored is served, the rest passes through, and metrics tell; later all is well again") {
  enum class Kind { mounted, forbidden, no_folder };
  const Kind kind = GENERATE(Kind::mounted, Kind::forbidden, Kind::no_folder);
  CAPTURE(static_cast<int>(kind));
  Served served([](const OriginServer::Exchange& asked) {
    if (asked.head.find("If-None-Match") != std::string::npos) {
      asked.send("HTTP/1.1 304 N\r\nETag: \"e\"\r\nCache-Control: max-age=60\r\n\r\n");
    } else {
      asked.send(asked.path() == "/stale" ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nCache-Control: max-age=0\r\nETag: \"e\"\r\n\r\nok"
                                          : ten("0123456789"));
    }
    return true;
  });
  CHECK(served.ask("/a").body == "0123456789");
  CHECK(served.ask("/stale").body == "ok");
  const fs::path cache = served.folder.path + "/cache";
  std::unique_ptr<Mount> mount;
  const auto permit = [&](fs::perms dirs, fs::perms files) {
    for (const auto& item : fs::recursive_directory_iterator(cache)) fs::permissions(item, item.is_directory() ? dirs : files);
  };
  if (kind == Kind::mounted) {
    mount = std::make_unique<Mount>(cache.c_str(), cache, nullptr, MS_BIND, nullptr);
    if (!mount->good()) return;
    REQUIRE(::mount(nullptr, cache.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0);
  } else if (kind == Kind::forbidden) {
    if (::geteuid() == 0) {
      WARN("root may write everywhere: left out");
      return;
    }
    permit(fs::perms(0500), fs::perms(0400));
  } else {  // whoever one is
    fs::remove_all(cache / "arriving");
    std::ofstream(cache / "arriving") << "";
  }
  served.edge->restart_workers();  // who have no file open
  CHECK(served.ask("/a").field("cache-status").starts_with("segue-edge; hit"));
  for (int i = 1; i <= 3; ++i) {
    CHECK(served.ask("/b").body == "0123456789");
    CHECK(served.origin.requests("/b") == 2 * i);  // the fetch for all that could not be kept, and the client's own
    CHECK(served.ask("/stale").body == "ok");
    CHECK(served.ask("/a").field("cache-status").starts_with("segue-edge; hit"));
  }
  const std::string metrics = http_get(served.edge->status_port(), "/metrics").body;
  CHECK(metrics.find(kind == Kind::no_folder ? "segue_edge_unwritten_total 3\n" : "segue_edge_unwritten_total 6\n") != std::string::npos);
  mount.reset();
  if (kind == Kind::forbidden) permit(fs::perms(0700), fs::perms(0600));
  if (kind == Kind::no_folder) fs::remove(cache / "arriving");
  CHECK(served.ask("/b").body == "0123456789");
  CHECK(served.ask("/b").field("cache-status").starts_with("segue-edge; hit"));
}

TEST_CASE("a folder that cannot be written: the edge does not start, and says which") {
  const EdgeFolder folder;
  std::ofstream(folder.path + "/cache") << "no folder";
  std::string command = EDGE " --origin http://127.0.0.1:1 --home " + folder.path + " 2>&1";
  const Printed told = printed_by(command);
  CHECK(told.code == 1);
  CHECK(told.text.starts_with("segue edge: " + folder.path + "/cache: cannot be made: "));
  CHECK(told.text.find('\n') == told.text.size() - 1);
}

TEST_CASE("ten thousand idle connections, and a flood of header fields: others are served") {
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = files.rlim_max;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
  Served served([](const OriginServer::Exchange& asked) {
    asked.send(ten("0123456789"));
    return true;
  });
  const std::size_t count = std::min<std::size_t>(10000, files.rlim_max / 2);
  std::deque<HttpConnection> idle;
  for (std::size_t i = 0; i < count; ++i) idle.emplace_back(served.edge->port());
  CHECK(served.ask("/a").body == "0123456789");
  CHECK(served.ask("/a").body == "0123456789");
  std::string flood = "GET /a HTTP/1.1\r\nHost: h\r\n";
  for (int i = 0; i < 20000; ++i) flood += "X-" + std::to_string(i) + ": y\r\n";
  const std::string endless = "GET /a HTTP/1.1\r\nHost: h\r\nX: " + body_of(1 << 20);
  for (int i = 0; i < 50; ++i) {
    CHECK(HttpConnection(served.edge->port()).raw(flood + "\r\n").status == 400);
    CHECK(HttpConnection(served.edge->port()).raw(endless).status == 400);
  }
  CHECK(served.ask("/a").body == "0123456789");
  CHECK(served.origin.requests("/a") == 1);
}
