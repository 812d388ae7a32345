// SPDX-License-Identifier: Apache-2.0
#include "validator/dash_refs.h"

#include <algorithm>

#include "media/bmff/index_boxes.h"

namespace segue::validator {
namespace {

namespace dash = manifests::dash;
using Info = dash::SegmentInfo;

// 5.3.9.1: what an inner element leaves out is inherited.
Info inherited(Info inner, const std::optional<Info>& outer) {
  if (!outer) return inner;
  if (!inner.has_timescale) {
    inner.timescale = outer->timescale;
    inner.has_timescale = outer->has_timescale;
  }
  if (inner.presentation_time_offset == 0) inner.presentation_time_offset = outer->presentation_time_offset;
  if (inner.start_number == 1) inner.start_number = outer->start_number;
  if (!inner.duration) inner.duration = outer->duration;
  if (!inner.initialization) inner.initialization = outer->initialization;
  if (!inner.index_range) inner.index_range = outer->index_range;
  if (inner.initialization_template.empty()) inner.initialization_template = outer->initialization_template;
  if (inner.media_template.empty()) inner.media_template = outer->media_template;
  if (inner.timeline.empty()) inner.timeline = outer->timeline;
  if (inner.urls.empty()) inner.urls = outer->urls;
  return inner;
}

std::optional<Info> info_of(const dash::Period& period, const dash::AdaptationSet& set, const dash::Representation& representation) {
  std::optional<Info> info = representation.segments;
  for (const auto* outer : {&set.segments, &period.segments}) {
    if (!info) {
      info = *outer;
    } else {
      info = inherited(std::move(*info), *outer);
    }
  }
  return info;
}

struct Timed {
  std::uint64_t start = 0, duration = 0;
};

std::uint64_t ticks_of(std::int64_t micros, std::uint32_t timescale) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, media::rescale(micros, 1'000'000, timescale, media::Round::up)));
}

// What a period has time for, at most `most` segments; a fifth of a second more, as durations are rounded down (FFmpeg: to tenths), which
// is a finding of its own. period_ticks 0: not known.
std::vector<Timed> timeline_of(const Info& info, std::uint64_t period_ticks, std::size_t most) {
  std::vector<Timed> made;
  std::uint64_t at = 0;
  const std::uint64_t end = period_ticks + info.presentation_time_offset;
  const auto fits = [&] { return made.size() < most && (period_ticks == 0 || at < end + info.timescale / 5); };
  for (std::size_t i = 0; i < info.timeline.size(); ++i) {
    const dash::TimelineEntry& entry = info.timeline[i];
    at = entry.t.value_or(at);
    std::uint64_t repeats = static_cast<std::uint64_t>(std::max<std::int64_t>(entry.r, 0));
    if (entry.r < 0 && entry.d > 0) {  // to the next S, or the period's end
      const auto next = i + 1 < info.timeline.size() ? info.timeline[i + 1].t : std::nullopt;
      const std::uint64_t until = next.value_or(end);
      repeats = until > at ? (until - at + entry.d - 1) / entry.d - 1 : 0;
    }
    for (std::uint64_t n = 0; n <= repeats && fits(); ++n, at += entry.d) made.push_back({at, entry.d});
  }
  if (made.empty() && info.duration.value_or(0) > 0) {
    const std::uint64_t count = std::min<std::uint64_t>(most, (period_ticks + *info.duration - 1) / *info.duration);
    for (std::uint64_t n = 0; n < count; ++n) made.push_back({info.presentation_time_offset + n * *info.duration, *info.duration});
  }
  return made;
}

std::optional<Range> range_of(const std::optional<dash::ByteRange>& range) {
  return range ? std::optional(Range{range->first, range->last - range->first + 1}) : std::nullopt;
}

void fill_from_template(DashRepresentation& to, const std::string& base, std::uint64_t period_ticks, std::size_t most) {
  const Info& info = to.info;
  to.refs.init_address = resolve(base, fill_template(info.initialization_template, *to.representation, 0, 0));
  std::uint64_t number = info.start_number;
  for (const Timed& timed : timeline_of(info, period_ticks, most)) {
    SegmentRef ref;
    ref.address = resolve(base, fill_template(info.media_template, *to.representation, number++, timed.start));
    ref.start = timed.start;
    ref.duration = timed.duration;
    to.refs.segments.push_back(std::move(ref));
  }
}

void fill_from_list(DashRepresentation& to, const std::string& base, std::uint64_t period_ticks, std::size_t most) {
  const Info& info = to.info;
  const std::vector<Timed> times = timeline_of(info, period_ticks, most);
  if (info.initialization) {
    to.refs.init_address = info.initialization->url.empty() ? base : resolve(base, info.initialization->url);
    to.refs.init_range = range_of(info.initialization->range);
  }
  for (std::size_t i = 0; i < info.urls.size() && i < most; ++i) {
    SegmentRef ref;
    ref.address = info.urls[i].media.empty() ? base : resolve(base, info.urls[i].media);
    ref.range = range_of(info.urls[i].range);
    if (i < times.size()) {
      ref.start = times[i].start;
      ref.duration = times[i].duration;
    }
    to.refs.segments.push_back(std::move(ref));
  }
}

