// SPDX-License-Identifier: Apache-2.0
// Whatever a player sends: JSON of one line of printable ASCII, and a next object that is a plain path of this edge.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "access/asker.h"
#include "edge-cache/cmcd/next_object.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace segue::edge;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Cmcd cmcd;
  cmcd.add(input);
  cmcd.add(cmcd_of_query(input));
  const std::string json = cmcd.json();
  for (const char c : json)
    if (c < 0x20 || c > 0x7E) std::abort();
  for (const auto& next : {next_of_cmcd(cmcd, "/v/a/1"), next_of_link(input, "/v/a/1")})
    if (next && !segue::access::is_plain_path(std::string_view(next->target).substr(0, next->target.find('?')))) std::abort();
  return 0;
}
