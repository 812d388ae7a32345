// SPDX-License-Identifier: Apache-2.0
#include "packager/source_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "packager/adts_source.h"

namespace segue::packager {
namespace {

using media::bmff::fourcc;
using media::bmff::Header;

constexpr std::size_t kHeadBytes = 16384;            // enough for is_adts()
constexpr std::uint64_t kMaxMoovBytes = 1ULL << 30;  // tables of 100 h of audio take 70 MB
constexpr std::uint64_t kMaxMoofBytes = 1ULL << 26;  // four million samples: more than 24 h of sound in one fragment
constexpr int kMaxTopLevelBoxes = 1 << 22;           // two a fragment: 24 h in fragments of 40 ms

// As many bytes at `offset` as there are, up to the buffer's size. Negative: errno tells.
ssize_t read_at(int file, std::uint64_t offset, std::span<std::uint8_t> buffer) {
  std::size_t got = 0;
  while (got < buffer.size()) {
    const ssize_t n = ::pread(file, buffer.data() + got, buffer.size() - got, static_cast<off_t>(offset + got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return n;
    if (n == 0) break;
    got += static_cast<std::size_t>(n);
  }
  return static_cast<ssize_t>(got);
}

// What a file of boxes may begin with.
bool begins_as_movie(std::span<const std::uint8_t> head) {
  Header header;
  if (!media::bmff::read_header(head, header)) return false;
  for (const auto type : {fourcc("ftyp"), fourcc("moov"), fourcc("mdat"), fourcc("free"), fourcc("skip"), fourcc("wide"), fourcc("pnot")}) {
    if (header.type == type) return true;
  }
  return false;
}

}  // namespace

Result<SourceFile> SourceFile::open(const std::string& path) {
  SourceFile source(path, ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (source.file_ < 0) return source.failure(std::strerror(errno));
  struct stat facts {};
  if (::fstat(source.file_, &facts) != 0) return source.failure(std::strerror(errno));
  if (!S_ISREG(facts.st_mode)) return source.failure(S_ISDIR(facts.st_mode) ? "is a folder, expected a file" : "not a regular file");
  source.bytes_ = static_cast<std::uint64_t>(facts.st_size);
  auto known = source.recognise();
  if (!known) return std::move(known).error();
  return source;
}

SourceFile::SourceFile(SourceFile&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      bytes_(other.bytes_),
      kind_(other.kind_),
      moov_(std::move(other.moov_)),
      moov_offset_(other.moov_offset_),
      fragments_(std::move(other.fragments_)),
      movie_(std::move(other.movie_)) {}

SourceFile::~SourceFile() {
  if (file_ >= 0) ::close(file_);
}

Result<void> SourceFile::recognise() {
  if (bytes_ == 0) return failure("empty file");
  std::vector<std::uint8_t> head(static_cast<std::size_t>(std::min<std::uint64_t>(kHeadBytes, bytes_)));
  const ssize_t got = read_at(file_, 0, head);
  if (got < 0) return failure(std::string("read: ") + std::strerror(errno));
  head.resize(static_cast<std::size_t>(got));
  if (is_adts(head)) {
    kind_ = Kind::adts;
    return {};
  }
  if (!begins_as_movie(head)) return failure("neither an MP4 or MOV file nor AAC in ADTS frames");
  auto read = read_boxes();
  return read ? read_tracks() : read;
}

// Up to the moov; of a fragmented file, where moofs come after it, all.
Result<void> SourceFile::read_boxes() {
  std::uint64_t offset = 0;
  for (int n = 0; n < kMaxTopLevelBoxes && offset < bytes_; ++n) {
    std::array<std::uint8_t, 16> bytes{};
    const ssize_t count = read_at(file_, offset, bytes);
    Header header;
    const bool whole = count > 0 && media::bmff::read_header(std::span(bytes).first(static_cast<std::size_t>(count)), header);
    if (!whole || (header.size != 0 && header.size < header.header_bytes))
      return failure("box at " + std::to_string(offset) + ": damaged header");
    const std::uint64_t size = header.size == 0 ? bytes_ - offset : header.size;
    if (size > bytes_ - offset)
      return failure(media::bmff::text_of(header.type) + " at " + std::to_string(offset) + ": " + std::to_string(size) +
                     " bytes, the file has " + std::to_string(bytes_ - offset) + " left: truncated");
    Result<void> done;
    if (header.type == fourcc("moov") && moov_.bytes().empty()) {
      done = read_moov(offset, size);
      if (done && !fragments_) return {};
    } else if (header.type == fourcc("moof") && fragments_) {
      done = add_moof(offset, size);
    }
    if (!done) return done;
    offset += size;
  }
  if (moov_.bytes().empty()) return failure("no moov box: truncated while it was recorded, or not a movie");
  return {};
}

Result<void> SourceFile::read_moov(std::uint64_t offset, std::uint64_t size) {
  if (size > kMaxMoovBytes) return failure("moov of " + std::to_string(size) + " bytes, expected at most " + std::to_string(kMaxMoovBytes));
  auto head = MovieHead::read(file_, offset, size);
  if (!head) return failure(head.error().message);
  moov_ = std::move(*head);
  moov_offset_ = offset;
  if (!is_fragmented(moov())) return {};
  auto tables = FragmentTables::begin(moov(), bytes_);
  if (!tables) return failure(tables.error().message);
  fragments_ = std::make_unique<FragmentTables>(std::move(*tables));
  return {};
}

media::bmff::Box SourceFile::moov() const {
  media::bmff::Boxes boxes(moov_.bytes(), moov_offset_);
  media::bmff::Box box;
  (void)boxes.next(box);
  return box;
}

Result<void> SourceFile::add_moof(std::uint64_t offset, std::uint64_t size) {
  if (size > kMaxMoofBytes) return failure("moof of " + std::to_string(size) + " bytes, expected at most " + std::to_string(kMaxMoofBytes));
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(size));
  const ssize_t got = read_at(file_, offset, bytes);
  if (got < 0) return failure(std::string("read: ") + std::strerror(errno));
  if (static_cast<std::uint64_t>(got) < size) return failure("ends while it is read");
  media::bmff::Boxes boxes(bytes, offset);
  media::bmff::Box moof;
  if (!boxes.next(moof)) return failure(boxes.error().message);
  auto added = fragments_->add(moof);
  return added ? added : failure(added.error().message);
}

Result<void> SourceFile::read_tracks() {
  if (fragments_) {
    if (auto ended = fragments_->end(); !ended) return failure(ended.error().message);
  }
  auto movie = read_movie(moov(), fragments_.get(), bytes_, file_);
  if (!movie) return failure(movie.error().message);
  movie_ = std::move(*movie);
  if (!movie_.tracks.empty()) return {};
  return failure(movie_.skipped.empty() ? "no track in it" : movie_.skipped.front());
}

}  // namespace segue::packager
