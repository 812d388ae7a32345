// SPDX-License-Identifier: Apache-2.0
// edge.h over the classes. Whatever throws below (memory) ends here as a null, a pass or a failure.
#include "edge-cache/edge.h"

#include <algorithm>
#include <cstdio>
#include <new>
#include <optional>

#include "edge-cache/ahead.h"
#include "edge-cache/decision/vary.h"
#include "edge-cache/explain.h"
#include "edge-cache/message/text.h"
#include "edge-cache/pass.h"
#include "edge-cache/store/leftovers.h"
#include "edge-cache/visit.h"

using namespace segue::edge;

struct edge_shared {
  std::unique_ptr<Shared> shared;
};

struct edge_worker {
  EdgeWorker worker;
  Policy policy;
  std::string explanation = {};
  std::unique_ptr<Leftovers> leftovers = {};
};

namespace {

std::string_view view(edge_text text) noexcept { return {text.data, text.size}; }
edge_text text_of(std::string_view text) noexcept { return {text.data(), text.size()}; }

std::vector<std::string> list_of(edge_text text) {
  std::vector<std::string> names;
  ListReader list(view(text));
  for (std::string_view name; list.next(name);) names.emplace_back(name);
  return names;
}

Policy policy_of(const edge_options& options, std::string_view node) {
  Policy policy;
  policy.node = node;
  if (options.name.size > 0) policy.name = view(options.name);
  policy.targets = list_of(options.targets);
  policy.ignored_query = list_of(options.ignored_query);
  policy.kept_query = list_of(options.kept_query);
  policy.codings = list_of(options.codings);
  policy.stale_if_error = options.stale_if_error;
  policy.client_directives = options.client_directives != 0;
  policy.largest_object = options.largest_object;
  policy.sendfile_above = options.sendfile_above;
  policy.sendfile_below = options.sendfile_below;
  policy.ahead_bytes = options.ahead_bytes;
  return policy;
}

// Of Accept-Encoding only what origins offer is left, before anything looks at it; `coding` keeps it.
void reduce_codings(const Policy& policy, Request& request, std::string& coding) {
  constexpr std::string_view kName = "Accept-Encoding";
  if (policy.codings.empty() || !request.fields.has(kName)) return;
  coding = offered_codings(request.fields.combined(kName), policy.codings);
  request.fields.remove(kName);
  if (!coding.empty()) request.fields.add(kName, coding);
}

Request request_of(const edge_request& given, const Policy& policy, std::string& coding) {
  Request request;
  request.method = view(given.method);
  request.host = view(given.host);
  request.target = view(given.target);
  request.fields.reserve(given.field_count);
  for (std::size_t i = 0; i < given.field_count; ++i) request.fields.add(view(given.fields[i].name), view(given.fields[i].value));
  request.may_come_round = given.may_come_round != 0;
  reduce_codings(policy, request, coding);
  return request;
}

// An Answer as plain data.
class PlainAnswer {
 public:
  struct Body {
    int file = -1;
    std::uint64_t offset = 0;
    const char* mapped = nullptr;
  };
  void set(const Answer& answer, Body body) {
    fields_.clear();
    pieces_.clear();
    fields_.reserve(answer.fields.size());
    for (const Field& field : answer.fields) fields_.push_back({text_of(field.name), text_of(field.value)});
    for (const Piece& piece : answer.pieces) pieces_.push_back({text_of(piece.text), piece.first, piece.size, piece.to_end ? 1 : 0});
    plain_ = {answer.status,  fields_.data(),
              fields_.size(), answer.content_length.has_value() ? static_cast<std::int64_t>(*answer.content_length) : -1,
              pieces_.data(), pieces_.size(),
              body.file,      body.offset,
              body.mapped,    answer.hit ? 1 : 0};
  }
  [[nodiscard]] const edge_answer* get() const noexcept { return &plain_; }

 private:
  std::vector<edge_field> fields_;
  std::vector<edge_piece> pieces_;
  edge_answer plain_{};
};

int read_head(HeadState state, const ResponseHead& found, edge_head* head) noexcept {
  if (state == HeadState::malformed) return EDGE_FAILED;
  if (state == HeadState::incomplete) return EDGE_MORE;
  *head = {found.status,
           found.content_length.has_value() ? static_cast<std::int64_t>(*found.content_length) : -1,
           found.chunked ? 1 : 0,
           found.keep_alive ? 1 : 0,
           bodiless(found.status) ? 1 : 0,
           found.fields.has("Cache-Status") ? 1 : 0};
  return EDGE_DONE;
}

int code_of(FetchJob::Next next) noexcept {
  switch (next) {
    case FetchJob::Next::body: return EDGE_MORE;
    case FetchJob::Next::finished: return EDGE_DONE;
    case FetchJob::Next::abort: break;
  }
  return EDGE_FAILED;
}

template <class Result, class Body>
Result guarded(Result otherwise, Body body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return otherwise;
  }
}

}  // namespace

