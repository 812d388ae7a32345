// SPDX-License-Identifier: Apache-2.0
// segue ingest --watch: files come, are tagged anew, move and go, while it runs and while it does not.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

#include "ingest/queue.h"
#include "tests/catch.h"
#include "tests/ingest/sandbox.h"

using namespace segue::ingest::tests;
namespace fs = std::filesystem;

namespace {

// Until it is so; ctest ends what lasts for ever.
void until(const std::function<bool()>& is_so) {
  while (!is_so()) ::usleep(20'000);
}

struct Watching {
  Sandbox sandbox;
  std::string music = sandbox.path("music");
  pid_t process = 0;

  Watching() { fs::create_directories(music + "/sub"); }
  void start() { process = sandbox.start({"--watch", music, "--ladder", sandbox.path("tiny.ladder"), "--json"}); }
  void stop() const {
    sandbox.kill(process, SIGTERM);
    CHECK(sandbox.wait(process) == 0);
  }
  std::string song(int seed, const std::string& tags, const std::string& name) const {
    std::string options = "-f lavfi -i anoisesrc=a=0.2:s=";
    options += std::to_string(seed);  // in one expression GCC 14 sees a copy out of bounds
    options += ":r=44100:d=1 -ac 2 ";
    return sandbox.make(options + tags, name);
  }
  // As a file manager copies: written under its own name, bit by bit.
  void copy(const std::string& from, const std::string& name) const { sh("cat '" + from + "' > '" + music + '/' + name + "'"); }
  [[nodiscard]] std::vector<std::string> live() const {
    std::vector<std::string> ids;
    std::error_code not_yet;
    for (const auto& folder : fs::directory_iterator(sandbox.store(), not_yet))
      if (fs::exists(folder.path() / "current" / "asset.json")) ids.push_back(folder.path().filename());
    return ids;
  }
  [[nodiscard]] std::string title(const std::string& id) const { return sandbox.asset(id)["tags"]["title"][0]; }
};

}  // namespace

TEST_CASE("the store follows the folder") {
  Watching w;
  w.sandbox.write("tiny.ladder", "ladder tiny\naac 64k\n");
  const std::string one = w.song(1, "-metadata title=One", "1.flac"), two = w.song(2, "-metadata title=Two", "2.flac");
  w.copy(one, "1.flac");
  w.start();
  until([&] { return w.live().size() == 1; });
  const std::string id = w.live().front();
  CHECK(w.title(id) == "One");

  // Comes while it runs, in a folder that comes as well.
  fs::create_directories(w.music + "/new/deep");
  w.copy(two, "new/deep/2.flac");
  until([&] { return w.live().size() == 2; });

  // Tagged anew: the same asset, its next generation.
  const std::string again = w.sandbox.make("-i '" + one + "' -c copy -metadata title=Anew", "again.flac");
  w.copy(again, "1.flac");
  until([&] { return w.sandbox.asset(id)["generation"] == 2; });
  CHECK(w.title(id) == "Anew");

  // Moved: nothing is encoded, nothing withdrawn. A file that comes after it shows that the move was seen.
  fs::rename(w.music + "/1.flac", w.music + "/sub/moved.flac");
  w.copy(w.song(3, "", "3.flac"), "3.flac");
  until([&] { return w.live().size() == 3; });
  CHECK(w.sandbox.asset(id)["generation"] == 2);

  // A second file of the same sound, then the first goes: the asset stays; then both are gone.
  w.copy(again, "twin.flac");
  w.copy(w.song(4, "", "4.flac"), "4.flac");
  until([&] { return w.live().size() == 4; });
  fs::remove(w.music + "/sub/moved.flac");
  fs::remove(w.music + "/4.flac");
  until([&] { return w.live().size() == 3; });
  CHECK(fs::exists(w.sandbox.store() + "/" + id + "/current"));
  fs::remove(w.music + "/twin.flac");
  until([&] { return w.live().size() == 2; });
  until([&] { return !fs::exists(w.sandbox.store() + "/" + id + "/g2/asset.json"); });  // unlinked first, removed then

  // What goes and comes while it is dead: kill -9, two changes, a new start. The number of a generation is never used twice.
  w.sandbox.kill(w.process, SIGKILL);
  w.sandbox.wait(w.process);
  fs::remove_all(w.music + "/new");
  w.copy(again, "back.flac");
  w.start();
  until([&] { return fs::exists(w.sandbox.store() + "/" + id + "/current") && w.live().size() == 2; });
  CHECK(w.sandbox.asset(id)["generation"] == 3);
  w.stop();

  // A folder that is empty all of a sudden is not mounted.
  fs::rename(w.music, w.sandbox.path("elsewhere"));
  fs::create_directories(w.music);
  w.start();
  ::usleep(1'000'000);
  CHECK(w.live().size() == 2);
  w.stop();
}

TEST_CASE("what was half withdrawn when its process died is withdrawn at the next start, and told") {
  Watching w;
  w.sandbox.write("tiny.ladder", "ladder tiny\naac 64k\n");
  w.copy(w.song(1, "", "1.flac"), "1.flac");
  w.copy(w.song(2, "", "2.flac"), "2.flac");
  w.start();
  until([&] { return w.live().size() == 2; });
  w.stop();
  const std::string id = w.live().front();
  const std::string other = w.live().back();
  const bool first = w.sandbox.asset(id)["source"]["file_name"] == "1.flac";
  fs::remove(w.music + (first ? "/1.flac" : "/2.flac"));
  fs::remove(w.sandbox.store() + "/" + id + "/current");  // it died after this step
  w.start();
  until([&] { return fs::is_empty(w.sandbox.store() + "/" + id + "/g1"); });
  w.stop();
  CHECK(w.live() == std::vector<std::string>{other});
  auto outbox = segue::ingest::Queue::open(w.sandbox.layout())->outbox();
  REQUIRE(outbox);
  CHECK(std::count_if(outbox->begin(), outbox->end(), [&](const auto& row) { return row.type == "asset.removed"; }) == 1);
}

TEST_CASE("folders and files behind links are kept up with; a link that leads to nothing withdraws nothing") {
  Watching w;
  w.sandbox.write("tiny.ladder", "ladder tiny\naac 64k\n");
  const auto put = [&](int seed, const std::string& name) {
    fs::create_directories(fs::path(w.sandbox.path(name)).parent_path());
    fs::rename(w.song(seed, "", "made.flac"), w.sandbox.path(name));
  };
  put(1, "elsewhere/deep/1.flac");
  fs::create_directory_symlink(w.sandbox.path("elsewhere"), w.music + "/link");
  fs::create_directory_symlink(w.music, w.sandbox.path("elsewhere/deep/back"));
  w.start();
  until([&] { return w.live().size() == 1; });

  // Comes behind a link; by a link that comes, to a folder and to a file; by a second name of a file.
  put(2, "elsewhere/deep/new/2.flac");
  until([&] { return w.live().size() == 2; });
  put(3, "disk/3.flac");
  fs::create_directory_symlink(w.sandbox.path("disk"), w.music + "/sub/disk");
  until([&] { return w.live().size() == 3; });
  put(4, "4.flac");
  fs::create_symlink(w.sandbox.path("4.flac"), w.music + "/4.flac");
  until([&] { return w.live().size() == 4; });
  put(5, "5.flac");
  fs::create_hard_link(w.sandbox.path("5.flac"), w.music + "/5.flac");
  until([&] { return w.live().size() == 5; });

  fs::remove(w.sandbox.path("elsewhere/deep/1.flac"));
  until([&] { return w.live().size() == 4; });

  // A link behind a link.
  put(8, "other-disk/8.flac");
  fs::create_directory_symlink(w.sandbox.path("other-disk"), w.sandbox.path("elsewhere/deep/other"));
  until([&] { return w.live().size() == 5; });

  // The disks are away: twice it is looked at everything, and what was on them stays.
  fs::rename(w.sandbox.path("disk"), w.sandbox.path("away"));
  fs::rename(w.sandbox.path("other-disk"), w.sandbox.path("other-away"));
  put(6, "music/6.flac");
  until([&] { return w.live().size() == 6; });
  put(7, "music/7.flac");
  until([&] { return w.live().size() == 7; });
  // The link goes.
  fs::remove(w.music + "/sub/disk");
  until([&] { return w.live().size() == 6; });
  w.stop();
}

namespace {

// A mount namespace of our own, so that nothing is mounted for others. False: not allowed here.
bool may_mount() {
  const std::string me = std::to_string(::getuid()), group = std::to_string(::getgid());
  if (::unshare(CLONE_NEWNS) != 0) {
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
    std::ofstream("/proc/self/setgroups") << "deny";
    std::ofstream("/proc/self/uid_map") << "0 " << me << " 1";
    std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
  }
  return ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

}  // namespace

TEST_CASE("what was on a disk that is no longer mounted is not withdrawn, and is followed again when it is") {
  if (!may_mount()) {
    WARN("nothing can be mounted here: not tested");
    return;
  }
  Watching w;
  w.sandbox.write("tiny.ladder", "ladder tiny\naac 64k\n");
  const std::string disk = w.sandbox.path("disk"), point = w.music + "/point";
  fs::create_directories(disk);
  fs::create_directories(point);
  fs::rename(w.song(1, "", "1.flac"), disk + "/1.flac");
  w.copy(w.song(2, "", "2.flac"), "2.flac");
  w.copy(w.song(6, "", "6.flac"), "6.flac");  // or nothing would be left, which looks like another fault
  const auto plug = [&] { REQUIRE(::mount(disk.c_str(), point.c_str(), nullptr, MS_BIND, nullptr) == 0); };
  plug();
  w.start();
  until([&] { return w.live().size() == 3; });

  // Gone while it runs: another file's going shows that it was looked at.
  REQUIRE(::umount2(point.c_str(), MNT_DETACH) == 0);
  fs::remove(w.music + "/2.flac");
  until([&] { return w.live().size() == 2; });
  w.copy(w.song(3, "", "3.flac"), "3.flac");
  until([&] { return w.live().size() == 3; });
  w.stop();

  // Gone at a start; then there again, with news.
  w.start();
  w.copy(w.song(4, "", "4.flac"), "4.flac");
  until([&] { return w.live().size() == 4; });
  fs::rename(w.song(5, "", "5.flac"), disk + "/5.flac");
  plug();
  until([&] { return w.live().size() == 5; });
  fs::remove(point + "/1.flac");
  until([&] { return w.live().size() == 4; });
  w.stop();
  REQUIRE(::umount2(point.c_str(), MNT_DETACH) == 0);
}

TEST_CASE("a file that is no media is told once; what is no folder is refused") {
  Watching w;
  CHECK(w.sandbox.ingest({"--watch", w.sandbox.path("nothing")}).exit_code == 1);
  w.sandbox.write("tiny.ladder", "ladder tiny\naac 64k\n");
  w.sandbox.write("music/bad.flac", "no sound");
  w.copy(w.song(5, "", "5.flac"), "sub/5.flac");
  w.start();
  const auto lines = [&](const std::string& of) {
    const std::string text = w.sandbox.printed_by(w.process);
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find('/' + of + '"', at)) != std::string::npos; ++at) ++count;
    return count;
  };
  until([&] { return lines("5.flac") == 1 && lines("bad.flac") == 1; });
  w.copy(w.song(6, "", "6.flac"), "6.flac");  // the folder is looked at again, with all that is in it
  until([&] { return lines("6.flac") == 1; });
  w.copy(w.song(7, "", "7.flac"), "7.flac");
  until([&] { return lines("7.flac") == 1; });
  CHECK(lines("bad.flac") == 1);
  CHECK(lines("6.flac") == 1);
  w.sandbox.write("music/bad.flac", "no sound, and longer");
  until([&] { return lines("bad.flac") == 2; });
  w.stop();
  CHECK(fs::exists(w.music + "/bad.flac"));
  CHECK(w.live().size() == 3);
}
