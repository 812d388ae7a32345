// SPDX-License-Identifier: Apache-2.0
// Every form of MPD that we print, against the schema of ISO/IEC 23009-1. Its licence keeps the schema out of this repository: expected in
// ../shared/schemas beside it, or where SEGUE_SCHEMAS says; without it this test says so and judges nothing.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "manifests/dash.h"
#include "tests/catch.h"
#include "tests/manifests/sample_presentation.h"

namespace fs = std::filesystem;
using namespace segue;
using namespace segue::manifests;

namespace {

std::string schema() {
  const char* told = std::getenv("SEGUE_SCHEMAS");
  return (told != nullptr ? fs::path(told) : fs::path(SOURCE) / "../shared/schemas") / "DASH-MPD.xsd";
}

bool is_valid(const std::string& mpd) {
  std::string path = (fs::temp_directory_path() / "segue-mpd-XXXXXX").string();
  const int file = ::mkstemp(path.data());
  REQUIRE(file >= 0);
  ::close(file);
  std::ofstream(path) << mpd;
  const int status = std::system(("xmllint --nonet --noout --schema '" + schema() + "' " + path + " 2>&1").c_str());
  fs::remove(path);
  return status == 0;
}

}  // namespace

TEST_CASE("MPDs are valid by the schema") {
  if (!fs::exists(schema())) {
    WARN(schema() << " is not there: skipped");
    return;
  }
  Addressing album{Addressing::Form::folder, {"../../one/g1/", "../../two/g1/"}};
  const std::vector<std::pair<const char*, Addressing>> forms = {
      {"origin", {}}, {"on-demand", {Addressing::Form::folder, {}}}, {"list", album}};
  for (const auto& [name, where] : forms) {
    for (const auto& presentation : {samples::music(), samples::film()}) {
      std::string mpd;
      REQUIRE(print_mpd(presentation, where, {}, mpd));
      INFO(name << '\n' << mpd);
      CHECK(is_valid(mpd));
    }
  }
  CHECK(!is_valid("<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\"/>"));
}
