// SPDX-License-Identifier: Apache-2.0
// What is whole is not called truncated, whatever tags, padding and lengths of pipes it has; what is cut inside its last frame or packet
// is.
#include <fstream>

#include "media.h"
#include "tests/catch.h"
#include "transcoder/raw_frames.h"
#include "transcoder/truncation.h"

using namespace segue;
using namespace segue::transcoder;

namespace {

std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// "" when the bytes are taken for whole.
std::string verdict(const TestFolder& folder, const std::string& bytes) {
  std::ofstream(folder.path("judged"), std::ios::binary | std::ios::trunc) << bytes;
  const auto whole = check_not_truncated(folder.path("judged"));
  return whole ? "" : whole.error().message;
}

const std::string kNoise = "-f lavfi -i anoisesrc=a=0.2:s=5:r=44100:d=1.5 ";
const std::string kId3v1 = "TAG" + std::string(125, 'x'), kBlankId3v1 = "TAG" + std::string(125, ' ');
// One item "Title=ab" (4 + 4 + 6 + 2 bytes) and the footer; with the header, in whose presence bit 31 of the flags is set.
std::string ape(bool header) {
  const std::string item("\x02\0\0\0\0\0\0\0Title\0ab", 16);
  const std::string end = std::string("\xD0\x07\0\0\x30\0\0\0\x01\0\0\0\0\0\0", 15) + (header ? '\x80' : '\0') + std::string(8, '\0');
  return (header ? "APETAGEX" + end : "") + item + "APETAGEX" + end;
}

}  // namespace

TEST_CASE("tags, padding and a pipe's lengths do not make a file truncated") {
  const TestFolder folder;
  const std::string m4a = read(folder.make(kNoise + "-c:a aac", "a.m4a"));
  const std::string pieces = read(folder.make(kNoise + "-c:a aac -movflags frag_keyframe+empty_moov+skip_trailer", "f.mp4"));
  const std::string mp3 = read(folder.make(kNoise + "-b:a 96k -write_xing 0 -id3v2_version 0", "a.mp3"));
  const std::string xing = read(folder.make(kNoise + "-b:a 96k", "b.mp3"));
  const std::string wav = read(folder.make(kNoise, "a.wav"));
  const std::string wave64 = read(folder.make(kNoise, "a.w64")), caf = read(folder.make(kNoise, "a.caf"));
  const std::string au = read(folder.make(kNoise, "a.au")), wma = read(folder.make(kNoise, "a.wma"));
  const std::string flv = read(folder.make(kNoise + "-c:a libmp3lame", "a.flv")), real = read(folder.make(kNoise + "-c:a ac3", "a.rm"));
  const std::string avi = read(folder.make("-f lavfi -i testsrc2=s=64x48:d=0.4 -c:v mpeg4 " + kNoise, "a.avi"));
  // Of the last frame that begins before the middle: of 96 kbit/s at 44.1 kHz they have 313 or 314 bytes.
  const auto frame_start = [](const std::string& bytes) {
    std::size_t at = bytes.find("\xFF\xFB");
    while (at < bytes.size() / 2) at = bytes.find(bytes.substr(bytes.find("\xFF\xFB"), 2), at + 313);
    return at;
  };
  const auto of_size = [&](const std::string& size) {
    std::string changed = wav;
    return changed.replace(changed.find("data") + 4, 4, size);
  };
  const std::vector<std::pair<const char*, std::string>> table = {
      {"m4a", m4a},
      {"m4a with ID3v1", m4a + kId3v1},
      {"m4a with APEv2 and ID3v1", m4a + ape(true) + kId3v1},
      {"m4a with four zeros", m4a + std::string(4, '\0')},
      {"m4a with a page of zeros", m4a + std::string(4096, '\0')},
      {"m4a with what a camera keeps behind it", m4a + std::string("\x12\x34\x56\x78\x08\x01\x02\x03", 8) + std::string(300, '\x7F')},
      {"avi", avi},
      {"avi with words behind it", avi + std::string(200, 'w')},
      {"avi with a second RIFF", avi + avi},
      {"fragments with four zeros", pieces + std::string(4, '\0')},
      {"wave64", wave64},
      {"wave64 with a blank ID3v1", wave64 + kBlankId3v1},
      {"caf", caf},
      {"caf with a blank ID3v1", caf + kBlankId3v1},
      {"au", au},
      {"flv", flv},
      {"flv without the last size", flv.substr(0, flv.size() - 4)},
      {"flv with ID3v1", flv + kId3v1},
      {"real media", real},
      {"real media with ID3v1", real + kId3v1},
      {"wma", wma},
      {"wma with ID3v1", wma + kId3v1},
      {"wav of SoX's pipe", of_size(std::string("\x00\xF0\xFF\x7F", 4))},
      {"wav of FFmpeg's pipe", of_size("\xFF\xFF\xFF\xFF")},
      {"wav of no length", of_size(std::string(4, '\0'))},
      {"mp3", mp3},
      {"mp3 with ID3v1", mp3 + kId3v1},
      {"mp3 with APEv2", mp3 + ape(false)},
      {"mp3 with APEv2 and its header, ID3v1", mp3 + ape(true) + kId3v1},
      {"mp3 with padding", mp3 + std::string(100, '\0')},
      {"mp3 with Xing", xing},
      {"mp3 with Xing and ID3v1", xing + kId3v1},
      {"mp3 cut between two frames, with the Xing of the whole", xing.substr(0, frame_start(xing))},
  };
  for (const auto& [what, bytes] : table) {
    INFO(what);
    CHECK(verdict(folder, bytes) == "");
  }
}

