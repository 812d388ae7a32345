// SPDX-License-Identifier: Apache-2.0
// A source on the network, brought here before anything is done with it: it is read several times. By libcurl, http and https only.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::ingest {

// Into `folder`, which is made, under the name that the URL ends with. Value: the file's path. Error: the URL and the reason; also when
// nothing comes for 15 s, or less than the server announced.
[[nodiscard]] Result<std::string> download(const std::string& url, const std::string& folder, const std::atomic<bool>* cancelled);

// "https://example.org/a%20b.flac?x=1" → "a b.flac". "source" when there is nothing to go by. Pure.
[[nodiscard]] std::string name_in_url(std::string_view url);

}  // namespace segue::ingest
