// SPDX-License-Identifier: Apache-2.0
#include "manifests/addressing.h"

#include "manifests/text.h"

namespace segue::manifests {

void append_playlist_url(std::string& out, const media::Presentation& presentation, const Addressing& where, std::string_view rendition_id,
                         std::string_view suffix) {
  out += where.base;
  if (where.form == Addressing::Form::origin) {
    out += 'g';
    append_number(out, presentation.generation);
    out += '/';
  }
  out += rendition_id;
  out += suffix;
  out += where.query;
}

void append_file_url(std::string& out, const Addressing& where, const media::Rendition& rendition, std::uint32_t file) {
  if (file < where.folders.size()) out += where.folders[file];
  out += rendition.file;
}

}  // namespace segue::manifests
