// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include "media.h"
#include "tests/catch.h"

using namespace segue;
using namespace segue::transcoder;

namespace {
const std::string kTone = "-f lavfi -i \"sine=f=440:d=1:r=44100\" ";

// The same MP4 with the matrix of its tkhd (version 0; ISO/IEC 14496-12 8.3.2) turned by a quarter.
std::string turned_copy(const std::string& from, const std::string& to) {
  constexpr std::size_t kMatrixAt = 4 + 40;
  constexpr std::array<unsigned char, 20> kQuarter = {0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0};
  std::ifstream in(from, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), {});
  const std::size_t box = bytes.find("tkhd");
  REQUIRE(box != std::string::npos);
  std::copy(kQuarter.begin(), kQuarter.end(), bytes.begin() + static_cast<std::ptrdiff_t>(box + kMatrixAt));
  std::ofstream(to, std::ios::binary) << bytes;
  return to;
}
}  // namespace

TEST_CASE("media_hash is the same after a re-tag, another for other sound") {
  const TestFolder folder;
  const std::string plain = folder.make(kTone, "plain.flac");
  const std::string tagged = folder.make("-i '" + plain + "' -c copy -metadata title=New -metadata artist=Else", "tagged.flac");
  const std::string other = folder.make("-f lavfi -i \"sine=f=441:d=1:r=44100\"", "other.flac");
  const auto hash = media_hash(plain);
  REQUIRE(hash);
  CHECK(hash->size() == 64);
  CHECK(*hash == *media_hash(tagged));
  CHECK(*hash != *media_hash(other));
  const std::string mp3 = folder.make(kTone + "-b:a 128k", "plain.mp3");
  const std::string mp3_tagged = folder.make("-i '" + mp3 + "' -c copy -metadata title=New", "tagged.mp3");
  CHECK(*media_hash(mp3) == *media_hash(mp3_tagged));
  const std::string film = folder.make("-f lavfi -i testsrc2=s=64x48:d=0.2 -c:v libx264 -preset ultrafast", "film.mp4");
  const std::string again = folder.make("-i '" + film + "' -c copy", "again.mp4");
  const std::string turned = turned_copy(film, folder.path("turned.mp4"));
  CHECK(*media_hash(film) == *media_hash(again));
  CHECK(*media_hash(film) != *media_hash(turned));
}

TEST_CASE("tags come under their usual names, lists as several values") {
  const TestFolder folder;
  const std::string path =
      folder.make(kTone +
                      "-metadata title='One; two' -metadata ARTIST='A;B' -metadata ALBUMARTIST=C -metadata TRACKNUMBER=3/12 -metadata "
                      "DISCNUMBER=1 -metadata MUSICBRAINZ_TRACKID=x-1 -metadata GENRE='Rock;Pop' -metadata DATE=1999-02-03 -metadata "
                      "LYRICS='la la' -metadata MOOD=sad",
                  "a.flac");
  const auto source = probe(path);
  REQUIRE(source);
  using Values = std::vector<std::string>;
  CHECK(source->tags.at("title") == Values{"One; two"});
  CHECK(source->tags.at("artist") == Values{"A", "B"});
  CHECK(source->tags.at("album_artist") == Values{"C"});
  CHECK(source->tags.at("track") == Values{"3"});
  CHECK(source->tags.at("track_total") == Values{"12"});
  CHECK(source->tags.at("disc") == Values{"1"});
  CHECK(source->tags.at("genre") == Values{"Rock", "Pop"});
  CHECK(source->tags.at("musicbrainz_track_id") == Values{"x-1"});
  CHECK(source->tags.at("date") == Values{"1999-02-03"});
  CHECK(source->tags.at("lyrics") == Values{"la la"});
  CHECK(source->tags.at("mood") == Values{"sad"});
  CHECK_FALSE(source->tags.contains("encoder"));
  CHECK(source->streams.at(0).lossless);
  CHECK(source->streams.at(0).audio.sample_rate == 44100);
  CHECK(source->streams.at(0).audio.bit_depth == 16);
}

TEST_CASE("a cover is kept byte for byte and is no video stream") {
  const TestFolder folder;
  const std::string cover = folder.make("-f lavfi -i \"testsrc2=s=64x64:d=1\" -frames:v 1", "cover.png");
  const std::string path = folder.make(kTone + "-i '" + cover + "' -map 0 -map 1 -c:v copy -disposition:v attached_pic", "a.mp3");
  const auto source = probe(path);
  REQUIRE(source);
  CHECK(source->streams.size() == 1);
  CHECK(source->cover_extension == "png");
  CHECK(source->cover.size() == std::filesystem::file_size(cover));
}

