/* SPDX-License-Identifier: Apache-2.0 */
#include "edge-cache/nginx/balance.h"
#include "edge-cache/nginx/segue_edge.h"

static void on_client_gone(void* data) {
  segue_client_t* client = data;
  segue_waiting_remove(client);
  if (client->pass != NULL) edge_pass_destroy(client->pass);
  if (client->visit != NULL) edge_visit_destroy(client->visit);
  client->visit = NULL;
}

/* An error's page is an internal redirect, which forgets the context; what is to be cleaned up stays. */
ngx_uint_t segue_is_client(ngx_http_request_t* r) {
  if (ngx_http_get_module_ctx(r, ngx_http_segue_edge_module) != NULL) return 1;
  if (!r->internal) return 0;
  for (const ngx_pool_cleanup_t* cleanup = r->pool->cleanup; cleanup != NULL; cleanup = cleanup->next) {
    if (cleanup->handler == on_client_gone) return 1;
  }
  return 0;
}

static ngx_int_t evaluate(ngx_http_request_t* r, ngx_http_complex_value_t* value, ngx_str_t fallback, ngx_str_t* result) {
  *result = fallback;
  return value == NULL ? NGX_OK : ngx_http_complex_value(r, value, result);
}

static ngx_int_t written_target(ngx_http_request_t* r, ngx_str_t* target) {
  if (!r->internal && r->valid_unparsed_uri) {
    *target = r->unparsed_uri;
    return NGX_OK;
  }
  target->len = r->uri.len + (r->args.len > 0 ? 1 + r->args.len : 0);
  target->data = ngx_pnalloc(r->pool, target->len);
  if (target->data == NULL) return NGX_ERROR;
  u_char* end = ngx_cpymem(target->data, r->uri.data, r->uri.len);
  if (r->args.len > 0) {
    *end++ = '?';
    ngx_memcpy(end, r->args.data, r->args.len);
  }
  return NGX_OK;
}

static ngx_uint_t is_loop(const ngx_str_t* name) { return name->len == 8 && ngx_strncasecmp(name->data, (u_char*)"CDN-Loop", 8) == 0; }

/* Also whether it came through another cache, and goes to one. */
static ngx_int_t list_fields(ngx_http_request_t* r, const ngx_http_upstream_srv_conf_t* upstream, edge_request* request) {
  size_t count = 0;
  for (ngx_list_part_t* part = &r->headers_in.headers.part; part != NULL; part = part->next) count += part->nelts;
  edge_field* fields = ngx_palloc(r->pool, (count + 1) * sizeof(*fields));
  if (fields == NULL) return NGX_ERROR;
  request->fields = fields;
  for (ngx_list_part_t* part = &r->headers_in.headers.part; part != NULL; part = part->next) {
    const ngx_table_elt_t* headers = part->elts;
    for (ngx_uint_t i = 0; i < part->nelts; i++) {
      const edge_field field = {segue_text(headers[i].key), segue_text(headers[i].value)};
      fields[request->field_count++] = field;
      if (upstream != NULL && is_loop(&headers[i].key)) request->may_come_round = segue_balance_may_lead_back(upstream) != 0;
    }
  }
  return NGX_OK;
}

ngx_int_t segue_describe(ngx_http_request_t* r, ngx_str_t* host, edge_request* request) {
  const segue_edge_location_t* location = ngx_http_get_module_loc_conf(r, ngx_http_segue_edge_module);
  ngx_str_t target;
  const ngx_str_t written = r->headers_in.host != NULL ? r->headers_in.host->value : r->headers_in.server;
  ngx_memzero(request, sizeof(*request));
  if (evaluate(r, location->host, written, host) != NGX_OK) return NGX_ERROR;
  if (written_target(r, &target) != NGX_OK || evaluate(r, location->target, target, &target) != NGX_OK) return NGX_ERROR;
  request->method = segue_text(r->method_name);
  request->host = segue_text(*host);
  request->target = segue_text(target);
  return list_fields(r, location->upstream.upstream, request);
}

