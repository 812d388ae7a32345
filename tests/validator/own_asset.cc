// SPDX-License-Identifier: Apache-2.0
#include "tests/validator/own_asset.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "manifests/folder_set.h"
#include "packager/track_writer.h"
#include "tests/catch.h"
#include "transcoder/transcode.h"

namespace segue::validator::tests {

namespace {

class FileRendition : public transcoder::RenditionSink {
 public:
  FileRendition(const transcoder::RenditionPlan& plan, const std::string& folder) : plan_(plan), folder_(folder) {}
  Result<void> begin(const media::TrackConfig& config) override {
    const bool video = media::kind_of(config.codec) == media::TrackKind::video;
    name_ = plan_.id + (video ? ".cmfv" : ".cmfa");
    auto file = packager::FileSink::create(folder_ + '/' + name_);
    if (!file) return file.error();
    file_ = std::make_unique<packager::FileSink>(std::move(*file));
    packager::TrackPlan plan;
    plan.config = config;
    plan.grid = plan_.grid;
    plan.expected_segments = 8;
    auto writer = packager::TrackWriter::create(plan, *file_);
    if (!writer) return writer.error();
    writer_.emplace(std::move(*writer));
    return {};
  }
  Result<void> sample(const media::Sample& sample) override { return writer_->add(sample); }
  Result<void> end(const media::TrackConfig& config) override {
    auto track = writer_->finish(config);
    if (!track) return track.error();
    track_ = std::move(*track);
    track_.rendition.id = plan_.id;
    track_.rendition.file = name_;
    track_.rendition.group = plan_.group;
    track_.rendition.is_default = plan_.is_default;
    track_.rendition.role = plan_.role;
    writer_.reset();
    file_.reset();
    return {};
  }
  [[nodiscard]] const media::Track& track() const { return track_; }

 private:
  const transcoder::RenditionPlan& plan_;
  std::string folder_, name_;
  std::unique_ptr<packager::FileSink> file_;
  std::optional<packager::TrackWriter> writer_;
  media::Track track_;
};

}  // namespace

TemporaryFolder::TemporaryFolder() {
  path_ = (std::filesystem::temp_directory_path() / "segue-validator-XXXXXX").string();
  REQUIRE(::mkdtemp(path_.data()) != nullptr);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void run(const std::string& command) {
  INFO(command);
  REQUIRE(std::system(command.c_str()) == 0);
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }

media::Presentation make_asset(const std::string& source, const std::string& ladder_name, const std::string& folder) {
  const auto probed = transcoder::probe(source);
  REQUIRE(probed);
  const auto ladder = transcoder::load_ladder(ladder_name);
  REQUIRE(ladder);
  transcoder::TranscodeJob job;
  job.inputs = {source};
  auto plans = transcoder::plan_ladder(*probed, *ladder);
  REQUIRE(plans);
  job.renditions = *plans;
  std::vector<std::unique_ptr<FileRendition>> files;
  for (const transcoder::RenditionPlan& plan : job.renditions) {
    files.push_back(std::make_unique<FileRendition>(plan, folder));
    job.sinks.push_back(files.back().get());
  }
  const auto done = transcoder::transcode(job);
  if (!done) FAIL(done.error().message);
  media::Presentation presentation;
  presentation.duration = done->programmes.front().duration;
  for (const auto& file : files) presentation.tracks.push_back(file->track());
  const auto set = manifests::folder_set(presentation, {manifests::Addressing::Form::folder, {}});
  REQUIRE(set);
  for (const manifests::NamedText& text : *set) write_text(folder + '/' + text.name, text.text);
  return presentation;
}

}  // namespace segue::validator::tests
