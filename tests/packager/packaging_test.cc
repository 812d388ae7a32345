// SPDX-License-Identifier: Apache-2.0
#include "packager/packaging.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "packager/rendition_names.h"
#include "packager/staging.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::media;
using namespace segue::packager;
namespace fs = std::filesystem;

namespace {

class Folder {
 public:
  Folder() {
    path_ = (fs::temp_directory_path() / "segue-packager-XXXXXX").string();
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }
  [[nodiscard]] std::string make(const std::string& ffmpeg, const std::string& name) const {
    const std::string command = "ffmpeg -nostdin -loglevel error -y " + ffmpeg + " '" + file(name) + "'";
    INFO(command);
    REQUIRE(std::system(command.c_str()) == 0);
    return file(name);
  }
  [[nodiscard]] std::size_t entries() const { return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), {})); }

 private:
  std::string path_;
};

const std::string kSound = "-f lavfi -i \"anoisesrc=a=0.2:c=pink:s=3:r=44100:d=10.3\" -ac 2 ";
const std::string kPictures = "-f lavfi -i testsrc2=s=320x180:r=25:d=9 ";

Result<Packaging> package(const std::vector<std::string>& inputs, const Folder& into) {
  PackagingJob job;
  job.inputs = inputs;
  job.folder = into.file("");
  return package_files(job);
}

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// To a number of 64 bits.
void add_big_endian(std::string& bytes, std::size_t at, std::uint64_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes.at(at + i));
  value += count;
  for (std::size_t i = 0; i < 8; ++i) bytes.at(at + i) = static_cast<char>(value >> 8 * (7 - i));
}

// MD5 of each access unit as FFmpeg reads it, one a line.
std::string units_of(const std::string& path, const Folder& scratch) {
  const std::string out = scratch.file("md5");
  const std::string command =
      "ffprobe -v error -ignore_editlist 1 -select_streams 0 -show_packets -show_data_hash md5 -show_entries "
      "packet=data_hash -of csv=p=0 '" +
      path + "' > '" + out + "'";
  REQUIRE(std::system(command.c_str()) == 0);
  std::ifstream file(out);
  return {std::istreambuf_iterator<char>(file), {}};
}

Track named_track(Codec codec, const std::string& language, std::uint32_t channels, std::uint32_t bps, std::uint32_t height) {
  Track track;
  track.rendition.track.codec = codec;
  track.rendition.track.language = language;
  track.rendition.track.audio.channels = channels;
  track.rendition.track.average_bps = bps;
  track.rendition.track.video.width = height * 16 / 9;
  track.rendition.track.video.height = height;
  return track;
}

}  // namespace

TEST_CASE("M4A: every access unit as it was, priming and length to the sample") {
  const Folder folder, out;
  const std::string source = folder.make(kSound + "-c:a aac -b:a 96k", "a.m4a");
  const auto made = package({source}, out);
  if (!made) FAIL(made.error().message);
  REQUIRE(made->tracks.size() == 1);
  const Track& track = made->tracks[0];
  CHECK(track.rendition.id == "aac-96");
  CHECK(track.rendition.track.lead_in == 1024);
  CHECK(made->duration == Rational{454230, 44100});
  CHECK(track.segments.size() == 5);  // 0, 1, 2, 4, 8 s
  CHECK(units_of(out.file("aac-96.cmfa"), folder) == units_of(source, folder));
}

TEST_CASE("pictures with B frames start at 0 and keep their order, sound beside them") {
  const Folder folder, out;
  const std::string source =
      folder.make(kPictures + kSound + "-shortest -c:v libx264 -preset ultrafast -bf 2 -g 50 -sc_threshold 0 -c:a aac -b:a 64k", "v.mp4");
  const auto made = package({source}, out);
  if (!made) FAIL(made.error().message);
  REQUIRE(made->tracks.size() == 2);
  const Track& video = made->tracks[0];
  CHECK(video.rendition.id == "h264-180");
  CHECK(video.rendition.duration == Ticks{9} * video.rendition.track.timescale);
  CHECK(video.segments.start() == 0);
  CHECK(video.segments.size() == 4);  // 0, 2, 4, 8 s: key frames are 2 s apart
  CHECK(units_of(out.file("h264-180.cmfv"), folder) == units_of(source, folder));
}