static segue_client_t* new_client(ngx_http_request_t* r) {
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(r->pool, sizeof(segue_client_t));
  if (cleanup == NULL) return NULL;
  segue_client_t* client = cleanup->data;
  ngx_memzero(client, sizeof(*client));
  client->context.role = SEGUE_CLIENT;
  client->r = r;
  edge_request request;
  if (segue_describe(r, &client->host, &request) != NGX_OK) return NULL;
  client->visit = edge_visit_create(segue_edge_main()->worker, &request);
  if (client->visit == NULL) return NULL;
  cleanup->handler = on_client_gone;
  ngx_http_set_ctx(r, client, ngx_http_segue_edge_module);
  return client;
}

/* ---- sending ---- */

/* The part of a piece that can be sent now; NGX_AGAIN: none yet, NGX_ERROR: it will not come. */
static ngx_int_t ready_bytes(segue_client_t* client, const edge_piece* piece, const edge_progress* progress, uint64_t* bytes) {
  if (piece->text.data != NULL && piece->text.size > 0) {
    *bytes = piece->text.size - client->sent;
    return NGX_OK;
  }
  const uint64_t from = piece->first + client->sent;
  const ngx_uint_t arriving = edge_visit_fetch(client->visit) != UINT32_MAX;
  uint64_t end = piece->to_end ? progress->arrived : piece->first + piece->size;
  if (arriving && end > progress->arrived) end = progress->arrived;
  *bytes = end > from ? end - from : 0;
  if (*bytes > 0 && !arriving && segue_cold_at_hand(client, from, bytes) != NGX_OK) return NGX_AGAIN;
  if (*bytes > 0 || (piece->to_end && progress->finished)) return NGX_OK;
  return progress->failed ? NGX_ERROR : NGX_AGAIN;
}

static ngx_buf_t* piece_buffer(segue_client_t* client, const edge_piece* piece, uint64_t bytes) {
  ngx_buf_t* buffer = client->buffer;
  /* Texts wait in nginx's chain for what follows; the one buffer for the file is free again whenever nothing waits. */
  if (piece->text.size > 0 || buffer == NULL) {
    buffer = ngx_calloc_buf(client->r->pool);
    if (buffer == NULL) return NULL;
  }
  ngx_memzero(buffer, sizeof(*buffer));
  if (piece->text.size > 0) {
    buffer->pos = (u_char*)piece->text.data + client->sent;
    buffer->last = buffer->pos + bytes;
    buffer->memory = 1;
    return buffer;
  }
  client->buffer = buffer;
  if (client->body != NULL) {
    buffer->pos = client->body + piece->first + client->sent;
    buffer->last = buffer->pos + bytes;
    buffer->memory = 1;
    return buffer;
  }
  buffer->in_file = bytes > 0;
  buffer->sync = bytes == 0;
  buffer->file = &client->file;
  buffer->file_pos = (off_t)(client->answer->body_offset + piece->first + client->sent);
  buffer->file_last = buffer->file_pos + (off_t)bytes;
  return buffer;
}

static ngx_uint_t ends_piece(const segue_client_t* client, const edge_piece* piece, const edge_progress* progress, uint64_t bytes) {
  if (piece->text.size > 0) return 1;
  if (!piece->to_end) return client->sent + bytes == piece->size;
  return progress->finished && piece->first + client->sent + bytes == progress->arrived;
}

