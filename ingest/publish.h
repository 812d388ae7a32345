// SPDX-License-Identifier: Apache-2.0
// From a finished staging folder to the store, so that it happens wholly or not at all, whenever the process may die:
//   .staging/<token>/<asset>/g<n>/…   being made: worth nothing, thrown away by whoever comes next
//   .staging/<token>/ready            sealed: all of it is on disk and valid; whoever comes next carries on from here
//   <store>/<asset>/g<n>              renamed there, then `current` swapped
// The staging folder is laid out as a store, so that an album's relative addresses hold in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ingest/job.h"
#include "media/asset.h"
#include "media/result.h"

namespace segue::ingest {

// Brings `staging` to disk and seals it with the result to be reported once it is published.
[[nodiscard]] Result<void> seal(const std::string& staging, const JobResult& result);

// What was sealed; nullopt: nothing was, or not to its end.
[[nodiscard]] std::optional<JobResult> sealed(const std::string& staging);

// Moves the sealed pieces to their places and makes them current, in order. May be repeated after it was broken off. A `current` that
// is ahead already stays. Error: also when another process took a generation's name meanwhile.
[[nodiscard]] Result<void> publish(const std::string& store, const std::string& staging, const JobResult& result);

// Takes away generations that nobody plays any more: all but the live one, the one before it, and those that an album lists.
[[nodiscard]] Result<void> prune(const std::string& store, const std::string& staging, const std::string& asset);

// A generation's asset.json; nullopt: not there, or not readable as one.
[[nodiscard]] std::optional<media::Asset> asset_of(const std::string& store, const std::string& asset, std::uint32_t generation);

// The live generation's asset.json; nullopt: none, or not readable as one.
[[nodiscard]] std::optional<media::Asset> current_asset(const std::string& store, const std::string& asset);

// One above all that are there and all that ever were: `announced` is the highest of those, whatever became of its folder.
[[nodiscard]] std::uint32_t next_generation(const std::string& store, const std::string& asset, std::uint32_t announced);

}  // namespace segue::ingest