TEST_CASE("a fragmented movie gives the track files that its progressive form gives") {
  const Folder folder;
  const std::string encoded =
      folder.make(kPictures + kSound + "-c:v libx264 -preset ultrafast -bf 2 -g 50 -sc_threshold 0 -c:a aac -b:a 64k", "plain.mp4");
  const std::string copy = "-i '" + encoded + "' -c copy -movflags ";
  const Folder plain;
  const auto expected = package({encoded}, plain);
  if (!expected) FAIL(expected.error().message);
  for (const char* flags : {"frag_keyframe+delay_moov+default_base_moof", "frag_keyframe+delay_moov", "delay_moov -frag_duration 700000"}) {
    INFO(flags);
    const Folder out;
    const auto made = package({folder.make(copy + flags, "fragments.mp4")}, out);
    if (!made) FAIL(made.error().message);
    REQUIRE(made->tracks.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
      const Rendition &found = made->tracks[i].rendition, &wanted = expected->tracks[i].rendition;
      CHECK(found.id == wanted.id);
      CHECK(found.duration == wanted.duration);
      CHECK(found.track.lead_in == wanted.track.lead_in);
      CHECK(found.track.tail == wanted.track.tail);
      CHECK(made->tracks[i].segments.size() == expected->tracks[i].segments.size());
      CHECK(units_of(out.file(found.file), folder) == units_of(plain.file(wanted.file), folder));
    }
  }
}

TEST_CASE("our own track files can be packaged again, and are the same to the byte") {
  const Folder folder, once, twice;
  for (const char* codec : {"aac -b:a 96k", "libopus -b:a 96k", "flac -strict -2"}) {
    INFO(codec);
    const auto made = package({folder.make(kSound + "-c:a " + codec, "a.mp4")}, once);
    if (!made) FAIL(made.error().message);
    const Rendition& first = made->tracks.at(0).rendition;
    const auto again = package({once.file(first.file)}, twice);
    if (!again) FAIL(again.error().message);
    CHECK(again->tracks.at(0).rendition.duration == first.duration);
    CHECK(units_of(twice.file(first.file), folder) == units_of(once.file(first.file), folder));
  }
}

TEST_CASE("a recording that began long ago starts at 0, its tracks as far apart as they were") {
  const Folder folder, out;
  const std::string source = folder.make(
      kPictures + kSound + "-c:v libx264 -preset ultrafast -g 50 -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof", "a.mp4");
  // 5000 s are added to the pictures' decode times, 5000.5 s to the sound's.
  std::string bytes = read(source);
  for (std::size_t at = bytes.find("tfhd"); at != std::string::npos; at = bytes.find("tfhd", at + 1)) {
    const std::size_t time = bytes.find("tfdt", at) + 8;
    const std::uint64_t late = bytes[at + 11] == 1 ? 5000 * 12800 : 220522050;
    add_big_endian(bytes, time, late);
  }
  std::ofstream(source, std::ios::binary) << bytes;
  const auto made = package({source}, out);
  if (!made) FAIL(made.error().message);
  CHECK(made->tracks.at(0).rendition.track.timescale == 12800);
  CHECK(made->tracks.at(0).segments.start() == 0);
  CHECK(made->tracks.at(1).segments.start() == 22050);
}

TEST_CASE("ADTS in, track file out") {
  const Folder folder, out;
  const auto made = package({folder.make(kSound + "-c:a aac -b:a 96k -f adts", "a.dat")}, out);
  if (!made) FAIL(made.error().message);
  CHECK(made->tracks.at(0).rendition.codecs == "mp4a.40.2");
}

TEST_CASE("video levels whose key frames are elsewhere are refused by name") {
  const Folder folder, out;
  const std::string encode = kPictures + "-c:v libx264 -preset ultrafast -sc_threshold 0 ";
  const auto made = package({folder.make(encode + "-g 50", "a.mp4"), folder.make(encode + "-g 75 -vf scale=160:90", "b.mp4")}, out);
  REQUIRE_FALSE(made);
  CHECK(made.error().message.find("h264-90") == 0);
  CHECK(made.error().message.find("h264-180") != std::string::npos);
}

