/* SPDX-License-Identifier: Apache-2.0
 * segue_nodelay on;   (http)
 *
 * Sets TCP_NODELAY on the listening sockets, from which every accepted connection inherits it.
 *
 * On Linux nginx holds TCP_NODELAY and TCP_CORK for alternatives: a connection that was corked (tcp_nopush) never gets TCP_NODELAY.
 * So Nagle's algorithm keeps the last, partial segment of an answer back until what went before is acknowledged: a round trip on a
 * real network, a delayed acknowledgement of 40 ms at worst. Linux takes both: the cork gathers header and file into full segments,
 * and when it is pulled TCP_NODELAY lets the rest go at once. Costs nothing for each request: one call for each socket at start. */
#include <netinet/tcp.h>
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

typedef struct {
  ngx_flag_t nodelay;
} segue_nodelay_conf_t;

static void* create_conf(ngx_conf_t* cf);
static ngx_int_t init_module(ngx_cycle_t* cycle);

static ngx_command_t commands[] = {
    {ngx_string("segue_nodelay"), NGX_HTTP_MAIN_CONF | NGX_CONF_FLAG, ngx_conf_set_flag_slot, NGX_HTTP_MAIN_CONF_OFFSET,
     offsetof(segue_nodelay_conf_t, nodelay), NULL},
    ngx_null_command,
};

static ngx_http_module_t context = {NULL, NULL, create_conf, NULL, NULL, NULL, NULL, NULL};

ngx_module_t ngx_http_segue_nodelay_module = {
    NGX_MODULE_V1, &context, commands, NGX_HTTP_MODULE, NULL, init_module, NULL, NULL, NULL, NULL, NULL, NGX_MODULE_V1_PADDING,
};

static void* create_conf(ngx_conf_t* cf) {
  segue_nodelay_conf_t* conf = ngx_pcalloc(cf->pool, sizeof(*conf));
  if (conf != NULL) conf->nodelay = NGX_CONF_UNSET;
  return conf;
}

static ngx_int_t init_module(ngx_cycle_t* cycle) {
  if (ngx_get_conf(cycle->conf_ctx, ngx_http_module) == NULL) return NGX_OK; /* no http{} at all */
  const segue_nodelay_conf_t* conf = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_segue_nodelay_module);
  if (conf == NULL || conf->nodelay != 1 || ngx_test_config) return NGX_OK;

  const ngx_listening_t* sockets = cycle->listening.elts;
  for (ngx_uint_t i = 0; i < cycle->listening.nelts; i++) {
    const int family = sockets[i].sockaddr->sa_family;
    if (sockets[i].fd == (ngx_socket_t)-1 || sockets[i].type != SOCK_STREAM || (family != AF_INET && family != AF_INET6)) continue;
    const int on = 1;
    if (setsockopt(sockets[i].fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == -1) {
      ngx_log_error(NGX_LOG_WARN, cycle->log, ngx_socket_errno, "segue_nodelay: TCP_NODELAY on %V", &sockets[i].addr_text);
    }
  }
  return NGX_OK;
}
