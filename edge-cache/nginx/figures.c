/* SPDX-License-Identifier: Apache-2.0 */
#include "edge-cache/nginx/figures.h"

#include <sys/time.h>

#include "edge-cache/nginx/balance.h"
#include "edge-cache/nginx/segue_edge.h"

#define BUCKETS 9
/* Of all but the origins. */
#define MOST_TEXT 65536
static const ngx_msec_t bounds[BUCKETS] = {1, 5, 10, 50, 100, 500, 1000, 5000, 15000}; /* ms */

typedef struct {
  ngx_atomic_t status[600];
  ngx_atomic_t bytes, hit_bytes;
  ngx_atomic_t tls_by_worker, tls_by_kernel;   /* answers */
  ngx_atomic_t origin[BUCKETS + 1], origin_ms; /* the last bucket: all that took longer */
  ngx_atomic_t purges_applied, purges_lost, purges_heard_ms;
} counted_t;

/* Of the configuration that runs. One that was only tried, for a reload, is gone. */
static counted_t* counted(void) {
  const segue_edge_main_t* main = segue_edge_main();
  return main->figures == NULL ? NULL : main->figures->data;
}

static ngx_int_t init_zone(ngx_shm_zone_t* made, void* before) {
  if (before != NULL) { /* a reload goes on counting */
    made->data = before;
    return NGX_OK;
  }
  ngx_slab_pool_t* pool = (ngx_slab_pool_t*)made->shm.addr;
  made->data = ngx_slab_calloc(pool, sizeof(counted_t));
  return made->data == NULL ? NGX_ERROR : NGX_OK;
}

static ngx_uint_t is_hit(ngx_http_request_t* r) {
  const segue_client_t* client = ngx_http_get_module_ctx(r, ngx_http_segue_edge_module);
  return client != NULL && client->answer != NULL && client->answer->hit;
}

#if (NGX_HTTP_SSL)
static void count_tls(counted_t* all, const ngx_ssl_connection_t* tls) {
  if (tls != NULL) (void)ngx_atomic_fetch_add(tls->sendfile ? &all->tls_by_kernel : &all->tls_by_worker, 1);
}
#endif

static ngx_int_t count_request(ngx_http_request_t* r) {
  counted_t* all = counted();
  if (all == NULL || !segue_is_client(r)) return NGX_OK;
  const ngx_uint_t status = r->err_status ? r->err_status : r->headers_out.status;
  if (status < 600) (void)ngx_atomic_fetch_add(&all->status[status], 1);
#if (NGX_HTTP_SSL)
  count_tls(all, r->connection->ssl);
#endif
  const off_t bytes = r->connection->sent - (off_t)r->header_size;
  if (bytes <= 0) return NGX_OK;
  (void)ngx_atomic_fetch_add(&all->bytes, (ngx_atomic_int_t)bytes);
  if (is_hit(r)) (void)ngx_atomic_fetch_add(&all->hit_bytes, (ngx_atomic_int_t)bytes);
  return NGX_OK;
}

void segue_figures_origin(ngx_msec_t took) {
  counted_t* all = counted();
  if (all == NULL) return;
  ngx_uint_t bucket = 0;
  while (bucket < BUCKETS && took > bounds[bucket]) bucket++;
  (void)ngx_atomic_fetch_add(&all->origin[bucket], 1);
  (void)ngx_atomic_fetch_add(&all->origin_ms, (ngx_atomic_int_t)took);
}

void segue_figures_purges(uint64_t applied, uint64_t lost, int64_t heard_ms) {
  counted_t* all = counted();
  if (all == NULL) return;
  all->purges_applied = applied;
  all->purges_lost = lost;
  all->purges_heard_ms = (ngx_atomic_uint_t)heard_ms;
}

/* ---- as text ---- */

static u_char* print_cache(u_char* out, u_char* end, const edge_figures* now) {
  static const struct {
    int counter;
    const char *name, *help;
  } rows[] = {
      {EDGE_HITS, "hits_total", "answers from the cache"},
      {EDGE_STALE, "stale_total", "answers from the cache that were stale"},
      {EDGE_MISSES, "misses_total", "answers that waited for an origin"},
      {EDGE_REVALIDATED, "revalidated_total", "stale objects that an origin confirmed"},
      {EDGE_COLLAPSED, "collapsed_total", "requests that joined another one's fetch"},
      {EDGE_PASSES, "passes_total", "requests that the cache had no part in"},
      {EDGE_ERRORS, "errors_total", "requests that no origin answered"},
      {EDGE_STORED, "stored_total", "objects stored"},
      {EDGE_NOT_ADMITTED, "not_admitted_total", "objects that the admission kept out"},
      {EDGE_EVICTED, "evicted_total", "objects that made room"},
      {EDGE_PURGED, "purged_total", "purges that were applied"},
      {EDGE_ORIGIN_REQUESTS, "origin_requests_total", "requests to origins"},
      {EDGE_ORIGIN_BYTES, "origin_bytes_total", "bytes of bodies from origins"},
      {EDGE_AHEAD, "ahead_total", "fetches before anybody asked"},
      {EDGE_AHEAD_BYTES, "ahead_bytes_total", "bytes of bodies that they brought"},
      {EDGE_UNWRITTEN, "unwritten_total", "answers that the disk did not take"},
      {EDGE_RESUMED, "origin_resumed_total", "transfers that went on after an origin broke off"},
  };
  for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
    out = ngx_slprintf(out, end, "# HELP segue_edge_%s %s\n# TYPE segue_edge_%s counter\nsegue_edge_%s %uL\n", rows[i].name, rows[i].help,
                       rows[i].name, rows[i].name, now->counters[rows[i].counter]);
  }
  return ngx_slprintf(out, end,
                      "# TYPE segue_edge_objects gauge\nsegue_edge_objects %uL\n# TYPE segue_edge_bytes gauge\nsegue_edge_bytes %uL\n"
                      "# TYPE segue_edge_bytes_limit gauge\nsegue_edge_bytes_limit %uL\n",
                      now->objects, now->bytes, now->most_bytes);
}

