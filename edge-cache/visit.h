// SPDX-License-Identifier: Apache-2.0
// One client's request on its way: looks up, decides, waits for a fetch together with others, and ends with an answer. Knows nothing of
// sockets: whoever owns it asks step() again whenever a fetch moved.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "edge-cache/decision/answer.h"
#include "edge-cache/decision/decide.h"
#include "edge-cache/fetch_job.h"
#include "edge-cache/worker.h"

namespace segue::edge {

enum class Step {
  answer,  // answer() is ready; its body is in source(), whole or arriving
  wait,    // for the fetch fetch_number()
  open,    // open() is to be called first, by a thread that may wait for the disk
  pass,    // the client's own request to the origin, nothing else
  error    // error_status()
};

// How far the body is that an answer reads.
struct Progress {
  std::uint64_t arrived = 0;
  bool finished = false, failed = false;
};

class Visit {
 public:
  // `request` borrows from what lives as long as the visit.
  Visit(EdgeWorker& worker, const Policy& policy, Request request);
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  [[nodiscard]] Step step(std::int64_t now);
  // In any thread, while nothing else is asked of the visit. Or not at all, where another visit of this worker wanted the same.
  void open() noexcept;
  [[nodiscard]] std::uint64_t wanted() const noexcept { return cold_ ? cold_->place.id : 0; }
  // A fetch that this visit caused, and that its owner must carry out; null: none. Asked after every step().
  [[nodiscard]] std::unique_ptr<FetchJob> take_fetch() { return std::move(to_start_); }

  [[nodiscard]] std::uint32_t fetch_number() const noexcept { return fetch_; }
  [[nodiscard]] const Answer& answer() const noexcept { return answer_; }
  [[nodiscard]] const ObjectPointer& source() const noexcept { return source_; }
  [[nodiscard]] std::uint64_t body_bytes() const noexcept { return lookup_.body_bytes; }  // of one that is complete
  // The body of an answer in memory; null: it is read from source()'s file.
  [[nodiscard]] const char* mapped() const noexcept;
  [[nodiscard]] Progress progress();
  // Of an answer whose body broke off: its leader died, and the rest can come from another fetch of the same object (strong entity tag).
  [[nodiscard]] bool may_read_on();
  // step() for that: `answer`: source() is another file with the same bytes in it. `error`: there is none, the answer ends here.
  [[nodiscard]] Step read_on(std::int64_t now);
  [[nodiscard]] int error_status() const noexcept { return error_status_; }
  [[nodiscard]] const Request& request() const noexcept { return request_; }
  [[nodiscard]] const Target& target() const noexcept { return target_; }
  [[nodiscard]] std::string_view forward() const noexcept { return decision_.forward; }

 private:
  enum class Joined { yes, look_again, alone };
  [[nodiscard]] Step look_up(std::int64_t now);
  [[nodiscard]] Step look_at_fetch(std::int64_t now);
  [[nodiscard]] Step read_arriving(const HeadPlace& place, std::int64_t body_bytes, bool stored, std::int64_t now);
  [[nodiscard]] bool purged_since();
  [[nodiscard]] Step find_another(std::int64_t now);
  [[nodiscard]] Step look_at_another();
  [[nodiscard]] Step read_from(ObjectPointer another);
  [[nodiscard]] Step answer_stored(std::string_view detail, std::int64_t now);
  [[nodiscard]] Step after_failure(std::int64_t now);
  [[nodiscard]] bool is_rest() const noexcept;
  [[nodiscard]] bool waits_in_circle(const Fetch& fetch) const noexcept;
  [[nodiscard]] Joined join_or_lead();
  [[nodiscard]] bool lead(bool joinable);
  [[nodiscard]] bool lead_alone();
  void refresh_behind();
  [[nodiscard]] bool may_stand_in(std::int64_t now) const;  // what was found, for an origin that fails
  [[nodiscard]] Step go_no_further(std::int64_t now);
  void leave();

  EdgeWorker& worker_;
  const Policy& policy_;
  Request request_;
  Target target_;
  Lookup lookup_;
  Decision decision_;
  std::optional<ColdObject> cold_;  // to be opened
  std::optional<Opened> opened_;    // what came of it; nothing: somebody else may have
  bool lost_ = false;               // of the fetch: its file was not there a moment ago
  std::unique_ptr<FetchJob> to_start_;
  std::uint32_t fetch_ = kNoFetch;
  bool leads_ = false, collapsed_ = false, validated_ = false;
  int forward_status_ = 0, error_status_ = 502;
  std::optional<int> failed_;  // the fetch that it waited for, with that status
  Answer answer_;
  ObjectPointer source_;
  ObjectPointer broken_;  // what was read at first; the answer's fields borrow from it
};

}  // namespace segue::edge
