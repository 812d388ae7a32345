// SPDX-License-Identifier: Apache-2.0
// Inputs for the transcoder's tests: a folder of their own, files that the ffmpeg command line makes, and a sink that keeps everything.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "transcoder/transcode.h"

namespace segue::transcoder {

// Removed with its object.
class TestFolder {
 public:
  TestFolder();
  ~TestFolder();
  std::string path(const std::string& name) const { return (path_ / name).string(); }
  // Runs `ffmpeg -y <arguments> <name>`; the path of what it made. Aborts the test program when ffmpeg fails.
  std::string make(const std::string& arguments, const std::string& name) const;

 private:
  std::filesystem::path path_;
};

struct KeptSample {
  media::Ticks dts = 0, pts = 0;
  std::uint32_t duration = 0;
  bool sync = true;
  std::vector<std::uint8_t> data;
};

// One begin()...end() of a rendition; FLAC has several in an album run.
struct KeptTrack {
  media::TrackConfig begun, ended;
  bool has_ended = false;
  std::vector<KeptSample> samples;
  media::Ticks duration() const;
};

class KeepingSink : public RenditionSink {
 public:
  Result<void> begin(const media::TrackConfig& config) override;
  Result<void> sample(const media::Sample& sample) override;
  Result<void> end(const media::TrackConfig& config) override;
  std::vector<KeptTrack> tracks;
};

// A whole run kept in memory.
struct KeptRun {
  std::vector<RenditionPlan> plans;
  std::vector<KeepingSink> sinks;
  Result<TranscodeResult> result = Error{"not run"};
  std::vector<Programme> programmes;  // as on_programme told them
  const KeptTrack& track(const std::string& id) const;
  bool has(const std::string& id) const;
};
KeptRun transcode_file(const std::string& path, const std::string& ladder, int threads = 0);  // 0: all cores
KeptRun transcode_album(const std::vector<std::string>& paths, const std::string& ladder);

}  // namespace segue::transcoder
