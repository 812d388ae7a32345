// SPDX-License-Identifier: Apache-2.0
// Any text is refused or read; what was read survives printing and reading again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "manifests/dash_parser.h"
#include "manifests/dash_writer.h"

using namespace segue::manifests;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto mpd = dash::parse_mpd({reinterpret_cast<const char*>(data), size});
  if (!mpd) return 0;
  std::string printed;
  dash::write(*mpd, printed);
  const auto again = dash::parse_mpd(printed);
  if (!again || !(*again == *mpd)) std::abort();
  return 0;
}
