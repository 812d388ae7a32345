// SPDX-License-Identifier: Apache-2.0
// What is broken is refused with one clear line; the good file of the same command is published; nothing else is left.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <random>

#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;

namespace {

const std::string kNoise = "-f lavfi -i anoisesrc=a=0.2:s=4:r=44100:d=1.5 -ac 2 ";

// Ingests a good file and the bad ones; each bad one must fail with one line that names it.
void check_refused(const Sandbox& sandbox, const std::vector<std::string>& bad) {
  std::vector<std::string> arguments{sandbox.make(kNoise, "good.wav")};
  arguments.insert(arguments.end(), bad.begin(), bad.end());
  const Output output = sandbox.ingest(arguments);
  CHECK(output.exit_code == 1);
  CHECK(output.err == "");
  const std::vector<Json> lines = output.lines();
  CHECK(lines.size() == arguments.size());
  for (const Json& line : lines) {
    const std::string file = line["file"];
    INFO(file);
    if (file.ends_with("good.wav")) {
      CHECK(line["state"] == "published");
      continue;
    }
    CHECK(line["state"] == "failed");
    CHECK(line["asset"].is_null());
    const std::string error = line["error"].is_string() ? line["error"].get<std::string>() : "";
    INFO(error);
    CHECK(error.size() > 10);
    CHECK(error.size() < 500);
    CHECK(error.find('\n') == std::string::npos);
    CHECK(error.find(file.substr(file.rfind('.'))) != std::string::npos);
  }
  CHECK(sandbox.assets().size() == 1);
  sandbox.check_store();
  sandbox.check_nothing_left();
}

std::string random_bytes(std::size_t count) {
  std::mt19937 random(11);
  std::string bytes(count, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

bool is_root() { return ::geteuid() == 0; }

}  // namespace

TEST_CASE("a file cut at any 4 KiB boundary is not published") {
  const Sandbox sandbox;
  std::vector<std::string> cuts;
  const std::string noise = "-f lavfi -i anoisesrc=a=0.2:s=5:r=24000:d=", pictures = "-f lavfi -i testsrc2=s=160x120:r=25:d=1 ";
  const std::vector<std::pair<std::string, std::string>> forms = {
      {"a.wav", noise + "0.4"},
      {"a.aiff", noise + "0.4"},
      {"a.w64", noise + "0.4"},
      {"a.caf", noise + "0.4"},
      {"a.au", noise + "0.4"},
      {"a.wma", noise + "1.5 -ar 48000 -b:a 96k"},
      {"a.flac", noise + "0.5"},
      {"a.wv", noise + "0.5"},
      {"a.tta", noise + "0.5"},
      {"alac.m4a", noise + "0.5 -c:a alac"},
      {"a.m4a", noise + "1.5 -b:a 128k"},
      {"a.aac", noise + "1.5 -b:a 128k"},
      {"a.mp3", noise + "1.5 -b:a 96k"},
      {"a.ac3", noise + "1.5 -ar 48000 -b:a 80k"},
      {"a.ogg", noise + "1.5 -b:a 96k -ac 2"},
      {"a.opus", noise + "1.5 -b:a 96k -ac 2"},
      {"a.mka", noise + "1.5 -c:a libvorbis -b:a 96k -ac 2"},
      {"a.mp4", pictures + noise + "1"},
      {"front.mp4", pictures + noise + "1 -movflags +faststart"},
      {"a.mov", pictures + noise + "1"},
      {"a.mkv", pictures + noise + "1"},
      {"a.webm", pictures + noise + "1 -c:v libvpx -deadline realtime -c:a libvorbis"},
      {"a.avi", pictures + noise + "1 -c:v mpeg4 -c:a libmp3lame"},
      {"a.flv", pictures + noise + "1 -ar 22050 -c:v flv -c:a libmp3lame"},
      {"a.rm", pictures + noise + "1 -ar 44100 -c:v rv20 -c:a ac3"},
      {"a.voc", noise + "0.8 -c:a pcm_u8"},
      {"a.spx", noise + "6 -ar 16000 -c:a libspeex"},
  };
  for (const auto& [form, made_by] : forms) {
    const std::string bytes = read_text(sandbox.make(made_by, form));
    const std::size_t before = cuts.size();
    for (std::size_t at = 4096; at < bytes.size(); at += 4096)
      cuts.push_back(sandbox.write("cut/" + std::to_string(at / 4096) + form, bytes.substr(0, at)));
    INFO(form << " of " << bytes.size() << " bytes");
    CHECK(cuts.size() - before >= 3);
  }
  check_refused(sandbox, cuts);
}

TEST_CASE("random bytes, empty files and wrong things under every extension are refused") {
  const Sandbox sandbox;
  std::vector<std::string> bad;
  const std::string noise = random_bytes(50'000);
  for (const char* extension :
       {"mp3", "flac", "wav", "aiff", "m4a", "aac", "ogg", "opus", "wv", "mkv", "mp4", "mov", "webm", "ts", "ac3", "avi", "txt"}) {
    bad.push_back(sandbox.write(std::string("random/r.") + extension, noise));
    bad.push_back(sandbox.write(std::string("empty/e.") + extension, ""));
  }
  bad.push_back(sandbox.write("list.m3u8", "#EXTM3U\n#EXTINF:1,\n/etc/passwd\n"));
  bad.push_back(sandbox.make("-f lavfi -i testsrc2=s=64x64:d=1 -frames:v 1", "picture.png"));
  bad.push_back(sandbox.path("missing.mp3"));
  bad.push_back("/dev/null.mp3");
  check_refused(sandbox, bad);
}

TEST_CASE("absurd headers, streams of no length and protected films are refused") {
  const Sandbox sandbox;
  const std::string wav = read_text(sandbox.make(kNoise, "whole.wav"));
  const auto with = [&](std::size_t at, const std::string& bytes) {
    std::string changed = wav;
    return changed.replace(at, bytes.size(), bytes);
  };
  std::string nothing = wav.substr(0, 44);
  nothing.replace(40, 4, std::string(4, '\0'));
  std::vector<std::string> bad = {sandbox.write("channels.wav", with(22, "\xFF\x7F")),
                                  sandbox.write("rate.wav", with(24, "\xFF\xFF\xFF\x7F")), sandbox.write("nothing.wav", nothing)};
  bad.push_back(
      sandbox.make("-f lavfi -i testsrc2=s=64x64:d=1 -c:v libx264 -encryption_scheme cenc-aes-ctr -encryption_key "
                   "76a6c65c5ea762046bd749a2e632ccbb -encryption_kid a7e61c373e219033c21091fa607bf3b8",
                   "protected.mp4"));
  check_refused(sandbox, bad);
}

TEST_CASE("films of no pictures a second are refused") {
  const Sandbox sandbox;
  const std::string film = "-f lavfi -i testsrc2=s=160x120:r=25:d=1 ";
  std::string avi = read_text(sandbox.make(film + "-c:v mpeg4", "whole.avi"));
  std::string lines = read_text(sandbox.make(film + "-pix_fmt yuv420p", "whole.y4m"));
  std::string mp4 = read_text(sandbox.make(film + "-c:v libx264", "whole.mp4"));
  const std::string zeros(8, '\0');
  const std::size_t rate = avi.find("vids") + 20, delta = mp4.find("stts") + 16;
  const std::string of_movie = avi.substr(0, rate) + zeros + avi.substr(rate + 8);  // avih tells: it is taken
  avi = std::string(of_movie).replace(of_movie.find("avih") + 8, 4, zeros, 0, 4);
  lines.replace(lines.find(" F25:1"), 6, " F0:0 ");
  mp4.replace(delta, 4, zeros, 0, 4);
  check_refused(sandbox, {sandbox.write("none.avi", avi), sandbox.write("none.y4m", lines), sandbox.write("none.mp4", mp4)});
  CHECK(sandbox.ingest({sandbox.write("movie.avi", of_movie)}).line("movie.avi")["state"] == "published");
}

namespace {

// The file with its clusters' times (Matroska's element E7) made from their number and what they were, in milliseconds.
std::string with_cluster_times(std::string bytes, const std::function<int(int, int)>& time_of) {
  int number = 0;
  for (std::size_t at = bytes.find("\x1F\x43\xB6\x75"); at != std::string::npos; at = bytes.find("\x1F\x43\xB6\x75", at + 4)) {
    const std::size_t element = bytes.find('\xE7', at + 4), from = element + 2;
    const auto width = static_cast<std::size_t>(bytes[element + 1] & 0x7F);
    int was = 0;
    for (std::size_t i = 0; i < width; ++i) was = was << 8 | static_cast<unsigned char>(bytes[from + i]);
    const int time = time_of(number++, was);
    for (std::size_t i = 0; i < width; ++i) bytes[from + i] = static_cast<char>(time >> 8 * (width - 1 - i));
  }
  return bytes;
}

}  // namespace

TEST_CASE("a film whose timestamps decrease is refused, its sound and its pictures alone too") {
  const Sandbox sandbox;
  const std::string pictures = "-f lavfi -i testsrc2=s=160x120:r=25:d=4 ", sound = "-f lavfi -i anoisesrc=a=0.2:s=5:r=48000:d=4 ";
  const std::string encode = "-c:v libx264 -preset ultrafast -g 25 -c:a pcm_s16le -cluster_time_limit 500";
  std::vector<std::string> bad;
  for (const auto& [name, inputs] : {std::pair{"film.mkv", pictures + sound}, {"pictures.mkv", pictures}, {"sounds.mkv", sound + sound}}) {
    const std::string map = std::string(name) == "sounds.mkv" ? "-map 0 -map 1 " : "";
    const std::string whole = read_text(sandbox.make(inputs + map + encode, name));
    const auto falls = [](int number, int was) { return number == 0 ? was : 4000 - was; };
    const auto stands = [](int, int) { return 0; };
    const auto goes_back = [](int number, int was) { return number < 4 ? was : was - 800; };
    bad.push_back(sandbox.write(std::string("falls-") + name, with_cluster_times(whole, falls)));
    bad.push_back(sandbox.write(std::string("stands-") + name, with_cluster_times(whole, stands)));
    bad.push_back(sandbox.write(std::string("goes-back-") + name, with_cluster_times(whole, goes_back)));
  }
  check_refused(sandbox, bad);
}

TEST_CASE("a sound whose samples are no numbers is refused") {
  const Sandbox sandbox;
  check_refused(sandbox,
                {sandbox.make("-f lavfi -i \"aevalsrc='if(gte(n,9600),0/0,0.1*sin(900*t))':s=48000:d=1\" -c:a pcm_f32le", "nan.wav")});
}

TEST_CASE("names and extensions do no harm") {
  const Sandbox sandbox;
  const std::string odd = sandbox.path("a\nb \xF0\x9F\x8E\xB5 \xFF.mp3"), wrong = sandbox.path("really.jpg");
  std::filesystem::copy_file(sandbox.make(kNoise, "good.flac"), odd);
  std::filesystem::copy_file(sandbox.make(kNoise + "-af volume=0.5", "other.flac"), wrong);
  const Output output = sandbox.ingest({odd, wrong});
  INFO(output.out << output.err);
  CHECK(output.exit_code == 0);
  CHECK(output.lines().size() == 2);
  CHECK(output.line("a\nb \xF0\x9F\x8E\xB5 \xEF\xBF\xBD.mp3")["state"] == "published");  // JSON has no byte FF
  sandbox.check_store();
  sandbox.check_nothing_left();
}

TEST_CASE("a folder without media is said to be one") {
  const Sandbox sandbox;
  sandbox.write("papers/letter.txt", "dear all");
  const Output output = sandbox.ingest({sandbox.path("papers")});
  CHECK(output.exit_code == 1);
  CHECK(output.line("papers")["error"] == sandbox.path("papers") + ": expected media files in the folder, found none");
  CHECK(sandbox.ingest({}).exit_code == 2);
  CHECK(sandbox.ingest({"x.wav", "--ladder", "no-such-ladder"}).exit_code == 2);
  CHECK(sandbox.assets().empty());
}

TEST_CASE("what is refused is told in words of its own") {
  const Sandbox sandbox;
  const std::string text = sandbox.write("text.mp3", "hello\n"), none = sandbox.path("none"),
                    picture = sandbox.make("-f lavfi -i testsrc2=s=64x64:d=1 -frames:v 1", "picture.jpg");
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{text}, text + ": expected a media file, found data that no known format explains"},
      {{none}, none + ": No such file or directory"},
      {{picture}, picture + ": expected audio or video, found a picture"},
      {{"--album", none}, none + ": No such file or directory"},
      {{"ftp://localhost/a.mp3"}, "ftp://localhost/a.mp3: expected a file, a folder or an address of http or https"},
  };
  for (const auto& [words, error] : cases) {
    const Output output = sandbox.ingest(words);
    INFO(output.err);
    CHECK(output.exit_code == 1);
    REQUIRE(output.lines().size() == 1);
    CHECK(output.lines().front()["error"] == error);
  }
}

TEST_CASE("what excludes each other is wrong usage") {
  const Sandbox sandbox;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"--worker", "--list"},
                                                                                     {"--worker", "a.wav"},
                                                                                     {"--list", "a.wav"},
                                                                                     {"--background", "--dry-run", "a.wav"},
                                                                                     {"--watch", ".", "--worker"}}) {
    const Output output = sandbox.ingest(words);
    INFO(words[0] << ' ' << words[1] << ": " << output.err);
    CHECK(output.exit_code == 2);
    CHECK(output.out.empty());
  }
}

