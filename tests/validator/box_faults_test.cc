// SPDX-License-Identifier: Apache-2.0
// One fault at a time put into the boxes of a track file of ours: the rule that it breaks is named.
#include <algorithm>

#include "tests/catch.h"
#include "tests/validator/faults.h"
#include "tests/validator/own_asset.h"

using namespace segue::validator;
using namespace segue::validator::tests;
using namespace std::string_literals;

namespace {

// The sidx's earliest_presentation_time (BMFF 8.16.3.2: timescale at 12 from the type, then it, in version 1 of 64 bits) 3 s later.
Fault later_index(const std::string& file, const char* name) {
  const std::string good = file.substr(file.find("sidx"), 24);
  REQUIRE(good[4] == 1);
  const auto byte = [&](std::size_t at) { return static_cast<std::uint32_t>(static_cast<unsigned char>(good[at])); };
  const std::uint32_t later = 3 * (byte(12) << 24 | byte(13) << 16 | byte(14) << 8 | byte(15)) + (byte(22) << 8 | byte(23));
  std::string bad = good;
  for (std::size_t i = 0; i < 4; ++i) bad[20 + i] = static_cast<char>(later >> (24 - 8 * i));
  return {name, good, bad, "sidx-references"};
}

// The channelcount of the sample entry (BMFF 12.2.3.2).
Fault other_channels(const std::string& file, const char* name) {
  const std::string good = file.substr(file.find("mp4a"), 22);
  std::string bad = good;
  bad[21] = 6;
  return {name, good, bad, "init-channels"};
}

// The n-th box of a type, its bytes at `offset` (counted from the type) others.
class Boxes {
 public:
  Boxes(const std::string& folder, std::string name) : name_(std::move(name)), bytes_(read_text(folder + '/' + name_)) {}

  [[nodiscard]] Fault with(const std::string& type, std::size_t offset, const std::string& other, const char* rule, int n = 1) const {
    const std::string good = bytes_.substr(place(type, n), std::max<std::size_t>(24, offset + other.size()));
    return {name_, good, std::string(good).replace(offset, other.size(), other), rule};
  }
  // 4 bytes before the type: the size.
  [[nodiscard]] Fault of_size(const std::string& type, const std::string& size, const char* rule) const {
    const std::string good = bytes_.substr(place(type, 1) - 4, 24);
    return {name_, good, std::string(good).replace(0, 4, size), rule};
  }

 private:
  [[nodiscard]] std::size_t place(const std::string& type, int n) const {
    std::size_t at = bytes_.find(type);
    for (; n > 1; --n) at = bytes_.find(type, at + 4);
    INFO(name_ << ' ' << type);
    REQUIRE(at != std::string::npos);
    return at;
  }
  std::string name_, bytes_;
};

}  // namespace

TEST_CASE("each fault put into the boxes of a track file is named") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i anoisesrc=d=9:r=44100:a=0.1:seed=3 -ac 2 -c:a flac " + folder / "source.flac");
  make_asset(folder / "source.flac", "music", folder.path());
  const char* name = "aac-128.cmfa";
  const Boxes aac(folder.path(), name), opus(folder.path(), "opus-96.cmfa");
  find_each(folder.path(), {
                               {name, "edts", "free", "priming-lost"},
                               {name, "sgpd", "free", "roll-missing"},
                               {name, "tfdt", "free", "tfdt-missing"},
                               {name, "mvex", "free", "init-mvex"},
                               {name, "mvex", "trak", "init-tracks"},
                               {name, "stsz", "free", "init-tables"},
                               {name, "moov", "free", "init-syntax"},
                               {name, "moof", "mooo", "segment-start"},
                               {name, "ftyp", "udta", "init-file-boxes"},
                               {name, "ludt", "free", "loudness-missing"},
                               {name, "\x12\x10\x56\xE5\0"s, "\x2A\x12\x08\0\0"s, "hls-he-aac-rate"},  // AAC-LC as SBR over it
                               later_index(read_text(folder / name), name),
                               other_channels(read_text(folder / name), name),
                               aac.with("ftyp", 4, "mp41\0\0\0\0mp41mp41mp41mp41mp41"s, "init-brands"),
                               aac.with("mvhd", 20, "\0\0\0\1"s, "init-durations"),
                               aac.with("elst", 20, "\0\2"s, "edit-list-entries"),
                               opus.with("sgpd", 20, "\xF1\0"s, "roll-units"),
                               aac.with("trex", 16, "\0\0\0\0"s, "fragment-empty"),
                               aac.with("tfhd", 5, "\0"s, "tfhd-base"),
                               aac.with("tfhd", 8, "\0\0\0\2"s, "fragment-tracks"),
                               aac.with("tfdt", 13, "\7"s, "tfdt-discontinuous", 2),
                               aac.with("mfhd", 8, "\0\0\0\1"s, "mfhd-sequence", 2),
                               aac.with("trun", 12, "\0\1\0\0"s, "trun-range"),
                               aac.of_size("trun", "\0\xFF\xFF\xFF"s, "segment-syntax"),
                           });
}

TEST_CASE("each fault put into the boxes of a picture's track file is named") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i testsrc2=s=128x96:r=25:d=5 -c:v libx264 -preset ultrafast " + folder / "source.mkv");
  write_text(folder / "ladder", "ladder test\nh264 96p crf 40 max 300k preset ultrafast\n");
  make_asset(folder / "source.mkv", folder / "ladder", folder.path());
  REQUIRE(broken_rules(folder.path()).empty());
  const std::string name = "h264-96.cmfv";
  const Boxes h264(folder.path(), name);
  find_each(folder.path(), {
                               {name, "colr", "free", "video-colour"},
                               h264.with("trun", 16, "\1\1\0\0"s, "segment-sync"),
                           });
}

TEST_CASE("video moved to its time by an edit list: not beside negative offsets, not where the MPD tells the segments") {
  TemporaryFolder folder;
  run("ffmpeg -v error -f lavfi -i testsrc2=s=128x96:r=25:d=5 -c:v libx264 -preset veryfast -bf 2 -pix_fmt yuv420p -f dash -seg_duration "
      "2 " +
      folder / "manifest.mpd");
  const std::set<std::string> broken = broken_rules(folder.path());
  CHECK(broken.contains("mpd-video-edit-list"));
  CHECK_FALSE(broken.contains("edit-list-and-offsets"));
  find_each(folder.path(), {{"chunk-stream0-00001.m4s", "trun\0"s, "trun\1"s, "edit-list-and-offsets"}});
}
