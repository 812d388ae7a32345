/* SPDX-License-Identifier: Apache-2.0
 * What a listener will ask for next is fetched when he has got what he asked for: nothing here delays him. */
#include "edge-cache/nginx/segue_edge.h"

enum { REMEMBERED = 1024, SECONDS = 5 };

/* What was looked for lately need not be looked for again: many listeners of one track name the same next segment. */
static ngx_uint_t is_news(edge_text target) {
  static struct {
    uint32_t mark;
    time_t at;
  } seen[REMEMBERED];
  const uint32_t mark = ngx_murmur_hash2((u_char*)target.data, target.size);
  if (seen[mark % REMEMBERED].mark == mark && ngx_time() - seen[mark % REMEMBERED].at < SECONDS) return 0;
  seen[mark % REMEMBERED].mark = mark;
  seen[mark % REMEMBERED].at = ngx_time();
  return 1;
}

static ngx_int_t on_log(ngx_http_request_t* r) {
  const segue_edge_main_t* main = segue_edge_main();
  const segue_client_t* client = ngx_http_get_module_ctx(r, ngx_http_segue_edge_module);
  if (main->ahead == 0 || client == NULL || client->context.role != SEGUE_CLIENT || client->answer == NULL) return NGX_OK;
  const ngx_uint_t got = client->answer->status == NGX_HTTP_OK || client->answer->status == NGX_HTTP_PARTIAL_CONTENT;
  if (!got || r->method != NGX_HTTP_GET || r->connection->error || ngx_exiting) return NGX_OK;
  edge_text path = segue_text(r->unparsed_uri), query = {"", 0};
  const u_char* mark = ngx_strlchr(r->unparsed_uri.data, r->unparsed_uri.data + r->unparsed_uri.len, '?');
  if (mark != NULL) {
    path.size = (size_t)(mark - r->unparsed_uri.data);
    query.data = path.data + path.size + 1;
    query.size = r->unparsed_uri.len - path.size - 1;
  }
  const edge_text next = edge_visit_next(client->visit, path, query);
  if (next.size > 0 && is_news(next)) segue_fetch_ahead(r, next, client->host);
  return NGX_OK;
}

ngx_int_t segue_ahead_init(ngx_conf_t* cf) {
  ngx_http_core_main_conf_t* core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
  ngx_http_handler_pt* handler = ngx_array_push(&core->phases[NGX_HTTP_LOG_PHASE].handlers);
  if (handler == NULL) return NGX_ERROR;
  *handler = on_log;
  return NGX_OK;
}