TEST_CASE("a movie cut anywhere is told in one line, whichever end its moov is at") {
  const Folder folder;
  for (const char* flags : {"", "-movflags +faststart "}) {
    const std::string source = folder.make(kSound + "-t 3 -c:a aac -b:a 128k " + flags, "a.m4a");
    const auto size = fs::file_size(source);
    for (std::uintmax_t cut = 0; cut < size; cut += 4096) {
      const std::string part = folder.file("part.m4a");
      fs::copy_file(source, part, fs::copy_options::overwrite_existing);
      fs::resize_file(part, cut);
      const Folder out;
      const auto made = package({part}, out);
      INFO(flags << " cut at " << cut);
      REQUIRE_FALSE(made);
      CHECK(made.error().message.find(part) == 0);
      CHECK(made.error().message.find('\n') == std::string::npos);
    }
  }
}

TEST_CASE("two sounds of one file are told apart by name; those of two files are rungs of one") {
  const Folder folder, both, apart;
  const std::string two = folder.make(kSound + kSound + "-map 0 -map 1 -t 1 -c:a aac -b:a 64k", "two.m4a");
  const std::string low = folder.make(kSound + "-t 1 -c:a aac -b:a 64k", "low.m4a"),
                    high = folder.make(kSound + "-t 1 -c:a aac -b:a 96k", "high.m4a");
  const auto made = package({two}, both), ladder = package({low, high}, apart);
  REQUIRE(made);
  REQUIRE(made->tracks.size() == 2);
  CHECK(made->tracks[1].rendition.track.label != made->tracks[0].rendition.track.label);
  REQUIRE(ladder);
  CHECK(ladder->tracks[1].rendition.track.label == ladder->tracks[0].rendition.track.label);
}

TEST_CASE("names are those that a ladder gives") {
  std::vector<Track> tracks = {named_track(Codec::aac, "en", 2, 128400, 0),  named_track(Codec::aac, "en", 2, 128100, 0),
                               named_track(Codec::aac, "fr", 2, 128100, 0),  named_track(Codec::aac, "en", 6, 320000, 0),
                               named_track(Codec::flac, "en", 2, 900000, 0), named_track(Codec::h264, "und", 0, 4000000, 720),
                               named_track(Codec::webvtt, "pt-BR", 0, 0, 0)};
  name_renditions(tracks);
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"aac-128", "aac"}, {"aac-128-2", "aac"}, {"aac-128-fr", "aac-fr"},    {"aac-320-51", "aac-51"},
      {"flac", "flac"},   {"h264-720", "h264"}, {"text-pt-br", "text-pt-br"}};
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    CHECK(tracks[i].rendition.id == expected[i].first);
    CHECK(tracks[i].rendition.group == expected[i].second);
  }
  CHECK(tracks[0].rendition.is_default);
  CHECK_FALSE(tracks[2].rendition.is_default);
}

TEST_CASE("a staged folder appears whole, or leaves nothing") {
  const Folder folder;
  const std::string target = folder.file("out");
  {
    auto staging = Staging::create(target + "/", Staging::Existing::refuse);
    REQUIRE(staging);
    std::ofstream(staging->path() + "/asset.json") << "{}";
    CHECK_FALSE(fs::exists(target));
  }
  CHECK(folder.entries() == 0);
  for (const auto existing : {Staging::Existing::refuse, Staging::Existing::replace}) {
    auto staging = Staging::create(target, existing);
    REQUIRE(staging);
    std::ofstream(staging->path() + "/asset.json") << "{}";
    REQUIRE(staging->commit());
    CHECK(fs::exists(target + "/asset.json"));
  }
  CHECK(folder.entries() == 1);
  CHECK_FALSE(Staging::create(target, Staging::Existing::refuse));
  fs::remove(target + "/asset.json");
  std::ofstream(target + "/letter.txt") << "mine";
  CHECK_FALSE(Staging::create(target, Staging::Existing::replace));
  CHECK(fs::exists(target + "/letter.txt"));
}
