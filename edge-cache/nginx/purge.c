/* SPDX-License-Identifier: Apache-2.0
 * Purges, and what is to be fetched: the first worker's own threads follow the logs in Redis and change what all workers share. They never
 * touch nginx: what is to be fetched is asked for by HTTP. Their figures are written where every worker can read them. */
#include <unistd.h>

#include "edge-cache/nginx/figures.h"
#include "edge-cache/nginx/segue_edge.h"
#include "edge-cache/purge/follow.h"

static purge_agent* agent;
static ngx_event_t tick;
static ngx_connection_t tick_connection; /* nginx wants one for a timer's log */

static void apply(void* context, int kind, const char* what, size_t size, int hard) {
  static const int kinds[] = {EDGE_PURGE_URL, EDGE_PURGE_TAG, EDGE_PURGE_PREFIX, EDGE_PURGE_ALL};
  const edge_text text = {what, size};
  edge_purge(context, kinds[kind], text, hard);
}

static void doubt(void* context) {
  const edge_text all = {"", 0};
  edge_purge(context, EDGE_DOUBT_ALL, all, 0);
}

static edge_shared* shared;

static int is_empty(void* context) {
  (void)context;
  edge_figures figures;
  edge_read_figures(shared, &figures);
  return figures.objects == 0;
}

/* nginx's log is written to by one write() for each line: any thread may. */
static void complain(void* context, const char* message) {
  (void)context;
  ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "segue_edge_purges: %s", message);
}

static void on_tick(ngx_event_t* event) {
  purge_agent_figures now;
  purge_agent_read(agent, &now);
  segue_figures_purges(now.applied, now.lost, now.heard_ms);
  if (!ngx_exiting) ngx_add_timer(event, 1000);
}

static void start_tick(ngx_cycle_t* cycle) {
  tick_connection.fd = (ngx_socket_t)-1;
  tick.handler = on_tick;
  tick.data = &tick_connection;
  tick.log = cycle->log;
  tick.cancelable = 1;
  ngx_add_timer(&tick, 1000);
}

static const char* edge_name(const segue_edge_main_t* main) {
  static char name[NGX_MAXHOSTNAMELEN + 256];
  char host[NGX_MAXHOSTNAMELEN + 1] = "";
  (void)gethostname(host, sizeof(host) - 1);
  (void)ngx_snprintf((u_char*)name, sizeof(name) - 1, "%s:%V%Z", host, &main->folder);
  return name;
}

ngx_int_t segue_purge_start(ngx_cycle_t* cycle, segue_edge_main_t* main) {
  if (main->redis.len == 0 || (ngx_process == NGX_PROCESS_WORKER && ngx_worker != 0)) return NGX_OK;
  static char position[NGX_MAX_PATH + 1];
  if (main->folder.len + sizeof("/purges") > sizeof(position)) return NGX_ERROR;
  (void)ngx_snprintf((u_char*)position, sizeof(position), "%V/purges%Z", &main->folder);
  shared = main->shared;
  const purge_agent_options options = {.redis_socket = (const char*)main->redis.data,
                                       .edge = edge_name(main),
                                       .position_file = position,
                                       .empty_cache = is_empty(NULL),
                                       .port = (int)main->own_port,
                                       .context = main->worker,
                                       .is_empty = is_empty,
                                       .apply = apply,
                                       .doubt = doubt,
                                       .complain = complain};
  agent = purge_agent_start(&options);
  if (agent == NULL) return NGX_ERROR;
  start_tick(cycle);
  return NGX_OK;
}

void segue_purge_stop(void) {
  if (agent != NULL) purge_agent_stop(agent);
  agent = NULL;
}
