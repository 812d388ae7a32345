// SPDX-License-Identifier: Apache-2.0
// A source on the network, brought here before anything is done with it: it is read several times. By libcurl, http and https only.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::ingest {

// A source that is slower than this over this time holds a slot that others wait for.
struct Floor {
  std::int64_t bytes_a_second = 1024;  // 0: any speed will do
  std::chrono::seconds over{60};
};

// "1024/60": bytes a second, seconds (1 to 3600). Error: what was found. Pure.
[[nodiscard]] Result<Floor> read_floor(std::string_view text);

// Into `folder`, which is made, under the name that the URL ends with. Value: the file's path. Error: the URL and the reason; also when
// nothing comes for 15 s, less than the server announced, too little for too long ($SEGUE_SLOW_SOURCE, else Floor's own figures), or more
// bytes than $SEGUE_LARGEST_SOURCE, else than half of what is free there, or than others have left of it meanwhile.
[[nodiscard]] Result<std::string> download(const std::string& url, const std::string& folder, const std::atomic<bool>* cancelled);

// "https://example.org/a%20b.flac?x=1" → "a b.flac". "source" when there is nothing to go by. Pure.
[[nodiscard]] std::string name_in_url(std::string_view url);

}  // namespace segue::ingest
