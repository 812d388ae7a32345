// SPDX-License-Identifier: Apache-2.0
#include "validator/init_facts.h"

#include <string_view>

#include "media/bmff/group_boxes.h"
#include "media/bmff/sample_entry.h"

namespace segue::validator {
namespace {

namespace bmff = media::bmff;
using bmff::Box;
using bmff::Boxes;
using bmff::fourcc;

// Parses `box` into a T and hands it on; a malformed one is remembered.
template <class T, class Use>
void with(const Box& box, std::string& problem, Use&& use) {
  if (box.type == 0) return;
  const auto parsed = bmff::parse<T>(box);
  if (parsed) {
    use(*parsed);
  } else if (problem.empty()) {
    problem = parsed.error().message;
  }
}

bool contains(std::span<const std::uint8_t> bytes, std::string_view text) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).find(text) != std::string_view::npos;
}

void read_entry(const Box& stsd, InitFacts& facts) {
  constexpr std::size_t kFields = 8;  // version, flags, entry count
  Boxes entries(stsd, kFields);
  Box entry;
  if (!entries.next(entry)) return;
  facts.sample_entry = bmff::text_of(entry.type);
  facts.encrypted = entry.type == fourcc("enca") || entry.type == fourcc("encv");
  facts.has_colr = contains(entry.payload, "colr");
  facts.has_pasp = contains(entry.payload, "pasp");
  facts.known_codec = static_cast<bool>(bmff::read_sample_entry(entry, facts.track));
  if (!facts.known_codec) return;
  constexpr std::size_t kChannelsAt = 16;  // BMFF 12.2.3.2
  if (facts.is_audio() && entry.payload.size() >= kChannelsAt + 2) {
    facts.entry_channels = entry.payload[kChannelsAt] * 256u + entry.payload[kChannelsAt + 1];
  }
  if (auto codecs = media::codec_string(facts.track.codec, facts.track.config, &facts.track.video)) facts.codecs = std::move(*codecs);
  if (facts.is(media::Codec::opus) && facts.track.config.size() >= 4) {
    facts.pre_skip = facts.track.config[2] * 256u + facts.track.config[3];
  }
}

// stts, stsc, stco need no entries; stsz its count at a different place.
bool filled(const Box& table) {
  const std::size_t count_at = table.type == fourcc("stsz") ? 8 : 4;
  if (table.payload.size() < count_at + 4) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    if (table.payload[count_at + i] != 0) return true;
  }
  return false;
}

void read_tables(const Box& stbl, InitFacts& facts, std::string& problem) {
  for (const auto type : {fourcc("stts"), fourcc("stsc"), fourcc("stsz"), fourcc("stco")}) {
    const Box table = bmff::find_child(stbl, type);
    const bool other = type == fourcc("stco") && bmff::find_child(stbl, fourcc("co64")).type != 0;
    facts.tables_missing |= table.type == 0 && !other;
    facts.tables_filled |= table.type != 0 && filled(table);
  }
  with<bmff::Sgpd>(bmff::find_child(stbl, bmff::Sgpd::kType), problem, [&](const bmff::Sgpd& sgpd) {
    const bool roll = sgpd.grouping == fourcc("roll") || sgpd.grouping == fourcc("prol");
    if (roll && !sgpd.roll_distances.empty()) facts.roll_distance = sgpd.roll_distances.front();
  });
  read_entry(bmff::find_child(stbl, fourcc("stsd")), facts);
}

void read_trak(const Box& trak, InitFacts& facts, std::string& problem) {
  ++facts.tracks;
  with<bmff::Tkhd>(bmff::find_child(trak, bmff::Tkhd::kType), problem, [&](const auto& tkhd) { facts.track_duration = tkhd.duration; });
  with<bmff::Elst>(bmff::find_child(bmff::find_child(trak, fourcc("edts")), bmff::Elst::kType), problem,
                   [&](const auto& elst) { facts.edits = elst.edits; });
  facts.has_loudness = bmff::find_child(bmff::find_child(trak, fourcc("udta")), fourcc("ludt")).type != 0;
  const Box mdia = bmff::find_child(trak, fourcc("mdia"));
  with<bmff::Mdhd>(bmff::find_child(mdia, bmff::Mdhd::kType), problem, [&](const auto& mdhd) {
    facts.track.timescale = mdhd.timescale;
    facts.media_duration = mdhd.duration;
  });
  read_tables(bmff::find_child(bmff::find_child(mdia, fourcc("minf")), fourcc("stbl")), facts, problem);
}

Result<void> read_moov(const Box& moov, InitFacts& facts) {
  std::string problem;
  Boxes children(moov);
  for (Box box; children.next(box);) {
    if (box.type == bmff::Mvhd::kType) {
      with<bmff::Mvhd>(box, problem, [&](const auto& mvhd) { facts.movie_duration = mvhd.duration; });
    } else if (box.type == fourcc("trak")) {
      facts.mvex_before_trak |= facts.has_mvex;
      if (facts.tracks == 0) {
        read_trak(box, facts, problem);
      } else {
        ++facts.tracks;
      }
    } else if (box.type == fourcc("mvex")) {
      facts.has_mvex = true;
      with<bmff::Trex>(bmff::find_child(box, bmff::Trex::kType), problem, [&](const auto& trex) { facts.trex = trex; });
    }
  }
  if (!children.ok()) return children.error();
  if (!problem.empty()) return Error{problem};
  if (facts.tracks == 0) return moov.error("no trak in it");
  if (facts.track.timescale == 0) return moov.error("no mdhd with a timescale in it");
  return {};
}

}  // namespace

media::Ticks InitFacts::lead_in() const {
  media::Ticks ticks = pre_skip == 0 || track.timescale == 0 ? 0 : media::rescale(pre_skip, 48000, track.timescale);
  for (const auto& edit : edits) {
    if (edit.media_time > 0) ticks += edit.media_time;
  }
  return ticks;
}

Result<InitFacts> read_init(std::span<const std::uint8_t> bytes) {
  InitFacts facts;
  Boxes boxes(bytes, 0);
  bool has_moov = false;
  for (Box box; !has_moov && boxes.next(box);) {
    if (box.type == bmff::Ftyp::kType) {
      const auto ftyp = bmff::parse<bmff::Ftyp>(box);
      if (!ftyp) return ftyp.error();
      facts.brands = ftyp->compatible;
      facts.brands.push_back(ftyp->major);
    } else if (box.type == fourcc("meta") || box.type == fourcc("udta")) {
      facts.beside_moov = bmff::text_of(box.type);
    } else if (box.type == fourcc("moov")) {
      has_moov = true;
      if (auto read = read_moov(box, facts); !read) return read.error();
    }
  }
  if (has_moov) return facts;
  return boxes.ok() ? Error{"no moov in " + std::to_string(bytes.size()) + " bytes"} : boxes.error();
}

}  // namespace segue::validator
