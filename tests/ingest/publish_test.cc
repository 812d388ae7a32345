// SPDX-License-Identifier: Apache-2.0
// A file from the uploader's hand to the store, and again, and again with other tags.
#include <sys/stat.h>

#include <filesystem>

#include "tests/catch.h"
#include "tests/ingest/published_loudness.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;
namespace fs = std::filesystem;

namespace {

const std::string kNoise = "-f lavfi -i anoisesrc=a=0.2:c=pink:s=3:r=44100:d=6 -ac 2 ";

// MD5 of the decoded samples as ffmpeg reads them.
std::string pcm_of(const std::string& path, const Sandbox& sandbox) {
  const Output output = sandbox.shell("ffmpeg -nostdin -v error -i '" + path + "' -map 0:a:0 -f md5 -c:a pcm_s16le -");
  CHECK(output.exit_code == 0);
  return output.out;
}

}  // namespace

TEST_CASE("a tagged file is published with all that is known of it") {
  const Sandbox sandbox;
  sandbox.write("tags.txt", ";FFMETADATA1\ntitle=Song\nartist=One\\;Two\nalbum=Disc\ntrack=3\nlyrics=la la\n");
  sandbox.make("-f lavfi -i testsrc2=s=64x64:d=1 -frames:v 1", "picture.png");
  const std::string song = sandbox.make(kNoise + "-i " + sandbox.path("tags.txt") + " -i " + sandbox.path("picture.png") +
                                            " -map 0 -map 2 -map_metadata 1 -disposition:v attached_pic -c:v copy",
                                        "in/song.flac");
  const Output output = sandbox.ingest({song});
  INFO(output.err);
  CHECK(output.exit_code == 0);
  const Json line = output.line("song.flac");
  CHECK(line["state"] == "published");
  CHECK(line["error"].is_null());
  CHECK(line["seconds"] == 6.0);
  const std::string id = line["asset"];
  CHECK(line["hls"] == "http://127.0.0.1:18150/v/" + id + "/master.m3u8");
  CHECK(line["dash"] == "http://127.0.0.1:18150/v/" + id + "/manifest.mpd");
  CHECK(line["folder"] == sandbox.store() + "/" + id + "/g1");

  const Json asset = sandbox.asset(id);
  CHECK(asset["kind"] == "track");
  CHECK(asset["tags"]["title"] == Json::array({"Song"}));
  CHECK(asset["tags"]["artist"] == Json::array({"One", "Two"}));
  CHECK(asset["tags"]["lyrics"][0] == "la la");
  CHECK(asset["cover"] == "cover.png");
  CHECK(read_text(sandbox.store() + "/" + id + "/current/cover.png") == read_text(sandbox.path("picture.png")));
  CHECK(asset["source"]["file_name"] == "song.flac");
  CHECK(asset["loudness"]["integrated_lufs"].get<double>() < 0);
  CHECK(asset["duration"] == Json::array({264600, 44100}));
  CHECK(asset["renditions"].size() == 7);
  for (const Json& rendition : asset["renditions"]) {
    const std::string file = sandbox.store() + "/" + id + "/current/" + rendition["file"].get<std::string>();
    INFO(file);
    CHECK(sandbox.shell("sha256sum " + file).out.substr(0, 64) == rendition["sha256"].get<std::string>());
    CHECK(rendition["peak_bps"].get<int>() >= rendition["average_bps"].get<int>());
    CHECK(rendition["dash_bps"].get<int>() > 0);
    CHECK(rendition.contains("loudness"));
  }
  check_loudness_boxes(line["folder"], asset, nullptr);
  check_replay_gain(asset, "track", asset["loudness"]);
  CHECK_FALSE(asset["replaygain"].contains("album_gain_db"));
  CHECK(pcm_of(song, sandbox) == pcm_of(sandbox.store() + "/" + id + "/current/flac.cmfa", sandbox));
  sandbox.check_store();
  sandbox.check_nothing_left();
}

TEST_CASE("another user's web server may read the store, whatever the uploader's umask") {
  const Sandbox sandbox;
  REQUIRE(sandbox.ingest({sandbox.make(kNoise, "song.wav")}).exit_code == 0);
  for (const auto& entry : fs::recursive_directory_iterator(sandbox.store())) {
    INFO(entry.path());
    if (entry.is_symlink()) continue;
    CHECK(static_cast<int>(entry.status().permissions()) == (entry.is_directory() ? 0755 : 0644));
  }
}

