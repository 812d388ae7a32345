// SPDX-License-Identifier: Apache-2.0
// Containers name languages in three letters (ISO 639-2, bibliographic or terminological); manifests want the shortest
// form, two letters where ISO 639-1 has them (BCP 47, RFC 5646 2.2.1).
#pragma once

#include <string>
#include <string_view>

namespace segue::transcoder {

// "fre" and "fra" -> "fr"; "fr-CA" stays; anything that is not a well-formed tag -> "und".
[[nodiscard]] std::string bcp47(std::string_view tag);

}  // namespace segue::transcoder
