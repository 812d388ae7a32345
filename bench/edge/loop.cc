// SPDX-License-Identifier: Apache-2.0
#include "bench/edge/loop.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "edge-cache/decision/stored_response.h"
#include "edge-cache/store/shared.h"

namespace segue::bench {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPhase = 6s;
constexpr int kColdObjects = 48;  // of each of the two loads that have them: what is asked for twice is warm
constexpr std::uintmax_t kColdBytes = 8 << 20;

class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int yes = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) throw std::runtime_error("cannot connect");
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Milliseconds until the last byte; the status must be 200.
  double get(const std::string& target) {
    const std::string request = "GET " + target + " HTTP/1.1\r\nHost: bench\r\n\r\n";
    const auto start = Clock::now();
    if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) < 0) throw std::runtime_error("cannot send");
    std::string head;
    std::size_t end = std::string::npos;
    while ((end = head.find("\r\n\r\n")) == std::string::npos) head.append(bytes_.data(), receive());
    const std::size_t length = head.find("Content-Length: ");
    if (!head.starts_with("HTTP/1.1 200") || length == std::string::npos) throw std::runtime_error(target + ": " + head.substr(0, 40));
    const std::size_t body = std::strtoull(head.c_str() + length + 16, nullptr, 10);
    for (std::size_t got = head.size() - end - 4; got < body;) got += receive();
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  }

 private:
  std::size_t receive() {
    const ssize_t got = ::recv(socket_, bytes_.data(), bytes_.size(), 0);
    if (got <= 0) throw std::runtime_error("the server closed the connection");
    return static_cast<std::size_t>(got);
  }
  int socket_;
  std::array<char, 256 * 1024> bytes_;
};

// Out of the system's memory, so that the next reader meets the disk.
void cool(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ::fdatasync(file);
  ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  ::close(file);
}

void cool_large(const std::string& folder) {
  for (const auto& item : fs::recursive_directory_iterator(folder))
    if (item.is_regular_file() && item.file_size() >= kColdBytes) cool(item.path().string());
}

struct Load {
  const char* name;
  bool misses, cold;
  int first_cold = 0;
};

using Stop = std::atomic<bool>;

// `act` every `pace`, as far as it can be kept.
void keep_asking(int port, Stop& stop, std::chrono::microseconds pace, const std::function<std::string(int)>& target) {
  Connection connection(port);
  auto next = Clock::now();
  for (int i = 0; !stop; ++i) {
    (void)connection.get(target(i));
    next = std::max(next + pace, Clock::now() - pace);
    std::this_thread::sleep_until(next);
  }
}

void report(const std::string& name, std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double part) { return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))]; };
  const auto slow = std::count_if(times.begin(), times.end(), [](double ms) { return ms > 10; });
  std::printf("%-44s p50 %.2f  p99 %.2f  p99.9 %.2f  worst %.1f ms; %zd of %zu above 10 ms\n", name.c_str(), at(0.5), at(0.99), at(0.999),
              times.back(), slow, times.size());
  std::fflush(stdout);
}

// A tiny hit every millisecond, by a thread that no other of ours holds up.
std::vector<double> probe(int port, Clock::time_point until) {
  const sched_param priority{.sched_priority = 10};
  (void)::sched_setscheduler(0, SCHED_FIFO, &priority);
  Connection connection(port);
  std::vector<double> times;
  for (auto next = Clock::now(); next < until; std::this_thread::sleep_until(next += 1ms)) times.push_back(connection.get("/tiny"));
  return times;
}

void measure_load(const LoopServer& server, const Load& load, const std::string& run) {
  Stop stop = false;
  std::vector<std::thread> threads;
  const auto ask = [&](std::chrono::microseconds pace, std::function<std::string(int)> target) {
    threads.emplace_back([&stop, port = server.port, pace, target = std::move(target)] { keep_asking(port, stop, pace, target); });
  };
  const std::string mark = run + (load.cold ? "all" : "some");
  if (load.misses) {
    for (const char* one : {"a", "b"}) ask(5ms, [&mark, one](int i) { return "/62k?" + mark + one + std::to_string(i); });
    ask(60ms, [&mark](int i) { return "/2600k?" + mark + std::to_string(i); });
  }
  if (load.cold) {
    for (const int first : {0, kColdObjects / 2})
      ask(250ms, [at = load.first_cold + first, &run](int i) { return "/8m?" + run + std::to_string(at + i % (kColdObjects / 2)); });
  }
  std::vector<double> times;
  std::thread([&] { times = probe(server.port, Clock::now() + kPhase); }).join();
  stop = true;
  for (std::thread& thread : threads) thread.join();
  report(std::string(server.name) + ", " + load.name, std::move(times));
}

}  // namespace

void fill_cache(const std::string& cache) {
  using namespace segue::edge;
  std::string error;
  const auto shared = Shared::open(cache, {kLoopObjects, std::uint64_t{400} << 30}, error);
  if (shared == nullptr) throw std::runtime_error(error);
  StoredResponse response;
  response.status = 200;
  response.lifetime = 31536000;
  const std::string payload = StoredHead::print(response);
  std::array<std::uint64_t, 256> evicted;
  for (std::uint64_t number = shared->index().count(); number < kLoopObjects; ++number) {
    Entry entry{};
    entry.key = hash(shared->index().secret(), "filler/" + std::to_string(number));
    entry.kind = Kind::object;
    entry.disk_bytes = 4096;
    entry.head_units = head_units_for(payload.size());
    std::size_t count = 0;
    const Locked locked(*shared);
    entry.id = shared->index().new_id();
    const HeadPlace place = {entry.key, entry.id, entry.head_units, 0};
    const int file = shared->files().create(entry.id);
    const bool written = file >= 0 && ObjectFiles::write_head(file, place, payload) && shared->files().publish(entry.id);
    ::close(file);
    if (!written || shared->index().insert(entry, evicted, count) == nullptr) throw std::runtime_error("cannot fill " + cache);
  }
  shared->set_clean();
}

void measure_loop(const LoopServer& server, int run) {
  const std::string mark = std::to_string(run) + '-';
  Connection connection(server.port);
  for (int i = 0; i < 3; ++i) (void)connection.get("/tiny");
  // Every other one twice: the edge sends a large body that is asked for again from a mapping, the first time from the file.
  for (int i = 0; i < 2 * kColdObjects; ++i)
    for (int ask = 0; ask < 1 + i % 2; ++ask) (void)connection.get("/8m?" + mark + std::to_string(i));
  for (const Load& load : {Load{"nothing else", false, false}, Load{"misses and evictions", true, false}, Load{"cold reads", false, true},
                           Load{"all of it", true, true, kColdObjects}}) {
    if (load.cold) cool_large(server.cache);
    measure_load(server, load, mark);
  }
}

}  // namespace segue::bench