TEST_CASE("a stream cut inside its last frame or packet is truncated") {
  const TestFolder folder;
  struct Row {
    const char *options, *name;
    std::string behind;
  };
  const std::vector<Row> table = {
      {"-c:a ac3 -b:a 192k", "a.ac3", ""},
      {"-c:a ac3 -b:a 96k -ar 48000", "b.ac3", ""},
      {"-c:a ac3 -b:a 96k -ar 32000", "c.ac3", ""},
      {"-c:a eac3 -b:a 192k", "a.eac3", ""},
      {"-c:a aac", "a.aac", ""},
      {"-b:a 96k -write_xing 0", "a.mp3", ""},
      {"-b:a 96k", "x.mp3", ""},
      {"-q:a 5 -write_xing 0 -ar 22050", "b.mp3", kId3v1},
      {"-b:a 96k -write_xing 0 -ar 48000", "c.mp3", ape(true) + kId3v1},
      {"-b:a 96k -write_xing 0 -ar 11025", "d.mp3", ""},
      {"-c:a mp2 -b:a 128k", "a.mp2", ""},
      {"-c:a mp2 -b:a 64k", "a.ts", ""},
      {"-c:a mp2 -b:a 64k -mpegts_m2ts_mode 1", "a.m2ts", ""},
      {"-rf64 always", "a.wav", ""},
      {"-c:a pcm_s16le", "a.avi", ""},
  };
  for (const Row& row : table) {
    const std::string bytes = read(folder.make(kNoise + row.options, row.name));
    INFO(row.name << " " << row.options << ", " << bytes.size() << " bytes");
    CHECK(verdict(folder, bytes + row.behind) == "");
    for (const std::size_t missing : {1, 3, 20}) {
      INFO("cut by " << missing);
      const std::string message = verdict(folder, bytes.substr(0, bytes.size() - missing) + row.behind);
      INFO(message);
      CHECK(message.starts_with("truncated: "));
    }
  }
}

