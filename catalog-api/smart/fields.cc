// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/smart/fields.h"

#include <algorithm>
#include <array>

namespace segue::smart {
namespace {

// The last of the four parts of a.sort (artist, album, place, title) is the title's key; parts have no U+001F inside.
constexpr std::string_view kTitle =
    "substr(a.sort, 1 + instr(a.sort, '\x1f') + instr(substr(a.sort, 1 + instr(a.sort, '\x1f')), '\x1f') + "
    "instr(substr(a.sort, 1 + instr(a.sort, '\x1f') + instr(substr(a.sort, 1 + instr(a.sort, '\x1f')), '\x1f')), '\x1f'))";

constexpr std::array kFields{
    Field{"title", Type::text, kTitle, {}},
    Field{"artist", Type::text, "p.sort",
          "EXISTS (SELECT 1 FROM credit c JOIN artist p ON p.row = c.artist WHERE c.asset = a.row AND c.role IN ('main', 'guest') AND %)"},
    Field{"composer", Type::text, "p.sort",
          "EXISTS (SELECT 1 FROM credit c JOIN artist p ON p.row = c.artist WHERE c.asset = a.row AND c.role = 'composer' AND %)"},
    Field{"album_artist", Type::text, "p.sort",
          "EXISTS (SELECT 1 FROM album_credit c JOIN artist p ON p.row = c.artist WHERE c.album = a.album AND %)"},
    Field{"album", Type::text, "coalesce(b.sort, '')", {}},
    Field{"genre", Type::text, "lower(g.name)", "EXISTS (SELECT 1 FROM genre g WHERE g.asset = a.row AND %)"},
    Field{"codec", Type::text, "a.codec", {}},
    Field{"kind", Type::text, "a.kind", {}},
    Field{"year", Type::number, "a.year", {}},
    Field{"disc", Type::number, "a.disc", {}},
    Field{"track", Type::number, "a.number", {}},
    Field{"seconds", Type::number, "a.seconds", {}},
    Field{"bit_rate", Type::number, "a.bit_rate", {}},
    Field{"sample_rate", Type::number, "a.sample_rate", {}},
    Field{"bit_depth", Type::number, "a.bit_depth", {}},
    Field{"channels", Type::number, "a.channels", {}},
    Field{"loudness", Type::number, "a.lufs", {}},
    Field{"added", Type::time, "a.created", {}},
    Field{"has_lyrics", Type::truth, "a.has_lyrics", {}},
    Field{"lossless", Type::truth, "(CASE WHEN a.codec IN ('flac', 'alac') THEN 1 ELSE 0 END)", {}},
    Field{"compilation", Type::truth, "coalesce(b.is_compilation, 0)", {}},
    Field{"plays", Type::number, "coalesce(m.plays, 0)", {}, true},
    Field{"rating", Type::number, "coalesce(m.rating, 0)", {}, true},
    Field{"starred", Type::truth, "(CASE WHEN m.starred > 0 THEN 1 ELSE 0 END)", {}, true},
    Field{"starred_at", Type::time, "coalesce(m.starred, 0)", {}, true},
    Field{"last_played", Type::time, "coalesce(m.last_played, 0)", {}, true},
};

constexpr std::array kOperators{
    Operator{"is", Op::is, true, true, false, true},
    Operator{"is_not", Op::is_not, true, true, false, true},
    Operator{"contains", Op::contains, true, false, false, false},
    Operator{"not_contains", Op::not_contains, true, false, false, false},
    Operator{"starts_with", Op::starts_with, true, false, false, false},
    Operator{"ends_with", Op::ends_with, true, false, false, false},
    Operator{"less", Op::less, false, true, true, false},
    Operator{"greater", Op::greater, false, true, true, false},
    Operator{"at_least", Op::at_least, false, true, true, false},
    Operator{"at_most", Op::at_most, false, true, true, false},
    Operator{"between", Op::between, false, true, true, false},
    Operator{"in_last", Op::in_last, false, false, true, false},
    Operator{"not_in_last", Op::not_in_last, false, false, true, false},
};

}  // namespace

std::span<const Field> fields() { return kFields; }
std::span<const Operator> operators() { return kOperators; }

const Field* field_named(std::string_view name) {
  const auto found = std::find_if(kFields.begin(), kFields.end(), [&](const Field& field) { return field.name == name; });
  return found == kFields.end() ? nullptr : &*found;
}

}  // namespace segue::smart
