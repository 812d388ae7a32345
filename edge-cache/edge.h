/* SPDX-License-Identifier: Apache-2.0
 * The edge's boundary: plain data, no exceptions. Its caller (the nginx module) moves bytes between sockets and decides nothing:
 *
 *   visit  one client's request: step() says answer, wait, pass or error; asked again whenever a fetch moved
 *   fetch  one request to the origin for all who wait: prints the request, reads the head, takes the body into a file; what may wait for
 *          the disk is apart, for threads
 *   pass   one request to the origin for one client, without the store
 *
 * An edge_shared is made before workers are forked; everything else belongs to one worker, that is to one thread. */
#ifndef SEGUE_EDGE_CACHE_EDGE_H
#define SEGUE_EDGE_CACHE_EDGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct edge_shared edge_shared;
typedef struct edge_worker edge_worker;
typedef struct edge_visit edge_visit;
typedef struct edge_fetch edge_fetch;
typedef struct edge_pass edge_pass;

typedef struct {
  const char* data;
  size_t size;
} edge_text;

typedef struct {
  edge_text name, value;
} edge_field;

typedef struct {
  edge_text name;                          /* in Cache-Status, Via and CDN-Loop */
  edge_text targets;                       /* RFC 9213 target list, comma-separated */
  edge_text ignored_query;                 /* parameters outside the key, comma-separated */
  edge_text kept_query;                    /* when not empty, parameters outside this list are, too */
  edge_text codings;                       /* that origins offer, comma-separated; empty: any */
  int64_t stale_if_error;                  /* s, where a response does not say */
  int client_directives;                   /* 1: Cache-Control of requests is followed */
  uint64_t largest_object;                 /* bytes */
  uint64_t sendfile_above, sendfile_below; /* bytes of a body: between these it is sent from its file */
  size_t open_objects;                     /* bound of files kept open */
  uint64_t ahead_bytes;                    /* a second, that may be fetched before somebody asks; 0: none */
} edge_options;

typedef struct {
  edge_text method, host, target; /* target: path and query as in the request line */
  const edge_field* fields;
  size_t field_count;
  int may_come_round; /* 1: the origins may be caches that ask this one */
} edge_request;

/* The folder is made and locked. Null: `error` holds one line. */
edge_shared* edge_shared_open(const char* folder, uint32_t objects, uint64_t bytes, char* error, size_t error_size);
/* Files and folders of it become the user's who will make and remove objects. 0: done. */
int edge_give_folder(const char* folder, unsigned user);
/* The last process that uses it, when everything was stopped in order. */
void edge_shared_close(edge_shared* shared);

enum {
  EDGE_HITS,
  EDGE_STALE,
  EDGE_MISSES,
  EDGE_REVALIDATED,
  EDGE_COLLAPSED,
  EDGE_PASSES,
  EDGE_ERRORS,
  EDGE_STORED,
  EDGE_NOT_ADMITTED,
  EDGE_EVICTED,
  EDGE_PURGED,
  EDGE_ORIGIN_REQUESTS,
  EDGE_ORIGIN_BYTES,
  EDGE_RESUMED,
  EDGE_AHEAD,
  EDGE_AHEAD_BYTES,
  EDGE_UNWRITTEN,
  EDGE_COUNTERS
};
typedef struct {
  uint64_t counters[EDGE_COUNTERS]; /* since this nginx was started */
  uint64_t objects, bytes, most_bytes;
} edge_figures;
void edge_read_figures(edge_shared* shared, edge_figures* figures);

/* Null: out of memory, or too many workers. */
edge_worker* edge_worker_create(edge_shared* shared, const edge_options* options, int process);
void edge_worker_destroy(edge_worker* worker);
/* At the end of the process, while visits may still be there: its fetches are handed over, everyone is woken. */
void edge_worker_leave(edge_worker* worker);
int edge_worker_socket(const edge_worker* worker); /* readable: some fetch that this worker waits for has moved */
void edge_worker_drain(const edge_worker* worker);
void edge_worker_bury_dead(edge_worker* worker);            /* fetches of workers that were killed are handed over; everyone is woken */
void edge_worker_wake(edge_worker* worker, uint32_t fetch); /* the other workers that wait for it */
/* Differs from what it was whenever that fetch moved. */
uint64_t edge_worker_state_of(edge_worker* worker, uint32_t fetch);
void edge_worker_close_gone(edge_worker* worker); /* some files of what was evicted or purged; once a second */
/* By a thread of its own until the worker leaves; of one of the workers, and of who buries one that was killed. */
void edge_worker_remove_leftovers(edge_worker* worker);

