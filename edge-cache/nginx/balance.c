/* SPDX-License-Identifier: Apache-2.0 */
#include "edge-cache/nginx/balance.h"

#include "edge-cache/nginx/segue_edge.h"

/* What one request knows of the origins that it asked. */
typedef struct {
  ngx_http_request_t* r;
  segue_balance_t* balance;
  uint64_t key, tried;
  balance_choice choice;
  ngx_str_t name;
  unsigned resumes : 1; /* nobody was asked yet for the rest of a body */
} attempt_t;

static unsigned own_number(void) { return (unsigned)ngx_process_slot; } /* unlike ngx_worker not that of one who still leaves */

void segue_balance_lock(const segue_balance_t* balance) { ngx_shmtx_lock(&((ngx_slab_pool_t*)balance->zone->shm.addr)->mutex); }
void segue_balance_unlock(const segue_balance_t* balance) { ngx_shmtx_unlock(&((ngx_slab_pool_t*)balance->zone->shm.addr)->mutex); }

/* ---- one request ---- */

static int choose(attempt_t* attempt) {
  balance_table* table = attempt->balance->table;
  segue_balance_lock(attempt->balance);
  const int found = (attempt->resumes ? balance_resume : balance_choose)(table, attempt->key, attempt->tried, own_number(),
                                                                         (int64_t)ngx_current_msec, &attempt->choice);
  segue_balance_unlock(attempt->balance);
  attempt->resumes = 0;
  return found;
}

static ngx_int_t get_peer(ngx_peer_connection_t* pc, void* data) {
  attempt_t* attempt = data;
  segue_context_t* of = ngx_http_get_module_ctx(attempt->r, ngx_http_segue_edge_module);
  pc->cached = 0;
  pc->connection = NULL;
  if (!choose(attempt)) return NGX_BUSY;
  attempt->tried |= (uint64_t)1 << attempt->choice.slot;
  if (of != NULL) of->tried = attempt->tried;
  attempt->name.data = (u_char*)attempt->choice.name;
  attempt->name.len = attempt->choice.name_size;
  pc->sockaddr = (struct sockaddr*)attempt->choice.address;
  pc->socklen = (socklen_t)attempt->choice.address_size;
  pc->name = &attempt->name;
  return NGX_OK;
}

static ngx_uint_t timed_out(const ngx_peer_connection_t* pc) {
  return pc->connection != NULL && (pc->connection->read->timedout || pc->connection->write->timedout);
}

static int outcome_of(const attempt_t* attempt, const ngx_peer_connection_t* pc, ngx_uint_t state) {
  const segue_context_t* of = ngx_http_get_module_ctx(attempt->r, ngx_http_segue_edge_module);
  const ngx_http_upstream_state_t* answer = attempt->r->upstream->state;
  if (of != NULL && of->broken) return BALANCE_BROKEN;
  /* Another one is asked, but it is well: whoever knows a node's name may have written it into his request. */
  if (answer != NULL && answer->status == SEGUE_LOOP_DETECTED) return BALANCE_GOOD;
  /* An idle connection that the origin had closed says nothing about it. */
  if (state & NGX_PEER_FAILED) return pc->cached && !timed_out(pc) ? BALANCE_UNKNOWN : BALANCE_BAD;
  if (answer == NULL || answer->status == 0) return BALANCE_UNKNOWN;
  return answer->status >= 502 && answer->status <= 504 ? BALANCE_BAD : BALANCE_GOOD;
}

static void free_peer(ngx_peer_connection_t* pc, void* data, ngx_uint_t state) {
  attempt_t* attempt = data;
  segue_balance_t* balance = attempt->balance;
  const int outcome = outcome_of(attempt, pc, state);
  const segue_context_t* of = ngx_http_get_module_ctx(attempt->r, ngx_http_segue_edge_module);
  const ngx_http_upstream_state_t* answer = attempt->r->upstream->state;
  if (pc->tries > 0) pc->tries--;
  segue_balance_lock(balance);
  if (of != NULL && answer != NULL && answer->status != 0)
    balance_answered(balance->table, &attempt->choice, (int)answer->status, of->from_cache);
  const int out = balance_done(balance->table, &attempt->choice, own_number(), outcome, attempt->key, (int64_t)ngx_current_msec);
  const int again = !(state & NGX_PEER_FAILED) || pc->tries == 0 || outcome == BALANCE_UNKNOWN || balance_retry(balance->table);
  segue_balance_unlock(balance);
  if (out) ngx_log_error(NGX_LOG_WARN, pc->log, 0, "segue_edge_balance: %V of %V is out", &attempt->name, &balance->name);
  if (!again) pc->tries = 0;
  if (outcome == BALANCE_UNKNOWN) attempt->tried &= ~((uint64_t)1 << attempt->choice.slot);
}

