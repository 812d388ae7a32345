// SPDX-License-Identifier: Apache-2.0
// The folders of a home and the generated configuration in them.
#pragma once

#include <string>
#include <vector>

#include "platform/services.h"

namespace segue::platform {

// Makes what is missing of $SEGUE_HOME. Error: the folder and why.
[[nodiscard]] Result<void> make_folders(const service::Home& home);

// Fills the templates of the services that have one and writes those that changed; their names. Error: nothing further is written.
[[nodiscard]] Result<std::vector<std::string>> write_configurations(const service::Home& home, const Installation& installation,
                                                                    const Settings& settings);

// Whole, or not at all, and never seen half.
enum class Readers { anybody, owner };
[[nodiscard]] Result<void> write_file(const std::string& path, const std::string& text, Readers readers = Readers::anybody);
[[nodiscard]] Result<std::string> read_file(const std::string& path);

// The last line of a log: what a process said before it ended.
[[nodiscard]] std::string last_line(const std::string& path);

// A short text that changes when a program that stays running, or a module, is built anew: a platform with another one runs old code.
[[nodiscard]] std::string build_of(const Installation& installation);

}  // namespace segue::platform
