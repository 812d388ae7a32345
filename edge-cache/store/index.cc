// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/index.h"

#include <algorithm>
#include <cstring>

#include "edge-cache/store/journal.h"

namespace segue::edge {
namespace {

constexpr std::uint64_t kMagic = 0x3265676465677365;  // "esgedge2"
constexpr std::uint32_t kNone = 0xffffffff;

struct Ends {
  std::uint32_t newest, oldest;
  std::uint64_t bytes;
};

}  // namespace

struct Index::Header {
  std::uint64_t magic;
  std::uint32_t objects, count;
  std::uint64_t most_bytes, next_id, doubtful_below;
  HashSecret secret;
  Key boot;
  std::uint32_t free, turn;  // turn: evictions so far, the clock of the ghosts
  std::uint32_t relinking, clean;
  Ends small, main;
  std::uint32_t vary_lists;
  char vary[kMostVaryLists][kLongestVaryList + 1];
  Journal journal;
};

std::size_t Index::bytes_for(std::uint32_t objects) noexcept {
  return sizeof(Header) + objects * (sizeof(std::uint32_t) + sizeof(Entry) + sizeof(Ghost)) + 64;
}

Index::Header& Index::header() const noexcept { return *reinterpret_cast<Header*>(memory_); }
Entry* Index::entries() const noexcept { return reinterpret_cast<Entry*>(memory_ + (sizeof(Header) + 63) / 64 * 64); }
Index::Ghost* Index::ghosts() const noexcept { return reinterpret_cast<Ghost*>(entries() + header().objects); }
std::uint32_t* Index::buckets() const noexcept { return reinterpret_cast<std::uint32_t*>(ghosts() + header().objects); }
std::uint32_t& Index::bucket_of(const Key& key) const noexcept { return buckets()[key[0] % header().objects]; }
std::uint32_t Index::position_of(const Entry& entry) const noexcept { return static_cast<std::uint32_t>(&entry - entries()); }

Index::Index(std::span<std::byte> memory) noexcept : memory_(memory.data()) {}

Index::Index(std::span<std::byte> memory, std::uint32_t objects, std::uint64_t most_bytes, const HashSecret& secret,
             const Key& boot) noexcept
    : memory_(memory.data()) {
  Header& head = header();
  anew_ = head.magic != kMagic || head.objects != objects;
  if (anew_) {
    make_empty(objects, secret);
    head.boot = boot;
  }
  head.most_bytes = most_bytes;
  after_power_loss_ = head.boot != boot && head.clean == 0;
  if (after_power_loss_) head.doubtful_below = head.next_id += 1 << 20;  // ids that were given out and never written down
  const bool whole = head.relinking == 0 && head.journal.undo(memory_, bytes_for(objects));
  if (after_power_loss_ || !whole) relink();
  head.boot = boot;
  head.clean = 0;
}

void Index::make_empty(std::uint32_t objects, const HashSecret& secret) noexcept {
  std::memset(memory_, 0, bytes_for(objects));
  Header& head = header();
  head.magic = kMagic;
  head.objects = objects;
  head.next_id = 1;
  head.secret = secret;
  relink();
}

// Everything but the entries themselves is made from them. Their order in the queues is lost; ids tell it well enough.
void Index::relink() noexcept {
  Header& head = header();
  head.relinking = 1;
  std::fill_n(buckets(), head.objects, kNone);
  head.small = head.main = Ends{kNone, kNone, 0};
  head.free = kNone;
  head.count = 0;
  for (std::uint32_t i = head.objects; i-- > 0;) {
    Entry& entry = entries()[i];
    const bool good = entry.kind > Kind::none && entry.kind <= Kind::pass && entry.slot < 2 && entry.uses < 4 && entry.id < head.next_id &&
                      find(entry.key) == nullptr;
    if (good) {
      link(i);
      enqueue(i, entry.queue == Queue::main ? Queue::main : Queue::small);
      commit();
    } else {
      entry = Entry{};
      entry.next = head.free;
      head.free = i;
    }
  }
  commit();
  head.relinking = 0;
}

const HashSecret& Index::secret() const noexcept { return header().secret; }
std::uint64_t Index::new_id() noexcept { return header().next_id++; }
std::uint64_t Index::next_id() const noexcept { return header().next_id; }
void Index::skip_ids(std::uint64_t first) noexcept { header().next_id = std::max(header().next_id, first); }
std::uint32_t Index::objects() const noexcept { return header().objects; }

std::size_t Index::read_ids(std::uint32_t from, std::span<std::uint64_t> ids) const noexcept {
  std::size_t count = 0;
  for (std::uint64_t i = from; i < std::min<std::uint64_t>(header().objects, std::uint64_t{from} + ids.size()); ++i) {
    if (entries()[i].kind == Kind::object) ids[count++] = entries()[i].id;
  }
  return count;
}

std::uint64_t Index::bytes() const noexcept { return header().small.bytes + header().main.bytes; }
std::uint64_t Index::most_bytes() const noexcept { return header().most_bytes; }
std::uint32_t Index::count() const noexcept { return header().count; }
bool Index::doubtful(const Entry& entry) const noexcept { return entry.id < header().doubtful_below && entry.until == 0; }
std::uint64_t Index::newest_order() const noexcept {
  std::uint64_t newest = 0;
  for (std::uint32_t i = 0; i < header().objects; ++i) newest = std::max({newest, entries()[i].order, entries()[i].soft_order});
  return newest;
}
void Index::set_clean(bool clean) noexcept { header().clean = clean ? 1 : 0; }

void Index::take_back_unfinished() noexcept {
  if (!header().journal.undo(memory_, bytes_for(header().objects))) relink();
}

template <class T>
void Index::set(T& place, const T& value) noexcept {
  header().journal.set(memory_, place, value);
}
void Index::commit() noexcept { header().journal.commit(); }

Entry* Index::find(const Key& key) noexcept {
  // Bounded: a chain that a dying worker bent into a circle ends here.
  std::uint32_t steps = 0;
  for (std::uint32_t at = bucket_of(key); at < header().objects && steps < header().objects; at = entries()[at].next, ++steps) {
    if (entries()[at].key == key) return &entries()[at];
  }
  return nullptr;
}

void Index::link(std::uint32_t position) noexcept {
  std::uint32_t& bucket = bucket_of(entries()[position].key);
  set(entries()[position].next, bucket);
  set(bucket, position);
  set(header().count, header().count + 1);
}

void Index::enqueue(std::uint32_t position, Queue queue) noexcept {
  Ends& ends = queue == Queue::main ? header().main : header().small;
  Entry& entry = entries()[position];
  if (ends.newest != kNone) set(entries()[ends.newest].newer, position);
  set(entry.queue, queue);
  set(entry.newer, kNone);
  set(entry.older, ends.newest);
  set(ends, Ends{position, ends.oldest == kNone ? position : ends.oldest, ends.bytes + entry.disk_bytes});
}

void Index::dequeue(std::uint32_t position) noexcept {
  Entry& entry = entries()[position];
  Ends& ends = entry.queue == Queue::main ? header().main : header().small;
  Ends left = ends;
  left.bytes -= entry.disk_bytes;
  if (entry.newer != kNone)
    set(entries()[entry.newer].older, entry.older);
  else
    left.newest = entry.older;
  if (entry.older != kNone)
    set(entries()[entry.older].newer, entry.newer);
  else
    left.oldest = entry.newer;
  set(ends, left);
  set(entry.queue, Queue::none);
}

void Index::take_out(Entry& entry) noexcept {
  const std::uint32_t position = position_of(entry);
  std::uint32_t* place = &bucket_of(entry.key);
  while (*place != position && *place != kNone) place = &entries()[*place].next;
  if (*place == position) set(*place, entry.next);
  dequeue(position);
  Entry unused{};
  unused.next = header().free;
  set(entry, unused);
  set(header().free, position);
  set(header().count, header().count - 1);
}

std::uint64_t Index::erase(Entry& entry) noexcept {
  const std::uint64_t id = entry.kind == Kind::object ? entry.id : 0;
  take_out(entry);
  commit();
  return id;
}

bool Index::admits(const Key& key, std::uint64_t disk_bytes) noexcept {
  if (disk_bytes > most_bytes()) return false;
  if (disk_bytes <= most_bytes() / 40 || remembered(key)) return true;
  remember(key);
  return false;
}

Entry* Index::insert(const Entry& value, std::span<std::uint64_t> evicted, std::size_t& evicted_count) noexcept {
  evicted_count = 0;
  const auto drop = [&](std::uint64_t id) {
    if (id != 0) evicted[evicted_count++] = id;
  };
  Queue queue = remembered(value.key) ? Queue::main : Queue::small;
  if (Entry* old = find(value.key)) {
    queue = old->queue;
    drop(erase(*old));
  }
  while ((header().free == kNone || bytes() + value.disk_bytes > most_bytes()) && header().count > 0 && evicted_count < evicted.size())
    drop(evict_one());
  if (header().free == kNone) return nullptr;
  const std::uint32_t position = header().free;
  set(header().free, entries()[position].next);
  set(entries()[position], value);
  link(position);
  enqueue(position, queue);
  commit();
  return &entries()[position];
}

std::size_t Index::make_room(std::uint64_t wanted, std::span<std::uint64_t> evicted) noexcept {
  const std::uint64_t goal = bytes() > wanted ? bytes() - wanted : 0;
  std::size_t count = 0;
  while (bytes() > goal && header().count > 0 && count < evicted.size()) {
    const std::uint64_t id = evict_one();
    if (id != 0) evicted[count++] = id;
  }
  return count;
}

std::uint64_t Index::evict_one() noexcept {
  std::uint64_t id = 0;
  // Ends: each step evicts, moves an entry out of the small queue, or lowers its uses.
  while (header().small.oldest != kNone || header().main.oldest != kNone) {
    const bool from_small = header().small.oldest != kNone && (header().small.bytes > most_bytes() / 10 || header().main.oldest == kNone);
    if (evict_from(from_small ? Queue::small : Queue::main, id)) break;
  }
  return id;
}

// False: the oldest was kept, for it was used.
bool Index::evict_from(Queue queue, std::uint64_t& id) noexcept {
  const std::uint32_t position = queue == Queue::main ? header().main.oldest : header().small.oldest;
  if (position == kNone) return false;
  Entry& entry = entries()[position];
  if (entry.uses > (queue == Queue::small ? 1 : 0)) {
    dequeue(position);
    set(entry.uses, static_cast<std::uint8_t>(queue == Queue::small ? 0 : entry.uses - 1));
    enqueue(position, Queue::main);
    commit();
    return false;
  }
  if (queue == Queue::small) remember(entry.key);
  set(header().turn, header().turn + 1);
  id = entry.kind == Kind::object ? entry.id : 0;
  take_out(entry);
  commit();
  return true;
}

// Not in the journal: a ghost that is half written is nobody's, or somebody's a little too early.
// A ghost lives for as many evictions as there are objects, then another may take its place.
void Index::remember(const Key& key) noexcept {
  ghosts()[key[1] % header().objects] = {static_cast<std::uint32_t>(key[1] >> 32) | 1, header().turn};
}

bool Index::remembered(const Key& key) const noexcept {
  const Ghost ghost = ghosts()[key[1] % header().objects];
  return ghost.mark == (static_cast<std::uint32_t>(key[1] >> 32) | 1) && header().turn - ghost.turn <= header().count;
}

std::uint16_t Index::vary_list(std::string_view names) noexcept {
  Header& head = header();
  for (std::uint16_t i = 0; i < head.vary_lists && i < kMostVaryLists; ++i) {
    if (vary_names(i) == names) return i;
  }
  if (names.size() > kLongestVaryList || head.vary_lists >= kMostVaryLists) return kMostVaryLists;
  const auto list = static_cast<std::uint16_t>(head.vary_lists);
  std::memset(head.vary[list], 0, sizeof(head.vary[list]));
  std::memcpy(head.vary[list], names.data(), names.size());
  ++head.vary_lists;
  return list;
}

std::string_view Index::vary_names(std::uint16_t list) const noexcept {
  if (list >= kMostVaryLists) return {};
  const char* text = header().vary[list];
  return {text, ::strnlen(text, kLongestVaryList)};
}

}  // namespace segue::edge