TEST_CASE("chapters, languages and text streams are found") {
  const TestFolder folder;
  const std::string text = folder.path("t.srt");
  {
    std::FILE* file = std::fopen(text.c_str(), "w");
    REQUIRE(file != nullptr);
    std::fputs("1\n00:00:00,100 --> 00:00:00,900\nHello <i>you</i>\n", file);
    std::fclose(file);
  }
  const std::string meta = folder.path("m.txt");
  {
    std::FILE* file = std::fopen(meta.c_str(), "w");
    REQUIRE(file != nullptr);
    std::fputs(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=First\n[CHAPTER]\nTIMEBASE=1/"
        "1000\nSTART=500\nEND=1000\ntitle=Second\n",
        file);
    std::fclose(file);
  }
  const std::string path = folder.make(
      kTone + kTone + "-i '" + text + "' -i '" + meta +
          "' -map 0 -map 1 -map 2 -map_metadata 3 -metadata:s:a:0 language=eng -metadata:s:a:1 language=fre -metadata:s:s:0 language=ger",
      "a.mkv");
  const auto source = probe(path);
  REQUIRE(source);
  REQUIRE(source->streams.size() == 3);
  CHECK(source->streams[0].language == "en");
  CHECK(source->streams[1].language == "fr");
  CHECK(source->streams[2].language == "de");
  CHECK(source->streams[2].kind == media::TrackKind::text);
  REQUIRE(source->chapters.size() == 2);
  CHECK(source->chapters[1].title == "Second");
  CHECK(source->chapters[1].start_ms == 500);
  const auto plans = plan_ladder(*source, *parse_ladder("ladder x\naac 64k\n", "x"));
  REQUIRE(plans);
  REQUIRE(plans->size() == 3);
  CHECK((*plans)[0].id == "aac-40");
  CHECK((*plans)[1].id == "aac-40-fr");
  CHECK((*plans)[1].group == "aac-fr");
  CHECK((*plans)[2].id == "text-de");
}

TEST_CASE("what streams are for is read of what the file says") {
  const TestFolder folder;
  const auto source =
      probe(folder.make(kTone + kTone + kTone + "-map 0 -map 1 -map 2 -disposition:a:1 comment -disposition:a:2 visual_impaired", "a.mkv"));
  REQUIRE(source);
  CHECK(source->streams.at(0).role == "");
  CHECK(source->streams.at(1).role == "commentary");
  CHECK(source->streams.at(2).role == "description");
}

TEST_CASE("a variable rate is laid on the grid of its densest pictures, not of the average") {
  const TestFolder folder;
  const std::string path = folder.make(
      "-f lavfi -i testsrc2=s=64x48:r=30:d=4 -vf \"select='lt(t,1)+not(mod(n,3))'\" -vsync vfr -c:v libx264 -preset ultrafast", "dark.mp4");
  const auto source = probe(path);
  REQUIRE(source);
  CHECK(source->streams.at(0).video.frame_rate == media::Rational{30, 1});
}

TEST_CASE("of a multiplex the first programme is taken, and its sound") {
  const TestFolder folder;
  const std::string path =
      folder.make("-f lavfi -i testsrc2=s=64x48:d=1 -f lavfi -i testsrc2=s=96x48:d=1 " + kTone + kTone +
                      "-map 0 -map 2 -map 1 -map 3 -c:v mpeg2video -c:a mp2 -program title=One:st=0:st=1 -program title=Two:st=2:st=3",
                  "two.ts");
  const auto source = probe(path);
  REQUIRE(source);
  std::string found;
  for (const SourceStream& stream : source->streams) found += std::to_string(stream.index) + ' ' + stream.codec + '\n';
  CHECK((found == "0 mpeg2video\n1 mp2\n" || found == "2 mpeg2video\n3 mp2\n"));  // the larger picture is the better one
}

TEST_CASE("a film with a hundred fonts is one film") {
  const TestFolder folder;
  const std::string font = folder.path("a.ttf");
  std::ofstream(font, std::ios::binary) << "not looked at";
  std::string fonts;
  for (int i = 0; i < 100; ++i)
    fonts += "-attach '" + font + "' -metadata:s:t:" + std::to_string(i) + " mimetype=application/x-truetype-font ";
  const auto source = probe(folder.make("-f lavfi -i testsrc2=s=64x48:d=0.4 " + kTone + fonts + "-c:v libx264 -preset ultrafast", "a.mkv"));
  if (!source) FAIL(source.error().message);
  CHECK(source->streams.size() == 2);
}
