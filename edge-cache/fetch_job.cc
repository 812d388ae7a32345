// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/fetch_job.h"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "edge-cache/decision/decide.h"
#include "edge-cache/decision/opening.h"
#include "edge-cache/decision/validators.h"
#include "edge-cache/decision/vary.h"
#include "edge-cache/message/ranges.h"

namespace segue::edge {
namespace {

constexpr std::uint32_t kMostAttempts = 3;
constexpr std::size_t kMostEvictedAtOnce = 256;
constexpr unsigned kMostRounds = 4;  // of eviction that let nothing be written: what went may be open elsewhere

}  // namespace

FetchJob::FetchJob(EdgeWorker& worker, const Policy& policy, const Request& request, Target target, const Lookup& lookup,
                   std::uint32_t number)
    : worker_(worker), policy_(policy), request_(request), target_(std::move(target)), validate_(lookup.object), number_(number) {
  Fetch& fetch = worker_.shared().fetches().at(number_);
  fetch.primary = target_.primary;
  fetch.order = order_ = worker_.shared().purges().order();
  worker_.watch(number_);
}

FetchJob::~FetchJob() {
  if (!over_) fail(502);
  worker_.let_go(std::move(validate_));
  if (file_ != nullptr && file_->file().use_count() == 1) close_file();
  std::uint64_t file = 0;
  {
    const Locked locked(worker_.shared());
    file = worker_.unwatch(number_);
  }
  if (file != 0) worker_.removals().arriving(file);
}

std::string FetchJob::upstream_request(std::string_view host, std::int64_t now) {
  if (attempts_++ == 0) exchange_.asked = now;
  worker_.shared().count(Counter::origin_requests);
  UpstreamOptions options;
  options.host = host;
  options.validate = validate_ != nullptr ? &validate_->response() : nullptr;
  options.resume_from = arrived_;
  options.resume_etag = etag_;
  return print_upstream_request(policy_, request_.view(), options);
}

HeadState FetchJob::read_head(std::string_view bytes, std::size_t& consumed) { return parse_response_head(bytes, false, head_, consumed); }

void FetchJob::set_stage(Stage stage, int status) {
  over_ = stage > Stage::arriving;
  const Locked locked(worker_.shared());
  Fetch& fetch = worker_.shared().fetches().at(number_);
  fetch.status = status;
  fetch.stage = stage;
  if (over_) worker_.shared().fetches().unlist(number_);
}

// Closed by another thread: the last close of a file that has no name waits for the journal.
void FetchJob::close_file() {
  std::shared_ptr<const OpenFile> file = file_->file();
  file_.reset();
  if (file != nullptr) worker_.removals().release(std::make_shared<const Object>(Object{place_, std::move(file), nullptr}));
}

void FetchJob::drop_file() {
  if (file_ == nullptr) return;
  if (file_->file() != nullptr) worker_.removals().arriving(place_.id);
  worker_.removals().release(worker_.objects().close(place_.id));
  close_file();
}

FetchJob::Next FetchJob::fail(int status) {
  drop_file();
  worker_.shared().count(Counter::error);
  set_stage(Stage::failed, status);
  return Next::abort;
}

// Whoever joins at this very moment asks for himself.
FetchJob::Next FetchJob::give_up() {
  drop_file();
  set_stage(Stage::orphaned, 0);
  return Next::abort;
}

FetchJob::Next FetchJob::accept(std::int64_t now) {
  exchange_.answered = now;
  decoder_ = ChunkedDecoder();
  pace_.reset();
  slow_ = false;
  if (arrived_ > 0) return accept_rest();
  if (head_.status == 304 && validate_ != nullptr) return accept_validated();
  if (head_.status == 304 || head_.status == 206) return fail(502);  // not asked for
  if (is_server_error(head_.status) && validate_ != nullptr && usable_on_error(policy_, request_.view(), validate_->response(), now)) {
    return fail(head_.status);
  }
  Owned owned;
  return accept_answer(judge(policy_, request_.view(), head_, exchange_, target_.url, owned));
}

// The new head goes into the slot that does not count, and counts from the moment the index says so.
FetchJob::Next FetchJob::accept_validated() {
  Owned owned;
  Judgement judgement = freshen(policy_, request_.view(), validate_->response(), head_, exchange_, owned);
  if (!judgement.store) judgement.response.no_cache = true;  // good for those who wait
  HeadPlace place = validate_->place;
  place.slot ^= 1;
  new_head_ = {place, StoredHead::print(judgement.response), judgement.store, false};
  return Next::finished;
}

FetchJob::Next FetchJob::validated() {
  const HeadPlace& place = new_head_->place;
  const bool written = new_head_->written;
  if (written || new_head_->store) {
    const Locked locked(worker_.shared());
    Entry* entry = worker_.shared().index().find(place.key);
    if (entry != nullptr && entry->kind == Kind::object && entry->id == place.id) {
      if (written) entry->slot = place.slot;
      entry->order = order_;  // the origin has said so, whether the disk takes it or not
    }
  }
  if (!written) {
    worker_.shared().count(Counter::unwritten);
    worker_.removals().release(worker_.objects().close(place.id));  // opened anew it may be writable
    if (!new_head_->store) worker_.forget(place.key, place.id);     // else the head of before counts on: it is asked for again
  }
  worker_.shared().count(Counter::revalidated);
  set_stage(Stage::validated, 304);
  return Next::finished;
}

// The rest of a body that broke off: only when it is surely of the same (RFC 9110 13.1.5, 15.3.7.3).
FetchJob::Next FetchJob::accept_rest() {
  const std::string range = "bytes " + std::to_string(arrived_) + '-' + std::to_string(body_bytes_ - 1) + '/';
  const std::string_view told = head_.fields.first("Content-Range");
  const bool continues = head_.status == 206 && (told == range + std::to_string(body_bytes_) || told == range + '*') &&
                         strongly_equal(head_.fields.first("ETag"), etag_) && head_.content_length.has_value() &&
                         static_cast<std::int64_t>(arrived_ + *head_.content_length) == body_bytes_;
  if (!continues) return fail(502);
  worker_.shared().count(Counter::resumed);
  complaint_ = {};
  taken_ = arrived_;
  return Next::body;
}

void FetchJob::mark_pass() {
  Entry marker{};
  marker.key = worker_.shared().fetches().at(number_).asked;
  marker.kind = Kind::pass;
  marker.until = static_cast<std::uint64_t>(exchange_.answered + kPassSeconds);
  std::array<std::uint64_t, 4> evicted;
  std::size_t count = 0;
  {
    const Locked locked(worker_.shared());
    (void)worker_.shared().index().insert(marker, evicted, count);
  }
  worker_.remove_files({evicted.data(), count});
}

// With Vary, the address gets (or has) an entry that says on what it depends; what is stored lies under a key of its own.
bool FetchJob::choose_key(const StoredResponse& response) {
  const Locked locked(worker_.shared());
  Index& index = worker_.shared().index();
  Fetch& fetch = worker_.shared().fetches().at(number_);
  place_.key = response.vary.empty() ? target_.primary : fetch.asked;
  if (response.vary.empty() || !keep_) return true;
  const std::uint16_t list = index.vary_list(response.vary);
  if (list == kMostVaryLists) return false;
  Entry* marker = index.find(target_.primary);
  if (marker == nullptr || marker->kind != Kind::variants || marker->vary != list) {
    Entry entry{};
    entry.key = target_.primary;
    entry.kind = Kind::variants;
    entry.id = index.new_id();
    entry.vary = list;
    std::array<std::uint64_t, 4> evicted;
    std::size_t count = 0;
    marker = index.insert(entry, evicted, count);
    for (std::size_t i = 0; i < count; ++i) worker_.removals().complete(evicted[i]);
    if (marker == nullptr) return false;
  }
  fetch.vary = list;
  fetch.salt = marker->id;
  place_.key = worker_.variant_key(marker->id, response.vary, request_.view());
  return true;
}

// For what the file is missing. False: nothing old goes, or it did in vain.
bool FetchJob::make_room() {
  const std::uint64_t bytes = file_->missing();
  const bool is_promise = file_->outcome() == ArrivingFile::Outcome::no_room || !file_->begun();
  if (file_->written() > made_room_at_) rounds_ = 0;
  made_room_at_ = file_->written();
  if (rounds_++ >= (is_promise ? 1 : kMostRounds)) return false;
  std::array<std::uint64_t, kMostEvictedAtOnce> evicted;
  std::size_t count = 0;
  {
    const Locked locked(worker_.shared());
    Index& index = worker_.shared().index();
    if (index.bytes() < bytes) return false;  // all of it would go for nothing
    count = index.make_room(bytes, evicted);
  }
  worker_.remove_files({evicted.data(), count});
  file_->set_late();
  return count > 0;
}

bool FetchJob::plan_file(const StoredResponse& response) {
  std::string payload = StoredHead::print(response);
  place_.units = head_units_for(payload.size());
  if (place_.units == 0) return false;
  {
    const Locked locked(worker_.shared());
    place_.id = worker_.shared().fetches().at(number_).id = worker_.shared().index().new_id();  // a killed worker's file is known by it
  }
  std::optional<std::uint64_t> body_bytes;
  if (body_bytes_ >= 0) body_bytes = static_cast<std::uint64_t>(body_bytes_);
  auto digest = bodiless(head_.status) ? std::nullopt : BodyDigest::announced_by(head_.fields);
  Shared& shared = worker_.shared();
  file_ =
      std::make_unique<ArrivingFile>(ArrivingFile::Disk{shared.files(), worker_.removals(), shared.fetches().promises(), worker_.number()},
                                     ArrivingFile::Plan{place_, std::move(payload), body_bytes, std::move(digest)});
  ends_ = body_bytes_ == 0;
  return true;
}

FetchJob::Next FetchJob::accept_answer(const Judgement& judgement) {
  const bool without_body = bodiless(head_.status);
  body_bytes_ = without_body ? 0 : head_.content_length.has_value() ? static_cast<std::int64_t>(*head_.content_length) : -1;
  // A body that only the connection's end ends is never known to be whole, unless it has a digest: an origin that dies looks the same.
  keep_ = judgement.store && (!head_.until_close || BodyDigest::announced_by(head_.fields));
  is_opening_ = is_opening(head_.fields);
  alone_ = !keep_ && !judgement.shared;
  const std::string_view etag = head_.fields.first("ETag");
  if (!etag.empty() && etag.front() == '"' && body_bytes_ >= 0) etag_ = etag;
  if (alone_ && !is_server_error(head_.status) && !request_.view().fields.has("Authorization")) mark_pass();
  if (keep_ && !choose_key(judgement.response)) {
    keep_ = false;
    alone_ = true;
  } else if (!keep_) {
    const Locked locked(worker_.shared());
    place_.key = worker_.shared().fetches().at(number_).asked;
  }
  if (keep_ && body_bytes_ > 0) {
    const Locked locked(worker_.shared());
    keep_ = worker_.shared().index().admits(place_.key, static_cast<std::uint64_t>(body_bytes_));
    if (!keep_) worker_.shared().count(Counter::not_admitted);
  }
  if (too_far_ahead(body_bytes_)) return give_up();
  if (!plan_file(judgement.response)) return unwritten();
  return body_bytes_ != 0 ? Next::body : Next::finished;
}

bool FetchJob::take_stretch(std::string_view bytes) {
  worker_.shared().count(Counter::origin_bytes, bytes.size());
  if (ahead_) {
    worker_.shared().count(Counter::ahead_bytes, bytes.size());
    worker_.shared().ahead().spend(bytes.size());
  }
  if (body_bytes_ >= 0 && taken_ + bytes.size() > static_cast<std::uint64_t>(body_bytes_)) return false;
  if (taken_ + bytes.size() > policy_.largest_object) return false;
  if (!bytes.empty()) parts_.push_back(bytes);
  taken_ += bytes.size();
  return true;
}

bool FetchJob::too_far_ahead(std::int64_t bytes) {
  if (!ahead_ || bytes <= static_cast<std::int64_t>(policy_.ahead_bytes)) return false;
  const Locked locked(worker_.shared());
  return !worker_.watched(number_);
}

bool FetchJob::whole() const noexcept { return body_bytes_ >= 0 && taken_ == static_cast<std::uint64_t>(body_bytes_); }

FetchJob::Next FetchJob::body(std::string_view bytes, std::int64_t now_ms) {
  const Next next = take(bytes);
  if (next != Next::body || alone_) return next;  // one client's own answer is slow at his pleasure: events of a page, say
  if (!pace_) pace_.emplace(least_, taken_, now_ms);
  if (pace_->keeps_up(taken_, now_ms)) return next;
  slow_ = true;
  complaint_ = "the body comes slower than segue_edge_least_rate allows";
  return Next::abort;  // the rest can be asked for, of somebody else
}

// Not the connection's fault: asking for the rest would not help.
FetchJob::Next FetchJob::refuse() {
  refused_ = true;
  etag_.clear();
  parts_.clear();
  ends_ = retries_ = false;
  return Next::abort;
}

FetchJob::Next FetchJob::take(std::string_view bytes) {
  if (!keep_) {
    const Locked locked(worker_.shared());
    if (!worker_.watched(number_)) return refuse();
  }
  if (!head_.chunked) {
    if (!take_stretch(bytes)) return refuse();
  } else {
    while (!bytes.empty() && !decoder_.done()) {
      const std::string_view part = decoder_.next(bytes);
      if (decoder_.malformed() || !take_stretch(part)) return refuse();
    }
    if (!decoder_.done()) return Next::body;
    body_bytes_ = static_cast<std::int64_t>(taken_);
  }
  if (!whole()) return Next::body;
  ends_ = true;
  return Next::finished;
}

bool FetchJob::has_work() const noexcept {
  if (works_) return true;
  if (over_) return false;
  return new_head_.has_value() || (file_ != nullptr && (!begun_ || retries_ || !parts_.empty() || ends_));
}

bool FetchJob::start_work() noexcept {
  if (works_ || !has_work()) return false;
  works_ = true;
  if (new_head_ || std::exchange(retries_, false)) return true;
  file_->add(std::exchange(parts_, {}));
  if (std::exchange(ends_, false)) {
    keep_ = keep_ && is_admitted();
    file_->set_end(keep_ ? ArrivingFile::Kept::yes : ArrivingFile::Kept::no);
  }
  return true;
}

void FetchJob::work() noexcept {
  if (!new_head_) return file_->work();
  try {
    new_head_->written = ObjectFiles::write_head(validate_->file->number, new_head_->place, new_head_->payload);
  } catch (const std::bad_alloc&) {
    new_head_->written = false;
  }
}

FetchJob::Next FetchJob::worked() {
  works_ = false;
  if (new_head_) return validated();
  using Outcome = ArrivingFile::Outcome;
  const Outcome outcome = file_->outcome();
  if (outcome == Outcome::good) return written();
  if ((outcome == Outcome::no_room || outcome == Outcome::full) && make_room()) {
    retries_ = true;
    return Next::body;
  }
  if (outcome == Outcome::not_genuine)
    complaint_ = "the body that came has not the digest that its head announces";
  else if (!begun_)
    return unwritten();
  else
    worker_.shared().count(Counter::unwritten);
  return refuse();
}

// One of a length that was told was asked about before it came.
bool FetchJob::is_admitted() {
  if (head_.content_length || taken_ == 0) return true;
  const Locked locked(worker_.shared());
  if (worker_.shared().index().admits(place_.key, disk_bytes(place_, taken_))) return true;
  worker_.shared().count(Counter::not_admitted);
  return false;
}

// No file could be written: everyone goes himself.
FetchJob::Next FetchJob::unwritten() {
  worker_.shared().count(Counter::unwritten);
  drop_file();
  set_stage(Stage::elsewhere, head_.status);
  return Next::abort;
}

// The file is there, with what came of its body so far: whoever waits reads it.
void FetchJob::begin() {
  begun_ = true;
  worker_.objects().add(std::make_shared<const Object>(Object{place_, file_->file(), StoredHead::parse(file_->payload())}));
  const Locked locked(worker_.shared());
  Fetch& fetch = worker_.shared().fetches().at(number_);
  fetch.key = place_.key;
  fetch.head_units = place_.units;
  fetch.slot = place_.slot;
  fetch.body_bytes = body_bytes_;
  fetch.alone = alone_;
  fetch.kept = keep_;
  fetch.status = head_.status;
  fetch.stage = Stage::arriving;
  if (alone_) worker_.shared().fetches().unlist(number_);
}

// Nobody gets the last bytes of a body that is not what it was said to be (those are not written()): his answer ends before its length.
FetchJob::Next FetchJob::written() {
  rounds_ = 0;
  if (!begun_) begin();
  arrived_ = file_->written();
  worker_.shared().fetches().at(number_).arrived.store(arrived_, std::memory_order_release);
  if (file_->finished()) {
    complete();
    return Next::finished;
  }
  return too_far_ahead(static_cast<std::int64_t>(arrived_)) ? give_up() : Next::body;
}

FetchJob::End FetchJob::end(bool good, int status) {
  if (over_) return End::over;
  if (good && !refused_ && file_ != nullptr && head_.until_close && body_bytes_ < 0) {
    body_bytes_ = static_cast<std::int64_t>(taken_);
    ends_ = true;
  }
  // What came is written before the rest is asked for, and may be all: its bytes are still there.
  if (file_ != nullptr && (ends_ || retries_ || !parts_.empty())) return End::work;
  if (!etag_.empty() && arrived_ > 0 && attempts_ < kMostAttempts) return End::again;
  (void)fail(status);
  return End::over;
}

void FetchJob::complete() {
  if (file_->kept()) return keep();
  if (alone_) {  // whose it is has it open, or finds it so
    worker_.removals().arriving(place_.id);
  } else {  // those who wait in other workers have not opened it yet
    const Locked locked(worker_.shared());
    worker_.shared().fetches().at(number_).loose = true;
  }
  set_stage(Stage::complete, head_.status);
}

void FetchJob::keep() {
  Entry entry{};
  entry.key = place_.key;
  entry.id = place_.id;
  entry.body_bytes = arrived_;
  entry.disk_bytes = disk_bytes(place_, arrived_);
  entry.order = order_;
  entry.head_units = place_.units;
  entry.checksum = file_->checksum();
  entry.kind = Kind::object;
  if (is_opening_) entry.uses = kUsesOfOpening;
  std::array<std::uint64_t, kMostEvictedAtOnce> evicted;
  std::size_t count = 0;
  bool kept = false;
  {
    const Locked locked(worker_.shared());
    Fetch& fetch = worker_.shared().fetches().at(number_);
    if (fetch.purged == static_cast<std::uint8_t>(Purged::soft)) entry.soft_order = order_ + 1;
    // One that was asked for after a purge may be there before this one of before it.
    Index& index = worker_.shared().index();
    const Entry* there = index.find(entry.key);
    const bool newer = there != nullptr && there->kind == Kind::object && there->order > order_;
    if (fetch.purged != static_cast<std::uint8_t>(Purged::hard) && !newer) kept = index.insert(entry, evicted, count) != nullptr;
    fetch.stage = Stage::complete;
    worker_.shared().fetches().unlist(number_);
  }
  over_ = true;
  worker_.remove_files({evicted.data(), count});
  if (!kept) worker_.removals().complete(place_.id);
  worker_.shared().count(Counter::stored);
}

}  // namespace segue::edge
