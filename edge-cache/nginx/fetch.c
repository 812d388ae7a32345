/* SPDX-License-Identifier: Apache-2.0
 * A fetch runs on a request that no client made, on a connection that has no socket: nginx's upstream wants both, and does the rest
 * (balancing, keep-alive, TLS, timeouts, the next server). Its answer never goes into that connection: the header filter hands the head to
 * the library, the input filter the body, and nothing is ever put out. nginx may "finalize" such a request as often as it likes:
 * its count never reaches zero; it is freed by an event after upstream is through with it.
 *
 * What arrived is written by a thread, out of upstream's own buffer, one piece at a time; meanwhile upstream reads on behind it, as far as
 * the buffer goes. A buffer that is never sent, `held`, tells it that all is not through: so it neither reads over what is not written nor
 * ends. So what is not written is bounded, by a buffer for each fetch. */
#include "edge-cache/nginx/figures.h"
#include "edge-cache/nginx/segue_edge.h"

/* A body may stand still for a timeout: its rate is that of several. */
enum { POOL_BYTES = 4096, NEVER_ZERO = 1 << 14, LEAST_RATE_TIMEOUTS = 4 };

/* What outlives an attempt: a broken body may be fetched on by another. */
typedef struct {
  segue_context_t context;
  ngx_http_request_t* r;
  edge_fetch* fetch;
  edge_head head;
  ngx_str_t host;
  ngx_event_t next, end;
  segue_work_t work;
  ngx_queue_t working; /* in `all_working`, when `works` */
  ngx_msec_t began;    /* to work */
  ngx_buf_t held;
  ngx_chain_t held_link;
  ngx_int_t rc;          /* of upstream */
  unsigned accepted : 1; /* the head counts */
  unsigned ended : 1;    /* there is no more of the body */
  unsigned works : 1;    /* a thread does */
  unsigned was_full : 1; /* upstream's buffer, for a while, by what was not written */
  unsigned held_up : 1;  /* it was once: the origin may have lost its patience */
  unsigned refused : 1;  /* what it should have written, by this machine */
  unsigned over : 1;     /* upstream is through */
  unsigned again : 1;    /* the rest is wanted */
} attempt_t;

/* A write that takes longer holds the origin up. */
#define LONG_WRITE_MS 1000

static ngx_queue_t all_working;

static attempt_t* attempt_of(ngx_http_request_t* r) { return ngx_http_get_module_ctx(r, ngx_http_segue_edge_module); }

/* ---- a request without a client ---- */

static u_char* log_address(ngx_log_t* log, u_char* buffer, size_t size) {
  const attempt_t* attempt =
      ((ngx_http_log_ctx_t*)log->data)->connection->data == NULL ? NULL : attempt_of(((ngx_http_log_ctx_t*)log->data)->request);
  if (attempt == NULL || attempt->fetch == NULL) return buffer;
  const edge_text url = edge_fetch_url(attempt->fetch);
  return ngx_snprintf(buffer, size, " while %s for \"%*s\"", log->action != NULL ? log->action : "fetching", url.size, url.data);
}

static ngx_connection_t* new_connection(ngx_pool_t* pool, const ngx_connection_t* client) {
  ngx_connection_t* c = ngx_pcalloc(pool, sizeof(*c));
  ngx_event_t* events = ngx_pcalloc(pool, 2 * sizeof(*events));
  ngx_log_t* log = ngx_palloc(pool, sizeof(*log));
  ngx_http_log_ctx_t* context = ngx_pcalloc(pool, sizeof(*context));
  if (c == NULL || events == NULL || log == NULL || context == NULL) return NULL;
  *log = *ngx_cycle->log;
  log->handler = log_address;
  log->data = context;
  log->action = NULL;
  context->connection = c;
  c->fd = (ngx_socket_t)-1;
  c->pool = pool;
  c->tcp_nodelay = NGX_TCP_NODELAY_DISABLED; /* there is no socket to set it on */
  c->tcp_nopush = NGX_TCP_NOPUSH_DISABLED;
  c->log = log;
  c->log_error = NGX_ERROR_INFO;
  c->number = client->number;
  c->listening = client->listening;
  c->read = &events[0];
  c->write = &events[1];
  for (int i = 0; i < 2; i++) {
    events[i].data = c;
    events[i].log = log;
    events[i].active = 1; /* or nginx would add the socket that is not there to its poll */
    events[i].ready = 1;
  }
  events[1].write = 1;
  return c;
}