enum { EDGE_PURGE_URL, EDGE_PURGE_TAG, EDGE_PURGE_PREFIX, EDGE_PURGE_ALL, EDGE_DOUBT_ALL };
/* `what`: a URL, a tag, the beginning of a URL; ignored for all. Doubt: orders were lost; `hard` is ignored, everything is asked for again,
 * and stands in where its origins fail. From the return on, no worker answers with what it hit. */
void edge_purge(edge_worker* worker, int kind, edge_text what, int hard);

/* For operators: what the cache holds for that request and what it would do, as a JSON object; changes nothing. Valid until the next call;
 * empty: out of memory. */
edge_text edge_explain(edge_worker* worker, const edge_request* request, int64_t now);

enum { EDGE_ANSWER, EDGE_WAIT, EDGE_PASS, EDGE_ERROR, EDGE_OPEN };

typedef struct {
  edge_text text;       /* its own bytes, else: */
  uint64_t first, size; /* bytes of the body */
  int to_end;           /* all that comes; its size is not known yet */
} edge_piece;

typedef struct {
  int status;
  const edge_field* fields;
  size_t field_count;
  int64_t content_length; /* -1: not known yet */
  const edge_piece* pieces;
  size_t piece_count;
  int file;             /* a descriptor, open as long as the visit; -1: none */
  uint64_t body_offset; /* where the body starts in it */
  const char* body;     /* the body in memory, as long as the visit; null: only in the file */
  int hit;              /* from the cache */
} edge_answer;

typedef struct {
  uint64_t arrived; /* bytes of the body in the file */
  int finished, failed;
} edge_progress;

/* The request's texts must live as long as the visit. Null: out of memory. */
edge_visit* edge_visit_create(edge_worker* worker, const edge_request* request);
/* `started`: null, or a fetch that the caller now owns and carries out. EDGE_ERROR: `status` says 502, 504 or 508. EDGE_OPEN: after
 * edge_visit_open() again. */
int edge_visit_step(edge_visit* visit, int64_t now, edge_fetch** started, int* status);
/* May wait for the disk: in any thread, while nothing else is asked of the visit. */
void edge_visit_open(edge_visit* visit);
/* What it would open. Of visits that want the same one opens it and goes on, then the others do. */
uint64_t edge_visit_wanted(const edge_visit* visit);
uint32_t edge_visit_fetch(const edge_visit* visit); /* EDGE_WAIT, or an answer whose body arrives: which fetch. else UINT32_MAX */
const edge_answer* edge_visit_answer(const edge_visit* visit);
void edge_visit_progress(edge_visit* visit, edge_progress* progress);
/* Of a complete object's body: whether these bytes are in the system's memory; whether all were a moment ago. */
int edge_visit_at_hand(const edge_visit* visit, uint64_t first, uint64_t size);
int edge_visit_is_warm(const edge_visit* visit, uint64_t now_ms);
/* An answer's body that failed: 1: edge_visit_read_on() may find the rest. */
int edge_visit_may_read_on(edge_visit* visit);
/* EDGE_ANSWER: edge_visit_answer() names another file with the same body. EDGE_WAIT: asked again when edge_visit_fetch() moved. EDGE_ERROR:
 * the answer ends here. `started` as of edge_visit_step(). */
int edge_visit_read_on(edge_visit* visit, int64_t now, edge_fetch** started);
void edge_visit_destroy(edge_visit* visit);

enum { EDGE_MORE, EDGE_DONE, EDGE_FAILED, EDGE_WORK };

