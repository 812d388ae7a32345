/* SPDX-License-Identifier: Apache-2.0
 * The edge's nginx module, in pieces:
 *   ngx_http_segue_edge_module.c  directives, start and end of processes, the two filters that keep fetches away from clients
 *   client.c                      a client's request: steps of its visit, sending what is there or arrives
 *   work.c                        what may wait for the disk, by a thread
 *   cold.c                        what is stored and not in memory, opened and read by a thread before it is sent
 *   waiting.c                     who waits for which fetch in this worker, and how they are woken
 *   fetch.c                       a fetch on a request of its own, which no client's connection carries, by nginx's upstream
 *   gather.c                      head and file in full segments
 *   ahead.c                       what a listener will ask for next, fetched before he does
 *   upstream.c                    what both have in common
 *   pass.c                        a client's own request to the origin, by nginx's upstream
 *   tls.c                         towards origins
 *   balance.c, check.c, members.c which origin of an upstream{} is asked, whether it is well, who they are
 *   purge.c                       the thread that follows the log of purges
 *   spin.c                        looks a little longer for the next event before it sleeps
 *   figures.c                     counters of requests, and all of them for Prometheus
 *   explain.c                     why an address is a hit or a miss, for operators
 *   answer.c                      an edge_answer's status and fields into nginx's; texts for operators */
#ifndef SEGUE_EDGE_CACHE_NGINX_SEGUE_EDGE_H
#define SEGUE_EDGE_CACHE_NGINX_SEGUE_EDGE_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "edge-cache/edge.h"

typedef struct {
  ngx_str_t folder;
  ngx_int_t objects;
  off_t bytes;
  edge_options options;
  ngx_str_t name, targets, ignored_query, kept_query, codings;
  ngx_int_t own_port; /* where this edge answers this machine, for what orders name; 0: nowhere */
  ngx_str_t redis;    /* socket of the log of purges; empty: none */
  time_t stale_if_error;
  ngx_flag_t client_directives;
  ngx_int_t open_objects;
  off_t largest_object, sendfile_above, sendfile_below, ahead;
  ngx_int_t spin; /* microseconds */
  ngx_shm_zone_t* figures;
  edge_shared* shared;
  edge_worker* worker; /* of this process; null in the master */
#if (NGX_THREADS)
  ngx_thread_pool_t* threads;
#endif
} segue_edge_main_t;

typedef struct {
  ngx_http_upstream_conf_t upstream; /* for passes; fetches differ in that no client can break them off */
  ngx_http_upstream_conf_t fetch;
  ngx_http_complex_value_t* target; /* null: as the client wrote it */
  ngx_http_complex_value_t* host;   /* null: the client's */
  off_t least_rate;                 /* bytes a second of a body that is fetched for all; 0: any */
  ngx_str_t trusted_certificate;
  ngx_flag_t ssl;
} segue_edge_location_t;

/* One at a time of each. */
typedef struct {
  void (*work)(void* data); /* of a thread: touches what nobody else does until `done` */
  void (*done)(void* data); /* of the loop, never before segue_work_start() has returned */
  void* data;
#if (NGX_THREADS)
  ngx_thread_task_t task;
#else
  ngx_event_t event;
#endif
} segue_work_t;

typedef enum { SEGUE_CLIENT, SEGUE_PASS, SEGUE_FETCH } segue_role_t;

/* What a request of this module is, the first member of its context. */
typedef struct {
  segue_role_t role;
  unsigned broken : 1;     /* the origin began an answer and did not end it */
  unsigned from_cache : 1; /* the last head that came names a cache */
  unsigned resumes : 1;    /* it asks for the rest of a body that broke off */
  uint64_t tried;          /* origins that were asked, as of balance_choose(); also for that body's beginning */
  edge_text key;           /* what chooses among origins; empty, before there is anything to ask them: the request's address */
} segue_context_t;

typedef struct {
  segue_context_t context;
  ngx_http_request_t* r;
  ngx_queue_t waiting; /* in its fetch's group, when `watches` */
  edge_visit* visit;
  edge_pass* pass;
  const edge_answer* answer;
  u_char* body; /* of the answer, in memory; null: in `file` */
  ngx_str_t host;
  size_t piece;                /* the next to send */
  uint64_t sent;               /* bytes of it */
  uint64_t hand_from, hand_to; /* bytes of the body that are known to be in memory */
  uint64_t cold_from, cold_bytes;
  uint64_t opens; /* the object that it opens, for `others` as well */
  ngx_queue_t opening, others;
  segue_work_t work;
  ngx_buf_t* buffer;
  ngx_file_t file;
  edge_head head; /* of a pass */
  unsigned watches : 1;
  unsigned reads_on : 1; /* it is sending, and waits for another fetch to go on from */
  unsigned sending : 1;
  unsigned works : 1;  /* a thread does, for it */
  unsigned filled : 1; /* a pass: the fields are in headers_out */
} segue_client_t;

extern ngx_module_t ngx_http_segue_edge_module;

segue_edge_main_t* segue_edge_main(void); /* of the running configuration */