static ngx_int_t copy_text(ngx_pool_t* pool, ngx_str_t from, ngx_str_t* to) {
  to->len = from.len;
  to->data = ngx_pstrdup(pool, &from);
  return to->data == NULL && from.len > 0 ? NGX_ERROR : NGX_OK;
}

/* What balancers may hash on. */
static ngx_int_t copy_address(ngx_http_request_t* r, const ngx_http_request_t* client) {
  if (copy_text(r->pool, client->uri, &r->uri) != NGX_OK || copy_text(r->pool, client->args, &r->args) != NGX_OK ||
      copy_text(r->pool, client->unparsed_uri, &r->unparsed_uri) != NGX_OK ||
      copy_text(r->pool, client->headers_in.server, &r->headers_in.server) != NGX_OK) {
    return NGX_ERROR;
  }
  ngx_str_set(&r->method_name, "GET");
  r->method = NGX_HTTP_GET;
  r->http_version = NGX_HTTP_VERSION_11;
  r->valid_unparsed_uri = 1;
  return NGX_OK;
}

static ngx_http_request_t* new_request(const ngx_http_request_t* client) {
  ngx_pool_t* pool = ngx_create_pool(POOL_BYTES, ngx_cycle->log);
  if (pool == NULL) return NULL;
  const ngx_http_core_main_conf_t* core = ngx_http_get_module_main_conf(client, ngx_http_core_module);
  ngx_http_request_t* r = ngx_pcalloc(pool, sizeof(*r));
  ngx_connection_t* c = new_connection(pool, client->connection);
  if (r == NULL || c == NULL) goto failed;
  r->signature = NGX_HTTP_MODULE;
  r->pool = pool;
  r->connection = c;
  r->main = r;
  r->main_conf = client->main_conf;
  r->srv_conf = client->srv_conf;
  r->loc_conf = client->loc_conf;
  r->ctx = ngx_pcalloc(pool, sizeof(void*) * ngx_http_max_module);
  r->variables = ngx_pcalloc(pool, core->variables.nelts * sizeof(ngx_http_variable_value_t));
  r->request_body = ngx_pcalloc(pool, sizeof(ngx_http_request_body_t));
  if (r->ctx == NULL || r->variables == NULL || r->request_body == NULL) goto failed;
  if (ngx_list_init(&r->headers_in.headers, pool, 1, sizeof(ngx_table_elt_t)) != NGX_OK ||
      ngx_list_init(&r->headers_out.headers, pool, 4, sizeof(ngx_table_elt_t)) != NGX_OK ||
      ngx_list_init(&r->headers_out.trailers, pool, 1, sizeof(ngx_table_elt_t)) != NGX_OK || copy_address(r, client) != NGX_OK) {
    goto failed;
  }
  r->headers_in.content_length_n = -1;
  r->headers_in.keep_alive_n = -1;
  r->headers_out.content_length_n = -1;
  r->headers_out.last_modified_time = -1;
  r->uri_changes = NGX_HTTP_MAX_URI_CHANGES + 1;
  r->subrequests = NGX_HTTP_MAX_SUBREQUESTS + 1;
  r->count = NEVER_ZERO;
  r->blocked = 1;    /* terminating it frees nothing */
  r->error_page = 1; /* no error page is looked for */
  r->logged = 1;
  r->start_sec = ngx_time();
  c->data = r;
  ((ngx_http_log_ctx_t*)c->log->data)->request = r;
  ((ngx_http_log_ctx_t*)c->log->data)->current_request = r;
  return r;

failed:
  ngx_destroy_pool(pool);
  return NULL;
}

/* ---- what upstream asks ---- */

static ngx_int_t create_request(ngx_http_request_t* r) {
  attempt_t* attempt = attempt_of(r);
  const edge_text text = edge_fetch_request(attempt->fetch, segue_text(attempt->host), ngx_time());
  if (text.size == 0) return NGX_ERROR;
  ngx_buf_t* buffer = ngx_create_temp_buf(r->pool, text.size);
  ngx_chain_t* link = ngx_alloc_chain_link(r->pool);
  if (buffer == NULL || link == NULL) return NGX_ERROR;
  buffer->last = ngx_cpymem(buffer->last, text.data, text.size);
  buffer->flush = 1; /* TLS gathers what is not flushed */
  link->buf = buffer;
  link->next = NULL;
  r->upstream->request_bufs = link;
  return NGX_OK;
}

