// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/visit.h"

#include <exception>
#include <utility>

#include "edge-cache/decision/loop.h"
#include "edge-cache/decision/validators.h"

namespace segue::edge {
namespace {

constexpr int kMostLooks = 8;  // a request that others overtake so often goes by itself

}  // namespace

Visit::Visit(EdgeWorker& worker, const Policy& policy, Request request) : worker_(worker), policy_(policy), request_(std::move(request)) {
  target_.url = url_of(policy_, request_);
  target_.primary = hash(worker_.shared().index().secret(), target_.url);
}

Visit::~Visit() {
  leave();
  // Evicted or purged while it was sent: not closed here.
  for (ObjectPointer* held : {&lookup_.object, &broken_, &source_}) worker_.let_go(std::move(*held));
}

void Visit::leave() {
  lost_ = false;
  if (fetch_ == kNoFetch) return;
  std::uint64_t file = 0;
  {
    const Locked locked(worker_.shared());
    file = worker_.unwatch(std::exchange(fetch_, kNoFetch));
  }
  if (file != 0) worker_.removals().arriving(file);
}

void Visit::open() noexcept {
  try {
    opened_ = cold_->open(worker_.shared().files(), Wait::yes);
  } catch (const std::exception&) {
    opened_ = Opened{};  // memory
  }
}

Step Visit::step(std::int64_t now) {
  if (cold_) {
    const ColdObject cold = *std::exchange(cold_, std::nullopt);
    const auto opened = std::exchange(opened_, std::nullopt);
    if (opened) {
      worker_.take_in(cold, *opened);
      const bool failed = opened->object == nullptr;
      if (failed && !opened->lost) {
        leave();
        return Step::pass;
      }
      lost_ = failed && cold.arriving;  // the fetch may be over meanwhile
    }
  }
  if (failed_) return after_failure(now);
  return fetch_ == kNoFetch ? look_up(now) : look_at_fetch(now);
}

Step Visit::look_up(std::int64_t now) {
  for (int looks = 0; looks < kMostLooks; ++looks) {
    lookup_ = worker_.look_up(request_, target_.primary, now, Wait::no);
    if ((cold_ = lookup_.cold)) return Step::open;
    // Who joined a validation may have come after a purge that it was asked before; who leads it came before.
    const bool purged = lookup_.soft_purged || lookup_.doubtful;
    if (!leads_ && purged) validated_ = false;
    const Found found = {.stored = lookup_.object != nullptr ? &lookup_.object->response() : nullptr,
                         .pass = lookup_.pass,
                         .other_variant = lookup_.other_variant,
                         .soft_purged = purged && !validated_,
                         .validated = validated_};
    decision_ = decide(policy_, request_, found, now);
    switch (decision_.action) {
      case Action::hit: return answer_stored("", now);
      case Action::stale_while_revalidate:
        if (!comes_round(policy_, request_.fields)) refresh_behind();
        return answer_stored("stale-while-revalidate", now);
      case Action::gateway_timeout: error_status_ = 504; return Step::error;
      case Action::loop: return go_no_further(now);
      case Action::pass: return Step::pass;
      case Action::revalidate:
      case Action::miss:
      case Action::fetch_alone: break;
    }
    const Joined joined = join_or_lead();
    // Whoever joins late finds it under way, and nothing may move for a while.
    if (joined == Joined::yes) return leads_ ? Step::wait : look_at_fetch(now);
    if (joined == Joined::alone) return Step::pass;
  }
  return Step::pass;
}

// What is doubtful is no answer for another cache, which would take it for the origin's word, and, of two that ask each other, hand it back
// as such.
bool Visit::may_stand_in(std::int64_t now) const {
  if (lookup_.object == nullptr || lookup_.soft_purged) return false;
  if (lookup_.doubtful && !request_.fields.first("CDN-Loop").empty()) return false;
  return usable_on_error(policy_, request_, lookup_.object->response(), now);
}

Step Visit::go_no_further(std::int64_t now) {
  if (may_stand_in(now)) return answer_stored("stale-if-error", now);
  error_status_ = 508;
  return Step::error;
}

// Of a body that broke off in another cache, which asks for the rest (FetchJob): no other request of a cache has a condition of that kind.
bool Visit::is_rest() const noexcept { return request_.may_come_round && request_.fields.has("If-Range"); }

// What arrives waits for nobody, unless it broke off: then the rest must not wait for what arrives out of it.
bool Visit::waits_in_circle(const Fetch& fetch) const noexcept {
  return request_.may_come_round && fetch.stage == Stage::asking && !may_wait(policy_, request_.fields);
}

Visit::Joined Visit::join_or_lead() {
  const Locked locked(worker_.shared());
  if (worker_.changed(lookup_)) return Joined::look_again;
  if (is_rest()) return Joined::alone;
  const Fetches& fetches = worker_.shared().fetches();
  const bool joinable = decision_.action != Action::fetch_alone;
  const std::uint32_t number = joinable ? fetches.find(lookup_.key) : kNoFetch;
  if (number == kNoFetch) return lead(joinable) ? Joined::yes : Joined::alone;
  if (waits_in_circle(fetches.at(number))) return Joined::alone;
  collapsed_ = true;
  leads_ = false;
  worker_.watch(fetch_ = number);
  worker_.shared().count(Counter::collapsed);
  return Joined::yes;
}

// The lock is held. False: too many are under way.
bool Visit::lead(bool joinable) {
  const std::uint32_t number = worker_.shared().fetches().start(lookup_.key, worker_.number(), joinable);
  if (number == kNoFetch) return false;
  collapsed_ = false;
  leads_ = true;
  to_start_ = std::make_unique<FetchJob>(worker_, policy_, request_, target_, lookup_, number);
  worker_.watch(fetch_ = number);
  worker_.shared().count(Counter::miss);
  return true;
}

// Whoever reads on needs a body from its beginning, which a request of his own past the store would not be.
bool Visit::lead_alone() {
  const Locked locked(worker_.shared());
  return lead(false);
}

void Visit::refresh_behind() {
  const Locked locked(worker_.shared());
  Fetches& fetches = worker_.shared().fetches();
  if (fetches.find(lookup_.key) != kNoFetch) return;
  const std::uint32_t number = fetches.start(lookup_.key, worker_.number(), true);
  if (number != kNoFetch) to_start_ = std::make_unique<FetchJob>(worker_, policy_, request_, target_, lookup_, number);
}

Step Visit::answer_stored(std::string_view detail, std::int64_t now) {
  source_ = lookup_.object;
  const Provenance provenance = {.hit = !validated_,
                                 .forward = validated_ ? "stale" : "",
                                 .forward_status = validated_ ? 304 : 0,
                                 .stored = validated_,
                                 .collapsed = collapsed_,
                                 .detail = detail};
  answer_ = compose(policy_, request_, source_->response(), lookup_.body_bytes, provenance, now);
  if (!validated_) worker_.shared().count(detail.empty() ? Counter::hit : Counter::stale);
  return Step::answer;
}

const char* Visit::mapped() const noexcept {
  const bool complete = fetch_ == kNoFetch && !answer_.pieces.empty();
  const bool from_file = lookup_.body_bytes > policy_.sendfile_above && lookup_.body_bytes < policy_.sendfile_below;
  if (!complete || from_file) return nullptr;
  return source_->file->mapped(source_->place.body_offset(), lookup_.body_bytes);
}

Step Visit::look_at_fetch(std::int64_t now) {
  Stage stage;
  bool alone, stored;
  HeadPlace place;
  std::int64_t body_bytes;
  std::uint64_t salt, arrived;
  std::string vary;
  int status;
  {
    const Locked locked(worker_.shared());
    const Fetch& fetch = worker_.shared().fetches().at(fetch_);
    stage = fetch.stage;
    alone = fetch.alone;
    place = {fetch.key, fetch.id, fetch.head_units, fetch.slot};
    body_bytes = fetch.body_bytes;
    arrived = fetch.arrived.load(std::memory_order_acquire);
    salt = fetch.salt;
    status = fetch.status;
    stored = fetch.kept;
    if (salt != 0) vary = worker_.shared().index().vary_names(fetch.vary);
  }
  forward_status_ = status;
  const auto look_again = [&] {
    leave();
    return look_up(now);
  };
  switch (stage) {
    case Stage::asking: return Step::wait;
    case Stage::validated: validated_ = true; return look_again();
    case Stage::orphaned: return look_again();
    case Stage::failed: failed_ = status; return after_failure(now);
    case Stage::free:
    case Stage::elsewhere: leave(); return Step::pass;
    case Stage::arriving:
    case Stage::complete: break;
  }
  if (alone && !leads_) {
    leave();
    return Step::pass;
  }
  if (salt != 0 && worker_.variant_key(salt, vary, request_) != place.key) return look_again();
  return read_arriving(place, stage == Stage::complete ? static_cast<std::int64_t>(arrived) : body_bytes, stored, now);
}

Step Visit::read_arriving(const HeadPlace& place, std::int64_t body_bytes, bool stored, std::int64_t now) {
  if (std::exchange(lost_, false)) {
    leave();
    return Step::pass;
  }
  const ColdObject cold = {.place = place, .arriving = true};
  Opened opened = worker_.objects().find(cold, Wait::no);
  if (opened.would_wait) {
    cold_ = cold;
    return Step::open;
  }
  source_ = std::move(opened.object);
  if (source_ == nullptr) {
    leave();
    return Step::pass;
  }
  if (!leads_ && purged_since()) {
    source_ = nullptr;
    leave();
    return look_up(now);
  }
  const Provenance provenance = {.hit = false,
                                 .forward = decision_.forward,
                                 .forward_status = forward_status_,
                                 .stored = stored,
                                 .collapsed = collapsed_,
                                 .detail = {}};
  std::optional<std::uint64_t> size;
  if (body_bytes >= 0) size = static_cast<std::uint64_t>(body_bytes);
  answer_ = compose(policy_, request_, source_->response(), size, provenance, now);
  return Step::answer;
}

// Of a fetch that was asked for before a purge that hits it only who asked for it reads: who joined may have come after the purge was
// acknowledged. Nobody joins any more.
bool Visit::purged_since() {
  const Locked locked(worker_.shared());
  Fetches& fetches = worker_.shared().fetches();
  const Fetch& fetch = fetches.at(fetch_);
  const bool purged = fetch.purged != static_cast<std::uint8_t>(Purged::no) ||
                      worker_.shared().purges().state_of(source_->response(), fetch.order) != Purged::no;
  if (purged) fetches.unlist(fetch_);
  return purged;
}

Step Visit::after_failure(std::int64_t now) {
  const int status = *failed_;
  leave();
  lookup_ = worker_.look_up(request_, target_.primary, now, Wait::no);  // what was there may have been purged while this waited
  if ((cold_ = lookup_.cold)) return Step::open;
  if (may_stand_in(now)) return answer_stored("stale-if-error", now);
  // The origin did answer, with an error that others could ride out on what is stored: this client gets it first hand.
  if (status == 500 || status == 503) return Step::pass;
  error_status_ = status;
  return Step::error;
}

bool Visit::may_read_on() {
  if (fetch_ == kNoFetch || source_ == nullptr || source_->response().fields.first("ETag").empty()) return false;
  const Locked locked(worker_.shared());
  return worker_.shared().fetches().at(fetch_).stage == Stage::orphaned;
}

Step Visit::read_on(std::int64_t now) {
  if (source_ == nullptr) return look_at_another();
  ObjectPointer before = std::exchange(source_, nullptr);
  if (broken_ == nullptr) broken_ = std::move(before);  // the first one: the answer's fields are its
  leave();
  return find_another(now);
}

// Whoever of those who read was first leads it.
Step Visit::find_another(std::int64_t now) {
  for (int looks = 0; looks < kMostLooks; ++looks) {
    lookup_ = worker_.look_up(request_, target_.primary, now, Wait::yes);  // a worker was killed: that is rare
    if (lookup_.object != nullptr) {
      const Step step = read_from(lookup_.object);
      if (step == Step::answer) return step;
    }
    const Joined joined = join_or_lead();
    if (joined == Joined::yes || (joined == Joined::alone && lead_alone())) return look_at_another();
    if (joined == Joined::alone) break;
  }
  return Step::error;
}

Step Visit::look_at_another() {
  HeadPlace place;
  Stage stage;
  bool is_mine;
  {
    const Locked locked(worker_.shared());
    const Fetch& fetch = worker_.shared().fetches().at(fetch_);
    stage = fetch.stage;
    place = {fetch.key, fetch.id, fetch.head_units, fetch.slot};
    is_mine = leads_ || !fetch.alone;
  }
  if (stage == Stage::asking) return Step::wait;
  const bool is_there = is_mine && (stage == Stage::arriving || stage == Stage::complete);
  const Step step = is_there ? read_from(worker_.objects().find({.place = place, .arriving = true}, Wait::yes).object) : Step::error;
  if (step == Step::error) leave();
  return step;
}

Step Visit::read_from(ObjectPointer another) {
  if (another == nullptr) return Step::error;
  const std::string_view before = broken_->response().fields.first("ETag"), now = another->response().fields.first("ETag");
  if (!strongly_equal(before, now)) return Step::error;
  source_ = std::move(another);
  return Step::answer;
}

Progress Visit::progress() {
  Progress progress;
  if (fetch_ == kNoFetch) {
    progress.arrived = lookup_.body_bytes;
    progress.finished = true;
    return progress;
  }
  const Locked locked(worker_.shared());
  const Fetch& fetch = worker_.shared().fetches().at(fetch_);
  progress.arrived = fetch.arrived.load(std::memory_order_acquire);
  progress.finished = fetch.stage == Stage::complete;
  progress.failed = fetch.stage > Stage::complete;
  return progress;
}

}  // namespace segue::edge
