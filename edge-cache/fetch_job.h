// SPDX-License-Identifier: Apache-2.0
// The leader's side of a fetch: what to ask the origin, what its answer means for all who wait, and the file that grows. It belongs to no
// client: those who asked may leave, it goes on as long as what comes can be kept or somebody reads it. Whoever owns it moves the bytes.
//
// Nothing here waits for the disk but work(), which any thread may do. What accept() and body() take, and what end() asks for, comes true
// by it: start_work() says that there is something to do, work() does it, worked() tells the others. Between start_work() and worked()
// everything may be called but end() and the destructor; bytes that body() was given stay where they are until has_work() is over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge-cache/decision/judge.h"
#include "edge-cache/decision/owned_request.h"
#include "edge-cache/decision/pace.h"
#include "edge-cache/decision/upstream_request.h"
#include "edge-cache/message/chunked.h"
#include "edge-cache/store/arriving_file.h"
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
  // The head counts. `body`: its bytes are wanted. `finished`: there are none. `abort`: nobody wants them.
  [[nodiscard]] Next accept(std::int64_t now);
  // Bytes as they came, coded. `finished`: the body ended here. `abort`: it cannot be (coding, length), comes too slowly, or nobody wants
  // it any more.
  [[nodiscard]] Next body(std::string_view bytes, std::int64_t now_ms = 0);
  [[nodiscard]] bool is_slow() const noexcept { return slow_; }  // why body() was the last
  void set_paused() noexcept { pace_.reset(); }                  // for a while nobody took what there was, for the disk's sake

  [[nodiscard]] bool has_work() const noexcept;  // to be started, or under way
  [[nodiscard]] bool start_work() noexcept;      // false: none, or it is under way
  void work() noexcept;
  // `body`: what was done is told, or there is more to do. `finished`: the fetch is over. `abort`: the disk does not take it, it is not
  // what its head announced, or nobody wants it.
  [[nodiscard]] Next worked();

  // The connection to the origin ended: by itself where that ends the body (`good`), or by an error; `status` is then 502 or 504.
  // `again`: the rest can be asked for, call upstream_request(). `work`: that first, then this again.
  enum class End { over, again, work };
  [[nodiscard]] End end(bool good, int status);

 private:
  Next fail(int status);
  Next give_up();
  [[nodiscard]] Next accept_validated();
  [[nodiscard]] Next accept_rest();
  [[nodiscard]] Next accept_answer(const Judgement& judgement);
  [[nodiscard]] bool plan_file(const StoredResponse& response);
  [[nodiscard]] bool choose_key(const StoredResponse& response);
  [[nodiscard]] Next take(std::string_view bytes);
  [[nodiscard]] bool take_stretch(std::string_view bytes);
  [[nodiscard]] Next refuse();
  [[nodiscard]] Next validated();
  [[nodiscard]] Next written();
  [[nodiscard]] Next unwritten();
  [[nodiscard]] bool make_room();
  void begin();
  void close_file();
  void drop_file();
  void mark_pass();
  void set_stage(Stage stage, int status);
  void complete();
  void keep();
  [[nodiscard]] bool whole() const noexcept;
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
  struct NewHead {
    HeadPlace place;
    std::string payload;
    bool store;  // what it confirms is good for others, too
    bool written;
  };
  // A thread has what there is of the two while `works_`, and nothing else.
  std::optional<NewHead> new_head_;
  std::unique_ptr<ArrivingFile> file_;
  bool works_ = false;
  std::vector<std::string_view> parts_;  // for the next work
  bool ends_ = false;                    // there are no more
  bool begun_ = false;                   // others read it
  unsigned rounds_ = 0;                  // of eviction, without a byte written
  std::uint64_t made_room_at_ = 0;       // the bytes written before the last
  bool retries_ = false;                 // what had no room
  HeadPlace place_;
  std::string etag_;                       // strong: a broken body can be resumed
  std::uint64_t taken_ = 0, arrived_ = 0;  // bytes of the body; those that are in the file
  std::int64_t body_bytes_ = -1;
  std::uint32_t attempts_ = 0;
  std::string_view complaint_;
  bool is_opening_ = false;
  bool keep_ = false;  // goes into the index when complete
  bool alone_ = false;
  bool ahead_ = false;
  bool over_ = false;
  bool refused_ = false;  // what came cannot be all, however it ends
  bool slow_ = false;
  LeastRate least_;
  std::optional<Pace> pace_;  // of this attempt, from its first bytes on
};

}  // namespace segue::edge
