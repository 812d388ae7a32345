// SPDX-License-Identifier: Apache-2.0
// The edge's admission and eviction (edge-cache/store/index.h) against LRU, on made traces of a media catalogue: titles by a Zipf law, each
// of many segments, listened to from the start and left at a random place, between requests that never come again. Pure simulation; the
// same seed each time. Prints request and byte hit ratios in percent at caches of 0.1 to 10 % of the catalogue's bytes, and that of the
// first three segments of titles, which the edge keeps in preference ("plain": as if they were like any other).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <list>
#include <random>
#include <unordered_map>
#include <vector>

#include "edge-cache/store/index.h"

namespace {

using namespace segue::edge;

struct Ask {
  std::uint64_t object;
  std::uint32_t bytes;
};
struct Trace {
  const char* name;
  double zipf;           // exponent of the titles' popularity
  double never_again;    // part of the requests that are for an object of their own
  int titles, segments;  // of a title
};
struct Ratio {
  double requests = 0, bytes = 0, openings = 0;
};

constexpr std::uint64_t kNeverAgain = std::uint64_t{1} << 40;  // objects from here on
bool is_opening(std::uint64_t object) { return object < kNeverAgain && object % 64 < 3; }

constexpr int kListens = 60000;

std::uint32_t bytes_of(std::uint64_t object) {  // 62 KB on average for audio, a tenth is video of about 1 MB
  std::uint64_t x = object * 0x9E3779B97F4A7C15ULL;
  x ^= x >> 29;
  const auto jitter = static_cast<std::uint32_t>(x % 1000);
  return object / 64 % 10 == 0 ? 700'000 + jitter * 600 : 32'000 + jitter * 60;
}

std::vector<Ask> make(const Trace& trace, std::uint64_t& catalogue) {
  std::mt19937_64 random(7);
  std::vector<double> weights;
  for (int rank = 1; rank <= trace.titles; ++rank) weights.push_back(1 / std::pow(rank, trace.zipf));
  std::discrete_distribution<int> title(weights.begin(), weights.end());
  std::uniform_real_distribution<double> part(0, 1);
  std::vector<Ask> asks;
  std::uint64_t fresh = kNeverAgain;
  catalogue = 0;
  for (std::uint64_t object = 0; object < static_cast<std::uint64_t>(trace.titles) * 64; ++object)
    if (object % 64 < static_cast<std::uint64_t>(trace.segments)) catalogue += bytes_of(object);
  // Forty listeners at a time, each at its own place in its own title.
  struct Listener {
    std::uint64_t title = 0;
    int at = 0, until = 0;
  };
  std::vector<Listener> listeners(40);
  for (int started = 0; started < kListens;) {
    Listener& one = listeners[random() % listeners.size()];
    if (one.at >= one.until) {
      one = {static_cast<std::uint64_t>(title(random)), 0, 1 + static_cast<int>(part(random) * trace.segments)};
      ++started;
    }
    const std::uint64_t object = one.title * 64 + static_cast<std::uint64_t>(one.at++);
    asks.push_back({object, bytes_of(object)});
    while (part(random) < trace.never_again) asks.push_back({++fresh, bytes_of(fresh)});
  }
  return asks;
}

template <class Hit>
Ratio run(const std::vector<Ask>& asks, Hit hit) {
  double hits = 0, hit_bytes = 0, bytes = 0, count = 0, openings = 0, opening_hits = 0;
  const std::size_t warm = asks.size() / 4;
  for (std::size_t i = 0; i < asks.size(); ++i) {
    const bool found = hit(asks[i]);
    if (i < warm) continue;
    ++count;
    bytes += asks[i].bytes;
    if (found) ++hits, hit_bytes += asks[i].bytes;
    if (is_opening(asks[i].object)) ++openings, opening_hits += found;
  }
  return {100 * hits / count, 100 * hit_bytes / bytes, 100 * opening_hits / openings};
}

Ratio run_lru(const std::vector<Ask>& asks, std::uint64_t most) {
  std::list<Ask> order;
  std::unordered_map<std::uint64_t, std::list<Ask>::iterator> places;
  std::uint64_t held = 0;
  return run(asks, [&](const Ask& ask) {
    if (const auto found = places.find(ask.object); found != places.end()) {
      order.splice(order.begin(), order, found->second);
      return true;
    }
    for (held += ask.bytes; held > most && !order.empty(); order.pop_back()) {
      held -= order.back().bytes;
      places.erase(order.back().object);
    }
    order.push_front(ask);
    places[ask.object] = order.begin();
    return false;
  });
}

Ratio run_edge(const std::vector<Ask>& asks, std::uint64_t most, bool prefers_openings) {
  constexpr std::uint32_t kObjects = 1 << 20;
  std::vector<std::byte> memory(Index::bytes_for(kObjects) + 64);
  const std::size_t shift = 64 - reinterpret_cast<std::uintptr_t>(memory.data()) % 64;
  Index index({memory.data() + shift, Index::bytes_for(kObjects)}, kObjects, most, {1, 2}, {3, 4});
  std::vector<std::uint64_t> evicted(4096);
  return run(asks, [&](const Ask& ask) {
    const Key key = hash(index.secret(), {reinterpret_cast<const char*>(&ask.object), sizeof ask.object});
    if (Entry* entry = index.find(key)) return index.use(*entry), true;
    if (!index.admits(key, ask.bytes)) return false;
    Entry entry{};
    entry.key = key;
    entry.id = index.new_id();
    entry.body_bytes = entry.disk_bytes = ask.bytes;
    entry.kind = Kind::object;
    if (prefers_openings && is_opening(ask.object)) entry.uses = kUsesOfOpening;
    std::size_t count = 0;
    index.insert(entry, evicted, count);
    return false;
  });
}

}  // namespace

int main() {
  const Trace traces[] = {{"zipf 0.8, 30 % never again", 0.8, 0.30, 5000, 40},
                          {"zipf 1.0, 30 % never again", 1.0, 0.30, 5000, 40},
                          {"zipf 0.8, none never again", 0.8, 0.00, 5000, 40},
                          {"zipf 0.8, 60 % never again", 0.8, 0.60, 5000, 40}};
  std::printf("%-28s %8s %11s %11s %11s %11s %7s %20s %12s\n", "trace", "cache", "LRU req %", "edge req %", "LRU byte %", "edge byte %",
              "points", "openings: LRU, plain", "edge, %");
  for (const Trace& trace : traces) {
    std::uint64_t catalogue = 0;
    const std::vector<Ask> asks = make(trace, catalogue);
    for (const double part : {0.001, 0.01, 0.1}) {
      const auto most = static_cast<std::uint64_t>(static_cast<double>(catalogue) * part);
      const Ratio lru = run_lru(asks, most), plain = run_edge(asks, most, false), edge = run_edge(asks, most, true);
      std::printf("%-28s %7.1f%% %11.1f %11.1f %11.1f %11.1f %+7.1f %13.1f %6.1f %12.1f\n", trace.name, 100 * part, lru.requests,
                  edge.requests, lru.bytes, edge.bytes, edge.bytes - lru.bytes, lru.openings, plain.openings, edge.openings);
    }
  }
}