ngx_int_t segue_client_handler(ngx_http_request_t* r);
void segue_client_woken(segue_client_t* client);

ngx_int_t segue_work_init(ngx_conf_t* cf);
/* Owned by the caller, who does not go before `done`. */
void segue_work_start(segue_work_t* work);

/* Opens what its visit wants open; then the request's write handler is called. */
void segue_cold_open(segue_client_t* client);
void segue_cold_start(void);                   /* of this process */
void segue_cold_begin(segue_client_t* client); /* before its first byte is sent */
/* NGX_OK: so many of these bytes of the body are in memory. NGX_AGAIN: they are being read; then the request's write handler is called. */
ngx_int_t segue_cold_at_hand(segue_client_t* client, uint64_t from, uint64_t* bytes);
ngx_uint_t segue_is_client(ngx_http_request_t* r); /* it came to the cache, wherever it was sent on to */
/* Host, target and fields as the location's settings make them of a request. */
ngx_int_t segue_describe(ngx_http_request_t* r, ngx_str_t* host, edge_request* request);

ngx_int_t segue_waiting_start(ngx_cycle_t* cycle, edge_worker* worker);
void segue_waiting_add(segue_client_t* client, uint32_t fetch);
void segue_waiting_remove(segue_client_t* client);
/* A fetch that this worker leads has moved: its waiters here and elsewhere look, soon and once. */
void segue_waiting_moved(uint32_t fetch);

void segue_fetch_begin(void); /* of this process */
/* When this process ends, and its threads have: what they did for fetches counts. */
void segue_fetch_stop(void);
/* Takes `fetch` over. `r`: the client whose configuration and address it is started with. */
void segue_fetch_start(ngx_http_request_t* r, edge_fetch* fetch, ngx_str_t host);
/* What `like` says comes next, on this host, unless it is there or on its way. */
void segue_fetch_ahead(ngx_http_request_t* like, edge_text next, ngx_str_t host);
ngx_int_t segue_ahead_init(ngx_conf_t* cf);
ngx_int_t segue_fetch_header_filter(ngx_http_request_t* r);

typedef struct {
  ngx_int_t (*create_request)(ngx_http_request_t* r);
  ngx_int_t (*process_header)(ngx_http_request_t* r);
  void (*finalize_request)(ngx_http_request_t* r, ngx_int_t rc);
  ngx_int_t (*start_body)(void* r);
  ngx_int_t (*take_body)(void* r, ssize_t count);
} segue_hooks_t;
#define SEGUE_LOOP_DETECTED 508 /* RFC 5842 7.2 */
/* Behind the read head: the request came round, and another server can be asked. */
ngx_uint_t segue_upstream_leads_back(ngx_http_request_t* r);
ngx_int_t segue_upstream_create(ngx_http_request_t* r, ngx_http_upstream_conf_t* conf, const segue_hooks_t* hooks);

/* Result: as of a content handler. */
ngx_int_t segue_pass_start(segue_client_t* client);
ngx_int_t segue_pass_fill(segue_client_t* client);

/* Of a worker: only the first one follows. */
ngx_int_t segue_purge_start(ngx_cycle_t* cycle, segue_edge_main_t* main);
void segue_purge_stop(void);

#define SEGUE_TRUSTED_CERTIFICATES "/etc/ssl/certs/ca-certificates.crt"
#if (NGX_HTTP_SSL)
/* Null: the log says why. */
ngx_ssl_t* segue_tls_client(ngx_conf_t* cf, ngx_str_t* trusted);
/* As ngx_ssl_handshake(), of a connection with a pool; `name` is told to the server. */
ngx_int_t segue_tls_start(ngx_connection_t* c, ngx_ssl_t* ssl, ngx_str_t* name);
ngx_int_t segue_tls_is_trusted(ngx_connection_t* c, ngx_str_t* name); /* the handshake is through, with a certificate for that name */
void segue_tls_end(ngx_connection_t* c);                              /* without a goodbye */
#endif

/* Of a worker. */
void segue_spin_start(ngx_uint_t microseconds);
void segue_spin_asked(void); /* somebody asks for something */

void segue_gather(ngx_connection_t* c); /* of plain TCP; others stay as they are */
ngx_int_t segue_set_answer(ngx_http_request_t* r, const edge_answer* answer);
/* A whole answer of ours, status 200. Result: as of a content handler. */
ngx_int_t segue_send_text(ngx_http_request_t* r, ngx_buf_t* text, const char* type);
/* Loopback or a unix socket, and no proxy in between: who may see what operators see, unless told otherwise. */
ngx_uint_t segue_is_of_this_machine(const ngx_http_request_t* r);
/* The location answers clients of this machine; with the argument `any`, everybody. */
char* segue_operator_location(ngx_conf_t* cf, ngx_http_handler_pt anybody, ngx_http_handler_pt this_machine);

char* segue_explain_set(ngx_conf_t* cf, ngx_command_t* command, void* conf);

static inline edge_text segue_text(ngx_str_t value) {
  const edge_text text = {(const char*)value.data, value.len};
  return text;
}

#endif
