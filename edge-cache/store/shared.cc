// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/shared.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <new>

namespace segue::edge {
namespace {

std::size_t page_rounded(std::size_t bytes) noexcept { return (bytes + 4095) / 4096 * 4096; }

// The same as long as the machine runs: with it, what is in the page cache is as the last process left it.
Key this_boot() {
  std::array<char, 64> text{};
  const int file = ::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  const ssize_t size = file < 0 ? 0 : ::read(file, text.data(), text.size());
  if (file >= 0) ::close(file);
  return hash({0, 0}, std::string_view(text.data(), static_cast<std::size_t>(std::max<ssize_t>(0, size))));
}

HashSecret random_secret() {
  HashSecret secret{};
  if (::getrandom(secret.data(), sizeof(secret), 0) != sizeof(secret)) secret = {static_cast<std::uint64_t>(::getpid()), 0};
  return secret;
}

// Workers of a master that was killed may take a moment to end; the kernel has no flock() with a deadline.
bool lock_patiently(int file) {
  for (int tries = 0; tries < 100; ++tries) {
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) return true;
    const timespec pause = {0, 20'000'000};
    ::nanosleep(&pause, nullptr);
  }
  return false;
}

std::string failure(const std::string& what, const std::string& path) { return path + ": " + what + ": " + std::strerror(errno); }

}  // namespace

struct Shared::Mapping {
  int lock_file = -1, index_file = -1;
  std::size_t index_bytes = 0, kept_bytes = 0, live_bytes = 0;
  std::byte* kept = nullptr;
  std::byte* live = nullptr;

  ~Mapping() {
    if (kept != nullptr) ::munmap(kept, kept_bytes);
    if (live != nullptr) ::munmap(live, live_bytes);
    if (index_file >= 0) ::close(index_file);
    if (lock_file >= 0) ::close(lock_file);
  }
  static std::byte* map(int file, std::size_t bytes) noexcept {
    void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | (file < 0 ? MAP_ANONYMOUS : 0), file, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
  }
};

bool Shared::in_use(const std::string& folder) {
  const int file = ::open((folder + "/lock").c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return false;
  const bool locked = lock_patiently(file);
  ::close(file);
  return !locked;
}

std::unique_ptr<Shared> Shared::open(const std::string& folder, Size size, std::string& error) {
  const ObjectFiles files(folder);
  auto mapping = std::make_unique<Mapping>();
  const auto failed = [&](const std::string& what, const std::string& path) {
    error = failure(what, path);
    return nullptr;
  };
  if (!files.prepare()) return failed("cannot make the cache folder", folder);
  mapping->lock_file = ::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (mapping->lock_file < 0) return failed("cannot open", folder + "/lock");
  if (!lock_patiently(mapping->lock_file)) return failed("another edge uses this folder", folder);
  files.sweep_arriving();

  mapping->index_bytes = page_rounded(Index::bytes_for(size.objects));
  mapping->kept_bytes = mapping->index_bytes + page_rounded(Purges::bytes_for());
  mapping->live_bytes = page_rounded(sizeof(Live)) + page_rounded(Fetches::bytes_for());
  mapping->index_file = ::open((folder + "/index").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (mapping->index_file < 0) return failed("cannot open", folder + "/index");
  // Blocks are taken now: a page that cannot be written later would end the worker by SIGBUS.
  const int full = ::posix_fallocate(mapping->index_file, 0, static_cast<off_t>(mapping->kept_bytes));
  if (full != 0) {
    errno = full;
    return failed("no room for the index", folder + "/index");
  }
  mapping->kept = Mapping::map(mapping->index_file, mapping->kept_bytes);
  mapping->live = Mapping::map(-1, mapping->live_bytes);
  if (mapping->kept == nullptr || mapping->live == nullptr) return failed("cannot map the index", folder + "/index");
  return std::unique_ptr<Shared>(new Shared(folder, std::move(mapping), size));
}

Shared::Shared(std::string folder, std::unique_ptr<Mapping> mapping, Size size)
    : mapping_(std::move(mapping)),
      files_(std::move(folder)),
      live_(new (mapping_->live) Live{}),
      index_({mapping_->kept, mapping_->index_bytes}, size.objects, size.bytes, random_secret(), this_boot()),
      purges_({mapping_->kept + mapping_->index_bytes, mapping_->kept_bytes - mapping_->index_bytes}),
      fetches_({mapping_->live + page_rounded(sizeof(Live)), page_rounded(Fetches::bytes_for())}),
      node_(hexadecimal(random_secret())) {
  // Beyond whatever an index before this one gave out, unless it stored 4,096 objects each microsecond: what it left is told by that.
  const auto now = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch());
  if (index_.anew()) index_.skip_ids(static_cast<std::uint64_t>(now.count()) << 12);
  purges_.make_empty();
  if (index_.after_power_loss()) purges_.go_on_after(index_.newest_order());
  fetches_.make_empty();
  pthread_mutexattr_t attributes;
  ::pthread_mutexattr_init(&attributes);
  ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  ::pthread_mutex_init(&live_->mutex, &attributes);
  ::pthread_mutexattr_destroy(&attributes);
}

Shared::~Shared() = default;

void Shared::lock() noexcept {
  if (::pthread_mutex_lock(&live_->mutex) != EOWNERDEAD) return;
  ::pthread_mutex_consistent(&live_->mutex);
  index_.take_back_unfinished();
  purges_.take_back_unfinished();
}

void Shared::set_clean() noexcept {
  if (::msync(mapping_->kept, mapping_->kept_bytes, MS_SYNC) != 0)
    return;  // it looks like a power loss to the next boot, which looks closer
  index_.set_clean(true);
  (void)::msync(mapping_->kept, page_rounded(1), MS_SYNC);
}

void Shared::unlock() noexcept { ::pthread_mutex_unlock(&live_->mutex); }

}  // namespace segue::edge
