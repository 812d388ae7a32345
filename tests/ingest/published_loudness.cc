// SPDX-License-Identifier: Apache-2.0
#include "tests/ingest/published_loudness.h"

#include <cmath>
#include <cstdint>
#include <optional>

#include "media/bmff/loudness_boxes.h"
#include "tests/catch.h"

namespace segue::ingest::tests {
namespace {

using namespace media::bmff;

// The boxes of moov/trak/udta/ludt that are of T, decoded; none: null.
template <class T>
std::optional<media::Loudness> loudness_in(const std::string& track_file) {
  const std::string text = read_text(track_file);
  Boxes file({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}, 0);
  Box moov;
  while (file.next(moov) && moov.type != fourcc("moov")) {
  }
  REQUIRE(moov.type == fourcc("moov"));
  const Box trak = find_child(moov, fourcc("trak")), udta = find_child(trak, fourcc("udta")), ludt = find_child(udta, fourcc("ludt"));
  REQUIRE(ludt.type == fourcc("ludt"));
  if (find_child(ludt, T::kType).type == 0) return std::nullopt;
  const auto box = parse_child<T>(ludt);
  REQUIRE(box);
  return decoded(*box);
}

// To half a step of each coding (ISO/IEC 23003-4): 0.25 LU, and 1/32 dB of the peaks.
void check_same(const std::optional<media::Loudness>& found, const Json& told) {
  INFO(told.dump());
  REQUIRE(found.has_value() != told.is_null());
  if (!found) return;
  CHECK(found->integrated_lufs == Approx(told["integrated_lufs"].get<double>()).margin(0.126));
  CHECK(found->range_lu == Approx(told["range_lu"].get<double>()).margin(0.126));
  CHECK(found->true_peak_dbtp == Approx(told["true_peak_dbtp"].get<double>()).margin(0.016));
  CHECK(found->sample_peak_dbfs == Approx(told["sample_peak_dbfs"].get<double>()).margin(0.016));
}

}  // namespace

void check_loudness_boxes(const std::string& folder, const Json& asset, const Json& album) {
  for (const Json& rendition : asset["renditions"]) {
    const std::string file = folder + '/' + rendition["file"].get<std::string>();
    INFO(file);
    check_same(loudness_in<Tlou>(file), asset["loudness"]);
    check_same(loudness_in<Alou>(file), album);
  }
}

void check_replay_gain(const Json& asset, const std::string& prefix, const Json& loudness) {
  const Json& gain = asset["replaygain"];
  INFO(gain.dump() << loudness.dump());
  CHECK(gain[prefix + "_gain_db"].get<double>() == Approx(-18 - loudness["integrated_lufs"].get<double>()).margin(0.0051));
  CHECK(gain[prefix + "_peak"].get<double>() == Approx(std::pow(10, loudness["sample_peak_dbfs"].get<double>() / 20)).margin(0.0000006));
}

}  // namespace segue::ingest::tests