static ngx_int_t process_header(ngx_http_request_t* r) {
  attempt_t* attempt = attempt_of(r);
  ngx_http_upstream_t* u = r->upstream;
  const edge_text bytes = {(const char*)u->buffer.pos, (size_t)(u->buffer.last - u->buffer.pos)};
  size_t consumed = 0;
  const int state = edge_fetch_read_head(attempt->fetch, bytes, &consumed, &attempt->head);
  if (state == EDGE_MORE) return NGX_AGAIN;
  if (state == EDGE_FAILED) {
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "segue_edge: the origin sent a malformed head");
    return NGX_HTTP_UPSTREAM_INVALID_HEADER;
  }
  u->buffer.pos += consumed;
  u->headers_in.status_n = (ngx_uint_t)attempt->head.status;
  u->state->status = u->headers_in.status_n;
  attempt->context.from_cache = attempt->head.from_cache != 0;
  return segue_upstream_leads_back(r) ? NGX_HTTP_UPSTREAM_INVALID_HEADER : NGX_OK;
}

/* Upstream has chosen this answer (no next server is tried) and would send its head to the client now. */
ngx_int_t segue_fetch_header_filter(ngx_http_request_t* r) {
  attempt_t* attempt = attempt_of(r);
  if (attempt->over || attempt->accepted) return NGX_OK; /* an error page for nobody */
  attempt->accepted = 1;
  const int state = edge_fetch_accept(attempt->fetch, ngx_time());
  segue_waiting_moved(edge_fetch_number(attempt->fetch));
  if (state == EDGE_FAILED) return NGX_ERROR;
  attempt->ended = state == EDGE_DONE;
  return NGX_OK;
}

/* ---- writing ---- */

static void hold(attempt_t* attempt) {
  static u_char something;
  ngx_http_upstream_t* u = attempt->r->upstream;
  if (!edge_fetch_has_work(attempt->fetch)) return;
  /* Not before all of this round is known: a small object is one piece of work then. */
  ngx_post_event(&attempt->next, &ngx_posted_events);
  if (u->busy_bufs != NULL) return;
  attempt->held.memory = 1;
  attempt->held.pos = attempt->held.start = &something;
  attempt->held.last = attempt->held.end = &something + 1;
  attempt->held.tag = u->output.tag;
  attempt->held_link.buf = &attempt->held;
  attempt->held_link.next = NULL;
  u->busy_bufs = &attempt->held_link;
  u->free_bufs = NULL; /* where nginx put it the last time */
}

static void start_work(attempt_t* attempt) {
  if (attempt->works || !edge_fetch_start_work(attempt->fetch)) return;
  attempt->works = 1;
  attempt->began = ngx_current_msec;
  ngx_queue_insert_tail(&all_working, &attempt->working);
  segue_work_start(&attempt->work);
}

static void on_next(ngx_event_t* event) {
  attempt_t* attempt = event->data;
  if (!attempt->over) start_work(attempt);
}

/* Of a thread. */
static void write_some(void* data) {
  const attempt_t* attempt = data;
  edge_fetch_work(attempt->fetch);
}

static void conclude(attempt_t* attempt);

static void on_written(void* data) {
  attempt_t* attempt = data;
  ngx_http_request_t* r = attempt->r;
  ngx_queue_remove(&attempt->working);
  attempt->works = 0;
  const int state = edge_fetch_worked(attempt->fetch);
  segue_waiting_moved(edge_fetch_number(attempt->fetch));
  if (state == EDGE_FAILED) {
    attempt->refused = 1;
    attempt->rc = NGX_ERROR;
  } else if (edge_fetch_has_work(attempt->fetch)) {
    start_work(attempt);
    return;
  }
  if (attempt->over) {
    conclude(attempt);
    return;
  }
  if (attempt->refused) r->upstream->error = 1; /* it ends */
  if (r->upstream->buffer.last == r->upstream->buffer.end && ngx_current_msec - attempt->began >= LONG_WRITE_MS) {
    attempt->was_full = attempt->held_up = 1;
  }
  attempt->held.pos = attempt->held.last;
  r->write_event_handler(r); /* upstream reads on, or ends */
}

static ngx_int_t start_body(void* data) {
  ngx_http_request_t* r = data;
  attempt_t* attempt = attempt_of(r);
  ngx_http_upstream_t* u = r->upstream;
  u->length = attempt->head.chunked ? 1 : (off_t)attempt->head.content_length; /* 1: more than none; -1: to the connection's end */
  if (attempt->ended) {
    u->length = 0;
    /* A chunked body of no bytes still has its end on the wire. */
    u->keepalive = attempt->head.keep_alive && (attempt->head.bodiless || attempt->head.content_length == 0);
  }
  hold(attempt);
  return NGX_OK;
}

