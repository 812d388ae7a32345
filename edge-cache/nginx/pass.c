/* SPDX-License-Identifier: Apache-2.0 */
#include "edge-cache/nginx/figures.h"
#include "edge-cache/nginx/segue_edge.h"

static segue_client_t* client_of(ngx_http_request_t* r) { return ngx_http_get_module_ctx(r, ngx_http_segue_edge_module); }

static ngx_int_t create_request(ngx_http_request_t* r) {
  segue_client_t* client = client_of(r);
  const int64_t body_bytes = r->headers_in.content_length_n >= 0 || r->headers_in.chunked ? (int64_t)r->headers_in.content_length_n : -1;
  const edge_text text =
      edge_pass_request(client->pass, segue_text(client->host), segue_text(r->connection->addr_text), body_bytes, ngx_time());
  ngx_buf_t* buffer = ngx_create_temp_buf(r->pool, text.size);
  ngx_chain_t* link = ngx_alloc_chain_link(r->pool);
  if (text.size == 0 || buffer == NULL || link == NULL) return NGX_ERROR;
  buffer->last = ngx_cpymem(buffer->last, text.data, text.size);
  link->buf = buffer;
  link->next = r->upstream->request_bufs; /* the client's body */
  ngx_chain_t* last = link;
  while (last->next != NULL) last = last->next;
  last->buf->flush = 1; /* TLS gathers what is not flushed */
  r->upstream->request_bufs = link;
  return NGX_OK;
}

static ngx_int_t process_header(ngx_http_request_t* r) {
  segue_client_t* client = client_of(r);
  ngx_http_upstream_t* u = r->upstream;
  const edge_text bytes = {(const char*)u->buffer.pos, (size_t)(u->buffer.last - u->buffer.pos)};
  size_t consumed = 0;
  const int state = edge_pass_read_head(client->pass, bytes, &consumed, &client->head);
  if (state == EDGE_MORE) return NGX_AGAIN;
  if (state == EDGE_FAILED) return NGX_HTTP_UPSTREAM_INVALID_HEADER;
  u->buffer.pos += consumed;
  u->headers_in.status_n = (ngx_uint_t)client->head.status;
  u->headers_in.content_length_n = (off_t)client->head.content_length;
  u->state->status = u->headers_in.status_n;
  client->context.from_cache = client->head.from_cache != 0;
  if (client->head.bodiless || r->method == NGX_HTTP_HEAD) u->keepalive = client->head.keep_alive != 0;
  return segue_upstream_leads_back(r) ? NGX_HTTP_UPSTREAM_INVALID_HEADER : NGX_OK;
}

ngx_int_t segue_pass_fill(segue_client_t* client) {
  if (client->filled) return NGX_OK;
  client->filled = 1;
  const edge_answer* answer = edge_pass_accept(client->pass, ngx_time());
  return answer == NULL ? NGX_ERROR : segue_set_answer(client->r, answer);
}

static ngx_int_t start_body(void* data) {
  ngx_http_request_t* r = data;
  const segue_client_t* client = client_of(r);
  ngx_http_upstream_t* u = r->upstream;
  u->length = client->head.chunked ? 1 : (off_t)client->head.content_length; /* 1: more than none; -1: to the connection's end */
  if (client->head.bodiless) u->length = 0;
  if (u->length == 0) u->keepalive = client->head.keep_alive != 0;
  return NGX_OK;
}

static ngx_int_t add_stretch(ngx_http_request_t* r, u_char* from, size_t size) {
  ngx_http_upstream_t* u = r->upstream;
  ngx_chain_t** end = &u->out_bufs;
  while (*end != NULL) end = &(*end)->next;
  ngx_chain_t* link = ngx_chain_get_free_buf(r->pool, &u->free_bufs);
  if (link == NULL) return NGX_ERROR;
  link->buf->pos = link->buf->start = from;
  link->buf->last = link->buf->end = from + size;
  link->buf->memory = 1;
  link->buf->flush = 1;
  link->buf->tag = u->output.tag;
  link->next = NULL;
  *end = link;
  return NGX_OK;
}

static ngx_int_t take_chunked(ngx_http_request_t* r, edge_text bytes) {
  segue_client_t* client = client_of(r);
  for (;;) {
    edge_text stretch;
    const int state = edge_pass_decode(client->pass, &bytes, &stretch);
    if (state == EDGE_FAILED) return NGX_ERROR;
    if (stretch.size > 0 && add_stretch(r, (u_char*)stretch.data, stretch.size) != NGX_OK) return NGX_ERROR;
    if (state == EDGE_DONE) {
      r->upstream->length = 0;
      r->upstream->keepalive = client->head.keep_alive != 0;
      return NGX_OK;
    }
    if (bytes.size == 0) return NGX_OK;
  }
}

static ngx_int_t take_body(void* data, ssize_t count) {
  ngx_http_request_t* r = data;
  const segue_client_t* client = client_of(r);
  ngx_http_upstream_t* u = r->upstream;
  u_char* from = u->buffer.last;
  size_t size = (size_t)count;
  u->buffer.last += count;
  if (client->head.chunked) {
    const edge_text bytes = {(const char*)from, size};
    return take_chunked(r, bytes);
  }
  if (u->length >= 0 && (off_t)size > u->length) {
    size = (size_t)u->length;
    u->keepalive = 0;
  }
  if (size > 0 && add_stretch(r, from, size) != NGX_OK) return NGX_ERROR;
  if (u->length < 0) return NGX_OK;
  u->length -= (off_t)size;
  if (u->length == 0) u->keepalive = client->head.keep_alive && size == (size_t)count;
  return NGX_OK;
}

static void finalize_request(ngx_http_request_t* r, ngx_int_t rc) {
  client_of(r)->context.broken = client_of(r)->filled && (rc == NGX_HTTP_BAD_GATEWAY || rc == NGX_HTTP_GATEWAY_TIME_OUT);
  if (r->upstream->state != NULL) segue_figures_origin(ngx_current_msec - r->upstream->start_time);
}

static const segue_hooks_t hooks = {create_request, process_header, finalize_request, start_body, take_body};

static ngx_int_t create_upstream(segue_client_t* client) {
  ngx_http_request_t* r = client->r;
  segue_edge_location_t* location = ngx_http_get_module_loc_conf(r, ngx_http_segue_edge_module);
  client->pass = edge_pass_create(client->visit);
  if (client->pass == NULL || segue_upstream_create(r, &location->upstream, &hooks) != NGX_OK) return NGX_ERROR;
  client->context.role = SEGUE_PASS;
  client->context.key = edge_pass_url(client->pass); /* the origin that a fetch of it would ask */
  r->upstream->accel = 1;
  return NGX_OK;
}

ngx_int_t segue_pass_start(segue_client_t* client) {
  if (create_upstream(client) != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  const ngx_int_t rc = ngx_http_read_client_request_body(client->r, ngx_http_upstream_init);
  return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}
