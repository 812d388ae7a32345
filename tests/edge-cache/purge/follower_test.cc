// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/follower.h"

#include "tests/catch.h"

using namespace segue::purge;

namespace {
constexpr std::optional<LogEnds> kNone;
std::optional<LogEnds> ends(Position first, Position last) { return LogEnds{first, last}; }
}  // namespace

TEST_CASE("a follower looks at the log's ends") {
  struct Row {
    const char* what;
    Position saved;
    bool empty_cache;
    std::optional<LogEnds> log;
    Step step;
    Position then;
  };
  const Row rows[] = {
      {"a new edge, no log", {}, true, kNone, Step::in_step, {}},
      {"a new edge starts at the end", {}, true, ends({5, 1}, {5, 9}), Step::in_step, {5, 9}},
      {"a full cache without a past", {}, false, ends({5, 1}, {5, 9}), Step::lost, {5, 0}},
      {"a full cache without a past, a log cut off", {}, false, ends({5, 4}, {5, 9}), Step::lost, {5, 3}},
      {"a full cache without a past, no log", {}, false, kNone, Step::lost, {}},
      {"nothing new", {5, 9}, false, ends({5, 1}, {5, 9}), Step::in_step, {5, 9}},
      {"something to replay", {5, 3}, false, ends({5, 1}, {5, 9}), Step::in_step, {5, 3}},
      {"the log starts right behind", {5, 3}, false, ends({5, 4}, {5, 9}), Step::in_step, {5, 3}},
      {"beyond the log's reach", {5, 3}, false, ends({5, 5}, {5, 9}), Step::lost, {5, 4}},
      {"the log was emptied", {5, 3}, false, kNone, Step::lost, {}},
      {"another log", {5, 3}, false, ends({6, 1}, {6, 9}), Step::lost, {6, 0}},
      {"a log that was set back", {5, 9}, false, ends({5, 1}, {5, 3}), Step::lost, {5, 0}},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    Follower follower(row.saved, row.empty_cache);
    CHECK(follower.look(row.log) == row.step);
    CHECK(follower.position() == row.then);
    if (row.log) CHECK(follower.look(row.log) == Step::in_step);
  }
}

TEST_CASE("an edge that stored something before it ever saw the log does not start at its end") {
  Follower follower({}, true), went_on({5, 3}, false);
  for (Follower* one : {&follower, &went_on}) one->doubt();
  CHECK(follower.look(ends({5, 1}, {5, 9})) == Step::lost);
  CHECK(follower.position() == Position{5, 0});
  CHECK(went_on.look(ends({5, 1}, {5, 9})) == Step::in_step);
  CHECK(went_on.position() == Position{5, 3});
}

TEST_CASE("what came into an empty log while an edge was cut off is replayed, not skipped") {
  for (const bool emptied : {false, true}) {
    Follower follower(emptied ? Position{5, 3} : Position{}, true);
    CHECK(follower.look(kNone) == (emptied ? Step::lost : Step::in_step));
    Follower late = follower;
    CHECK(follower.look(ends({6, 1}, {6, 2})) == Step::in_step);
    CHECK(follower.position() == Position{6, 0});
    CHECK(follower.take({6, 1}) == Step::in_step);
    CHECK(late.look(ends({6, 4}, {6, 9})) == Step::lost);
    CHECK(late.position() == Position{6, 3});
  }
}

TEST_CASE("entries come one after the other, or something is lost") {
  struct Row {
    Position saved, entry;
    Step step;
  };
  for (const Row& row : {Row{{5, 3}, {5, 4}, Step::in_step}, Row{{5, 3}, {5, 5}, Step::lost}, Row{{5, 3}, {6, 1}, Step::lost},
                         Row{{}, {5, 1}, Step::in_step}, Row{{}, {5, 2}, Step::lost}, Row{{6, 0}, {6, 1}, Step::in_step}}) {
    Follower follower(row.saved, true);
    CHECK(follower.take(row.entry) == row.step);
    CHECK(follower.position() == row.entry);
  }
}
