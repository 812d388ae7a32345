/* SPDX-License-Identifier: Apache-2.0
 * What a fetch and a pass have in common as users of nginx's upstream. */
#include "edge-cache/nginx/segue_edge.h"

static ngx_int_t reinit_request(ngx_http_request_t* r) {
  (void)r;
  return NGX_OK;
}

static void abort_request(ngx_http_request_t* r) { (void)r; }

ngx_int_t segue_upstream_create(ngx_http_request_t* r, ngx_http_upstream_conf_t* conf, const segue_hooks_t* hooks) {
  if (ngx_http_upstream_create(r) != NGX_OK) return NGX_ERROR;
  ngx_http_upstream_t* u = r->upstream;
  u->conf = conf;
  ngx_str_set(&u->schema, "http://");
  u->output.tag = (ngx_buf_tag_t)&ngx_http_segue_edge_module;
  u->create_request = hooks->create_request;
  u->reinit_request = reinit_request;
  u->process_header = hooks->process_header;
  u->abort_request = abort_request;
  u->finalize_request = hooks->finalize_request;
  u->input_filter_init = hooks->start_body;
  u->input_filter = hooks->take_body;
  u->input_filter_ctx = r;
#if (NGX_HTTP_SSL)
  u->ssl = conf->ssl != NULL;
#endif
  return NGX_OK;
}

ngx_uint_t segue_upstream_leads_back(ngx_http_request_t* r) {
  const ngx_http_upstream_t* u = r->upstream;
  if (u->headers_in.status_n != SEGUE_LOOP_DETECTED || u->peer.tries < 2) return 0;
  ngx_log_error(NGX_LOG_WARN, r->connection->log, 0, "segue_edge: %V answers 508, this request came from there: the next one is asked",
                u->peer.name);
  return 1;
}
