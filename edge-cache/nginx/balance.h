/* SPDX-License-Identifier: Apache-2.0
 * Origins of an upstream{} block: which is asked (../balance/), in place of nginx's round robin. Before `keepalive`, which wraps it.
 *   segue_edge_balance [load=PERCENT] [retries=PERCENT] [fails=N] [out=TIME] [longest=TIME];     (upstream)
 *   segue_edge_check [path=PATH | connect] [tls=HOST [trusted=FILE]] [interval=TIME] [timeout=TIME];     (upstream) active checks, of one
 *     worker; over TLS with a certificate for HOST, which is also the Host that is asked for
 *   segue_edge_members NAME;  (upstream) members.c
 * Of `server` lines weight, backup and down count. */
#ifndef SEGUE_EDGE_CACHE_NGINX_BALANCE_H
#define SEGUE_EDGE_CACHE_NGINX_BALANCE_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "edge-cache/balance/balance.h"

typedef struct {
  ngx_str_t path; /* empty: a connection is enough */
  ngx_str_t tls;  /* over TLS, with a certificate for this name; empty: not */
  ngx_str_t trusted;
  ngx_msec_t interval, timeout;
#if (NGX_HTTP_SSL)
  ngx_ssl_t* ssl;
#endif
  ngx_flag_t on;
} segue_check_t;

typedef struct {
  ngx_str_t name;
  balance_policy policy;
  segue_check_t check;
  ngx_str_t followed;   /* in Redis; empty: as configured */
  ngx_array_t members;  /* balance_member: as configured */
  ngx_shm_zone_t* zone; /* null: this upstream is nginx's own */
  balance_table* table;
#if (NGX_HTTP_SSL)
  ngx_ssl_session_t* sessions[BALANCE_MOST_MEMBERS]; /* of this worker, for the member of that generation */
  uint32_t session_generations[BALANCE_MOST_MEMBERS];
#endif
} segue_balance_t;

void* segue_balance_create(ngx_conf_t* cf);
char* segue_balance_set(ngx_conf_t* cf, ngx_command_t* command, void* conf);
char* segue_check_set(ngx_conf_t* cf, ngx_command_t* command, void* conf);

void segue_balance_lock(const segue_balance_t* balance);
void segue_balance_unlock(const segue_balance_t* balance);
/* Somebody is asked before the backups: shields, that is other caches. */
ngx_uint_t segue_balance_may_lead_back(const ngx_http_upstream_srv_conf_t* upstream);
/* Calls `each` for every upstream that is balanced here. */
void segue_balance_each(ngx_cycle_t* cycle, void (*each)(segue_balance_t* balance, void* data), void* data);

char* segue_members_set(ngx_conf_t* cf, ngx_command_t* command, void* conf);
void segue_members_stop(void);

/* Of a worker that starts. */
void segue_members_start(ngx_cycle_t* cycle);
void segue_balance_start(ngx_cycle_t* cycle);
void segue_check_start(ngx_cycle_t* cycle);
u_char* segue_balance_print(u_char* out, u_char* end); /* for Prometheus */
size_t segue_balance_most_text(void);                  /* bytes of it at most */

#endif