struct edge_visit {
  edge_visit(edge_worker& of, const edge_request& request)
      : owner(of), visit(of.worker, of.policy, request_of(request, of.policy, coding)) {}
  edge_worker& owner;
  std::string coding;
  Visit visit;
  PlainAnswer answer;
  std::string next;
};

struct edge_fetch {
  std::unique_ptr<FetchJob> job;
  std::string request;
};

struct edge_pass {
  Pass pass;
  std::string request;
  PlainAnswer answer;
};

edge_shared* edge_shared_open(const char* folder, uint32_t objects, uint64_t bytes, char* error, size_t error_size) {
  return guarded<edge_shared*>(nullptr, [&]() -> edge_shared* {
    std::string why;
    auto shared = Shared::open(folder, {objects, bytes}, why);
    std::snprintf(error, error_size, "%s", why.c_str());
    return shared == nullptr ? nullptr : new edge_shared{std::move(shared)};
  });
}

int edge_give_folder(const char* folder, unsigned user) {
  return guarded(-1, [&] { return ObjectFiles(folder).give_to(user) ? 0 : -1; });
}

void edge_shared_close(edge_shared* shared) {
  shared->shared->set_clean();
  delete shared;
}

void edge_read_figures(edge_shared* shared, edge_figures* figures) {
  static_assert(static_cast<int>(Counter::count) == EDGE_COUNTERS);
  Shared& all = *shared->shared;
  for (int i = 0; i < EDGE_COUNTERS; ++i) figures->counters[i] = all.counter(static_cast<Counter>(i)).load(std::memory_order_relaxed);
  const Locked locked(all);
  figures->objects = all.index().count();
  figures->bytes = all.index().bytes();
  figures->most_bytes = all.index().most_bytes();
}

edge_worker* edge_worker_create(edge_shared* shared, const edge_options* options, int process) {
  return guarded<edge_worker*>(nullptr, [&]() -> edge_worker* {
    std::unique_ptr<edge_worker> worker(
        new edge_worker{{*shared->shared, options->open_objects, process}, policy_of(*options, shared->shared->node())});
    if (!worker->worker.usable()) return nullptr;
    worker->worker.removals().start();
    return worker.release();
  });
}

void edge_worker_destroy(edge_worker* worker) { delete worker; }

void edge_worker_remove_leftovers(edge_worker* worker) {
  try {
    if (worker->leftovers != nullptr) return worker->leftovers->look_again();
    worker->leftovers = std::make_unique<Leftovers>(worker->worker.shared());
  } catch (const std::exception&) {
    // No thread to be had: the next start removes them.
  }
}

void edge_worker_leave(edge_worker* worker) {
  guarded(0, [&] {
    worker->leftovers.reset();
    worker->worker.leave();
    worker->worker.removals().wait();  // after the last that is added
    worker->worker.wake_all();
    return 0;
  });
}

int edge_worker_socket(const edge_worker* worker) { return worker->worker.socket().number(); }
void edge_worker_drain(const edge_worker* worker) { worker->worker.socket().drain(); }

void edge_worker_bury_dead(edge_worker* worker) {
  guarded(0, [&] {
    if (!worker->worker.bury_dead()) return 0;
    worker->worker.wake_all();
    edge_worker_remove_leftovers(worker);  // what he was to remove himself
    return 0;
  });
}

void edge_worker_wake(edge_worker* worker, uint32_t fetch) { worker->worker.wake_watchers(fetch); }
uint64_t edge_worker_state_of(edge_worker* worker, uint32_t fetch) {
  const Locked locked(worker->worker.shared());
  const Fetch& watched = worker->worker.shared().fetches().at(fetch);
  return (watched.arrived.load(std::memory_order_relaxed) << 12) ^ (std::uint64_t{watched.generation} << 4) ^
         static_cast<std::uint64_t>(watched.stage);
}

void edge_worker_close_gone(edge_worker* worker) {
  guarded(0, [&] {
    worker->worker.close_gone();
    return 0;
  });
}

