// SPDX-License-Identifier: Apache-2.0
#include "packager/movie_head.h"
#include "packager/mp4_source.h"

namespace segue::packager {
namespace {

using namespace media::bmff;

std::uint64_t big_endian(Bytes bytes, std::size_t at, std::size_t width) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes[at + i];
  return value;
}

// (count, value) rows: one more of `value`.
void add_to_run(TableRows& rows, std::uint32_t value) {
  constexpr std::size_t kRow = 8;
  std::uint64_t count = 0;
  if (rows.size() >= kRow && rows.last(0, 4) == value && rows.last(4, 4) < UINT32_MAX) {
    count = rows.last(4, 4);
    rows.drop_last(kRow);
  }
  rows.put(count + 1, 4);
  rows.put(value, 4);
}

}  // namespace

void SampleRows::add_duration(std::uint32_t duration) { add_to_run(times, duration); }

// stsc: first chunk, samples in each from it on, sample description.
void SampleRows::begin_chunk(std::uint64_t offset, std::uint32_t samples) {
  ++chunk_count;
  offsets.put(offset, 8);
  if (chunks.size() > 0 && chunks.last(4, 4) == samples) return;
  chunks.put(chunk_count, 4);
  chunks.put(samples, 4);
  chunks.put(1, 4);
}

void SampleRows::add_sample(std::uint32_t size, std::int32_t composition_offset, bool sync) {
  if (!sync && all_sync) {
    all_sync = false;
    for (std::uint32_t n = 1; n <= sample_count; ++n) syncs.put(n, 4);
  }
  ++sample_count;
  sizes.put(size, 4);
  add_to_run(composition, static_cast<std::uint32_t>(composition_offset));
  if (sync && !all_sync) syncs.put(sample_count, 4);
}

Result<void> SampleRows::end() {
  for (TableRows* rows : {&times, &composition, &syncs, &sizes, &chunks, &offsets}) {
    if (auto ended = rows->end(); !ended) return ended;
  }
  return {};
}

TableBytes SampleTables::rows(const Box& box, std::size_t head) const {
  if (file_ < 0 || !stays_in_file(box.type, box.header_bytes + box.payload.size())) return {.memory = box.payload.subspan(head)};
  return {.memory = {}, .file = file_, .offset = box.payload_offset() + head, .file_size = box.payload.size() - head};
}

// version, flags, count, entries
Result<SampleTables::Table> SampleTables::table(const Box& stbl, FourCc type, std::size_t entry_bytes, bool needed) const {
  constexpr std::size_t kHead = 8;
  const Box box = find_child(stbl, type);
  if (box.type == 0) {
    if (needed) return stbl.error("no " + text_of(type) + " in it");
    return Table{};
  }
  if (box.payload.size() < kHead) return box.error(std::to_string(box.payload.size()) + " bytes left, need 8");
  Table table{rows(box, kHead), static_cast<std::uint32_t>(big_endian(box.payload, 4, 4))};
  if (table.count > table.entries.size() / entry_bytes)
    return box.error(std::to_string(table.count) + " entries of " + std::to_string(entry_bytes) + " bytes, " +
                     std::to_string(table.entries.size()) + " bytes left");
  return table;
}

// stsz: version, flags, fixed size, count, sizes; stz2: version, flags, reserved, bits, count, sizes of 4, 8 or 16 bits.
Result<void> SampleTables::open_sizes(const Box& stbl) {
  constexpr std::size_t kHead = 12;
  Box box = find_child(stbl, fourcc("stsz"));
  const bool compact = box.type == 0;
  if (compact) box = find_child(stbl, fourcc("stz2"));
  if (box.type == 0) return stbl.error("no stsz in it");
  if (box.payload.size() < kHead) return box.error(std::to_string(box.payload.size()) + " bytes left, need 12");
  const auto second = static_cast<std::uint32_t>(big_endian(box.payload, 4, 4));
  count_ = static_cast<std::uint32_t>(big_endian(box.payload, 8, 4));
  sizes_ = {rows(box, kHead), count_};
  if (compact) {
    size_bits_ = second & 0xFF;
    if (size_bits_ != 4 && size_bits_ != 8 && size_bits_ != 16)
      return box.error("sizes of " + std::to_string(size_bits_) + " bits, expected 4, 8 or 16");
  } else {
    fixed_size_ = second;
  }
  if (fixed_size_ != 0) {
    if (count_ > file_bytes_ / fixed_size_)
      return box.error(std::to_string(count_) + " samples of " + std::to_string(fixed_size_) + " bytes, the file has " +
                       std::to_string(file_bytes_));
  } else if (std::uint64_t{count_} * size_bits_ > sizes_.entries.size() * 8) {
    return box.error(std::to_string(count_) + " sizes of " + std::to_string(size_bits_) + " bits, " +
                     std::to_string(sizes_.entries.size()) + " bytes left");
  }
  return {};
}

