// SPDX-License-Identifier: Apache-2.0
#include "validator/cmaf_rules.h"

#include <algorithm>

namespace segue::validator {
namespace {

using media::Codec;
using media::bmff::fourcc;

bool lossy_sound(const InitFacts& init) { return init.is(Codec::aac) || init.is(Codec::opus); }

void judge_structure(const InitFacts& init, const std::string& where, Findings& findings) {
  constexpr media::bmff::FourCc kGood[] = {fourcc("iso6"), fourcc("iso7"), fourcc("iso8"), fourcc("iso9"), fourcc("isoa"),
                                           fourcc("isob"), fourcc("isoc"), fourcc("cmfc"), fourcc("cmf2"), fourcc("cmfs")};
  const bool good = std::any_of(init.brands.begin(), init.brands.end(),
                                [&](auto brand) { return std::find(std::begin(kGood), std::end(kGood), brand) != std::end(kGood); });
  if (!good)
    findings.add(rules::init_brands, where, "none of iso6 to isoc, cmfc, cmf2 among " + std::to_string(init.brands.size()) + " brands");
  if (init.tracks != 1) findings.add(rules::init_tracks, where, "expected 1 track, found " + std::to_string(init.tracks));
  if (init.tables_missing) findings.add(rules::init_tables, where, "stts, stsc, stsz or stco is missing");
  if (init.tables_filled) findings.add(rules::init_tables, where, "stts, stsc, stsz or stco has entries");
  if (init.movie_duration != 0 || init.track_duration != 0 || init.media_duration != 0) {
    findings.add(rules::init_durations, where,
                 "expected 0, found mvhd " + std::to_string(init.movie_duration) + ", tkhd " + std::to_string(init.track_duration) +
                     ", mdhd " + std::to_string(init.media_duration));
  }
  if (!init.has_mvex) findings.add(rules::init_mvex, where, "mvex is missing");
  if (init.mvex_before_trak) findings.add(rules::init_mvex, where, "mvex stands before trak");
  if (!init.beside_moov.empty()) findings.add(rules::init_file_boxes, where, "found " + init.beside_moov);
  if (init.is_audio() && !init.has_loudness) findings.add(rules::loudness, where, "no ludt in the track's udta");
  if (init.is_video() && !(init.has_colr && init.has_pasp)) findings.add(rules::colour, where, "colr or pasp is missing");
}

// AC-3's and E-AC-3's entries say nothing (ETSI TS 102 366 F.3.1), and AAC's said 2 of everything once, as FFmpeg's still do.
void judge_channels(const InitFacts& init, const std::string& where, Findings& findings) {
  const bool aac = init.is(Codec::aac);
  if (!aac && !init.is(Codec::opus) && !init.is(Codec::flac) && !init.is(Codec::alac)) return;
  if (init.entry_channels == init.track.audio.channels || (aac && init.entry_channels == 2)) return;
  findings.add(rules::init_channels, where,
               "the sample entry has " + std::to_string(init.entry_channels) + " channels, the codec's record " +
                   std::to_string(init.track.audio.channels));
}

void judge_edits(const InitFacts& init, const std::string& where, Findings& findings) {
  bool shifts = false;
  for (const auto& edit : init.edits) {
    if (edit.media_time < 0) findings.add(rules::edit_empty, where, "an empty edit of " + std::to_string(edit.duration) + " ticks");
    if (edit.rate != 1) findings.add(rules::edit_many, where, "media rate " + std::to_string(edit.rate));
    shifts |= edit.media_time > 0;
  }
  if (init.edits.size() > 1) findings.add(rules::edit_many, where, "expected 1 edit, found " + std::to_string(init.edits.size()));
  if (init.is(Codec::opus) && shifts && init.pre_skip != 0) {
    findings.add(rules::edit_opus, where,
                 "pre-skip " + std::to_string(init.pre_skip) + " and an edit at " + std::to_string(init.edits.front().media_time));
  }
  if (init.is(Codec::aac) && !shifts) findings.add(rules::priming, where, "AAC without an edit list: its priming is played");
  if (init.is(Codec::opus) && !shifts && init.pre_skip == 0)
    findings.add(rules::priming, where, "Opus with neither pre-skip nor edit list");
}

void judge_roll(std::optional<std::int16_t> distance, const std::string& where, Findings& findings) {
  constexpr std::int16_t kMostUnits = -64;  // an Opus packet is at least 2.5 ms: 80 ms are 32 of them
  if (distance && (*distance > 0 || *distance < kMostUnits)) {
    findings.add(rules::roll_units, where, "roll distance " + std::to_string(*distance));
  }
}

void judge_fragment(const FragmentFacts& fragment, const std::string& where, Findings& findings) {
  if (fragment.trafs != 1) findings.add(rules::one_traf, where, "expected 1 traf, found " + std::to_string(fragment.trafs));
  if (fragment.foreign_track) findings.add(rules::one_traf, where, "tfhd names a track that the header does not have");
  if (fragment.trafs > 0 && !fragment.has_tfdt) findings.add(rules::tfdt_missing, where, "no tfdt");
  if (!fragment.moof_relative) findings.add(rules::tfhd_base, where, "base-data-offset, or default-base-is-moof not set");
  if (fragment.samples == 0) findings.add(rules::fragment_empty, where, "no sample");
  if (fragment.zero_durations > 0) {
    findings.add(rules::fragment_empty, where, std::to_string(fragment.zero_durations) + " samples of duration 0");
  }
  if (!fragment.samples_in_mdat) findings.add(rules::trun_range, where, "samples reach outside the mdat");
}

}  // namespace

void judge_init(const InitFacts& init, const std::string& where, Findings& findings) {
  judge_structure(init, where, findings);
  judge_channels(init, where, findings);
  judge_edits(init, where, findings);
  judge_roll(init.roll_distance, where, findings);
}

void judge_segment(const SegmentFacts& segment, const InitFacts& init, bool last, const std::string& where, Findings& findings) {
  if (!segment.problem.empty()) {
    findings.add(rules::segment_syntax, where, segment.problem);
    return;
  }
  if (!segment.wrong_start.empty()) findings.add(rules::segment_starts, where, "found " + segment.wrong_start + " before moof");
  if (segment.fragments.empty()) {
    findings.add(rules::segment_starts, where, "no moof");
    return;
  }
  const FragmentFacts* before = nullptr;
  for (const FragmentFacts& fragment : segment.fragments) {
    judge_fragment(fragment, where, findings);
    if (init.is_video() && !init.edits.empty() && fragment.signed_offsets) {
      findings.add(rules::edit_and_offsets, where, "an edit list in the header, trun of version 1 here");
    }
    if (before != nullptr && fragment.tfdt != before->tfdt + before->duration) {
      findings.add(rules::tfdt_gap, where,
                   "expected tfdt " + std::to_string(before->tfdt + before->duration) + ", found " + std::to_string(fragment.tfdt));
    }
    before = &fragment;
  }
  if (!segment.fragments.front().starts_sync) findings.add(rules::starts_sync, where, "the first sample is no sync sample");
  judge_roll(segment.roll_distance, where, findings);
  if (lossy_sound(init) && !segment.roll_distance && !init.roll_distance && segment.samples() > 0 && segment.start() == 0) {
    findings.add(rules::roll, where, "neither the header nor its first segment has a roll group");
  }
  const FragmentFacts& end = segment.fragments.back();
  const std::uint32_t frame = segment.fragments.front().first_duration;
  if (last && lossy_sound(init) && end.last_duration < frame) {
    findings.add(rules::last_sample, where, "expected " + std::to_string(frame) + " ticks, found " + std::to_string(end.last_duration));
  }
}

void judge_continuity(const Rendition& rendition, Findings& findings) {
  const SegmentSummary* before = nullptr;
  for (std::size_t i = 0; i < rendition.segments.size(); ++i) {
    const SegmentSummary& segment = rendition.segments[i];
    const bool joined = before != nullptr && before->readable && segment.readable && !rendition.refs.segments[i].discontinuity;
    const std::string where = rendition.refs.name + ": segment " + std::to_string(i + 1);
    if (joined && segment.start != before->start + before->duration) {
      findings.add(rules::tfdt_gap, where,
                   "expected tfdt " + std::to_string(before->start + before->duration) + ", found " + std::to_string(segment.start));
    }
    if (joined && segment.first_sequence <= before->last_sequence) {
      findings.add(rules::sequence, where,
                   "sequence number " + std::to_string(segment.first_sequence) + " after " + std::to_string(before->last_sequence));
    }
    before = &segment;
  }
}

}  // namespace segue::validator
