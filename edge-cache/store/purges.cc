// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/purges.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

namespace segue::edge {
namespace {

constexpr std::uint64_t kMagic = 0x31656772757067;
constexpr std::size_t kTags = 16384, kMostTagsUsed = kTags * 3 / 4;
constexpr std::size_t kPrefixes = 64, kLongestPrefix = 238;
constexpr std::uint32_t kMakingRoom = UINT32_MAX;  // in place of the number of tags: some of them are nowhere

struct Orders {
  std::uint64_t of[2];  // by Hardness; 0: never
  void set(Hardness hardness, std::uint64_t order) noexcept { of[static_cast<int>(hardness)] = order; }
  [[nodiscard]] std::uint64_t newest() const noexcept { return std::max(of[0], of[1]); }
  void raise(const Orders& other) noexcept {
    for (int i = 0; i < 2; ++i) of[i] = std::max(of[i], other.of[i]);
  }
  [[nodiscard]] Purged over(std::uint64_t order) const noexcept {
    if (of[1] > order) return Purged::hard;
    return of[0] > order ? Purged::soft : Purged::no;
  }
};

struct Tag {
  std::uint64_t hash;  // 0: free
  Orders orders;
};

struct Prefix {
  Orders orders;
  std::uint16_t size;
  char text[kLongestPrefix];
};

}  // namespace

struct Purges::Table {
  std::uint64_t magic, order;
  Orders all;
  std::uint32_t tags_used, prefixes_used;
  std::array<Tag, kTags> tags;
  std::array<Prefix, kPrefixes> prefixes;
  std::uint64_t doubted;  // order of the last doubt; last, for logs of before have a zero there

  // The tag's place, or the free one where it belongs.
  Tag& place_of(std::uint64_t hash) noexcept {
    std::size_t at = hash % kTags;
    while (tags[at].hash != 0 && tags[at].hash != hash) at = (at + 1) % kTags;
    return tags[at];
  }
};

std::size_t Purges::bytes_for() noexcept { return sizeof(Table); }
Purges::Table& Purges::table() const noexcept { return *reinterpret_cast<Table*>(memory_); }

void Purges::make_empty() noexcept {
  if (table().magic == kMagic) return take_back_unfinished();
  std::memset(memory_, 0, sizeof(Table));
  table().magic = kMagic;
}

std::uint64_t Purges::order() const noexcept { return table().order; }
std::uint64_t Purges::next_order() noexcept { return ++table().order; }

void Purges::go_on_after(std::uint64_t order) noexcept { table().order = std::max(table().order, order); }

void Purges::take_back_unfinished() noexcept {
  Table& log = table();
  if (log.tags_used <= kTags) return;
  log.all = {{log.order, log.order}};
  log.tags.fill(Tag{});
  log.tags_used = 0;
}

// Forgets the older half: what they said then holds for everything that is older than they are.
void Purges::make_room() noexcept {
  Table& log = table();
  log.tags_used = kMakingRoom;
  std::atomic_signal_fence(std::memory_order_seq_cst);  // before anything is taken away (journal.h)
  const std::uint64_t middle = log.order - kMostTagsUsed / 2;
  static std::array<Tag, kTags> kept;  // 400 KB, too much for a stack; one thread a worker, and the lock is held
  std::size_t count = 0;
  for (const Tag& tag : log.tags) {
    if (tag.hash == 0) continue;
    if (tag.orders.newest() > middle) {
      kept[count++] = tag;
    } else {
      log.all.raise(tag.orders);
    }
  }
  log.tags.fill(Tag{});
  for (std::size_t i = 0; i < count; ++i) log.place_of(kept[i].hash) = kept[i];
  std::atomic_signal_fence(std::memory_order_seq_cst);
  log.tags_used = static_cast<std::uint32_t>(count);
}

void Purges::purge_tag(std::uint64_t tag, Hardness hardness) noexcept {
  Table& log = table();
  if (tag == 0) tag = 1;
  const std::uint64_t order = next_order();
  if (log.tags_used >= kMostTagsUsed) make_room();
  Tag& place = log.place_of(tag);
  if (place.hash == 0) ++log.tags_used;
  place.hash = tag;
  place.orders.set(hardness, order);
}

void Purges::purge_prefix(std::string_view url_prefix, Hardness hardness) noexcept {
  Table& log = table();
  if (url_prefix.size() > kLongestPrefix) url_prefix = url_prefix.substr(0, kLongestPrefix);  // purges more, never less
  const std::uint64_t order = next_order();
  const auto begin = log.prefixes.begin(), end = begin + log.prefixes_used;
  auto place = std::find_if(begin, end, [&](const Prefix& prefix) { return std::string_view(prefix.text, prefix.size) == url_prefix; });
  if (place == end && log.prefixes_used < kPrefixes) {
    ++log.prefixes_used;
    *place = Prefix{};
  } else if (place == end) {
    place = std::min_element(begin, end, [](const Prefix& a, const Prefix& b) { return a.orders.newest() < b.orders.newest(); });
    log.all.raise(place->orders);
    *place = Prefix{};
  }
  place->size = static_cast<std::uint16_t>(url_prefix.size());
  std::memcpy(place->text, url_prefix.data(), url_prefix.size());
  place->orders.set(hardness, order);
}

void Purges::purge_all(Hardness hardness) noexcept {
  const std::uint64_t order = next_order();
  table().all.set(hardness, order);
}

void Purges::doubt_all() noexcept { table().doubted = next_order(); }

Purged Purges::state_of(const StoredResponse& response, std::uint64_t order) const noexcept {
  Table& log = table();
  if (log.order <= order) return Purged::no;
  Purged state = std::max(log.all.over(order), log.doubted > order ? Purged::doubtful : Purged::no);
  const auto raise = [&](const Orders& orders) { state = std::max(state, orders.over(order)); };
  for (const std::uint64_t tag : response.tags) {
    const Tag& place = log.place_of(tag == 0 ? 1 : tag);
    if (place.hash != 0) raise(place.orders);
  }
  for (std::size_t i = 0; i < log.prefixes_used; ++i) {
    const Prefix& prefix = log.prefixes[i];
    if (response.url.starts_with(std::string_view(prefix.text, prefix.size))) raise(prefix.orders);
  }
  return state;
}

}  // namespace segue::edge
