// SPDX-License-Identifier: Apache-2.0
#include "ingest/expansion.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "ingest/cover.h"
#include "tests/catch.h"

using namespace segue::ingest;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    path = (fs::temp_directory_path() / "segue-expand-XXXXXX").string();
    REQUIRE(::mkdtemp(path.data()) != nullptr);
  }
  ~Folder() { fs::remove_all(path); }
  void put(const std::string& name, const std::string& bytes = "x") const {
    fs::create_directories(fs::path(path + '/' + name).parent_path());
    std::ofstream(path + '/' + name) << bytes;
  }
  std::string path;
};

std::vector<std::uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

}  // namespace

TEST_CASE("which names are media's, which operands are URLs") {
  for (const char* name : {"a.flac", "A.FLAC", "b.c.Mp3", "x.mkv", ".opus"}) CHECK(has_media_extension(name));
  for (const char* name : {"flac", "a.txt", "a.flac.part", "cover.jpg", ""}) CHECK_FALSE(has_media_extension(name));
  CHECK(is_url("https://example.org/x"));
  CHECK_FALSE(is_url("file:///etc/passwd"));
  CHECK_FALSE(is_url("http:tone.mp3"));
}

TEST_CASE("a folder and those below it, in order, hidden ones and our own home left out") {
  const Folder folder;
  for (const char* name : {"b.flac", "a.flac", "notes.txt", ".hidden.mp3", ".git/x.mp3", "disc 2/1.ogg", "disc 1/1.ogg", "var/store/y.mp4"})
    folder.put(name);
  fs::create_directory_symlink("..", folder.path + "/disc 1/loop");
  const auto found = expand_folder(folder.path + "/", folder.path + "/var");
  REQUIRE(found);
  REQUIRE(found->size() == 3);
  CHECK(found->at(0).media.size() == 2);
  CHECK(found->at(0).media[0].shown == folder.path + "/a.flac");
  CHECK(found->at(0).others.size() == 1);
  CHECK(found->at(1).shown == folder.path + "/disc 1");
  CHECK(found->at(2).media[0].path == folder.path + "/disc 2/1.ogg");
  CHECK_FALSE(expand_folder(folder.path + "/none", ""));
}

TEST_CASE("links are followed, each folder is entered once, by its own name if it has one") {
  const Folder folder, elsewhere;
  folder.put("z/1.flac");
  elsewhere.put("far.flac");
  elsewhere.put("deep/deeper.flac");
  fs::create_directory_symlink("z", folder.path + "/a link to z");
  fs::create_directory_symlink(elsewhere.path, folder.path + "/b");
  fs::create_directory_symlink(elsewhere.path + "/deep", folder.path + "/z/again");  // by b/deep
  fs::create_directory_symlink(folder.path, elsewhere.path + "/deep/back");
  fs::create_directory_symlink("nowhere", folder.path + "/c");
  fs::create_symlink(elsewhere.path + "/far.flac", folder.path + "/z/2.flac");
  std::vector<std::string> own, linked;
  const auto all = expand_folder(folder.path, "");
  REQUIRE(all);
  for (const FoundFolder& one : *all)
    for (const JobInput& input : one.media) (one.by_link ? linked : own).push_back(input.shown.substr(folder.path.size()));
  CHECK(own == std::vector<std::string>{"/z/1.flac", "/z/2.flac"});
  CHECK(linked == std::vector<std::string>{"/b/far.flac", "/b/deep/deeper.flac"});
  fs::create_directory_symlink(".", folder.path + "/home");
  CHECK(expand_folder(folder.path, elsewhere.path).value().size() == 2);  // ours is left out behind a link too
}

TEST_CASE("what may not be read is told, and hides nothing else") {
  const Folder folder;
  folder.put("1.flac");
  folder.put("closed/2.flac");
  folder.put("half/3.flac");
  folder.put("half/deeper/4.flac");
  fs::permissions(folder.path, fs::perms(0755));
  fs::permissions(folder.path + "/closed", fs::perms(0));
  fs::permissions(folder.path + "/half", fs::perms(0444));  // its names, and nothing behind them
  const bool is_root = ::geteuid() == 0;
  if (is_root) REQUIRE(::seteuid(65534) == 0);
  if (!is_root) fs::permissions(folder.path + "/half", fs::perms(0400));
  const auto found = expand_folder(folder.path, "");
  if (is_root) REQUIRE(::seteuid(0) == 0);
  for (const char* name : {"/closed", "/half"}) fs::permissions(folder.path + name, fs::perms(0700));
  REQUIRE(found);
  REQUIRE(found->size() == 4);
  CHECK((found->at(0).media.size() == 1 && found->at(0).trouble.empty()));
  CHECK(found->at(1).trouble == "cannot be listed: Permission denied");
  CHECK(found->at(2).media.size() == 1);  // whoever opens it is told
  CHECK((found->at(3).shown == folder.path + "/half/deeper" && found->at(3).trouble == "Permission denied"));
}