TEST_CASE("the same file is unchanged, a re-tagged one the next generation, the one before it is kept") {
  const Sandbox sandbox;
  const std::string song = sandbox.make(kNoise + "-metadata title=A", "song.flac");
  const std::string id = sandbox.ingest({song}).line("song.flac")["asset"];
  CHECK(sandbox.ingest({song}).line("song.flac")["state"] == "unchanged");
  CHECK(sandbox.ingest({song, "--ladder", "podcast"}).line("song.flac")["folder"] == sandbox.store() + "/" + id + "/g2");
  const std::string again = sandbox.make("-i " + song + " -c copy -metadata title=B", "retagged.flac");
  const Json line = sandbox.ingest({again}).line("retagged.flac");
  CHECK(line["state"] == "published");
  CHECK(line["asset"] == id);
  CHECK(sandbox.asset(id)["tags"]["title"][0] == "B");
  CHECK(fs::read_symlink(sandbox.store() + "/" + id + "/current") == "g3");
  CHECK(fs::exists(sandbox.store() + "/" + id + "/g2"));
  CHECK_FALSE(fs::exists(sandbox.store() + "/" + id + "/g1"));
  CHECK(sandbox.assets().size() == 1);
  sandbox.check_nothing_left();
}

TEST_CASE("what was put into a library stays in it when it is tagged anew, until somebody says otherwise") {
  const Sandbox sandbox;
  const std::string song = sandbox.make(kNoise + "-metadata title=A", "song.flac");
  const std::string id = sandbox.ingest({song, "--library", "Kids"}).line("song.flac")["asset"];
  const auto library = [&] { return sandbox.asset(id)["tags"].value("library", Json()); };
  REQUIRE(library() == Json{"Kids"});
  CHECK(sandbox.ingest({song}).line("song.flac")["state"] == "unchanged");
  const std::string retagged = sandbox.make("-i " + song + " -c copy -metadata title=B", "b.flac");
  CHECK(sandbox.ingest({retagged}).line("b.flac")["state"] == "published");
  CHECK(sandbox.asset(id)["tags"]["title"][0] == "B");
  CHECK(library() == Json{"Kids"});
  CHECK(sandbox.ingest({retagged, "--ladder", "podcast"}).line("b.flac")["state"] == "published");
  CHECK(library() == Json{"Kids"});
  const std::string says = sandbox.make("-i " + song + " -c copy -metadata title=C -metadata library=Books", "c.flac");
  CHECK(sandbox.ingest({says}).line("c.flac")["state"] == "published");
  CHECK(library() == Json{"Books"});
  CHECK(sandbox.ingest({says, "--library", "Music"}).line("c.flac")["state"] == "published");
  CHECK(library() == Json{"Music"});
}

TEST_CASE("one recording in two places settles, and a file named twice is answered twice") {
  const Sandbox sandbox;
  const std::string song = sandbox.make(kNoise + "-metadata title=A", "song.flac");
  const std::string sampler = sandbox.make("-i " + song + " -c copy -metadata title=A -metadata album=Hits", "sampler.flac");
  CHECK(sandbox.ingest({song, sampler}).exit_code == 0);
  for (int round = 0; round < 2; ++round) {
    const Output again = sandbox.ingest({song, sampler});
    CHECK(again.line("song.flac")["state"] == "unchanged");
    CHECK(again.line("sampler.flac")["state"] == "unchanged");
  }
  const Output twice = sandbox.ingest({song, song});
  CHECK(twice.lines().size() == 2);
}

TEST_CASE("a generation's number is not used again, whatever became of its folder") {
  const Sandbox sandbox;
  const std::string song = sandbox.make(kNoise + "-metadata title=A", "song.flac");
  const std::string id = sandbox.ingest({song}).line("song.flac")["asset"];
  fs::remove_all(sandbox.store() + "/" + id);
  CHECK(sandbox.ingest({song}).line("song.flac")["folder"] == sandbox.store() + "/" + id + "/g2");
}