// One file with one sidx (IOP 3.10.3).
Result<void> fill_from_index(DashRepresentation& to, const std::string& file, Source& source) {
  const Info& info = to.info;
  if (!info.index_range) return Error{"no indexRange"};
  to.refs.init_address = file;
  to.refs.init_range = info.initialization && info.initialization->range ? range_of(info.initialization->range)
                                                                         : std::optional(Range{0, info.index_range->first});
  const auto index = source.read(file, range_of(info.index_range));
  if (!index) return index.error();
  media::bmff::Boxes boxes(index->bytes, info.index_range->first);
  media::bmff::Box box;
  if (!boxes.next(box) || box.type != media::bmff::Sidx::kType) return Error{"indexRange holds no sidx"};
  const auto sidx = media::bmff::parse<media::bmff::Sidx>(box);
  if (!sidx) return sidx.error();
  to.refs.timescale = sidx->header.timescale;
  to.first_time = sidx->header.earliest_presentation_time;
  std::uint64_t at = box.end_offset() + sidx->header.first_offset;
  for (const auto& reference : sidx->references) {
    if (reference.to_index) return Error{"a sidx of sidxs"};
    SegmentRef ref;
    ref.address = file;
    ref.range = Range{at, reference.size};
    ref.duration = reference.duration;
    at += reference.size;
    to.refs.segments.push_back(std::move(ref));
  }
  return {};
}

}  // namespace

std::string fill_template(std::string_view pattern, const dash::Representation& representation, std::uint64_t number, std::uint64_t time) {
  std::string out;
  while (!pattern.empty()) {
    const std::size_t from = pattern.find('$');
    const std::size_t to = from == std::string_view::npos ? from : pattern.find('$', from + 1);
    if (to == std::string_view::npos) break;
    out += pattern.substr(0, from);
    std::string_view name = pattern.substr(from + 1, to - from - 1);
    std::size_t width = 1;
    if (const std::size_t percent = name.find("%0"); percent != std::string_view::npos) {
      width = std::min<std::size_t>(20, static_cast<std::size_t>(std::atoi(std::string(name.substr(percent + 2)).c_str())));
      name = name.substr(0, percent);
    }
    std::string value = name == "RepresentationID" ? representation.id
                        : name == "Number"         ? std::to_string(number)
                        : name == "Time"           ? std::to_string(time)
                        : name == "Bandwidth"      ? std::to_string(representation.bandwidth)
                                                   : "$";
    if (value.size() < width) value.insert(0, width - value.size(), '0');
    out += value;
    pattern.remove_prefix(to + 1);
  }
  return out + std::string(pattern);
}

std::vector<DashRepresentation> expand(const dash::Mpd& mpd, const std::string& address, Source& source, Findings& findings) {
  std::vector<DashRepresentation> made;
  std::size_t left = kMaxSegments;
  for (const dash::Period& period : mpd.periods) {
    for (const dash::AdaptationSet& set : period.sets) {
      for (const dash::Representation& representation : set.representations) {
        DashRepresentation one{&period, &set, &representation, {}, {}, {}};
        one.refs.name = address + ": " + representation.id;
        std::string base = address;
        for (const std::string* url : {&mpd.base_url, &period.base_url, &set.base_url, &representation.base_url}) {
          if (!url->empty()) base = resolve(base, *url);
        }
        const auto info = info_of(period, set, representation);
        const auto micros = period.duration_us ? *period.duration_us : mpd.duration_us.value_or(0) - period.start_us.value_or(0);
        if (info) one.info = *info;
        one.refs.timescale = one.info.timescale;
        const std::uint64_t ticks = ticks_of(micros, one.info.timescale);
        if (!info) {
          findings.add(rules::mpd_index_range, one.refs.name, "neither SegmentTemplate, SegmentList nor SegmentBase");
        } else if (info->kind == Info::Kind::segment_template) {
          fill_from_template(one, base, ticks, left);
        } else if (info->kind == Info::Kind::list) {
          fill_from_list(one, base, ticks, left);
        } else if (auto filled = fill_from_index(one, base, source); !filled) {
          findings.add(rules::mpd_index_range, one.refs.name, filled.error().message);
        }
        left -= std::min(left, one.refs.segments.size());
        made.push_back(std::move(one));
      }
    }
  }
  if (left == 0) {
    findings.add(rules::mpd_timeline, address, "more than " + std::to_string(kMaxSegments) + " segments: the rest is not judged");
  }
  return made;
}

}  // namespace segue::validator