TEST_CASE("a link into our own home, or to the kernel's files, leads nowhere; who names a folder of the home means it") {
  const Folder folder, home;
  folder.put("1.flac");
  home.put("store/a/2.flac");
  home.put("work/3.flac");
  fs::create_directory_symlink(home.path + "/store", folder.path + "/mine");
  fs::create_directory_symlink(home.path + "/store/a", folder.path + "/deep");
  fs::create_directory_symlink("/proc/self", folder.path + "/process");
  fs::create_directory_symlink("/sys", folder.path + "/system");
  const fs::path other = home.path + "-link";
  fs::create_directory_symlink(home.path, other);
  for (const std::string& leave_out : {home.path, home.path + "/", other.string()}) {
    CAPTURE(leave_out);
    CHECK(expand_folder(folder.path, leave_out).value().size() == 1);
    CHECK(expand_folder(home.path + "/store", leave_out).value().size() == 2);
  }
  fs::remove(other);
  CHECK(expand_folder(folder.path, "").value().size() == 3);  // "deep" and "mine" are one
  // By a link to what holds the home: all but the home.
  const Folder server;
  server.put("music/4.flac");
  server.put("home/store/5.flac");
  fs::create_directory_symlink("..", server.path + "/music/up");
  const auto found = expand_folder(server.path + "/music", server.path + "/home").value();
  REQUIRE(found.size() == 2);
  CHECK(found[1].shown == server.path + "/music/up");
  CHECK(found[1].media.empty());
}

TEST_CASE("a picture is known by its bytes, not by its name") {
  CHECK(picture_type(bytes_of("\xFF\xD8\xFF\xE0 JFIF")) == "jpg");
  CHECK(picture_type(bytes_of("\x89PNG\r\n\x1A\n....")) == "png");
  CHECK(picture_type(bytes_of("RIFF....WEBPVP8 ")) == "webp");
  CHECK(picture_type(bytes_of("<svg onload=alert(1)>")).empty());
  CHECK(picture_type({}).empty());
  CHECK_FALSE(cover_of(bytes_of("<html>")));
  using namespace std::string_literals;
  for (const auto& [whole, cut] :
       std::vector<std::pair<std::string, std::string>>{{"\x89PNG\r\n\x1A\n IDAT IEND\xAE\x42\x60\x82", "\x89PNG\r\n\x1A\n IDAT"},
                                                        {"GIF89a pic;ture ;\0\0"s, "GIF89a pic;t"},
                                                        {"RIFF\x0C\0\0\0WEBPVP8 picture"s, "RIFF\xFF\0\0\0WEBPVP8 picture"s}}) {
    INFO(cut);
    CHECK(cover_of(bytes_of(whole)));
    CHECK_FALSE(cover_of(bytes_of(cut)));
  }
}

TEST_CASE("a JPEG ends behind its scan, not in the small picture that a camera puts before it") {
  using namespace std::string_literals;
  const std::string exif =
                        "\xFF\xD8\xFF\xE1\0\x0F"
                        "Exif\xFF\xD8 sm\xFF\xD9.."s,
                    scan = "\xFF\xDA\0\x04..picture"s;
  struct Row {
    std::string bytes;
    bool is_picture, has_end;
  };
  for (const Row& row : {Row{exif + scan + "\xFF\xD9", true, true}, Row{exif + scan + "\xFF\xD9 and more", true, true},
                         Row{exif + "\xFF" + scan + "\xFF\xD9", true, true}, Row{exif + scan, true, false}, Row{exif, false, false},
                         Row{exif + "\xFF\xDA\0\x20.\xFF\xD9"s, false, false}, Row{"\xFF\xD8\xFF", false, false}}) {
    const auto cover = cover_of(bytes_of(row.bytes));
    CHECK(cover.has_value() == row.is_picture);
    if (cover) CHECK(cover->has_end == row.has_end);
  }
}

TEST_CASE("a picture that was cut off gives way to a whole one, and is better than none") {
  using namespace std::string_literals;
  const auto jpeg = [](const std::string& picture) { return "\xFF\xD8\xFF\xDA\0\x02"s + picture; };
  const std::string whole = "\xFF\xD9";
  const auto shown = [](const std::optional<Cover>& cover) {
    return cover ? cover->name + ' ' + std::string(cover->bytes.begin() + 6, cover->bytes.begin() + 9) : "";
  };
  const Folder folder;
  const std::string song = folder.path + "/a.flac";
  folder.put("cover.png", "no picture at all");
  CHECK(shown(cover_beside(song)).empty());
  folder.put("Cover.jpg", jpeg("cut"));
  CHECK(shown(best_cover({}, song)) == "cover.jpg cut");
  CHECK(shown(best_cover(bytes_of(jpeg("own")), song)) == "cover.jpg own");
  folder.put("Folder.JPG", jpeg("all" + whole));
  CHECK(shown(cover_beside(song)) == "cover.jpg all");
  CHECK(shown(best_cover(bytes_of(jpeg("own")), song)) == "cover.jpg all");
  CHECK(shown(best_cover(bytes_of(jpeg("own" + whole)), song)) == "cover.jpg own");
  folder.put("front.jpg", jpeg("new" + whole));
  CHECK(shown(cover_beside(song)) == "cover.jpg all");
}