TEST_CASE("an MP3 that counts its bytes, and has zeros in place of the last of them, is truncated") {
  const TestFolder folder;
  for (const char* options : {"-b:a 96k", "-q:a 5", "-b:a 32k -ar 16000", "-b:a 96k -id3v2_version 0"}) {
    for (const char* seconds : {"0.01", "1", "12"}) {
      const std::string song =
          read(folder.make(std::string("-f lavfi -i anoisesrc=a=0.2:s=5:r=44100:d=") + seconds + ' ' + options, "a.mp3"));
      INFO(options << ", " << seconds << " s, " << song.size() << " bytes");
      for (const std::string& behind : {std::string(), kId3v1, ape(true) + kId3v1, std::string(200'000, '\0'), std::string(900, 'w'), song})
        CHECK(verdict(folder, song + behind) == "");
      if (song.size() < 5000) continue;
      for (const std::size_t missing : {std::size_t{1500}, song.size() / 2}) {
        const std::string zeros(missing, '\0'), part = song.substr(0, song.size() - missing);
        for (const std::string& behind : {std::string(), kId3v1, std::string(70'000, '\0')}) {
          const std::string message = verdict(folder, part + zeros + behind);
          INFO(missing << " missing: " << message);
          CHECK(message.starts_with("truncated: frames are counted up to byte " + std::to_string(song.size()) +
                                    ", the last one ends at byte "));
        }
      }
    }
  }
}

TEST_CASE("an MP3 with zeros in place of the end of its last frame is truncated, one whose volume was changed is not") {
  const TestFolder folder;
  const std::string song = read(folder.make(kNoise + "-b:a 128k -id3v2_version 0", "a.mp3"));
  const std::string end = std::to_string(song.size());
  for (const std::size_t missing : {20, 100}) {
    const std::string cut = song.substr(0, song.size() - missing) + std::string(missing, '\0');
    for (const std::string& behind : {std::string(), kId3v1})
      CHECK(verdict(folder, cut + behind) == "truncated: the last frame, up to byte " + end + ", ends in zeros");
  }
  std::string louder = song;
  louder[song.size() / 2] = static_cast<char>(louder[song.size() / 2] ^ 1);
  CHECK(verdict(folder, louder) == "");
  // Zeros that are its own, and so in its checksum: of an encoder that fills its frames with them.
  for (const char* sound :
       {"-f lavfi -i anullsrc=r=44100:d=1 -b:a 320k -reservoir 0", "-f lavfi -i sine=r=44100:d=1 -b:a 320k -reservoir 0"})
    CHECK(verdict(folder, read(folder.make(sound, "b.mp3"))) == "");
}

TEST_CASE("a count of bytes that leaves out the first frame, or counts the tags, is no cut") {
  const TestFolder folder;
  const std::string song = read(folder.make(kNoise + "-b:a 96k -id3v2_version 0", "a.mp3"));
  const auto counting = [&](std::size_t bytes) {
    std::string changed = song;
    for (std::size_t i = 0; i < 4; ++i) changed[song.find("Info") + 12 + i] = static_cast<char>(bytes >> (24 - 8 * i));
    return changed;
  };
  CHECK(verdict(folder, counting(song.size() - 313)) == "");
  CHECK(verdict(folder, counting(song.size() - 100)) == "");
  CHECK(verdict(folder, counting(song.size() + 128) + kId3v1) == "");
  CHECK(verdict(folder, counting(song.size() + 300) + std::string(300, 'w')) == "");
}

TEST_CASE("DSD that ends before its head says so is truncated") {
  const TestFolder folder;
  const std::string sound(600, '\x69');
  // DSF: the file's size in its first chunk; DSDIFF: the size of all that follows.
  const std::string dsf = "DSD " + std::string("\x1C\0\0\0\0\0\0\0\xB4\x02\0\0\0\0\0\0", 16) + std::string(72, '\0') + sound;
  const std::string dsdiff = "FRM8" + std::string("\0\0\0\0\0\0\x02\x5C", 8) + "DSD " + sound;
  CHECK(verdict(folder, dsf) == "");
  CHECK(verdict(folder, dsf.substr(0, 691)) == "truncated: the DSF file ends at byte 692, the file at 691");
  CHECK(verdict(folder, dsf + kId3v1) == "");
  CHECK(verdict(folder, dsdiff) == "");
  CHECK(verdict(folder, dsdiff.substr(0, 400)) == "truncated: the FRM8 chunk ends at byte 616, the file at 400");
}

TEST_CASE("a cut that leaves a few bytes of the next header is found") {
  const TestFolder folder;
  std::string frames;  // MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes
  for (int i = 0; i < 5; ++i) frames.append("\xFF\xFB\x90\x64").append(413, '\0');
  CHECK(verdict(folder, frames) == "");
  CHECK(verdict(folder, frames + '\xFF') == "truncated: the last frame's header needs 6 bytes, found 1");
  CHECK(verdict(folder, frames + "\xFF\xFB\x90") == "truncated: the last frame's header needs 6 bytes, found 3");
  CHECK(verdict(folder, frames + "\xFF\xFB\x90\x64" + std::string(96, '\0')) == "truncated: the last frame needs 417 bytes, found 100");
  CHECK(verdict(folder, frames + "and some words that are no frame") == "");
}

TEST_CASE("an FLV cut inside a tag is truncated, one that lacks the last tag's size is not") {
  const TestFolder folder;
  for (const char* options : {"-c:a libmp3lame", "-c:a libmp3lame -flvflags no_duration_filesize"}) {
    const std::string bytes = read(folder.make(std::string(kNoise) + options, "a.flv"));
    INFO(options << ", " << bytes.size() << " bytes");
    for (const std::size_t missing : {0, 1, 4}) CHECK(verdict(folder, bytes.substr(0, bytes.size() - missing)) == "");
    for (const std::size_t missing : {5, 7, 20}) CHECK(verdict(folder, bytes.substr(0, bytes.size() - missing)).starts_with("truncated: "));
  }
}