/* Sends what there is. NGX_OK: all is handed to nginx. NGX_AGAIN: the socket is full (then `buffered` is set) or more must arrive. */
static ngx_int_t send_pieces(segue_client_t* client) {
  ngx_http_request_t* r = client->r;
  edge_progress progress;
  edge_visit_progress(client->visit, &progress);
  while (client->piece < client->answer->piece_count) {
    const edge_piece* piece = &client->answer->pieces[client->piece];
    uint64_t bytes = 0;
    const ngx_int_t ready = ready_bytes(client, piece, &progress, &bytes);
    if (ready != NGX_OK) return ready;
    ngx_buf_t* buffer = piece_buffer(client, piece, bytes);
    if (buffer == NULL) return NGX_ERROR;
    const unsigned is_text = piece->text.size > 0;
    const ngx_uint_t ended = ends_piece(client, piece, &progress, bytes);
    client->sent += bytes;
    if (ended) {
      client->piece++;
      client->sent = 0;
    }
    const unsigned last = client->piece == client->answer->piece_count;
    buffer->last_buf = last && r == r->main;
    buffer->last_in_chain = last != 0;
    buffer->flush = !last && !is_text;
    ngx_chain_t link = {buffer, NULL};
    const ngx_int_t rc = ngx_http_output_filter(r, &link);
    if (rc == NGX_ERROR || last) return rc == NGX_ERROR ? NGX_ERROR : NGX_OK;
    if (r->buffered || r->connection->buffered) return NGX_AGAIN;
  }
  return NGX_OK;
}

static void watch(segue_client_t* client) {
  const uint32_t fetch = edge_visit_fetch(client->visit);
  if (client->works) return; /* the visit is a thread's */
  if (fetch != UINT32_MAX && !client->watches) segue_waiting_add(client, fetch);
}

/* The worker that led the fetch was killed in the middle of the body: the same bytes out of another file, from where this client is.
 * Nothing of the former file waits in nginx's chain then: what waits is sent before more is. NGX_AGAIN: they are awaited. */
static ngx_int_t read_on(segue_client_t* client) {
  edge_fetch* started;
  segue_waiting_remove(client);
  const int step = edge_visit_read_on(client->visit, ngx_time(), &started);
  if (started != NULL) segue_fetch_start(client->r, started, client->host);
  client->reads_on = step == EDGE_WAIT;
  if (step == EDGE_ERROR) return NGX_ERROR;
  watch(client);
  if (step == EDGE_WAIT) return NGX_AGAIN;
  client->answer = edge_visit_answer(client->visit);
  client->body = NULL;
  client->file.fd = client->answer->file;
  segue_cold_begin(client);
  return NGX_OK;
}

static ngx_int_t send_all(segue_client_t* client) {
  for (;;) {
    if (!client->reads_on) {
      const ngx_int_t rc = send_pieces(client);
      if (rc != NGX_ERROR || !edge_visit_may_read_on(client->visit)) return rc;
    }
    const ngx_int_t rc = read_on(client);
    if (rc != NGX_OK) return rc;
  }
}

static void on_writable(ngx_http_request_t* r);

/* More will come, of the socket's room or of the body. */
static ngx_int_t wait_for_more(segue_client_t* client) {
  ngx_http_request_t* r = client->r;
  ngx_event_t* write = r->connection->write;
  const ngx_http_core_loc_conf_t* core = ngx_http_get_module_loc_conf(r, ngx_http_core_module);
  r->read_event_handler = ngx_http_test_reading;
  r->write_event_handler = on_writable;
  if (r->buffered || r->connection->buffered) {
    if (!write->delayed) ngx_add_timer(write, core->send_timeout);
  } else if (write->timer_set && !write->delayed) { /* that one ends limit_rate's pause */
    ngx_del_timer(write);
  }
  if (ngx_handle_write_event(write, core->send_lowat) != NGX_OK) return NGX_ERROR;
  return NGX_AGAIN;
}

static void finish(segue_client_t* client, ngx_int_t rc) {
  segue_waiting_remove(client);
  ngx_http_finalize_request(client->r, rc);
}

static void send_more(segue_client_t* client) {
  ngx_int_t rc = send_all(client);
  if (rc == NGX_AGAIN) rc = wait_for_more(client);
  if (rc != NGX_AGAIN) finish(client, rc);
}