#if (NGX_HTTP_SSL)
static ngx_int_t set_session(ngx_peer_connection_t* pc, void* data) {
  const attempt_t* attempt = data;
  const uint32_t slot = attempt->choice.slot;
  ngx_ssl_session_t* session = attempt->balance->sessions[slot];
  if (session == NULL || attempt->balance->session_generations[slot] != attempt->choice.generation) return NGX_OK;
  return ngx_ssl_set_session(pc->connection, session);
}

static void save_session(ngx_peer_connection_t* pc, void* data) {
  const attempt_t* attempt = data;
  const uint32_t slot = attempt->choice.slot;
  ngx_ssl_session_t* session = ngx_ssl_get_session(pc->connection);
  if (session == NULL) return;
  if (attempt->balance->sessions[slot] != NULL) ngx_ssl_free_session(attempt->balance->sessions[slot]);
  attempt->balance->sessions[slot] = session;
  attempt->balance->session_generations[slot] = attempt->choice.generation;
}
#endif

/* What is asked for names the origin: the address of a fetch, else the request's. */
static uint64_t key_of(const ngx_http_request_t* r) {
  const segue_context_t* of = ngx_http_get_module_ctx(r, ngx_http_segue_edge_module);
  if (of != NULL && of->key.size > 0) return balance_key(of->key.data, of->key.size);
  return balance_key((const char*)r->unparsed_uri.data, r->unparsed_uri.len);
}

static ngx_int_t init_peer(ngx_http_request_t* r, ngx_http_upstream_srv_conf_t* upstream) {
  attempt_t* attempt = ngx_pcalloc(r->pool, sizeof(*attempt));
  if (attempt == NULL) return NGX_ERROR;
  attempt->r = r;
  attempt->balance = ngx_http_conf_upstream_srv_conf(upstream, ngx_http_segue_edge_module);
  attempt->key = key_of(r);
  const segue_context_t* of = ngx_http_get_module_ctx(r, ngx_http_segue_edge_module);
  if (of != NULL && of->resumes) {
    attempt->resumes = 1;
    attempt->tried = of->tried;
  }
  ngx_peer_connection_t* peer = &r->upstream->peer;
  peer->data = attempt;
  peer->get = get_peer;
  peer->free = free_peer;
  peer->tries = ngx_max(1, balance_count(attempt->balance->table));
#if (NGX_HTTP_SSL)
  peer->set_session = set_session;
  peer->save_session = save_session;
#endif
  return NGX_OK;
}

static ngx_uint_t lists_backups(const ngx_http_upstream_srv_conf_t* upstream) {
  const ngx_http_upstream_server_t* servers = upstream->servers != NULL ? upstream->servers->elts : NULL;
  for (ngx_uint_t i = 0; servers != NULL && i < upstream->servers->nelts; i++)
    if (servers[i].backup) return 1;
  return 0;
}

ngx_uint_t segue_balance_may_lead_back(const ngx_http_upstream_srv_conf_t* upstream) {
  const segue_balance_t* balance =
      upstream->srv_conf == NULL ? NULL : ngx_http_conf_upstream_srv_conf(upstream, ngx_http_segue_edge_module);
  if (balance == NULL || balance->zone == NULL) return lists_backups(upstream);
  segue_balance_lock(balance);
  const int may = balance_may_lead_back(balance->table);
  segue_balance_unlock(balance);
  return may != 0;
}

/* ---- configuration ---- */

