// SPDX-License-Identifier: Apache-2.0
#include "packager/fragment.h"

#include <algorithm>

#include "media/bmff/group_boxes.h"
#include "media/bmff/movie_boxes.h"

namespace segue::packager {
namespace {

using namespace media::bmff;
using Samples = std::span<const TrunSample>;

template <class Member>
bool all_equal(Samples samples, Member member) {
  return std::all_of(samples.begin(), samples.end(), [&](const TrunSample& s) { return s.*member == samples[0].*member; });
}

// What is the same for all samples stands in tfhd, what differs in trun; what trex says already stands nowhere.
void choose_fields(const FragmentPlan& plan, Tfhd& tfhd, Trun& trun) {
  const Samples samples = plan.samples;
  trun.flags = Trun::kDataOffset;
  if (!all_equal(samples, &TrunSample::duration)) {
    trun.flags |= Trun::kDuration;
  } else if (samples[0].duration != plan.default_duration) {
    tfhd.flags |= Tfhd::kDuration;
    tfhd.sample_duration = samples[0].duration;
  }
  if (!all_equal(samples, &TrunSample::size)) {
    trun.flags |= Trun::kSize;
  } else {
    tfhd.flags |= Tfhd::kSize;
    tfhd.sample_size = samples[0].size;
  }
  if (std::any_of(samples.begin(), samples.end(), [](const TrunSample& s) { return s.composition_offset != 0; }))
    trun.flags |= Trun::kComposition;
  if (plan.sync_only) return;
  if (!all_equal(samples.subspan(1), &TrunSample::flags) || (samples.size() > 1 && samples[1].flags != kNonSyncSample)) {
    trun.flags |= Trun::kFlags;
  } else if (samples[0].flags != kNonSyncSample) {
    trun.flags |= Trun::kFirstFlags;
    trun.first_sample_flags = samples[0].flags;
  }
}

void patch32(std::vector<std::uint8_t>& out, std::size_t at, std::uint64_t value) {
  for (std::size_t i = 0; i < 4; ++i) out[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

}  // namespace

std::uint64_t write_fragment_head(std::vector<std::uint8_t>& out, const FragmentPlan& plan) {
  const std::size_t start = out.size();
  std::size_t trun_at = 0;
  Tfhd tfhd;
  Trun trun;
  choose_fields(plan, tfhd, trun);
  trun.samples.assign(plan.samples.begin(), plan.samples.end());
  {
    BoxScope moof(out, fourcc("moof"));
    write(out, Mfhd{plan.sequence});
    BoxScope traf(out, fourcc("traf"));
    write(out, tfhd);
    write(out, Tfdt{plan.decode_time});
    if (plan.roll_grouping != 0) write(out, Sbgp{plan.roll_grouping, {{static_cast<std::uint32_t>(plan.samples.size()), 1}}});
    trun_at = out.size();
    write(out, trun);
  }
  constexpr std::size_t kMdatHeader = 8;
  patch32(out, trun_at + Trun::kDataOffsetAt, out.size() - start + kMdatHeader);
  std::uint64_t bytes = 0;
  for (const TrunSample& sample : plan.samples) bytes += sample.size;
  { BoxScope mdat(out, fourcc("mdat")); }
  patch32(out, out.size() - kMdatHeader, kMdatHeader + bytes);
  return bytes;
}

}  // namespace segue::packager