Result<SampleTables> SampleTables::open(const Box& stbl, std::uint64_t file_bytes, int file) {
  SampleTables tables;
  tables.file_ = file;
  tables.file_bytes_ = file_bytes;
  auto sized = tables.open_sizes(stbl);
  if (!sized) return std::move(sized).error();
  tables.wide_offsets_ = find_child(stbl, fourcc("co64")).type != 0;
  tables.has_syncs_ = find_child(stbl, fourcc("stss")).type != 0;
  struct Wanted {
    Table& table;
    FourCc type;
    std::size_t entry_bytes;
    bool needed;
  };
  for (const Wanted& wanted :
       {Wanted{tables.times_, fourcc("stts"), 8, true}, Wanted{tables.chunks_, fourcc("stsc"), 12, true},
        Wanted{tables.offsets_, tables.wide_offsets_ ? fourcc("co64") : fourcc("stco"), tables.wide_offsets_ ? 8u : 4u, true},
        Wanted{tables.composition_, fourcc("ctts"), 8, false}, Wanted{tables.syncs_, fourcc("stss"), 4, false}}) {
    auto read = tables.table(stbl, wanted.type, wanted.entry_bytes, wanted.needed);
    if (!read) return std::move(read).error();
    wanted.table = *read;
  }
  return tables;
}

SampleTables SampleTables::of(const SampleRows& rows, std::uint64_t file_bytes) {
  const auto table = [](const TableRows& one, std::size_t entry_bytes) {
    return Table{one.bytes(), static_cast<std::uint32_t>(one.size() / entry_bytes)};
  };
  SampleTables tables;
  tables.file_bytes_ = file_bytes;
  tables.count_ = rows.sample_count;
  tables.times_ = table(rows.times, 8);
  tables.composition_ = table(rows.composition, 8);
  tables.syncs_ = table(rows.syncs, 4);
  tables.sizes_ = table(rows.sizes, 4);
  tables.chunks_ = table(rows.chunks, 12);
  tables.offsets_ = table(rows.offsets, 8);
  tables.wide_offsets_ = true;
  tables.has_syncs_ = !rows.all_sync;
  return tables;
}

SampleTables::Walk SampleTables::walk() const noexcept { return Walk(*this); }

SampleTables::Walk::Walk(const SampleTables& tables) noexcept
    : tables_(&tables),
      times_(tables.times_),
      offsets_(tables.offsets_),
      chunks_(tables.chunks_),
      syncs_(tables.syncs_),
      sizes_(tables.sizes_),
      composition_(tables.composition_) {}

bool SampleTables::Walk::can_read() const noexcept {
  return times_.window.ok() && offsets_.window.ok() && chunks_.window.ok() && syncs_.window.ok() && sizes_.window.ok() &&
         composition_.window.ok();
}

std::uint32_t SampleTables::Walk::next_size() noexcept {
  const SampleTables& t = *tables_;
  if (t.fixed_size_ != 0) return t.fixed_size_;
  if (t.size_bits_ >= 8) {
    const std::size_t width = t.size_bits_ / 8;
    return static_cast<std::uint32_t>(sizes_.window.value(std::uint64_t{number_} * width, width));
  }
  const auto two = static_cast<std::uint32_t>(sizes_.window.value(number_ / 2, 1));
  return number_ % 2 == 0 ? two >> 4 : two & 15u;
}

// Moves to the entry that the next sample belongs to; entries of no samples are passed over. False: the table has ended.
bool SampleTables::Walk::advance(Rows& table, Run& run) noexcept {
  while (table.window.ok() && run.entry < table.count && run.used >= table.at(run.entry, 8, 0)) {
    ++run.entry;
    run.used = 0;
  }
  if (run.entry >= table.count || !table.window.ok()) return false;
  ++run.used;
  return true;
}

// The first sample of the next chunk that has any.
bool SampleTables::Walk::enter_chunk() noexcept {
  while (left_in_chunk_ == 0) {
    if (chunk_ >= offsets_.count || !can_read()) return false;
    // stsc: first chunk (from 1), samples a chunk, description; an entry holds until the next one's first chunk.
    while (chunk_entry_ + 1 < chunks_.count && chunks_.at(chunk_entry_ + 1, 12, 0) <= chunk_ + 1) ++chunk_entry_;
    if (chunk_entry_ >= chunks_.count || chunks_.at(chunk_entry_, 12, 0) > chunk_ + 1) return false;
    left_in_chunk_ = chunks_.at(chunk_entry_, 12, 4);
    const std::size_t width = tables_->wide_offsets_ ? 8 : 4;
    offset_ = offsets_.window.value(std::uint64_t{chunk_} * width, width);
    ++chunk_;
  }
  return true;
}

bool SampleTables::Walk::next_is_sync() noexcept {
  if (!tables_->has_syncs_) return true;
  while (sync_entry_ < syncs_.count && syncs_.at(sync_entry_, 4, 0) <= number_) ++sync_entry_;
  return sync_entry_ < syncs_.count && syncs_.at(sync_entry_, 4, 0) == number_ + 1;
}

bool SampleTables::Walk::next(SampleRef& sample) noexcept {
  const std::uint64_t file_bytes = tables_->file_bytes_;
  if (failed_ || number_ == tables_->count_) return false;
  sample.size = next_size();
  if (!enter_chunk() || !advance(times_, time_) || offset_ > file_bytes || sample.size > file_bytes - offset_) {
    failed_ = true;
    return false;
  }
  sample.duration = times_.at(time_.entry, 8, 4);
  sample.composition_offset =
      advance(composition_, composition_run_) ? static_cast<std::int32_t>(composition_.at(composition_run_.entry, 8, 4)) : 0;
  sample.sync = next_is_sync();
  if (!can_read()) {
    failed_ = true;
    return false;
  }
  sample.offset = offset_;
  offset_ += sample.size;
  --left_in_chunk_;
  ++number_;
  return true;
}

}  // namespace segue::packager
