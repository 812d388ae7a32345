// SPDX-License-Identifier: Apache-2.0
#include "tests/validator/faults.h"

#include "tests/catch.h"
#include "tests/validator/own_asset.h"
#include "validator/report_text.h"
#include "validator/validate.h"

namespace segue::validator::tests {

std::set<std::string> broken_rules(const std::string& folder) {
  const Report report = validate(folder, {});
  UNSCOPED_INFO(report_text(folder, report));
  std::set<std::string> ids;
  for (const Finding& finding : report.findings.all()) ids.insert(std::string(finding.rule->id));
  return ids;
}

void find_each(const std::string& folder, const std::vector<Fault>& table) {
  for (const Fault& fault : table) {
    const std::string path = folder + '/' + fault.file;
    const std::string good = read_text(path);
    const std::size_t at = good.find(fault.from);
    INFO(fault.file << ": '" << fault.from.substr(0, 200) << "' as '" << fault.to.substr(0, 200) << "', expected " << fault.rule);
    REQUIRE(at != std::string::npos);
    write_text(path, std::string(good).replace(at, fault.from.size(), fault.to));
    const std::set<std::string> ids = broken_rules(folder);
    write_text(path, good);
    CHECK(ids.contains(fault.rule));
  }
}

}  // namespace segue::validator::tests