TEST_CASE("with --json every named file has its line, whatever cannot be used") {
  const Sandbox sandbox;
  const auto check = [](const Output& output, const std::string& reason) {
    INFO(output.out << output.err);
    CHECK(output.exit_code == 1);
    REQUIRE(output.lines().size() == 2);
    for (const char* name : {"a.wav", "b.wav"}) {
      const Json line = output.line(name);
      CHECK(line["state"] == "failed");
      CHECK(line["error"].get<std::string>().find(reason) != std::string::npos);
      for (const char* field : {"asset", "hls", "dash", "folder", "seconds"}) CHECK(line.at(field).is_null());
    }
  };
  for (const std::string how : {"", "--background "}) {
    check(sandbox.shell("SEGUE_HOME=/proc/none exec $INGEST --json " + how + "a.wav b.wav"), "/proc/none");
    check(
        sandbox.shell("mkdir -p $SEGUE_HOME/ingest; echo 'no database, but long enough to be looked at' >$SEGUE_HOME/ingest/queue.sqlite3; "
                      "exec $INGEST --json " +
                      how + "a.wav b.wav"),
        "queue.sqlite3");
  }
  const Output list = sandbox.ingest({"--list"});
  CHECK(list.exit_code == 1);
  REQUIRE(list.lines().size() == 1);
  CHECK(list.lines().front()["error"].get<std::string>().find("queue.sqlite3") != std::string::npos);
}