static ngx_int_t add_server(ngx_conf_t* cf, segue_balance_t* balance, const ngx_http_upstream_server_t* server) {
  for (ngx_uint_t i = 0; i < server->naddrs && !server->down; i++) {
    balance_member* member = ngx_array_push(&balance->members);
    if (member == NULL) return NGX_ERROR;
    const ngx_addr_t* address = &server->addrs[i];
    const balance_member made = {.name = (const char*)address->name.data,
                                 .name_size = address->name.len,
                                 .address = address->sockaddr,
                                 .address_size = address->socklen,
                                 .weight = (uint32_t)server->weight,
                                 .backup = server->backup != 0};
    *member = made;
  }
  if (balance->members.nelts <= BALANCE_MOST_MEMBERS) return NGX_OK;
  ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "segue_edge_balance: %V has more than %d addresses", &balance->name, BALANCE_MOST_MEMBERS);
  return NGX_ERROR;
}

static ngx_int_t init_upstream(ngx_conf_t* cf, ngx_http_upstream_srv_conf_t* upstream) {
  segue_balance_t* balance = ngx_http_conf_upstream_srv_conf(upstream, ngx_http_segue_edge_module);
  upstream->peer.init = init_peer;
  if (ngx_array_init(&balance->members, cf->pool, 4, sizeof(balance_member)) != NGX_OK) return NGX_ERROR;
  const ngx_http_upstream_server_t* servers = upstream->servers != NULL ? upstream->servers->elts : NULL;
  for (ngx_uint_t i = 0; servers != NULL && i < upstream->servers->nelts; i++)
    if (add_server(cf, balance, &servers[i]) != NGX_OK) return NGX_ERROR;
  if (balance->members.nelts > 0) return NGX_OK;
  ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "segue_edge_balance: no servers in upstream %V", &balance->name);
  return NGX_ERROR;
}

/* A reload keeps what is known of those who stay. */
static ngx_int_t init_zone(ngx_shm_zone_t* zone, void* before) {
  segue_balance_t* balance = zone->data;
  balance->policy.checked = balance->check.on != 0;
  balance->table = before != NULL ? ((segue_balance_t*)before)->table : NULL;
  if (balance->table == NULL) {
    void* memory = ngx_slab_calloc((ngx_slab_pool_t*)zone->shm.addr, balance_table_size());
    if (memory == NULL) return NGX_ERROR;
    balance->table = balance_make(memory, &balance->policy);
  }
  segue_balance_lock(balance);
  balance_set_policy(balance->table, &balance->policy);
  const ngx_uint_t known = before != NULL && balance->followed.len > 0; /* they go on as they are */
  const int set = known || balance_set_members(balance->table, balance->members.elts, balance->members.nelts);
  segue_balance_unlock(balance);
  return set ? NGX_OK : NGX_ERROR;
}

static ngx_int_t make_zone(ngx_conf_t* cf, segue_balance_t* balance) {
  ngx_str_t name;
  name.len = sizeof("segue_edge_balance:") - 1 + balance->name.len;
  name.data = ngx_pnalloc(cf->pool, name.len);
  if (name.data == NULL) return NGX_ERROR;
  (void)ngx_sprintf(name.data, "segue_edge_balance:%V", &balance->name);
  balance->zone = ngx_shared_memory_add(cf, &name, balance_table_size() + 16 * ngx_pagesize, &ngx_http_segue_edge_module);
  if (balance->zone == NULL) return NGX_ERROR;
  balance->zone->init = init_zone;
  balance->zone->data = balance;
  return NGX_OK;
}

void* segue_balance_create(ngx_conf_t* cf) {
  segue_balance_t* balance = ngx_pcalloc(cf->pool, sizeof(*balance));
  if (balance == NULL) return NULL;
  const balance_policy policy = {
      .fails = 3, .out_ms = 1000, .longest_out_ms = 60000, .load_percent = 125, .retry_percent = 20, .checked = 0};
  balance->policy = policy;
  balance->check.interval = 2000;
  balance->check.timeout = 1000;
  return balance;
}

/* "NAME=" in front of `text` is cut off. */
static ngx_uint_t cut(ngx_str_t* text, const char* name) {
  const size_t size = ngx_strlen(name);
  if (text->len <= size || ngx_strncmp(text->data, name, size) != 0) return 0;
  text->data += size;
  text->len -= size;
  return 1;
}

