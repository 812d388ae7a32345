/* SPDX-License-Identifier: Apache-2.0
 *   segue_edge_members NAME;  (upstream) its origins are those of Redis' hash segue:origins:NAME, by the socket of segue_edge_purges; the
 * last good list stands in the cache's folder, and until there is one the `server` lines count The first worker follows; a change needs no
 * reload, and who stays keeps its state. */
#include "edge-cache/balance/follow_members.h"
#include "edge-cache/nginx/balance.h"
#include "edge-cache/nginx/segue_edge.h"

enum { MOST_UPSTREAMS = 32 };
static members_agent* agents[MOST_UPSTREAMS];
static ngx_uint_t agent_count;

char* segue_members_set(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  segue_balance_t* balance = conf;
  (void)command;
  if (balance->zone == NULL) return "needs segue_edge_balance, before it";
  if (balance->followed.len > 0) return "is duplicate";
  balance->followed = ((ngx_str_t*)cf->args->elts)[1];
  for (size_t i = 0; i < balance->followed.len; i++) {
    const u_char c = balance->followed.data[i];
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'))
      return "expected a name of a-z, 0-9 and -"; /* a file's name, too */
  }
  return NGX_CONF_OK;
}

static int set_members(void* context, const balance_member* members, size_t count) {
  segue_balance_t* balance = context;
  segue_balance_lock(balance);
  const int set = balance_set_members(balance->table, members, count);
  segue_balance_unlock(balance);
  return set;
}

/* nginx's log is written to by one write() for each line: any thread may. */
static void complain(void* context, const char* message) {
  (void)context;
  ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0, "segue_edge_members: %s", message);
}

static const char* text(ngx_cycle_t* cycle, const char* format, const ngx_str_t* first, const ngx_str_t* second) {
  const size_t size = first->len + second->len + 64;
  u_char* made = ngx_pnalloc(cycle->pool, size);
  if (made != NULL) (void)ngx_snprintf(made, size, format, first, second);
  return (const char*)made;
}

static void start(segue_balance_t* balance, void* data) {
  ngx_cycle_t* cycle = data;
  const segue_edge_main_t* main = segue_edge_main();
  static const ngx_str_t key = ngx_string("segue:origins:");
  if (balance->followed.len == 0) return;
  const members_options options = {.redis_socket = (const char*)main->redis.data,
                                   .key = text(cycle, "%V%V%Z", &key, &balance->followed),
                                   .file = text(cycle, "%V/origins-%V%Z", &main->folder, &balance->followed),
                                   .context = balance,
                                   .set = set_members,
                                   .complain = complain};
  const ngx_uint_t possible = main->redis.len > 0 && agent_count < MOST_UPSTREAMS && options.key != NULL && options.file != NULL;
  agents[agent_count] = possible ? members_start(&options) : NULL;
  if (agents[agent_count] != NULL) {
    agent_count++;
  } else {
    ngx_log_error(NGX_LOG_ERR, cycle->log, 0, "segue_edge_members: %V is not followed: no segue_edge_purges, or no thread",
                  &balance->followed);
  }
}

void segue_members_start(ngx_cycle_t* cycle) {
  if (ngx_process == NGX_PROCESS_WORKER && ngx_worker != 0) return;
  segue_balance_each(cycle, start, cycle);
}

void segue_members_stop(void) {
  while (agent_count > 0) members_stop(agents[--agent_count]);
}
