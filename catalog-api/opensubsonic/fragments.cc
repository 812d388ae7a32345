// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/fragments.h"

#include "media/bmff/movie_boxes.h"

namespace segue::opensubsonic {
namespace {

using namespace media::bmff;

constexpr std::size_t kMdatHeader = 8;
constexpr std::size_t kMaxMoofBytes = 1u << 20;  // 65,000 samples of 16 bytes; ours have a few kilobytes

Bytes bytes_of(const std::string& text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

Error wrong(const StoredFile& file, std::uint64_t offset, const std::string& what) {
  return Error{file.path() + ": at " + std::to_string(offset) + ": " + what};
}

// Whatever stands for a sample's duration and size, each sample has it afterwards.
void spread_defaults(Fragment& fragment, std::uint32_t default_duration) {
  const Tfhd& tfhd = fragment.defaults;
  const std::uint32_t duration = tfhd.flags & Tfhd::kDuration ? tfhd.sample_duration : default_duration;
  for (TrunSample& sample : fragment.run.samples) {
    if (!(fragment.run.flags & Trun::kDuration)) sample.duration = duration;
    if (!(fragment.run.flags & Trun::kSize)) sample.size = tfhd.sample_size;
    fragment.duration += sample.duration;
    fragment.data_bytes += sample.size;
  }
}

}  // namespace

Result<Fragment> read_fragment(const StoredFile& file, std::uint64_t offset, std::uint32_t default_duration) {
  Header head;
  const std::string start = file.read(offset, 16);
  if (!read_header(bytes_of(start), head) || head.type != fourcc("moof") || head.size > kMaxMoofBytes || head.size < head.header_bytes)
    return wrong(file, offset, "expected a moof of at most " + std::to_string(kMaxMoofBytes) + " bytes");
  const std::string bytes = file.read(offset, static_cast<std::size_t>(head.size) + kMdatHeader);
  if (bytes.size() != head.size + kMdatHeader) return wrong(file, offset, "the file ends inside a moof");
  Box moof;
  Boxes boxes(bytes_of(bytes).first(static_cast<std::size_t>(head.size)), offset);
  if (!boxes.next(moof)) return wrong(file, offset, boxes.error().message);
  Fragment fragment;
  auto mfhd = parse_child<Mfhd>(moof);
  auto traf = need_child(moof, fourcc("traf"));
  if (!mfhd) return wrong(file, offset, mfhd.error().message);
  if (!traf) return wrong(file, offset, traf.error().message);
  auto tfhd = parse_child<Tfhd>(*traf);
  auto tfdt = parse_child<Tfdt>(*traf);
  auto trun = parse_child<Trun>(*traf);
  if (!tfhd) return wrong(file, offset, tfhd.error().message);
  if (!tfdt) return wrong(file, offset, tfdt.error().message);
  if (!trun) return wrong(file, offset, trun.error().message);
  fragment.head = *mfhd, fragment.defaults = *tfhd, fragment.run = std::move(*trun);
  fragment.start = static_cast<media::Ticks>(tfdt->time);
  spread_defaults(fragment, default_duration);
  Header mdat;
  const Bytes behind = bytes_of(bytes).last(kMdatHeader);
  if (!read_header(behind, mdat) || mdat.type != fourcc("mdat") || mdat.size != kMdatHeader + fragment.data_bytes)
    return wrong(file, offset + head.size, "expected an mdat of " + std::to_string(kMdatHeader + fragment.data_bytes) + " bytes");
  fragment.data_offset = offset + head.size + kMdatHeader;
  fragment.end = fragment.data_offset + fragment.data_bytes;
  return fragment;
}

Result<std::uint32_t> default_duration_of(std::span<const std::uint8_t> head) {
  Boxes boxes(head, 0);
  for (Box box; boxes.next(box);) {
    if (box.type != fourcc("moov")) continue;
    auto mvex = need_child(box, fourcc("mvex"));
    if (!mvex) return std::move(mvex).error();
    auto trex = parse_child<Trex>(*mvex);
    if (!trex) return std::move(trex).error();
    return trex->sample_duration;
  }
  return Error{"no moov"};
}

std::string fragment_head(const Fragment& fragment, std::size_t from, media::Ticks start) {
  std::vector<std::uint8_t> out;
  std::uint64_t bytes = 0;
  Trun run = fragment.run;
  run.samples.erase(run.samples.begin(), run.samples.begin() + static_cast<std::ptrdiff_t>(from));
  for (const TrunSample& sample : run.samples) bytes += sample.size;
  // Written twice: the first time only to learn how long it is.
  for (int pass = 0; pass < 2; ++pass) {
    run.data_offset = static_cast<std::int32_t>(out.size() + kMdatHeader);
    out.clear();
    BoxScope moof(out, fourcc("moof"));
    write(out, fragment.head);
    BoxScope traf(out, fourcc("traf"));
    write(out, fragment.defaults);
    write(out, Tfdt{static_cast<std::uint64_t>(start)});
    write(out, run);
  }
  const auto size = static_cast<std::uint32_t>(bytes + kMdatHeader);
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(size >> shift));
  std::string text(out.begin(), out.end());
  return text + "mdat";
}

Skipped samples_before(const Fragment& fragment, media::Ticks ticks) noexcept {
  Skipped skipped;
  for (const TrunSample& sample : fragment.run.samples) {
    if (skipped.ticks + sample.duration > ticks) break;
    skipped.samples += 1;
    skipped.bytes += sample.size;
    skipped.ticks += sample.duration;
  }
  return skipped;
}

}  // namespace segue::opensubsonic
