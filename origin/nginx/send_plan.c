/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/nginx/send_plan.h"

static ngx_str_t borrowed(origin_text text) {
  ngx_str_t value = {text.size, (u_char*)text.data};
  return value;
}

static ngx_table_elt_t* add_header(ngx_http_request_t* r, ngx_str_t name, origin_text value) {
  ngx_table_elt_t* header = ngx_list_push(&r->headers_out.headers);
  if (header == NULL) return NULL;
  ngx_memzero(header, sizeof(*header)); /* nginx 1.23 added a member */
  header->hash = 1;
  header->key = name;
  header->value = borrowed(value);
  return header;
}

static ngx_int_t add_headers(ngx_http_request_t* r, const origin_plan* plan) {
  static const ngx_str_t etag = ngx_string("ETag");
  static const ngx_str_t content_encoding = ngx_string("Content-Encoding");

  for (size_t i = 0; i < plan->header_count; i++) {
    if (add_header(r, borrowed(plan->headers[i].name), plan->headers[i].value) == NULL) return NGX_ERROR;
  }
  if (plan->etag.size > 0 && (r->headers_out.etag = add_header(r, etag, plan->etag)) == NULL) return NGX_ERROR;
  if (plan->content_encoding.size > 0 &&
      (r->headers_out.content_encoding = add_header(r, content_encoding, plan->content_encoding)) == NULL) {
    return NGX_ERROR;
  }
  return NGX_OK;
}

static void set_status(ngx_http_request_t* r, const origin_plan* plan) {
  r->headers_out.status = (ngx_uint_t)plan->status;
  r->headers_out.content_length_n = (off_t)(plan->body.size + plan->length);
  r->headers_out.last_modified_time = plan->last_modified;
  r->headers_out.content_type = borrowed(plan->content_type);
  r->headers_out.content_type_len = plan->content_type.size;
  r->headers_out.content_type_lowcase = NULL;
  if (plan->status == NGX_HTTP_NO_CONTENT) r->header_only = 1;
  if (plan->cacheable) {
    r->allow_ranges = 1;
    /* The multipart filter takes one buffer; a patched fragment is two. A client that asks for several ranges gets all. */
    if (plan->body.size > 0 && plan->length > 0) r->single_range = 1;
  } else {
    r->disable_not_modified = 1;
  }
}

static ngx_buf_t* memory_buffer(ngx_http_request_t* r, const origin_plan* plan) {
  ngx_buf_t* buffer = ngx_calloc_buf(r->pool);
  if (buffer == NULL) return NULL;
  buffer->pos = (u_char*)plan->body.data;
  buffer->last = buffer->pos + plan->body.size;
  buffer->memory = 1;
  return buffer;
}

static ngx_buf_t* file_buffer(ngx_http_request_t* r, const origin_plan* plan) {
  ngx_buf_t* buffer = ngx_calloc_buf(r->pool);
  if (buffer == NULL) return NULL;
  buffer->file = ngx_pcalloc(r->pool, sizeof(ngx_file_t));
  if (buffer->file == NULL) return NULL;
  buffer->in_file = 1;
  buffer->file_pos = (off_t)plan->offset;
  buffer->file_last = (off_t)(plan->offset + plan->length);
  buffer->file->fd = plan->file;
  buffer->file->name = borrowed(plan->file_name);
  buffer->file->log = r->connection->log;
  return buffer;
}

/* The plan's fields tell of the content; a refusal keeps those alone that let a page of another origin read it. */
static void withdraw_fields(ngx_http_request_t* r) {
  static const char kept[] = "access-control-";
  ngx_list_part_t* part = &r->headers_out.headers.part;
  for (; part != NULL; part = part->next) {
    ngx_table_elt_t* headers = part->elts;
    for (ngx_uint_t i = 0; i < part->nelts; i++) {
      const ngx_str_t* name = &headers[i].key;
      const int stays = &headers[i] == r->headers_out.content_range ||
                        (name->len >= sizeof(kept) - 1 && ngx_strncasecmp(name->data, (u_char*)kept, sizeof(kept) - 1) == 0);
      if (!stays) headers[i].hash = 0; /* nginx's mark of a field that is not sent */
    }
  }
  r->headers_out.etag = NULL;
  r->headers_out.last_modified_time = -1;
}

/* nginx's own page for 416 would go out with the segment's fields: cached as immutable for a year. */
static ngx_int_t send_no_such_range(ngx_http_request_t* r, origin_plan* plan) {
  static const char reason[] = "no such bytes: expected a range inside the size that Content-Range tells\n";
  static const char no_store[] = "no-store", type[] = "text/plain; charset=utf-8";
  static const ngx_str_t cache_control = ngx_string("Cache-Control");

  withdraw_fields(r);
  plan->body.data = reason;
  plan->body.size = sizeof(reason) - 1;
  plan->length = 0;
  plan->cacheable = 0;
  plan->status = NGX_HTTP_RANGE_NOT_SATISFIABLE;
  plan->last_modified = -1;
  plan->content_type.data = type;
  plan->content_type.size = sizeof(type) - 1;
  const origin_text value = {no_store, sizeof(no_store) - 1};
  if (add_header(r, cache_control, value) == NULL) return NGX_ERROR;
  set_status(r, plan);
  return ngx_http_send_header(r);
}

ngx_int_t segue_send_plan(ngx_http_request_t* r, origin_plan* plan) {
  set_status(r, plan);
  if (add_headers(r, plan) != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  ngx_int_t sent = ngx_http_send_header(r);
  if (sent == NGX_HTTP_RANGE_NOT_SATISFIABLE) sent = send_no_such_range(r, plan);
  if (sent == NGX_ERROR || sent > NGX_OK || r->header_only) return sent;

  ngx_chain_t links[2] = {{NULL, NULL}, {NULL, NULL}};
  ngx_uint_t count = 0;
  if (plan->body.size > 0 && (links[count++].buf = memory_buffer(r, plan)) == NULL) return NGX_ERROR;
  if (plan->length > 0 && (links[count++].buf = file_buffer(r, plan)) == NULL) return NGX_ERROR;
  if (count == 0) {
    if ((links[count++].buf = ngx_calloc_buf(r->pool)) == NULL) return NGX_ERROR;
  }
  if (count == 2) links[0].next = &links[1];
  ngx_buf_t* last = links[count - 1].buf;
  last->last_buf = (r == r->main) ? 1 : 0;
  last->last_in_chain = 1;
  return ngx_http_output_filter(r, links);
}
