// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/follower.h"

#include <nlohmann/json.hpp>
#include <set>

namespace segue::library {
namespace {

constexpr int kEventsAtOnce = 256;
constexpr std::chrono::milliseconds kListen{500};  // so soon a stop is noticed
constexpr std::chrono::milliseconds kAfterFailure{1000};

// The asset that an event is about; empty: none of ours.
std::string asset_of(const service::Event& event) {
  if (event.type != "asset.published" && event.type != "asset.removed") return {};
  const auto payload = nlohmann::json::parse(event.payload, nullptr, false);
  if (!payload.is_object()) return {};
  const auto asset = payload.find("asset");
  return asset != payload.end() && asset->is_string() ? asset->get<std::string>() : std::string();
}

}  // namespace

Follower::Follower(Library& library, FollowerOptions options)
    : library_(library), options_(std::move(options)), scanner_(library, options_.store), bus_(options_.redis_socket) {}

void Follower::start() {
  thread_ = std::thread([this] { run(); });
}

void Follower::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

void Follower::told(const ScanReport& report) {
  for (const std::string& error : report.errors) options_.log("warning", error);
  if (report.changed + report.removed > 0) options_.on_change();
}

bool Follower::scan() {
  scanning_ = true;
  scan_wanted_ = false;
  auto report = scanner_.scan([this] { return !stopping_.load(); });
  if (!report) {
    options_.log("error", report.error().message);
    options_.on_change();  // batches before it are in
  } else {
    if (report->changed + report->removed > 0)
      options_.log("info", "scanned the store: " + std::to_string(report->seen) + " assets, " + std::to_string(report->changed) +
                               " changed, " + std::to_string(report->removed) + " gone");
    told(*report);
  }
  scanning_ = false;
  if (report) has_scanned_ = true;
  return report.has_value();
}

// What was told and is not in the stream, a scan finds; a position that nothing may ever follow is given up.
bool Follower::find_place_again(service::Standing standing) {
  options_.log("warning", "the event stream is another one, or ends before where it was read: scans the store");
  request_scan();
  if (standing != service::Standing::beyond) return true;
  if (auto set = scanner_.update({}, "0"); !set) options_.log("error", set.error().message);
  return false;
}

// One read of the stream. What it names is looked at in the store: an event that comes twice, or late, finds nothing to do.
bool Follower::follow() {
  auto position = library_.position();
  if (!position) {
    options_.log("error", position.error().message);
    return false;
  }
  auto events = bus_.read(*position, kEventsAtOnce, kListen);
  if (!events) return false;
  const auto standing = bus_.standing(*position);
  if (!standing) return false;
  if (*standing != service::Standing::within && !find_place_again(*standing)) return true;
  if (events->empty()) return true;
  std::set<std::string> assets;
  bool has_other_libraries = false;
  for (const auto& received : *events) {
    if (std::string asset = asset_of(received.event); !asset.empty()) assets.insert(std::move(asset));
    has_other_libraries = has_other_libraries || received.event.type == "libraries.changed";
  }
  const std::vector<std::string> list(assets.begin(), assets.end());
  auto report = scanner_.update(list, events->back().position);
  if (report) {
    told(*report);
    if (has_other_libraries) request_scan();  // not before: events that were not taken come again, at once
  } else {
    options_.log("error", report.error().message);
  }
  return report.has_value();
}

// What a scan was wanted for (libraries that are others now) no event tells again: it is done until it is done.
void Follower::run() {
  bool is_true = scan();
  while (!stopping_) {
    const bool had = has_bus_;
    has_bus_ = follow();
    if (has_bus_ != had)
      options_.log(has_bus_ ? "info" : "warning", has_bus_ ? "follows the event stream" : "no event stream: scans the store");
    if (has_bus_ && is_true && !scan_wanted_) continue;
    // Whoever asks for a scan does not wait, but where the one before failed: what it lacks may lack for long.
    const auto least = is_true ? std::chrono::milliseconds(0) : kAfterFailure;
    if (!has_bus_ || !is_true)
      for (auto waited = std::chrono::milliseconds(0); waited < options_.rescan && !stopping_ && (waited < least || !scan_wanted_);
           waited += std::chrono::milliseconds(100))
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    if (!stopping_) is_true = scan();
  }
}

}  // namespace segue::library