static ngx_int_t take_body(void* data, ssize_t count) {
  ngx_http_request_t* r = data;
  attempt_t* attempt = attempt_of(r);
  ngx_http_upstream_t* u = r->upstream;
  if (attempt->ended) { /* bytes after the end: nobody's */
    u->keepalive = 0;
    u->buffer.last = u->buffer.end; /* no more is read */
    return NGX_OK;
  }
  if (attempt->was_full) {
    attempt->was_full = 0;
    edge_fetch_set_paused(attempt->fetch);
  }
  const edge_text bytes = {(const char*)u->buffer.last, (size_t)count};
  const int state = edge_fetch_body(attempt->fetch, bytes, (int64_t)ngx_current_msec);
  attempt->context.broken = edge_fetch_is_slow(attempt->fetch) != 0;
  if (state == EDGE_FAILED) return NGX_ERROR;
  u->buffer.last += count;
  if (state == EDGE_DONE) {
    attempt->ended = 1;
    u->length = 0;
    u->keepalive = attempt->head.keep_alive != 0;
    u->buffer.last = u->buffer.end; /* no more is read */
  } else if (u->length > 0 && !attempt->head.chunked) {
    u->length -= (off_t)count;
  }
  hold(attempt);
  return NGX_OK;
}

/* A timer of upstream's may go off while a whole body waits for the disk: that is no fault of the origin. */
static ngx_uint_t is_whole(const attempt_t* attempt) {
  const ngx_http_upstream_t* u = attempt->r->upstream;
  if (attempt->ended) return 1;
  return attempt->accepted && u->length == -1 && u->peer.connection != NULL && u->peer.connection->read->eof;
}

static void finalize_request(ngx_http_request_t* r, ngx_int_t rc) {
  attempt_t* attempt = attempt_of(r);
  if (attempt->over) return;
  attempt->over = 1;
  attempt->rc = attempt->refused ? NGX_ERROR : is_whole(attempt) ? NGX_OK : rc;
  if (r->upstream->state != NULL) segue_figures_origin(ngx_current_msec - r->upstream->start_time);
  const ngx_uint_t broke_off = attempt->rc == NGX_HTTP_BAD_GATEWAY || attempt->rc == NGX_HTTP_GATEWAY_TIME_OUT;
  if (attempt->accepted && broke_off && !attempt->held_up) attempt->context.broken = 1;
  conclude(attempt);
}

/* Upstream is through. What a thread is at comes first. */
static void conclude(attempt_t* attempt) {
  if (attempt->works) return;
  const int state = edge_fetch_end(attempt->fetch, attempt->rc == NGX_OK, attempt->rc == NGX_HTTP_GATEWAY_TIME_OUT ? 504 : 502);
  if (state == EDGE_WORK) {
    start_work(attempt);
    return;
  }
  const edge_text complaint = edge_fetch_complaint(attempt->fetch);
  if (complaint.size > 0) ngx_log_error(NGX_LOG_ERR, attempt->r->connection->log, 0, "segue_edge: %*s", complaint.size, complaint.data);
  attempt->again = state == EDGE_MORE;
  segue_waiting_moved(edge_fetch_number(attempt->fetch));
  ngx_post_event(&attempt->end, &ngx_posted_events);
}

/* ---- from attempt to attempt ---- */

/* Who was asked before, for the rest of a body that broke off; null: it is a new one. */
static ngx_int_t start_attempt(const ngx_http_request_t* like, edge_fetch* fetch, ngx_str_t host, const segue_context_t* before);

static void on_end(ngx_event_t* event) {
  attempt_t* attempt = event->data;
  ngx_http_request_t* r = attempt->r;
  edge_fetch* fetch = attempt->fetch;
  const uint32_t number = edge_fetch_number(fetch);
  if (attempt->next.posted) {
    ngx_delete_posted_event(&attempt->next); /* two statements */
  }
  if (!attempt->again || start_attempt(r, fetch, attempt->host, &attempt->context) != NGX_OK) {
    edge_fetch_destroy(fetch);
    segue_waiting_moved(number);
  }
  ngx_destroy_pool(r->pool);
}

static const segue_hooks_t hooks = {create_request, process_header, finalize_request, start_body, take_body};

