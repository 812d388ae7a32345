// SPDX-License-Identifier: Apache-2.0
// The leader's side of a fetch: what to ask the origin, what its answer means for all who wait, and the file that grows. It belongs to no
// client: those who asked may leave, it goes on as long as what comes can be kept or somebody reads it. Whoever owns it moves the bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "edge-cache/decision/judge.h"
#include "edge-cache/decision/owned_request.h"
#include "edge-cache/decision/pace.h"
#include "edge-cache/decision/upstream_request.h"
#include "edge-cache/message/body_digest.h"
#include "edge-cache/message/chunked.h"
#include "edge-cache/store/room.h"
#include "edge-cache/worker.h"

namespace segue::edge {

// What a request needs to be repeated for others.
struct Target {
  std::string url;
  Key primary{};
};

class FetchJob {
 public:
  // `number`: a slot that was just started for it; the lock is held. `lookup.object`, when there is one, is asked to be confirmed.
  FetchJob(EdgeWorker& worker, const Policy& policy, const Request& request, Target target, const Lookup& lookup, std::uint32_t number);
  ~FetchJob();  // a fetch that has not ended fails
  FetchJob(const FetchJob&) = delete;
  FetchJob& operator=(const FetchJob&) = delete;

  // Nobody asked for it yet: as long as that is so, it costs of the budget, and is dropped when it is larger than a second's.
  void set_ahead() noexcept { ahead_ = true; }
  // Of a body that others wait for as well. Unless told, any rate will do.
  void set_least_rate(LeastRate least) noexcept { least_ = least; }
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& url() const noexcept { return target_.url; }
  [[nodiscard]] std::string_view complaint() const noexcept { return complaint_; }  // a literal, for the log
  [[nodiscard]] std::string upstream_request(std::string_view host, std::int64_t now);

  // `bytes`: all that came of the head so far; they stay where they are until accept().
  [[nodiscard]] HeadState read_head(std::string_view bytes, std::size_t& consumed);
  [[nodiscard]] const ResponseHead& head() const noexcept { return head_; }

  enum class Next { body, finished, abort };
  // The head counts. `body`: its bytes are wanted. `finished`: there is none. `abort`: nobody wants them.
  [[nodiscard]] Next accept(std::int64_t now);
  // Bytes as they came, coded. `finished`: the body ended here. `abort`: it cannot be (disk, coding), comes too slowly, or nobody wants it
  // any more.
  [[nodiscard]] Next body(std::string_view bytes, std::int64_t now_ms = 0);
  [[nodiscard]] bool is_slow() const noexcept { return slow_; }  // why body() was the last
  // The connection to the origin ended: by itself where that ends the body (`good`), or by an error; `status` is then 502 or 504.
  // True: the rest can be asked for, call upstream_request() again.
  [[nodiscard]] bool end(bool good, int status);

 private:
  Next fail(int status);
  Next give_up();
  [[nodiscard]] Next accept_validated();
  [[nodiscard]] Next accept_rest();
  [[nodiscard]] Next accept_answer(const Judgement& judgement);
  [[nodiscard]] bool open_file(const StoredResponse& response);
  [[nodiscard]] bool choose_key(const StoredResponse& response);
  [[nodiscard]] Next take(std::string_view bytes);
  [[nodiscard]] bool write(std::string_view bytes);
  [[nodiscard]] bool make_room(std::uint64_t bytes);
  [[nodiscard]] bool take_room(std::uint64_t bytes);
  void mark_pass();
  void set_stage(Stage stage, int status);
  void set_end();
  void complete();
  void keep();
  [[nodiscard]] bool whole() const noexcept;
  [[nodiscard]] bool genuine();
  [[nodiscard]] bool is_admitted();
  [[nodiscard]] bool too_far_ahead(std::int64_t bytes);

  EdgeWorker& worker_;
  const Policy& policy_;
  OwnedRequest request_;
  Target target_;
  ObjectPointer validate_;
  std::uint32_t number_;
  std::uint64_t order_ = 0;
  Exchange exchange_;
  ResponseHead head_;
  ChunkedDecoder decoder_;
  std::shared_ptr<const OpenFile> file_;
  Room room_;
  HeadPlace place_;
  std::string etag_;  // strong: a broken body can be resumed
  std::uint64_t arrived_ = 0;
  std::int64_t body_bytes_ = -1;
  std::uint32_t checksum_ = 0;
  std::optional<BodyDigest> digest_;  // of the whole body, as the origin announced it
  std::uint32_t attempts_ = 0;
  std::string_view complaint_;
  bool is_opening_ = false;
  bool keep_ = false;  // goes into the index when complete
  bool alone_ = false;
  bool ahead_ = false;
  bool over_ = false;
  bool slow_ = false;
  LeastRate least_;
  std::optional<Pace> pace_;  // of this attempt, from its first bytes on
};

}  // namespace segue::edge