static void on_writable(ngx_http_request_t* r) {
  segue_client_t* client = ngx_http_get_module_ctx(r, ngx_http_segue_edge_module);
  ngx_event_t* write = r->connection->write;
  if (write->timedout) {
    r->connection->timedout = 1;
    return finish(client, NGX_HTTP_REQUEST_TIME_OUT);
  }
  if (write->delayed) return;
  if (r->buffered || r->connection->buffered) {
    if (ngx_http_output_filter(r, NULL) == NGX_ERROR) return finish(client, NGX_ERROR);
    if (r->buffered || r->connection->buffered) {
      if (wait_for_more(client) == NGX_ERROR) finish(client, NGX_ERROR);
      return;
    }
  }
  send_more(client);
}

/* Only for the kernel's eyes: where a page cannot be read from the disk, writev() fails for this client, while code that looks, as TLS
 * does, would end the worker. */
static u_char* body_in_memory(const segue_client_t* client) {
#if (NGX_HTTP_SSL)
  if (client->r->connection->ssl != NULL) return NULL;
#endif
  return (u_char*)client->answer->body;
}

/* Result: as of a content handler; NGX_AGAIN: it goes on by events. */
static ngx_int_t start_sending(segue_client_t* client) {
  ngx_http_request_t* r = client->r;
  client->answer = edge_visit_answer(client->visit);
  client->body = body_in_memory(client);
  segue_cold_begin(client);
  segue_gather(r->connection);
  client->sending = 1;
  client->file.fd = client->answer->file;
  client->file.log = r->connection->log;
  ngx_str_set(&client->file.name, "cached object");
  if (segue_set_answer(r, client->answer) != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  const ngx_int_t sent = ngx_http_send_header(r);
  if (sent == NGX_ERROR || sent > NGX_OK || r->header_only) return sent;
  if (client->answer->piece_count == 0) return ngx_http_send_special(r, NGX_HTTP_LAST);
  const ngx_int_t rc = send_all(client);
  return rc == NGX_AGAIN ? wait_for_more(client) : rc;
}

/* ---- steps ---- */

static void take_next_step(segue_client_t* client);

/* What was to be opened is, unless this is the socket's own event. */
static void on_opened(ngx_http_request_t* r) {
  segue_client_t* client = ngx_http_get_module_ctx(r, ngx_http_segue_edge_module);
  if (client->works) return;
  r->write_event_handler = ngx_http_request_empty_handler;
  take_next_step(client);
}

/* Result: as of a content handler; NGX_AGAIN: it waits. */
static ngx_int_t take_step(segue_client_t* client) {
  edge_fetch* started;
  int status;
  const int step = edge_visit_step(client->visit, ngx_time(), &started, &status);
  if (started != NULL) segue_fetch_start(client->r, started, client->host);
  switch (step) {
    case EDGE_ANSWER: return start_sending(client);
    case EDGE_WAIT: return NGX_AGAIN;
    case EDGE_OPEN:
      client->r->write_event_handler = on_opened;
      segue_cold_open(client);
      return NGX_AGAIN;
    case EDGE_PASS: return segue_pass_start(client);
    default: return status;
  }
}

static void take_next_step(segue_client_t* client) {
  segue_waiting_remove(client);
  const ngx_int_t rc = take_step(client);
  if (rc == NGX_AGAIN) {
    watch(client);
  } else {
    finish(client, rc);
  }
}

void segue_client_woken(segue_client_t* client) {
  ngx_http_request_t* r = client->r;
  ngx_connection_t* c = r->connection;
  ngx_http_set_log_request(c->log, r);
  if (client->sending) {
    /* A full socket tells by its own event. */
    if (!r->buffered && !c->buffered) send_more(client);
  } else {
    take_next_step(client);
  }
  ngx_http_run_posted_requests(c);
}

ngx_int_t segue_client_handler(ngx_http_request_t* r) {
  segue_spin_asked();
  if (segue_edge_main()->worker == NULL) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  segue_client_t* client = new_client(r);
  if (client == NULL) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  const ngx_int_t rc = take_step(client);
  if (rc != NGX_AGAIN) return rc;
  r->main->count++;
  r->read_event_handler = ngx_http_test_reading;
  if (!client->sending && !client->works) r->write_event_handler = ngx_http_request_empty_handler;
  watch(client);
  return NGX_DONE;
}