void edge_purge(edge_worker* worker, int kind, edge_text what, int hard) {
  const Hardness hardness = hard != 0 ? Hardness::hard : Hardness::soft;
  guarded(0, [&] {
    if (kind == EDGE_PURGE_URL) return static_cast<int>(worker->worker.purge_url(url_of(worker->policy, view(what)), hardness));
    Shared& shared = worker->worker.shared();
    const std::string prefix = kind == EDGE_PURGE_PREFIX ? url_of(view(what)) : std::string();
    const Locked locked(shared);
    if (kind == EDGE_PURGE_TAG) shared.purges().purge_tag(tag_hash(view(what)), hardness);
    if (kind == EDGE_PURGE_PREFIX) shared.purges().purge_prefix(prefix, hardness);
    if (kind == EDGE_PURGE_ALL) shared.purges().purge_all(hardness);
    if (kind == EDGE_DOUBT_ALL) shared.purges().doubt_all();
    shared.count(Counter::purged);
    return 0;
  });
}

edge_text edge_explain(edge_worker* worker, const edge_request* request, int64_t now) {
  return guarded(edge_text{nullptr, 0}, [&] {
    std::string coding;
    worker->explanation = to_json(explain(worker->worker, worker->policy, request_of(*request, worker->policy, coding), now));
    return text_of(worker->explanation);
  });
}

edge_visit* edge_visit_create(edge_worker* worker, const edge_request* request) {
  return guarded<edge_visit*>(nullptr, [&] { return new edge_visit(*worker, *request); });
}

int edge_visit_step(edge_visit* visit, int64_t now, edge_fetch** started, int* status) {
  *started = nullptr;
  return guarded(static_cast<int>(EDGE_PASS), [&]() -> int {
    const Step step = visit->visit.step(now);
    if (auto job = visit->visit.take_fetch()) *started = new edge_fetch{std::move(job), {}};
    *status = visit->visit.error_status();
    switch (step) {
      case Step::answer: {
        const Object& source = *visit->visit.source();
        visit->answer.set(visit->visit.answer(), {source.file->number, source.place.body_offset(), visit->visit.mapped()});
        return EDGE_ANSWER;
      }
      case Step::wait: return EDGE_WAIT;
      case Step::open: return EDGE_OPEN;
      case Step::pass: return EDGE_PASS;
      case Step::error: break;
    }
    return EDGE_ERROR;
  });
}

void edge_visit_open(edge_visit* visit) { visit->visit.open(); }
uint64_t edge_visit_wanted(const edge_visit* visit) { return visit->visit.wanted(); }

uint32_t edge_visit_fetch(const edge_visit* visit) { return visit->visit.fetch_number(); }
const edge_answer* edge_visit_answer(const edge_visit* visit) { return visit->answer.get(); }

void edge_visit_progress(edge_visit* visit, edge_progress* progress) {
  const Progress found = visit->visit.progress();
  *progress = {found.arrived, found.finished ? 1 : 0, found.failed ? 1 : 0};
}

int edge_visit_at_hand(const edge_visit* visit, uint64_t first, uint64_t size) {
  const Object& source = *visit->visit.source();
  return source.file->is_at_hand(source.place.body_offset() + first, size) ? 1 : 0;
}

int edge_visit_is_warm(const edge_visit* visit, uint64_t now_ms) {
  const Object& source = *visit->visit.source();
  return source.file->is_warm(source.place.body_offset(), visit->visit.body_bytes(), now_ms) ? 1 : 0;
}

int edge_visit_may_read_on(edge_visit* visit) { return visit->visit.may_read_on() ? 1 : 0; }

int edge_visit_read_on(edge_visit* visit, int64_t now, edge_fetch** started) {
  *started = nullptr;
  return guarded(static_cast<int>(EDGE_ERROR), [&] {
    const Step step = visit->visit.read_on(now);
    if (auto job = visit->visit.take_fetch()) *started = new edge_fetch{std::move(job), {}};
    if (step == Step::wait) return static_cast<int>(EDGE_WAIT);
    if (step != Step::answer) return static_cast<int>(EDGE_ERROR);
    const Object& source = *visit->visit.source();
    visit->answer.set(visit->visit.answer(), {source.file->number, source.place.body_offset(), nullptr});
    return static_cast<int>(EDGE_ANSWER);
  });
}

void edge_visit_destroy(edge_visit* visit) { delete visit; }

edge_text edge_visit_next(edge_visit* visit, edge_text path, edge_text query) {
  return guarded(edge_text{nullptr, 0}, [&] {
    visit->next = next_target(visit->visit.request().fields, visit->visit.answer().fields, view(path), view(query));
    return text_of(visit->next);
  });
}

edge_fetch* edge_fetch_ahead(edge_worker* worker, const edge_request* request, int64_t now) {
  return guarded<edge_fetch*>(nullptr, [&]() -> edge_fetch* {
    std::string coding;
    auto job = fetch_ahead(worker->worker, worker->policy, request_of(*request, worker->policy, coding), now);
    return job == nullptr ? nullptr : new edge_fetch{std::move(job), {}};
  });
}

