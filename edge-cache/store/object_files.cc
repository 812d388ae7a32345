// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/object_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace segue::edge {
namespace {

constexpr std::uint32_t kMagic = 0x314f4753;  // "SGO1"

struct HeadRecord {
  std::uint32_t magic, checksum, size, units;
  Key key;
  std::uint64_t id;
};

std::uint32_t checksum_of(const HeadRecord& record, std::string_view payload) {
  const Key salt = {record.key[0] ^ record.id, record.key[1] ^ record.size ^ (std::uint64_t{record.units} << 32)};
  return static_cast<std::uint32_t>(hash(salt, payload)[0]);
}

bool write_all(int file, const char* bytes, std::size_t size, off_t offset) {
  while (size > 0) {
    const ssize_t written = ::pwrite(file, bytes, size, offset);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
    offset += written;
  }
  return true;
}

int open_at_once(const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_CACHED;  // Linux 5.12
  return static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof(how)));
}

// Who owns the file may; for others the time is noted.
int without_access_time(int file) {
  if (file >= 0) (void)::fcntl(file, F_SETFL, O_NOATIME);
  return file;
}

int open_existing(const std::string& path, int mode, Wait wait) {
  const int flags = mode | O_CLOEXEC;
  return without_access_time(wait == Wait::no ? open_at_once(path, flags) : ::open(path.c_str(), flags));
}

bool make_folder(const std::string& path) { return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST; }

std::string hexadecimal(std::uint64_t value, int digits) {
  std::array<char, 24> text;
  const int size = std::snprintf(text.data(), text.size(), "%0*llx", digits, static_cast<unsigned long long>(value));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::uint16_t head_units_for(std::size_t payload_bytes) noexcept {
  const std::size_t units = (sizeof(HeadRecord) + payload_bytes + payload_bytes / 4 + 256 + kHeadUnit - 1) / kHeadUnit;
  return units > kMostHeadUnits ? 0 : static_cast<std::uint16_t>(units);
}

std::string ObjectFiles::arriving(std::uint64_t id) const { return folder_ + "/arriving/" + hexadecimal(id, 16); }
std::string ObjectFiles::name_of(std::uint64_t id) { return "objects/" + hexadecimal(id % kObjectFolders, 2) + '/' + hexadecimal(id, 16); }
std::string ObjectFiles::folder_of(std::uint64_t number) const { return folder_ + "/objects/" + hexadecimal(number, 2); }

std::optional<std::uint64_t> ObjectFiles::id_of(std::string_view file) {
  std::uint64_t id = 0;
  const auto [end, wrong] = std::from_chars(file.data(), file.data() + file.size(), id, 16);
  if (wrong != std::errc() || end != file.data() + file.size() || hexadecimal(id, 16) != file) return std::nullopt;
  return id;
}

std::string ObjectFiles::complete(std::uint64_t id) const { return folder_ + '/' + name_of(id); }

bool ObjectFiles::prepare() const {
  if (!make_folder(folder_) || !make_folder(folder_ + "/arriving") || !make_folder(folder_ + "/objects")) return false;
  for (std::uint64_t i = 0; i < kObjectFolders; ++i) {
    if (!make_folder(folder_of(i))) return false;
  }
  return true;
}

void ObjectFiles::sweep_arriving() const {
  const std::string path = folder_ + "/arriving";
  DIR* folder = ::opendir(path.c_str());
  if (folder == nullptr) return;
  while (const dirent* item = ::readdir(folder)) {
    if (item->d_name[0] != '.') ::unlink((path + '/' + item->d_name).c_str());
  }
  ::closedir(folder);
}

bool ObjectFiles::give_to(unsigned user) const {
  bool given = true;
  const auto give = [&](const std::string& path) { given = ::chown(path.c_str(), user, static_cast<gid_t>(-1)) == 0 && given; };
  for (const char* name : {"", "/arriving", "/objects"}) give(folder_ + name);
  for (std::uint64_t i = 0; i < kObjectFolders; ++i) give(folder_of(i));
  return given;
}

int ObjectFiles::create(std::uint64_t id) const {
  return without_access_time(::open(arriving(id).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
}
int ObjectFiles::open(std::uint64_t id, Wait wait) const {
  const std::string path = complete(id);
  const int file = open_existing(path, O_RDWR, wait);
  // A disk that takes no more writes still reads: only a new head, after a 304, has nowhere to go.
  if (file < 0 && (errno == EROFS || errno == EACCES || errno == EPERM)) return open_existing(path, O_RDONLY, wait);
  return file;
}
int ObjectFiles::open_arriving(std::uint64_t id, Wait wait) const { return open_existing(arriving(id), O_RDONLY, wait); }
bool ObjectFiles::publish(std::uint64_t id) const {
  const std::string from = arriving(id), to = complete(id);
  if (::rename(from.c_str(), to.c_str()) == 0) return true;
  return errno == ENOENT && prepare() && ::rename(from.c_str(), to.c_str()) == 0;  // somebody deleted the folders
}
void ObjectFiles::remove(std::uint64_t id) const { ::unlink(complete(id).c_str()); }
void ObjectFiles::remove_arriving(std::uint64_t id) const { ::unlink(arriving(id).c_str()); }

bool ObjectFiles::write_head(int file, const HeadPlace& place, std::string_view payload) {
  if (sizeof(HeadRecord) + payload.size() > std::size_t{place.units} * kHeadUnit) {
    errno = EFBIG;
    return false;
  }
  HeadRecord record = {kMagic, 0, static_cast<std::uint32_t>(payload.size()), place.units, place.key, place.id};
  record.checksum = checksum_of(record, payload);
  std::string bytes(reinterpret_cast<const char*>(&record), sizeof(record));
  bytes += payload;
  return write_all(file, bytes.data(), bytes.size(), static_cast<off_t>(place.offset()));
}

std::unique_ptr<StoredHead> ObjectFiles::read_head(int file, const HeadPlace& place, Wait wait) {
  const std::size_t slot_bytes = std::size_t{place.units} * kHeadUnit;
  if (slot_bytes <= sizeof(HeadRecord) || place.units > kMostHeadUnits) return nullptr;
  std::string bytes(slot_bytes, '\0');
  const iovec part{bytes.data(), bytes.size()};
  const ssize_t got = ::preadv2(file, &part, 1, static_cast<off_t>(place.offset()), wait == Wait::no ? RWF_NOWAIT : 0);
  if (got < static_cast<ssize_t>(sizeof(HeadRecord))) return nullptr;
  HeadRecord record;
  std::memcpy(&record, bytes.data(), sizeof(record));
  const bool ours = record.magic == kMagic && record.key == place.key && record.id == place.id && record.units == place.units &&
                    record.size <= static_cast<std::size_t>(got) - sizeof(record);
  if (!ours) return nullptr;
  const std::string_view payload(bytes.data() + sizeof(record), record.size);
  if (record.checksum != checksum_of(record, payload)) return nullptr;
  return StoredHead::parse(std::string(payload));
}

}  // namespace segue::edge