static u_char* print_requests(u_char* out, u_char* end, const counted_t* all) {
  out = ngx_slprintf(out, end, "# HELP segue_edge_responses_total answers by status\n# TYPE segue_edge_responses_total counter\n");
  for (ngx_uint_t status = 0; status < 600; status++) {
    if (all->status[status] > 0)
      out = ngx_slprintf(out, end, "segue_edge_responses_total{status=\"%ui\"} %uA\n", status, all->status[status]);
  }
  return ngx_slprintf(out, end,
                      "# HELP segue_edge_sent_bytes_total bytes of bodies to clients\n# TYPE segue_edge_sent_bytes_total "
                      "counter\nsegue_edge_sent_bytes_total %uA\n"
                      "# HELP segue_edge_hit_bytes_total those that came from the cache\n# TYPE segue_edge_hit_bytes_total "
                      "counter\nsegue_edge_hit_bytes_total %uA\n"
                      "# HELP segue_edge_tls_responses_total answers over TLS, by who encrypts\n# TYPE segue_edge_tls_responses_total "
                      "counter\nsegue_edge_tls_responses_total{by=\"worker\"} %uA\nsegue_edge_tls_responses_total{by=\"kernel\"} %uA\n",
                      all->bytes, all->hit_bytes, all->tls_by_worker, all->tls_by_kernel);
}

static u_char* print_origin(u_char* out, u_char* end, const counted_t* all) {
  ngx_atomic_uint_t count = 0;
  out = ngx_slprintf(
      out, end, "# HELP segue_edge_origin_seconds until an origin's answer was complete\n# TYPE segue_edge_origin_seconds histogram\n");
  for (ngx_uint_t i = 0; i < BUCKETS; i++) {
    count += all->origin[i];
    out = ngx_slprintf(out, end, "segue_edge_origin_seconds_bucket{le=\"%M.%03M\"} %uA\n", bounds[i] / 1000, bounds[i] % 1000, count);
  }
  count += all->origin[BUCKETS];
  return ngx_slprintf(
      out, end,
      "segue_edge_origin_seconds_bucket{le=\"+Inf\"} %uA\nsegue_edge_origin_seconds_sum %uA.%03uA\nsegue_edge_origin_seconds_count %uA\n",
      count, all->origin_ms / 1000, all->origin_ms % 1000, count);
}

static u_char* print_purges(u_char* out, u_char* end, const counted_t* all) {
  struct timeval now;
  gettimeofday(&now, NULL);
  /* A clock that was set back makes no number that Prometheus cannot read. */
  const int64_t lag = ngx_max(0, (int64_t)now.tv_sec * 1000 + now.tv_usec / 1000 - (int64_t)all->purges_heard_ms);
  out = ngx_slprintf(out, end,
                     "# HELP segue_edge_purges_missed_total times that everything went stale because purges may have been missed\n"
                     "# TYPE segue_edge_purges_missed_total counter\nsegue_edge_purges_missed_total %uA\n",
                     all->purges_lost);
  if (all->purges_heard_ms == 0) return out;
  return ngx_slprintf(out, end,
                      "# HELP segue_edge_purge_lag_seconds since the log of purges was last read to its end\n"
                      "# TYPE segue_edge_purge_lag_seconds gauge\nsegue_edge_purge_lag_seconds %L.%03L\n",
                      lag / 1000, lag % 1000);
}

/* ---- location ---- */

static ngx_int_t answer_anybody(ngx_http_request_t* r) {
  const segue_edge_main_t* main = segue_edge_main();
  const counted_t* all = counted();
  if (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD) return NGX_HTTP_NOT_ALLOWED;
  if (ngx_http_discard_request_body(r) != NGX_OK || main->shared == NULL || all == NULL) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  edge_figures now;
  edge_read_figures(main->shared, &now);
  ngx_buf_t* buffer = ngx_create_temp_buf(r->pool, MOST_TEXT + segue_balance_most_text());
  if (buffer == NULL) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  u_char* end = buffer->end;
  buffer->last = print_purges(print_origin(print_requests(print_cache(buffer->last, end, &now), end, all), end, all), end, all);
  buffer->last = segue_balance_print(buffer->last, end);
  return segue_send_text(r, buffer, "text/plain; version=0.0.4");
}

static ngx_int_t answer_this_machine(ngx_http_request_t* r) { return segue_is_of_this_machine(r) ? answer_anybody(r) : NGX_HTTP_FORBIDDEN; }

char* segue_figures_set(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  (void)command;
  (void)conf;
  return segue_operator_location(cf, answer_anybody, answer_this_machine);
}

ngx_int_t segue_figures_init(ngx_conf_t* cf) {
  ngx_str_t name = ngx_string("segue_edge_figures");
  segue_edge_main_t* main = ngx_http_conf_get_module_main_conf(cf, ngx_http_segue_edge_module);
  main->figures = ngx_shared_memory_add(cf, &name, 16 * ngx_pagesize, &ngx_http_segue_edge_module);
  if (main->figures == NULL) return NGX_ERROR;
  main->figures->init = init_zone;
  ngx_http_core_main_conf_t* core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
  ngx_http_handler_pt* handler = ngx_array_push(&core->phases[NGX_HTTP_LOG_PHASE].handlers);
  if (handler == NULL) return NGX_ERROR;
  *handler = count_request;
  return NGX_OK;
}