typedef struct {
  int status;
  int64_t content_length; /* -1: none */
  int chunked, keep_alive, bodiless;
  int from_cache; /* it names one (Cache-Status) */
} edge_head;

/* Path and query that the listener who got this visit's answer will ask for next; empty: unknown. `path`, `query`: what he asked for, as
 * he wrote it. Valid as long as the visit. */
edge_text edge_visit_next(edge_visit* visit, edge_text path, edge_text query);
/* What nobody waits for yet. Null: it is stored, under way, or too much was fetched so already. */
edge_fetch* edge_fetch_ahead(edge_worker* worker, const edge_request* request, int64_t now);

uint32_t edge_fetch_number(const edge_fetch* fetch);
edge_text edge_fetch_url(const edge_fetch* fetch);
/* The request's bytes, valid until the next call. `host`: empty: the client's. */
edge_text edge_fetch_request(edge_fetch* fetch, edge_text host, int64_t now);
/* EDGE_MORE: not the whole head yet. EDGE_DONE: `consumed` bytes were the head; they stay in place until edge_fetch_accept(). */
int edge_fetch_read_head(edge_fetch* fetch, edge_text bytes, size_t* consumed, edge_head* head);
/* A body that others wait for as well fails when it brings less than that, on the average of `over_ms`. 0: none does. */
void edge_fetch_set_least_rate(edge_fetch* fetch, uint64_t bytes_per_second, int64_t over_ms);
/* EDGE_MORE: the body is wanted. EDGE_DONE: there is no more of it. EDGE_FAILED: the connection can be closed. The same for _body().
 * Nothing of it is on the disk until the work is done. */
int edge_fetch_accept(edge_fetch* fetch, int64_t now);
int edge_fetch_body(edge_fetch* fetch, edge_text bytes, int64_t now_ms);
/* 1: there is something to write, or it is being written; until then all bytes that _body() took stay where they are. */
int edge_fetch_has_work(const edge_fetch* fetch);
/* 1: edge_fetch_work() is to be called, which may wait for the disk, in any thread, then edge_fetch_worked(); in between all else may be
 * called but _end() and _destroy(). 0: nothing to do, or that is not over. */
int edge_fetch_start_work(edge_fetch* fetch);
void edge_fetch_work(edge_fetch* fetch);
/* EDGE_MORE: what was written is there for others. EDGE_DONE: the fetch is over. EDGE_FAILED: as above, for reasons of this machine. */
int edge_fetch_worked(edge_fetch* fetch);
void edge_fetch_set_paused(edge_fetch* fetch);   /* the body was not read for a while, for the disk's sake: no fault of the origin */
int edge_fetch_is_slow(const edge_fetch* fetch); /* that is why it failed: the origin's fault */
/* Why what came was not taken, for the log; empty: nothing that the origin should mend. */
edge_text edge_fetch_complaint(const edge_fetch* fetch);
/* The connection ended. EDGE_DONE: the fetch is over. EDGE_MORE: the rest can be fetched, start again with edge_fetch_request(). EDGE_WORK:
 * there is some, then this again. */
int edge_fetch_end(edge_fetch* fetch, int good, int status);
void edge_fetch_destroy(edge_fetch* fetch);

edge_pass* edge_pass_create(edge_visit* visit); /* borrows from the visit */
edge_text edge_pass_url(const edge_pass* pass); /* as edge_fetch_url() */
edge_text edge_pass_request(edge_pass* pass, edge_text host, edge_text client, int64_t body_bytes, int64_t now);
int edge_pass_read_head(edge_pass* pass, edge_text bytes, size_t* consumed, edge_head* head);
/* Fields and status; the texts borrow from the head's bytes. */
const edge_answer* edge_pass_accept(edge_pass* pass, int64_t now);
/* Of a chunked body: the next stretch in `bytes`, which is cut off its front; EDGE_DONE: it ended, EDGE_FAILED: malformed. */
int edge_pass_decode(edge_pass* pass, edge_text* bytes, edge_text* stretch);
void edge_pass_destroy(edge_pass* pass);

#ifdef __cplusplus
}
#endif

#endif