TEST_CASE("chapters are kept") {
  const Sandbox sandbox;
  sandbox.write(
      "chapters.txt",
      ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=3000\ntitle=First\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=3000\nEND=6000\n"
      "title=Second\n");
  const std::string book = sandbox.make(
      kNoise + "-i " + sandbox.path("chapters.txt") + " -map 0:a -map_metadata 1 -map_chapters 1 -c:a aac -b:a 64k", "book.m4a");
  const Json asset = sandbox.asset(sandbox.ingest({book, "--ladder", "podcast"}).line("book.m4a")["asset"]);
  REQUIRE(asset["chapters"].size() == 2);
  CHECK(asset["chapters"][1] == Json{{"start_ms", 3000}, {"end_ms", 6000}, {"title", "Second"}});
}

TEST_CASE("a film with sound and subtitles is published") {
  const Sandbox sandbox;
  sandbox.write("words.srt", "1\n00:00:00,500 --> 00:00:02,000\nHello\n");
  const std::string film = sandbox.make("-f lavfi -i testsrc2=s=320x180:r=25:d=4 -f lavfi -i sine=d=4 -i " + sandbox.path("words.srt") +
                                            " -c:v libx264 -preset ultrafast -c:s srt -metadata:s:s:0 language=eng",
                                        "film.mkv");
  const Json line = sandbox.ingest({film}).line("film.mkv");
  CHECK(line["state"] == "published");
  const Json asset = sandbox.asset(line["asset"]);
  CHECK(asset["kind"] == "video");
  CHECK(asset["ladder"] == "video");
  const Json text = asset["renditions"].back();
  const std::string folder = sandbox.store() + '/' + line["asset"].get<std::string>() + "/g1/";
  CHECK(text["webvtt"]["file"] == text["id"].get<std::string>() + ".vtt");
  const std::string words = sandbox.shell("cat " + folder + text["webvtt"]["file"].get<std::string>()).out;
  INFO(words);  // the film begins with its sound, a few milliseconds before its picture
  CHECK(words.starts_with("WEBVTT\n\n00:00:00.50"));
  CHECK(words.ends_with("\nHello\n"));
  CHECK(sandbox.shell("sha256sum " + folder + text["webvtt"]["file"].get<std::string>()).out.substr(0, 64) ==
        text["webvtt"]["sha256"].get<std::string>());
  sandbox.check_store();
}

TEST_CASE("a dry run tells the plan and makes nothing") {
  const Sandbox sandbox;
  const Json line = sandbox.ingest({sandbox.make(kNoise + "-b:a 128k", "song.mp3"), "--dry-run"}).lines().at(0);
  CHECK(line["ladder"] == "music");
  CHECK(line["renditions"][0]["id"] == "aac-64");
  CHECK(line["renditions"][0]["why"] == "the ladder's rung, below the source's bit rate");
  CHECK(line["left_out"].back()["why"] == "the source is not lossless");
  CHECK_FALSE(fs::exists(sandbox.home()));
}

TEST_CASE("a folder with a link into our own store, or to the kernel's files, brings in neither") {
  const Sandbox sandbox;
  sandbox.make(kNoise, "music/a.wav");
  sandbox.make(kNoise, "home/store/published/b.wav");
  fs::create_directory_symlink(sandbox.store(), sandbox.path("music/mine"));
  fs::create_directory_symlink("/proc", sandbox.path("music/processes"));
  fs::create_directory_symlink("/sys", sandbox.path("music/devices"));
  const Output output = sandbox.ingest({sandbox.path("music"), "--dry-run"});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(output.lines().size() == 1);
}

TEST_CASE("a folder stands for all media below it; what is no media in it is passed over") {
  const Sandbox sandbox;
  sandbox.make(kNoise, "music/a.wav");
  sandbox.make(kNoise + "-af volume=0.5", "music/deeper/b.flac");
  sandbox.make(kNoise + "-af volume=0.25 -f flac", "music/no-extension");
  sandbox.write("music/notes.txt", "no media");
  sandbox.make("-f lavfi -i testsrc2=s=64x64:d=1 -frames:v 1", "music/cover.jpg");
  const Output output = sandbox.ingest({sandbox.path("music")});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(output.lines().size() == 3);
  for (const char* name : {"music/a.wav", "music/deeper/b.flac", "music/no-extension"}) {
    const Json line = output.line(name);
    CHECK(line["state"] == "published");
    CHECK(sandbox.asset(line["asset"])["cover"] == (std::string(name) == "music/deeper/b.flac" ? "" : "cover.jpg"));
  }
}