static ngx_int_t number_of(ngx_str_t text, ngx_int_t least, ngx_int_t most) {
  const ngx_int_t number = ngx_atoi(text.data, text.len);
  return number >= least && number <= most ? number : NGX_ERROR;
}

static ngx_int_t take_balance(balance_policy* policy, ngx_str_t text) {
  ngx_int_t value = NGX_ERROR;
  if (cut(&text, "load=")) {
    value = number_of(text, 0, 1000);
    if (value != 0 && value < 100) return NGX_ERROR;
    policy->load_percent = (uint32_t)value;
  } else if (cut(&text, "retries=")) {
    policy->retry_percent = (uint32_t)(value = number_of(text, 0, 100));
  } else if (cut(&text, "fails=")) {
    policy->fails = (uint32_t)(value = number_of(text, 0, 1000));
  } else if (cut(&text, "out=")) {
    policy->out_ms = value = ngx_parse_time(&text, 0);
  } else if (cut(&text, "longest=")) {
    policy->longest_out_ms = value = ngx_parse_time(&text, 0);
  }
  return value < 0 ? NGX_ERROR : NGX_OK;
}

char* segue_balance_set(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  segue_balance_t* balance = conf;
  (void)command;
  ngx_http_upstream_srv_conf_t* upstream = ngx_http_conf_get_module_srv_conf(cf, ngx_http_upstream_module);
  if (balance->zone != NULL) return "is duplicate";
  if (upstream->peer.init_upstream != NULL) return "must be the only balancer, and stand before keepalive";
  ngx_str_t* arguments = cf->args->elts;
  for (ngx_uint_t i = 1; i < cf->args->nelts; i++)
    if (take_balance(&balance->policy, arguments[i]) != NGX_OK) return "expected load=, retries=, fails=, out= or longest=";
  balance->name = upstream->host;
  upstream->peer.init_upstream = init_upstream;
  upstream->flags = NGX_HTTP_UPSTREAM_CREATE | NGX_HTTP_UPSTREAM_WEIGHT | NGX_HTTP_UPSTREAM_BACKUP | NGX_HTTP_UPSTREAM_DOWN |
                    NGX_HTTP_UPSTREAM_MAX_FAILS | NGX_HTTP_UPSTREAM_FAIL_TIMEOUT;
  return make_zone(cf, balance) == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}

static ngx_int_t take_check(segue_check_t* check, ngx_str_t text) {
  if (text.len == 7 && ngx_strncmp(text.data, "connect", 7) == 0) {
    ngx_str_null(&check->path);
    return NGX_OK;
  }
  if (cut(&text, "path=")) {
    check->path = text;
    return text.data[0] == '/' ? NGX_OK : NGX_ERROR;
  }
  if (cut(&text, "tls=")) {
    check->tls = text;
    return NGX_OK;
  }
  if (cut(&text, "trusted=")) {
    check->trusted = text;
    return NGX_OK;
  }
  ngx_msec_t* time = cut(&text, "interval=") ? &check->interval : cut(&text, "timeout=") ? &check->timeout : NULL;
  const ngx_int_t value = time == NULL ? NGX_ERROR : ngx_parse_time(&text, 0);
  if (value <= 0) return NGX_ERROR;
  *time = (ngx_msec_t)value;
  return NGX_OK;
}

static char* start_tls(ngx_conf_t* cf, segue_check_t* check) {
  if (check->tls.len == 0) return check->trusted.len == 0 ? NGX_CONF_OK : "trusted= needs tls=";
#if (NGX_HTTP_SSL)
  if (check->trusted.len == 0) ngx_str_set(&check->trusted, SEGUE_TRUSTED_CERTIFICATES);
  check->ssl = segue_tls_client(cf, &check->trusted);
  return check->ssl != NULL ? NGX_CONF_OK : NGX_CONF_ERROR;
#else
  return "tls= needs an nginx with TLS";
#endif
}

