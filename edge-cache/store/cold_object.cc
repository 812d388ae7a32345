// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/store/cold_object.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <string>
#include <utility>

namespace segue::edge {
namespace {

// Of the object: that there are too many files, or too little memory.
bool says_nothing(int error) { return error == EMFILE || error == ENFILE || error == ENOMEM || error == EINTR; }

bool has_body(int file, const HeadPlace& place, std::uint64_t bytes, std::uint32_t checksum) {
  if (bytes > kMostCheckedBytes) return false;
  std::string body(bytes, '\0');
  const ssize_t got = ::pread(file, body.data(), body.size(), static_cast<off_t>(place.body_offset()));
  return got == static_cast<ssize_t>(body.size()) &&
         ::crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())) == checksum;
}

bool has_size(int file, const HeadPlace& place, std::uint64_t body_bytes) {
  struct stat facts {};
  if (::fstat(file, &facts) != 0) return false;
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  return size >= place.body_offset() + body_bytes && size <= place.body_offset() + stored_bytes(body_bytes);
}

}  // namespace

Opened ColdObject::open(const ObjectFiles& files, Wait wait) const {
  const Opened lost = {nullptr, wait == Wait::no, wait == Wait::yes};  // or who may wait finds it out
  if (checksum && wait == Wait::no) return lost;
  int number = arriving ? files.open_arriving(place.id, wait) : -1;
  if (number < 0) number = files.open(place.id, wait);
  if (number < 0) return wait == Wait::no || !says_nothing(errno) ? lost : Opened{};
  auto file = std::make_shared<const OpenFile>(number);
  if (!arriving && !has_size(number, place, body_bytes)) return lost;
  auto head = ObjectFiles::read_head(number, place, wait);
  if (head == nullptr) return lost;
  if (checksum && !has_body(number, place, body_bytes, *checksum)) return lost;
  return {std::make_shared<const Object>(Object{place, std::move(file), std::move(head)})};
}

}  // namespace segue::edge
