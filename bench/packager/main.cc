// SPDX-License-Identifier: Apache-2.0
// Packaging alone, encoded input copied: `segue package` against FFmpeg's HLS muxer, Bento4's mp4fragment and GPAC's MP4Box, in turn.
//   bench_package [ROUNDS] [AUDIO.m4a VIDEO.mp4]     without files: 2.5 h of AAC at 128 kbit/s (144 MB) and 400 s of H.264 (912 MB),
//                                                    made in the temporary folder; wants 4 GB there
// Peers are found on PATH, or by SEGUE_MP4FRAGMENT and SEGUE_MP4BOX; those that are absent are named and left out.
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>

#include "bench/transcoder/peer.h"

using namespace segue;
namespace fs = std::filesystem;

namespace {

struct Packager {
  std::string name, command;  // $IN, $OUT (an empty folder)
};

void shell(const std::string& command) {
  if (std::system(command.c_str()) == 0) return;
  std::fprintf(stderr, "failed: %s\n", command.c_str());
  std::exit(1);
}

std::string program(const char* variable, const char* name) {
  if (const char* given = std::getenv(variable)) return given;
  return std::system(("command -v " + std::string(name) + " >/dev/null 2>&1").c_str()) == 0 ? name : "";
}

std::vector<Packager> packagers(const std::string& own_folder) {
  std::vector<Packager> all = {
      {"segue", own_folder + "/segue-package $IN --out $OUT >/dev/null"},
      {"ffmpeg",
       "ffmpeg -nostdin -v error -y -i $IN -c copy -f hls -hls_segment_type fmp4 -hls_flags single_file -hls_time 4 "
       "-hls_playlist_type vod $OUT/a.m3u8"}};
  const std::string fragment = program("SEGUE_MP4FRAGMENT", "mp4fragment"), box = program("SEGUE_MP4BOX", "MP4Box");
  if (fragment.empty()) {
    std::printf("mp4fragment (Bento4): absent\n");
  } else {
    all.push_back({"mp4fragment", fragment + " $IN $OUT/a.mp4 >/dev/null 2>&1"});
  }
  if (box.empty()) {
    std::printf("MP4Box (GPAC): absent\n");
  } else {
    all.push_back({"MP4Box", box + " -dash 4000 -rap -profile onDemand -out $OUT/a.mpd $IN >/dev/null 2>&1"});
  }
  return all;
}

// One program, at an empty folder.
bench::Cost run(const Packager& packager, const std::string& input, const std::string& folder) {
  fs::remove_all(folder);
  fs::create_directory(folder);
  const std::string line = "IN='" + input + "' OUT='" + folder + "'; " + packager.command;
  return bench::measured([&] { return execl("/bin/sh", "sh", "-c", line.c_str(), nullptr); });
}

void compare(const std::string& what, const std::string& input, int rounds, const std::vector<Packager>& all, const std::string& folder) {
  std::map<std::string, std::vector<double>> wall, memory;
  shell("cat '" + input + "' >/dev/null");  // everybody reads from the page cache
  for (int round = 0; round < rounds; ++round) {
    // Forwards, then backwards: what the one before leaves of free memory decides how dear new pages are.
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Packager& packager = all[round % 2 == 0 ? i : all.size() - 1 - i];
      const bench::Cost cost = run(packager, input, folder);
      wall[packager.name].push_back(cost.wall_seconds);
      memory[packager.name].push_back(cost.peak_mib);
    }
  }
  std::printf("%s, %ju bytes, median of %d:\n", what.c_str(), static_cast<std::uintmax_t>(fs::file_size(input)), rounds);
  const double ours = bench::median(wall["segue"]);
  for (const Packager& packager : all) {
    const double theirs = bench::median(wall[packager.name]);
    std::printf("  %-12s %6.2f s  peak %6.1f MiB  segue takes %.2f of it\n", packager.name.c_str(), theirs,
                bench::median(memory[packager.name]), ours / theirs);
  }
  fs::remove_all(folder);
}

// A minute encoded, then copied end to end.
void make(const std::string& piece, const std::string& encoding, int times, const std::string& target, const std::string& folder) {
  shell("ffmpeg -nostdin -v error -y " + encoding + " " + folder + "/" + piece);
  shell("for i in $(seq " + std::to_string(times) + "); do echo \"file " + piece + "\"; done >" + folder + "/list");
  shell("ffmpeg -nostdin -v error -y -f concat -i " + folder + "/list -c copy " + target);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 3;
  const std::string folder = (fs::temp_directory_path() / ("segue-bench-package-" + std::to_string(getpid()))).string();
  fs::create_directories(folder);
  std::string audio = folder + "/audio.m4a", video = folder + "/video.mp4";
  if (argc > 3) {
    audio = argv[2];
    video = argv[3];
  } else {
    make("minute.m4a", "-f lavfi -i anoisesrc=a=0.3:c=pink:r=44100:d=60 -ac 2 -c:a aac -b:a 128k", 150, audio, folder);
    make("piece.mp4",
         "-f lavfi -i testsrc2=s=1920x1080:r=25:d=20 -vf noise=alls=8:allf=t -c:v libx264 -preset ultrafast -b:v 18240k -maxrate 19000k "
         "-bufsize 19000k -g 50 -bf 2 -sc_threshold 0 -pix_fmt yuv420p",
         20, video, folder);
  }
  const auto all = packagers(fs::read_symlink("/proc/self/exe").parent_path().string());
  compare("long audio", audio, rounds, all, folder + "/out");
  compare("long video", video, rounds, all, folder + "/out");
  fs::remove_all(folder);
  return 0;
}