char* segue_check_set(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  segue_balance_t* balance = conf;
  (void)command;
  if (balance->zone == NULL) return "needs segue_edge_balance, before it";
  balance->check.on = 1;
  ngx_str_set(&balance->check.path, "/");
  ngx_str_t* arguments = cf->args->elts;
  for (ngx_uint_t i = 1; i < cf->args->nelts; i++)
    if (take_check(&balance->check, arguments[i]) != NGX_OK) return "expected path=/…, connect, tls=, trusted=, interval= or timeout=";
  return start_tls(cf, &balance->check);
}

/* ---- processes ---- */

void segue_balance_each(ngx_cycle_t* cycle, void (*each)(segue_balance_t* balance, void* data), void* data) {
  if (ngx_get_conf(cycle->conf_ctx, ngx_http_module) == NULL) return;
  const ngx_http_upstream_main_conf_t* upstreams = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_upstream_module);
  ngx_http_upstream_srv_conf_t** all = upstreams->upstreams.elts;
  for (ngx_uint_t i = 0; i < upstreams->upstreams.nelts; i++) {
    if (all[i]->srv_conf == NULL) continue; /* an address, not a block */
    segue_balance_t* balance = ngx_http_conf_upstream_srv_conf(all[i], ngx_http_segue_edge_module);
    if (balance->zone != NULL) each(balance, data);
  }
}

static void clear_own(segue_balance_t* balance, void* data) {
  (void)data;
  segue_balance_lock(balance);
  balance_clear_worker(balance->table, own_number());
  segue_balance_unlock(balance);
}

void segue_balance_start(ngx_cycle_t* cycle) { segue_balance_each(cycle, clear_own, NULL); }

/* As Prometheus wants it: all lines of a metric behind each other, and what it is before them. */
typedef struct {
  const char *name, *type, *help;
  uint64_t (*value)(const balance_figures* now);
} metric_t;

static uint64_t is_up(const balance_figures* now) { return !now->out; }
static uint64_t under_way(const balance_figures* now) { return now->under_way; }
static uint64_t requests(const balance_figures* now) { return now->requests; }
static uint64_t failures(const balance_figures* now) { return now->failures; }
static uint64_t ejections(const balance_figures* now) { return now->ejections; }

static const metric_t metrics[] = {
    {"up", "gauge", "whether this origin is asked", is_up},
    {"under_way", "gauge", "requests to it that are not through", under_way},
    {"requests_total", "counter", "requests to it", requests},
    {"failures_total", "counter", "those that it did not answer, or with 502 to 504", failures},
    {"ejections_total", "counter", "times that it was taken out", ejections},
};
enum { METRICS = sizeof(metrics) / sizeof(metrics[0]), LINE = 128 };

typedef struct {
  u_char *out, *end;
  const metric_t* metric;
} page_t;

static void print_one(segue_balance_t* balance, void* data) {
  page_t* page = data;
  for (uint32_t slot = 0; slot < BALANCE_MOST_MEMBERS; slot++) {
    balance_figures now;
    segue_balance_lock(balance);
    const int there = balance_read(balance->table, slot, &now);
    segue_balance_unlock(balance);
    if (!there) continue;
    const ngx_str_t name = {now.who.name_size, (u_char*)now.who.name};
    page->out = ngx_slprintf(page->out, page->end, "segue_edge_upstream_%s{upstream=\"%V\",origin=\"%V\"} %uL\n", page->metric->name,
                             &balance->name, &name, page->metric->value(&now));
  }
}

u_char* segue_balance_print(u_char* out, u_char* end) {
  page_t page = {out, end, NULL};
  for (size_t i = 0; i < METRICS; i++) {
    page.metric = &metrics[i];
    page.out = ngx_slprintf(page.out, end, "# HELP segue_edge_upstream_%s %s\n# TYPE segue_edge_upstream_%s %s\n", metrics[i].name,
                            metrics[i].help, metrics[i].name, metrics[i].type);
    segue_balance_each((ngx_cycle_t*)ngx_cycle, print_one, &page);
  }
  return page.out;
}

static void add_size(segue_balance_t* balance, void* data) {
  *(size_t*)data += METRICS * BALANCE_MOST_MEMBERS * (LINE + balance->name.len + BALANCE_MOST_NAME);
}

size_t segue_balance_most_text(void) {
  size_t most = METRICS * 2 * LINE;
  segue_balance_each((ngx_cycle_t*)ngx_cycle, add_size, &most);
  return most;
}
