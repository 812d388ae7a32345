// SPDX-License-Identifier: Apache-2.0
// Printing numbers and quoted text onto the end of one std::string. Integers are printed by hand and decimals from integers,
// so that nothing drifts and no locale or allocation is involved: the origin prints a manifest on each request.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "media/time.h"

namespace segue::manifests {

void append_number(std::string& out, std::uint64_t value);

// `micros` >= 0 as seconds: "4.005442", at least `min_digits` (0 to 6) digits behind the point, further zeros dropped; no digits, no point.
void append_seconds(std::string& out, std::int64_t micros, int min_digits = 1);

// Microseconds of `ticks`, nearest. Differences of two such values never drift: sums of them telescope.
[[nodiscard]] std::int64_t micros_of(media::Ticks ticks, std::uint32_t timescale) noexcept;

// An HLS quoted-string with its quotes (RFC 8216bis 4.2): it has no escapes, so '"' becomes '\'' and control characters a space.
void append_quoted(std::string& out, std::string_view text);

// The inside of an XML attribute value or element. Characters that XML 1.0 cannot hold become U+FFFD; `text` that is not UTF-8 likewise.
void append_xml(std::string& out, std::string_view text);

}  // namespace segue::manifests