TEST_CASE("--background has all fields of the contract, with what is not known yet null") {
  const Sandbox sandbox;
  const Output output = sandbox.ingest({"--background", sandbox.make(kNoise, "later.wav")});
  CHECK(output.exit_code == 0);
  const Json line = output.line("later.wav");
  CHECK(line["state"] == "queued");
  for (const char* field : {"asset", "hls", "dash", "folder", "seconds", "error"}) CHECK(line.at(field).is_null());
}

TEST_CASE("a file that may not be read") {
  const Sandbox sandbox;
  std::filesystem::permissions(sandbox.path(""), std::filesystem::perms::all);
  const std::string secret = sandbox.make(kNoise, "secret.wav");
  std::filesystem::permissions(secret, std::filesystem::perms::none);
  const std::string as = is_root() ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : "";
  const Output output = sandbox.shell(as + "$INGEST --json " + secret);
  CHECK(output.exit_code == 1);
  CHECK(output.line("secret.wav")["error"] == secret + ": cannot be opened: Permission denied");
}

TEST_CASE("a full disk, and files that may not grow, leave nothing behind") {
  const Sandbox sandbox;
  const std::string big = sandbox.make("-f lavfi -i anoisesrc=a=0.2:s=6:r=44100:d=20 -ac 2", "big.wav");
  const Output limited = sandbox.shell("ulimit -f 1000; exec $INGEST --json " + big);
  INFO(limited.out << limited.err);
  CHECK(limited.exit_code == 1);
  CHECK(limited.line("big.wav")["error"].get<std::string>().find("File too large") != std::string::npos);
  CHECK(sandbox.assets().empty());
  sandbox.check_nothing_left();
  if (!is_root()) return;
  const Output full = sandbox.shell("exec unshare -m sh -c 'mount -t tmpfs -o size=1m none $SEGUE_HOME && $INGEST --json " + big +
                                    "; code=$?; find $SEGUE_HOME/store -type f; exit $code'");
  INFO(full.out << full.err);
  CHECK(full.exit_code == 1);
  CHECK(full.line("big.wav")["error"].get<std::string>().find("No space left on device") != std::string::npos);
  CHECK(full.lines().size() == 1);  // find found nothing
}

TEST_CASE("a store that may not be written") {
  const Sandbox sandbox;
  const std::string song = sandbox.make(kNoise, "song.wav");
  std::filesystem::create_directories(sandbox.store());
  const std::string mount = "mount --bind $SEGUE_HOME/store $SEGUE_HOME/store && mount -o remount,ro,bind $SEGUE_HOME/store && ";
  const Output output = is_root() ? sandbox.shell("exec unshare -m sh -c '" + mount + "exec $INGEST --json " + song + "'")
                                  : sandbox.shell("chmod 555 $SEGUE_HOME/store; exec $INGEST --json " + song);
  INFO(output.out << output.err);
  CHECK(output.exit_code == 1);
  const std::string error = output.line("song.wav")["error"];
  CHECK((error.find("Read-only file system") != std::string::npos || error.find("Permission denied") != std::string::npos));
  CHECK(sandbox.assets().empty());
  sandbox.check_nothing_left();
}
