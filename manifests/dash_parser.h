// SPDX-License-Identifier: Apache-2.0
// MPD text → value; the other direction of dash_writer: parse(write(x)) == x for every x that parse made. The only home of libxml2.
// Hardened: UTF-8 only, no DOCTYPE (so no entity of the document's own), no network, bounded size and counts. Unknown elements,
// attributes and namespaces are passed over. Errors name the line, the element and the attribute.
#pragma once

#include <string_view>

#include "manifests/dash_mpd.h"
#include "media/result.h"

namespace segue::manifests::dash {

[[nodiscard]] Result<Mpd> parse_mpd(std::string_view text);

// xs:duration in microseconds, nearest. Error: years or months (IOP 3.2.7.4), a negative one, other text.
[[nodiscard]] Result<std::int64_t> parse_duration(std::string_view text);

}  // namespace segue::manifests::dash
