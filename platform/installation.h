// SPDX-License-Identifier: Apache-2.0
// Where the parts of Segue lie, seen from the running program. A build folder has the shape of an installation:
//   <prefix>/bin/segue-* (build) or <prefix>/libexec/segue/segue-* (installed)     the programs
//   <prefix>/lib/segue/modules/*.so                                               our nginx modules
//   <prefix>/share/segue/conf/*.conf.in                                           templates of configuration
//   <prefix>/share/segue/web/                                                     the web application
#pragma once

#include <string>

#include "media/result.h"

namespace segue::platform {

struct Installation {
  std::string programs, modules, templates, web;

  // From the path of a program of ours. Pure.
  static Installation around(const std::string& program);
  // Around the running program.
  static Result<Installation> find();

  // The absolute path of one of our programs; empty when it is not built.
  [[nodiscard]] std::string program(const std::string& name) const;
};

// A program of the system: along PATH, then in the folders of administrators' programs. Empty: not installed.
[[nodiscard]] std::string system_program(const std::string& name);

}  // namespace segue::platform