uint32_t edge_fetch_number(const edge_fetch* fetch) { return fetch->job->number(); }
edge_text edge_fetch_url(const edge_fetch* fetch) { return text_of(fetch->job->url()); }

edge_text edge_fetch_complaint(const edge_fetch* fetch) { return text_of(fetch->job->complaint()); }

edge_text edge_fetch_request(edge_fetch* fetch, edge_text host, int64_t now) {
  return guarded(edge_text{nullptr, 0}, [&] {
    fetch->request = fetch->job->upstream_request(view(host), now);
    return text_of(fetch->request);
  });
}

int edge_fetch_read_head(edge_fetch* fetch, edge_text bytes, size_t* consumed, edge_head* head) {
  return guarded(static_cast<int>(EDGE_FAILED),
                 [&] { return read_head(fetch->job->read_head(view(bytes), *consumed), fetch->job->head(), head); });
}

int edge_fetch_accept(edge_fetch* fetch, int64_t now) {
  return guarded(static_cast<int>(EDGE_FAILED), [&] { return code_of(fetch->job->accept(now)); });
}

void edge_fetch_set_least_rate(edge_fetch* fetch, uint64_t bytes_per_second, int64_t over_ms) {
  fetch->job->set_least_rate({bytes_per_second, over_ms});
}

int edge_fetch_body(edge_fetch* fetch, edge_text bytes, int64_t now_ms) {
  return guarded(static_cast<int>(EDGE_FAILED), [&] { return code_of(fetch->job->body(view(bytes), now_ms)); });
}

void edge_fetch_set_paused(edge_fetch* fetch) { fetch->job->set_paused(); }
int edge_fetch_is_slow(const edge_fetch* fetch) { return fetch->job->is_slow() ? 1 : 0; }

int edge_fetch_has_work(const edge_fetch* fetch) { return fetch->job->has_work() ? 1 : 0; }
int edge_fetch_start_work(edge_fetch* fetch) { return fetch->job->start_work() ? 1 : 0; }
void edge_fetch_work(edge_fetch* fetch) { fetch->job->work(); }
int edge_fetch_worked(edge_fetch* fetch) {
  return guarded(static_cast<int>(EDGE_FAILED), [&] { return code_of(fetch->job->worked()); });
}

int edge_fetch_end(edge_fetch* fetch, int good, int status) {
  return guarded(static_cast<int>(EDGE_DONE), [&]() -> int {
    switch (fetch->job->end(good != 0, status)) {
      case FetchJob::End::again: return EDGE_MORE;
      case FetchJob::End::work: return EDGE_WORK;
      case FetchJob::End::over: break;
    }
    return EDGE_DONE;
  });
}
void edge_fetch_destroy(edge_fetch* fetch) { delete fetch; }

edge_pass* edge_pass_create(edge_visit* visit) {
  return guarded<edge_pass*>(nullptr, [&] {
    Visit& from = visit->visit;
    return new edge_pass{{visit->owner.worker, visit->owner.policy, from.request(), from.target().url, from.forward()}, {}, {}};
  });
}

edge_text edge_pass_url(const edge_pass* pass) { return text_of(pass->pass.url()); }

edge_text edge_pass_request(edge_pass* pass, edge_text host, edge_text client, int64_t body_bytes, int64_t now) {
  return guarded(edge_text{nullptr, 0}, [&] {
    pass->request = pass->pass.upstream_request(view(host), view(client), body_bytes, now);
    return text_of(pass->request);
  });
}

int edge_pass_read_head(edge_pass* pass, edge_text bytes, size_t* consumed, edge_head* head) {
  return guarded(static_cast<int>(EDGE_FAILED),
                 [&] { return read_head(pass->pass.read_head(view(bytes), *consumed), pass->pass.head(), head); });
}

const edge_answer* edge_pass_accept(edge_pass* pass, int64_t now) {
  return guarded<const edge_answer*>(nullptr, [&] {
    pass->pass.accept(now);
    pass->answer.set(pass->pass.answer(), {});
    return pass->answer.get();
  });
}

int edge_pass_decode(edge_pass* pass, edge_text* bytes, edge_text* stretch) {
  std::string_view rest = view(*bytes);
  *stretch = text_of(pass->pass.decoder().next(rest));
  *bytes = text_of(rest);
  if (pass->pass.decoder().malformed()) return EDGE_FAILED;
  return pass->pass.decoder().done() ? EDGE_DONE : EDGE_MORE;
}

void edge_pass_destroy(edge_pass* pass) { delete pass; }
