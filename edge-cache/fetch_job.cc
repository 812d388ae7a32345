// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/fetch_job.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "edge-cache/decision/decide.h"
#include "edge-cache/decision/opening.h"
#include "edge-cache/decision/validators.h"
#include "edge-cache/decision/vary.h"
#include "edge-cache/message/ranges.h"

namespace segue::edge {
namespace {

constexpr std::uint32_t kMostAttempts = 3;
constexpr std::size_t kMostEvictedAtOnce = 256;
constexpr std::uint64_t kRoomStep = 1 << 20;             // of a body whose length is not known, each time
constexpr std::chrono::milliseconds kRoomPatience{200};  // for files that go; what then still has no room is not stored

std::uint64_t disk_bytes(const HeadPlace& place, std::uint64_t body_bytes) noexcept {
  return place.head_bytes() + (stored_bytes(body_bytes) + 4095) / 4096 * 4096;
}

ssize_t write_at(int file, std::string_view bytes, std::size_t padding, off_t offset) {
  static const std::array<char, kBodyAlignment> zeros{};
  const iovec parts[] = {{const_cast<char*>(bytes.data()), bytes.size()}, {const_cast<char*>(zeros.data()), padding}};
  const ssize_t written = ::pwritev(file, parts, padding > 0 ? 2 : 1, offset);
  return std::min(written, static_cast<ssize_t>(bytes.size()));
}

}  // namespace

FetchJob::FetchJob(EdgeWorker& worker, const Policy& policy, const Request& request, Target target, const Lookup& lookup,
                   std::uint32_t number)
    : worker_(worker),
      policy_(policy),
      request_(request),
      target_(std::move(target)),
      validate_(lookup.object),
      number_(number),
      room_(worker.shared().fetches().promises(), worker.number()) {
  Fetch& fetch = worker_.shared().fetches().at(number_);
  fetch.primary = target_.primary;
  fetch.order = order_ = worker_.shared().purges().order();
  worker_.watch(number_);
}

FetchJob::~FetchJob() {
  if (!over_) fail(502);
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

FetchJob::Next FetchJob::fail(int status) {
  if (file_ != nullptr) worker_.removals().arriving(place_.id);
  worker_.shared().count(Counter::error);
  set_stage(Stage::failed, status);
  return Next::abort;
}

// Whoever joins at this very moment asks for himself.
FetchJob::Next FetchJob::give_up() {
  if (file_ != nullptr) worker_.removals().arriving(place_.id);
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
  const bool written = ObjectFiles::write_head(validate_->file->number, place, StoredHead::print(judgement.response));
  if (written || judgement.store) {
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
    if (!judgement.store) worker_.forget(place.key, place.id);      // else the head of before counts on: it is asked for again
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

bool FetchJob::make_room(std::uint64_t bytes) {
  std::array<std::uint64_t, kMostEvictedAtOnce> evicted;
  std::size_t count = 0;
  {
    const Locked locked(worker_.shared());
    Index& index = worker_.shared().index();
    if (index.bytes() < bytes) return false;  // all of it would go for nothing
    count = index.make_room(bytes, evicted);
  }
  worker_.remove_files({evicted.data(), count});
  worker_.removals().wait(kRoomPatience);
  return count > 0;
}

// False: the disk has not so much, nor can what is old give it.
bool FetchJob::take_room(std::uint64_t bytes) {
  const std::uint64_t missing = room_.take(file_->number, bytes);
  return missing == 0 || (make_room(missing) && room_.take(file_->number, bytes) == 0);
}

bool FetchJob::open_file(const StoredResponse& response) {
  const std::string payload = StoredHead::print(response);
  const ObjectFiles& files = worker_.shared().files();
  {
    const Locked locked(worker_.shared());
    place_.id = worker_.shared().fetches().at(number_).id = worker_.shared().index().new_id();  // a killed worker's file is known by it
  }
  place_.units = head_units_for(payload.size());
  if (place_.units == 0) return false;
  int number = files.create(place_.id);
  // The folder was deleted under us: it is made again.
  if (number < 0 && errno == ENOENT && files.prepare()) number = files.create(place_.id);
  if (number < 0) return false;
  file_ = std::make_shared<const OpenFile>(number);
  // A disk that has no room for the whole body is known before anybody reads.
  const std::uint64_t bytes = body_bytes_ < 0 ? kRoomStep : disk_bytes(place_, static_cast<std::uint64_t>(body_bytes_));
  const auto write_head = [&] {
    errno = 0;
    return ObjectFiles::write_head(number, place_, payload);
  };
  if (take_room(bytes) && (write_head() || (errno == ENOSPC && make_room(bytes) && write_head()))) {
    worker_.objects().add(std::make_shared<const Object>(Object{place_, file_, StoredHead::parse(payload)}));
    return true;
  }
  worker_.removals().arriving(place_.id);
  return false;
}

FetchJob::Next FetchJob::accept_answer(const Judgement& judgement) {
  const bool without_body = bodiless(head_.status);
  body_bytes_ = without_body ? 0 : head_.content_length.has_value() ? static_cast<std::int64_t>(*head_.content_length) : -1;
  // A body that only the connection's end ends is never known to be whole, unless it has a digest: an origin that dies looks the same.
  if (!without_body) digest_ = BodyDigest::announced_by(head_.fields);
  keep_ = judgement.store && (!head_.until_close || digest_);
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
  if (!open_file(judgement.response)) {
    worker_.shared().count(Counter::unwritten);
    set_stage(Stage::elsewhere, head_.status);
    return Next::abort;
  }
  {
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
  if (body_bytes_ != 0) return Next::body;
  if (!genuine()) return fail(502);
  complete();
  return Next::finished;
}

bool FetchJob::write(std::string_view bytes) {
  worker_.shared().count(Counter::origin_bytes, bytes.size());
  if (ahead_) {
    worker_.shared().count(Counter::ahead_bytes, bytes.size());
    worker_.shared().ahead().spend(bytes.size());
  }
  if (body_bytes_ >= 0 && arrived_ + bytes.size() > static_cast<std::uint64_t>(body_bytes_)) return false;
  if (arrived_ + bytes.size() > policy_.largest_object) return false;
  // Of what others were promised a body of any length takes nothing.
  if (body_bytes_ < 0 && room_.held() < bytes.size() && !take_room(std::max(kRoomStep, std::uint64_t{bytes.size()}))) {
    worker_.shared().count(Counter::unwritten);
    return false;
  }
  if (digest_) digest_->add(bytes);
  while (!bytes.empty()) {
    const std::size_t padding =
        padding_behind(arrived_, bytes.size(), body_bytes_ < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(body_bytes_)));
    const ssize_t written = write_at(file_->number, bytes, padding, static_cast<off_t>(place_.body_offset() + arrived_));
    if (written < 0 && (errno == EINTR || (errno == ENOSPC && make_room(bytes.size())))) continue;
    if (written <= 0) {
      worker_.shared().count(Counter::unwritten);
      return false;
    }
    checksum_ = static_cast<std::uint32_t>(::crc32(checksum_, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(written)));
    arrived_ += static_cast<std::uint64_t>(written);
    room_.wrote(static_cast<std::uint64_t>(written));
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  // Nobody gets the last bytes of a body that is not what it was said to be: his answer ends before its length.
  if (whole() && !genuine()) return false;
  worker_.shared().fetches().at(number_).arrived.store(arrived_, std::memory_order_release);
  if (!too_far_ahead(static_cast<std::int64_t>(arrived_))) return true;
  (void)give_up();
  return false;
}

bool FetchJob::too_far_ahead(std::int64_t bytes) {
  if (!ahead_ || bytes <= static_cast<std::int64_t>(policy_.ahead_bytes)) return false;
  const Locked locked(worker_.shared());
  return !worker_.watched(number_);
}

// Asked when all has come.
bool FetchJob::genuine() {
  if (digest_ && !digest_->matches()) complaint_ = "the body that came has not the digest that its head announces";
  digest_.reset();
  return complaint_.empty();
}

bool FetchJob::whole() const noexcept { return body_bytes_ >= 0 && arrived_ == static_cast<std::uint64_t>(body_bytes_); }

FetchJob::Next FetchJob::body(std::string_view bytes, std::int64_t now_ms) {
  const Next next = take(bytes);
  if (next != Next::body || alone_) return next;  // one client's own answer is slow at his pleasure: events of a page, say
  if (!pace_) pace_.emplace(least_, arrived_, now_ms);
  if (pace_->keeps_up(arrived_, now_ms)) return next;
  slow_ = true;
  complaint_ = "the body comes slower than segue_edge_least_rate allows";
  return Next::abort;  // the rest can be asked for, of somebody else
}

FetchJob::Next FetchJob::take(std::string_view bytes) {
  const auto failed = [&] {
    etag_.clear();  // not the connection's fault: asking for the rest would not help
    return Next::abort;
  };
  if (!keep_) {
    const Locked locked(worker_.shared());
    if (!worker_.watched(number_)) return failed();
  }
  if (!head_.chunked) {
    if (!write(bytes)) return failed();
  } else {
    while (!bytes.empty() && !decoder_.done()) {
      const std::string_view part = decoder_.next(bytes);
      if (decoder_.malformed() || !write(part)) return failed();
    }
    if (!decoder_.done()) return Next::body;
    body_bytes_ = static_cast<std::int64_t>(arrived_);
    if (!genuine()) return failed();
  }
  if (!whole()) return Next::body;
  complete();
  return Next::finished;
}

bool FetchJob::end(bool good, int status) {
  if (over_) return false;
  if (good && file_ != nullptr && head_.until_close) body_bytes_ = static_cast<std::int64_t>(arrived_);
  if (good && file_ != nullptr && whole() && genuine()) {
    complete();
    return false;
  }
  if (!etag_.empty() && arrived_ > 0 && attempts_ < kMostAttempts) return true;
  (void)fail(status);
  return false;
}

// Where no body came, or it was not known how much would come, the file is not as long as it should be.
void FetchJob::set_end() {
  struct stat facts {};
  const std::uint64_t end = place_.body_offset() + arrived_;
  const bool right = ::fstat(file_->number, &facts) == 0 && static_cast<std::uint64_t>(facts.st_size) >= end &&
                     static_cast<std::uint64_t>(facts.st_size) <= place_.body_offset() + stored_bytes(arrived_);
  if (!right) (void)!::ftruncate(file_->number, static_cast<off_t>(end));
}

// One of a length that was told was asked about before it came.
bool FetchJob::is_admitted() {
  if (head_.content_length || arrived_ == 0) return true;
  const Locked locked(worker_.shared());
  if (worker_.shared().index().admits(place_.key, disk_bytes(place_, arrived_))) return true;
  worker_.shared().count(Counter::not_admitted);
  return false;
}

void FetchJob::complete() {
  set_end();
  keep_ = keep_ && is_admitted();
  if (keep_ && worker_.shared().files().publish(place_.id)) return keep();
  if (alone_) {
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
  entry.checksum = checksum_;
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