/* Takes the request over. */
static ngx_int_t start_on(ngx_http_request_t* r, edge_fetch* fetch, ngx_str_t host, const segue_context_t* before) {
  segue_edge_location_t* location = ngx_http_get_module_loc_conf(r, ngx_http_segue_edge_module);
  attempt_t* attempt = ngx_pcalloc(r->pool, sizeof(*attempt));
  if (attempt == NULL || copy_text(r->pool, host, &attempt->host) != NGX_OK ||
      segue_upstream_create(r, &location->fetch, &hooks) != NGX_OK) {
    ngx_destroy_pool(r->pool);
    return NGX_ERROR;
  }
  edge_fetch_set_least_rate(fetch, (uint64_t)location->least_rate, LEAST_RATE_TIMEOUTS * (int64_t)location->fetch.read_timeout);
  attempt->context.role = SEGUE_FETCH;
  attempt->context.key = edge_fetch_url(fetch);
  if (before != NULL) {
    attempt->context.resumes = 1;
    attempt->context.tried = before->tried;
  }
  attempt->r = r;
  attempt->fetch = fetch;
  attempt->next.data = attempt->end.data = attempt->work.data = attempt;
  attempt->next.handler = on_next;
  attempt->end.handler = on_end;
  attempt->next.log = attempt->end.log = ngx_cycle->log;
  attempt->work.work = write_some;
  attempt->work.done = on_written;
  ngx_http_set_ctx(r, attempt, ngx_http_segue_edge_module);
  ngx_http_upstream_init(r);
  /* Without an origin that could be asked, upstream gave up before it had anything to clean up. */
  if (!attempt->over && r->upstream->cleanup == NULL) finalize_request(r, NGX_HTTP_BAD_GATEWAY);
  return NGX_OK;
}

static ngx_int_t start_attempt(const ngx_http_request_t* like, edge_fetch* fetch, ngx_str_t host, const segue_context_t* before) {
  ngx_http_request_t* r = new_request(like);
  return r == NULL ? NGX_ERROR : start_on(r, fetch, host, before);
}

void segue_fetch_begin(void) { ngx_queue_init(&all_working); }

void segue_fetch_stop(void) {
  while (!ngx_queue_empty(&all_working)) {
    attempt_t* attempt = ngx_queue_data(ngx_queue_head(&all_working), attempt_t, working);
    ngx_queue_remove(&attempt->working);
    (void)edge_fetch_worked(attempt->fetch);
  }
}

static void fail(edge_fetch* fetch) {
  const uint32_t number = edge_fetch_number(fetch);
  edge_fetch_destroy(fetch);
  segue_waiting_moved(number);
}

void segue_fetch_start(ngx_http_request_t* r, edge_fetch* fetch, ngx_str_t host) {
  if (start_attempt(r, fetch, host, NULL) != NGX_OK) fail(fetch);
}

static void set_address(ngx_http_request_t* r, ngx_str_t target) {
  const u_char* mark = ngx_strlchr(target.data, target.data + target.len, '?');
  r->unparsed_uri = r->uri = target;
  ngx_str_null(&r->args);
  if (mark == NULL) return;
  r->uri.len = (size_t)(mark - target.data);
  r->args.len = target.len - r->uri.len - 1;
  r->args.data = target.data + r->uri.len + 1;
}

void segue_fetch_ahead(ngx_http_request_t* like, edge_text next, ngx_str_t host) {
  const segue_edge_location_t* location = ngx_http_get_module_loc_conf(like, ngx_http_segue_edge_module);
  const ngx_str_t lent = {next.size, (u_char*)next.data};
  ngx_http_request_t* r = new_request(like);
  ngx_str_t target;
  if (r == NULL) return;
  if (copy_text(r->pool, lent, &target) != NGX_OK) goto unwanted;
  set_address(r, target);
  if (location->target != NULL && ngx_http_complex_value(r, location->target, &target) != NGX_OK) goto unwanted;
  if (target.len == 0) goto unwanted;
  const edge_request request = {.method = {"GET", 3}, .host = segue_text(host), .target = segue_text(target)};
  edge_fetch* fetch = edge_fetch_ahead(segue_edge_main()->worker, &request, ngx_time());
  if (fetch == NULL) goto unwanted;
  if (start_on(r, fetch, host, NULL) != NGX_OK) fail(fetch);
  return;

unwanted:
  ngx_destroy_pool(r->pool);
}
