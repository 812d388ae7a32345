/* SPDX-License-Identifier: Apache-2.0
 * GET …?url=URL answers what the cache holds for URL and what it would do with a request for it, as JSON (edge-cache/explain.h). The
 * request stands in for the one that is asked about: its address becomes URL, so that segue_edge_host, segue_edge_target and what they
 * refer to
 * ($request_uri, $arg_…) make the same key of it, and its own fields choose among variants. */
#include "edge-cache/nginx/segue_edge.h"

static ngx_int_t asked_url(ngx_http_request_t* r, ngx_str_t* url) {
  ngx_str_t escaped;
  if (ngx_http_arg(r, (u_char*)"url", 3, &escaped) != NGX_OK || escaped.len == 0) return NGX_DECLINED;
  u_char* to = ngx_pnalloc(r->pool, escaped.len);
  if (to == NULL) return NGX_ERROR;
  u_char* from = escaped.data;
  url->data = to;
  ngx_unescape_uri(&to, &from, escaped.len, 0);
  url->len = (size_t)(to - url->data);
  for (size_t i = 0; i < url->len; i++)
    if (url->data[i] <= ' ' || url->data[i] == 0x7f) return NGX_DECLINED; /* no request line can hold it */
  return NGX_OK;
}

/* Cuts "http://host" off; without it the request's own host stays. */
static ngx_int_t take_host(ngx_http_request_t* r, ngx_str_t* url) {
  u_char *host = url->data, *const end = url->data + url->len;
  u_char* path = ngx_strlchr(host, end, '/');
  if (path == host) return NGX_OK;
  if (path != NULL && path[-1] == ':' && path + 1 < end && path[1] == '/') {
    host = path + 2;
    path = ngx_strlchr(host, end, '/');
  }
  if (path == NULL || path == host) return NGX_DECLINED;
  r->headers_in.server.data = host;
  r->headers_in.server.len = (size_t)(path - host);
  if (r->headers_in.host != NULL) r->headers_in.host->value = r->headers_in.server;
  url->data = path;
  url->len = (size_t)(end - path);
  return NGX_OK;
}

static void take_target(ngx_http_request_t* r, ngx_str_t target) {
  u_char* mark = ngx_strlchr(target.data, target.data + target.len, '?');
  r->unparsed_uri = target;
  r->valid_unparsed_uri = 1;
  r->uri = target;
  ngx_str_null(&r->args);
  if (mark == NULL) return;
  r->uri.len = (size_t)(mark - target.data);
  r->args.data = mark + 1;
  r->args.len = target.len - r->uri.len - 1;
}

static ngx_int_t answer_anybody(ngx_http_request_t* r) {
  const segue_edge_main_t* main = segue_edge_main();
  if (r->method != NGX_HTTP_GET && r->method != NGX_HTTP_HEAD) return NGX_HTTP_NOT_ALLOWED;
  if (ngx_http_discard_request_body(r) != NGX_OK || main->worker == NULL) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  ngx_str_t url, host;
  ngx_int_t rc = asked_url(r, &url);
  if (rc == NGX_OK) rc = take_host(r, &url);
  if (rc != NGX_OK) return rc == NGX_ERROR ? NGX_HTTP_INTERNAL_SERVER_ERROR : NGX_HTTP_BAD_REQUEST;
  take_target(r, url);
  edge_request request;
  if (segue_describe(r, &host, &request) != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  if (request.target.size == 0) return NGX_HTTP_BAD_REQUEST; /* the configuration knows no such address */
  request.method = segue_text((ngx_str_t)ngx_string("GET"));
  const edge_text text = edge_explain(main->worker, &request, ngx_time());
  ngx_buf_t* buffer = ngx_create_temp_buf(r->pool, text.size);
  if (text.size == 0 || buffer == NULL) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  buffer->last = ngx_cpymem(buffer->last, text.data, text.size);
  return segue_send_text(r, buffer, "application/json");
}

static ngx_int_t answer_this_machine(ngx_http_request_t* r) { return segue_is_of_this_machine(r) ? answer_anybody(r) : NGX_HTTP_FORBIDDEN; }

char* segue_explain_set(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  (void)command;
  (void)conf;
  return segue_operator_location(cf, answer_anybody, answer_this_machine);
}
