// SPDX-License-Identifier: Apache-2.0
#include "ingest/intake.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "ingest/describe.h"
#include "transcoder/source.h"

namespace segue::ingest {
namespace {

std::string parent_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

// Of files on the command line only a whole folder's can be an album: two songs of twelve are two songs.
bool is_whole_folder(const std::string& folder, const std::vector<JobInput>& files) {
  const std::vector<JobInput> all = media_in(folder);
  return std::all_of(all.begin(), all.end(), [&](const JobInput& one) {
    return std::any_of(files.begin(), files.end(), [&](const JobInput& file) { return file.path == one.path; });
  });
}

// A path may look like an address; then it is there.
bool is_foreign_address(const std::string& operand) {
  std::error_code ignored;
  return operand.find("://") != std::string::npos && !std::filesystem::exists(operand, ignored);
}

}  // namespace

Result<void> Intake::operands(const std::vector<std::string>& operands) {
  std::vector<JobInput> files;
  for (const std::string& operand : operands) {
    if (cancelled()) return {};
    std::error_code ignored;
    Result<void> done;
    if (is_url(operand)) {
      done = single(input_of(operand), 0);
    } else if (std::filesystem::is_directory(operand, ignored)) {
      done = folder(operand);
    } else if (is_foreign_address(operand)) {
      plan_.refuse(operand, operand + ": expected a file, a folder or an address of http or https");
    } else {
      files.push_back(input_of(operand));
    }
    if (!done) return done;
  }
  return loose(files);
}

Result<void> Intake::loose(const std::vector<JobInput>& files) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<JobInput>> by_folder;
  for (const JobInput& file : files) {
    const std::string folder = parent_of(file.path);
    if (!by_folder.contains(folder)) order.push_back(folder);
    by_folder[folder].push_back(file);
  }
  for (const std::string& folder : order) {
    const std::vector<JobInput>& inputs = by_folder[folder];
    const bool may_be_album = inputs.size() > 1 && (plan_.albums == Albums::always || is_whole_folder(folder, inputs));
    if (auto done = group(inputs, may_be_album ? plan_.albums : Albums::never); !done) return done;
  }
  return {};
}

Result<void> Intake::folder(const std::string& operand) {
  auto found = expand_folder(operand, plan_.leave_out);
  if (!found) {
    plan_.refuse(operand, found.error().message);
    return {};
  }
  bool any = false;
  for (const FoundFolder& one : *found) {
    if (!one.trouble.empty()) plan_.refuse(one.shown, one.shown + ": " + one.trouble);
    std::vector<JobInput> inputs = one.media;
    for (const JobInput& other : one.others) {
      if (transcoder::probe(other.path)) inputs.push_back(other);
    }
    any = any || !inputs.empty();
    if (auto done = group(inputs, plan_.albums); !done) return done;
  }
  if (!any) plan_.refuse(operand, operand + ": expected media files in the folder, found none");
  return {};
}

Result<void> Intake::album_folder(const std::string& operand) {
  auto found = expand_folder(operand, plan_.leave_out);
  if (!found) {
    plan_.refuse(operand, found.error().message);
    return {};
  }
  std::vector<JobInput> inputs;
  for (const FoundFolder& one : *found) {
    if (!one.trouble.empty()) plan_.refuse(one.shown, one.shown + ": " + one.trouble);
    inputs.insert(inputs.end(), one.media.begin(), one.media.end());
  }
  if (inputs.empty()) plan_.refuse(operand, operand + ": expected media files in the folder, found none");
  return group(inputs, Albums::always);
}

// What is in no album is added at once; what may be in one when all are known. A file that cannot be probed is a job as well: it tells why.
Result<void> Intake::group(const std::vector<JobInput>& inputs, Albums albums) {
  std::vector<Seen> seen;
  for (const JobInput& input : inputs) {
    if (cancelled()) return {};
    const auto info = transcoder::probe(input.path);
    Seen one{input, {input.path, {}, false}, 0};
    if (info) one = {input, {input.path, info->tags, kind_of(*info) == "track"}, info->seconds};
    const bool candidate = info && one.file.sound_only && albums != Albums::never &&
                           (albums == Albums::always || (!first_tag(one.file.tags, "album").empty() && position_of(one.file.tags)));
    if (candidate) {
      seen.push_back(std::move(one));
    } else if (auto done = single(input, one.seconds); !done) {
      return done;
    }
  }
  std::vector<TaggedFile> files;
  for (const Seen& one : seen) files.push_back(one.file);
  std::vector<std::vector<std::size_t>> groups;
  if (albums == Albums::always && files.size() > 1) groups.push_back(playing_order(files));
  if (albums == Albums::automatic) groups = albums_among(files);
  std::set<std::size_t> grouped;
  for (const auto& order : groups) {
    grouped.insert(order.begin(), order.end());
    if (auto done = album(seen, order); !done) return done;
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (grouped.contains(i)) continue;
    if (auto done = single(seen[i].input, seen[i].seconds); !done) return done;
  }
  return {};
}

Result<void> Intake::album(const std::vector<Seen>& seen, const std::vector<std::size_t>& order) {
  NewJob job;
  job.kind = JobKind::album;
  job.ladder = plan_.ladder;
  job.library = plan_.library;
  double seconds = 0;
  for (const std::size_t i : order) {
    job.inputs.push_back(seen[i].input);
    seconds += seen[i].seconds;
  }
  job.shown = first_tag(seen[order.front()].file.tags, "album");
  if (job.shown.empty()) job.shown = parent_of(job.inputs.front().shown);
  return plan_.add(job, seconds);
}

Result<void> Intake::single(const JobInput& input, double seconds) {
  return plan_.add({JobKind::file, input.shown, {input}, plan_.ladder, plan_.library}, seconds);
}

}  // namespace segue::ingest
