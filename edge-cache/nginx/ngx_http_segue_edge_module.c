/* SPDX-License-Identifier: Apache-2.0
 *   segue_edge_cache FOLDER objects=N size=BYTES [open=N];     (http)     where objects lie, how many and how much at most
 *   segue_edge_name NAME;                                      (http)     in Cache-Status, Via and CDN-Loop
 *   segue_edge_targets NAME,NAME…;                             (http)     RFC 9213 target list (CDN-Cache-Control)
 *   segue_edge_ignored_query NAME,NAME…;                       (http)     parameters outside the key
 *   segue_edge_kept_query NAME,NAME…;                          (http)     all other parameters are outside the key
 *   segue_edge_codings NAME,NAME…;                             (http)     content codings that origins offer; unless given, any
 *   segue_edge_stale_if_error TIME;                            (http)     where a response does not say
 *   segue_edge_client_directives on|off;                       (http)     whether clients' Cache-Control is followed
 *   segue_edge_largest_object SIZE;                            (http)
 *   segue_edge_sendfile ABOVE BELOW;                           (http)     bodies between these are sent from their file, not from memory
 *   segue_edge_spin MICROSECONDS;                              (http)     how long a busy worker looks for more before it sleeps; 0: never
 *   segue_edge_prefetch SIZE;                                  (http)     what listeners ask for next is fetched before, so much a second
 *   segue_edge_purges SOCKET;                                  (http)     Redis' unix socket: follows its log of purges
 *   segue_edge_preposition PORT;                               (http)     this edge on this machine: asked for what the log says to fetch
 *   segue_edge_balance …;  segue_edge_check …;  segue_edge_members …;     (upstream) which origin is asked: balance.h
 *   segue_edge_metrics [any];                                  (location) figures for Prometheus, to this machine or to any
 *   segue_edge_explain [any];                                  (location) ?url=…: why it is a hit or a miss, to this machine or to any
 *   segue_edge http[s]://UPSTREAM;                             (location) answers from the cache, which asks UPSTREAM
 *   segue_edge_target TEXT;  segue_edge_host TEXT;             (http, server, location) path and query, and host, of key and request
 *   segue_edge_least_rate SIZE;                                (http, server, location) bytes a second that a body which all wait for must
 *     bring, over four read timeouts; 0: any
 *   segue_edge_connect_timeout, _send_timeout, _read_timeout TIME;  segue_edge_next_upstream …;  segue_edge_trusted_certificate FILE; */
#include "edge-cache/nginx/balance.h"
#include "edge-cache/nginx/figures.h"
#include "edge-cache/nginx/segue_edge.h"

static void* create_main(ngx_conf_t* cf);
static char* init_main(ngx_conf_t* cf, void* conf);
static void* create_location(ngx_conf_t* cf);
static char* merge_location(ngx_conf_t* cf, void* parent, void* child);
static ngx_int_t add_filters(ngx_conf_t* cf);
static ngx_int_t init_module(ngx_cycle_t* cycle);
static ngx_int_t init_process(ngx_cycle_t* cycle);
static void exit_process(ngx_cycle_t* cycle);
static void exit_master(ngx_cycle_t* cycle);
static char* set_cache(ngx_conf_t* cf, ngx_command_t* command, void* conf);
static char* set_origin(ngx_conf_t* cf, ngx_command_t* command, void* conf);
static char* set_sendfile(ngx_conf_t* cf, ngx_command_t* command, void* conf);

static ngx_conf_bitmask_t next_upstream[] = {
    {ngx_string("error"), NGX_HTTP_UPSTREAM_FT_ERROR},
    {ngx_string("timeout"), NGX_HTTP_UPSTREAM_FT_TIMEOUT},
    {ngx_string("invalid_header"), NGX_HTTP_UPSTREAM_FT_INVALID_HEADER},
    {ngx_string("http_500"), NGX_HTTP_UPSTREAM_FT_HTTP_500},
    {ngx_string("http_502"), NGX_HTTP_UPSTREAM_FT_HTTP_502},
    {ngx_string("http_503"), NGX_HTTP_UPSTREAM_FT_HTTP_503},
    {ngx_string("http_504"), NGX_HTTP_UPSTREAM_FT_HTTP_504},
    {ngx_string("off"), NGX_HTTP_UPSTREAM_FT_OFF},
    {ngx_null_string, 0},
};

#define ANYWHERE (NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF)
#define MAIN(name, type, set, member) \
  { ngx_string(name), NGX_HTTP_MAIN_CONF | (type), set, NGX_HTTP_MAIN_CONF_OFFSET, offsetof(segue_edge_main_t, member), NULL }
#define UPSTREAM(name, set) \
  { ngx_string(name), NGX_HTTP_UPS_CONF | NGX_CONF_ANY, set, NGX_HTTP_SRV_CONF_OFFSET, 0, NULL }
#define PLACE(name, type, set, member, post) \
  { ngx_string(name), ANYWHERE | (type), set, NGX_HTTP_LOC_CONF_OFFSET, offsetof(segue_edge_location_t, member), post }

static ngx_command_t commands[] = {
    MAIN("segue_edge_cache", NGX_CONF_2MORE, set_cache, folder),
    MAIN("segue_edge_name", NGX_CONF_TAKE1, ngx_conf_set_str_slot, name),
    MAIN("segue_edge_targets", NGX_CONF_TAKE1, ngx_conf_set_str_slot, targets),
    MAIN("segue_edge_ignored_query", NGX_CONF_TAKE1, ngx_conf_set_str_slot, ignored_query),
    MAIN("segue_edge_kept_query", NGX_CONF_TAKE1, ngx_conf_set_str_slot, kept_query),
    MAIN("segue_edge_codings", NGX_CONF_TAKE1, ngx_conf_set_str_slot, codings),
    MAIN("segue_edge_stale_if_error", NGX_CONF_TAKE1, ngx_conf_set_sec_slot, stale_if_error),
    MAIN("segue_edge_client_directives", NGX_CONF_FLAG, ngx_conf_set_flag_slot, client_directives),
    MAIN("segue_edge_largest_object", NGX_CONF_TAKE1, ngx_conf_set_off_slot, largest_object),
    MAIN("segue_edge_sendfile", NGX_CONF_TAKE2, set_sendfile, sendfile_above),
    MAIN("segue_edge_spin", NGX_CONF_TAKE1, ngx_conf_set_num_slot, spin),
    MAIN("segue_edge_prefetch", NGX_CONF_TAKE1, ngx_conf_set_off_slot, ahead),
    MAIN("segue_edge_purges", NGX_CONF_TAKE1, ngx_conf_set_str_slot, redis),
    MAIN("segue_edge_preposition", NGX_CONF_TAKE1, ngx_conf_set_num_slot, own_port),
    UPSTREAM("segue_edge_balance", segue_balance_set),
    UPSTREAM("segue_edge_check", segue_check_set),
    UPSTREAM("segue_edge_members", segue_members_set),
    {ngx_string("segue_edge_metrics"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS | NGX_CONF_TAKE1, segue_figures_set, NGX_HTTP_LOC_CONF_OFFSET, 0,
     NULL},
    {ngx_string("segue_edge_explain"), NGX_HTTP_LOC_CONF | NGX_CONF_NOARGS | NGX_CONF_TAKE1, segue_explain_set, NGX_HTTP_LOC_CONF_OFFSET, 0,
     NULL},
    {ngx_string("segue_edge"), NGX_HTTP_LOC_CONF | NGX_HTTP_LIF_CONF | NGX_CONF_TAKE1, set_origin, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    PLACE("segue_edge_target", NGX_CONF_TAKE1, ngx_http_set_complex_value_slot, target, NULL),
    PLACE("segue_edge_host", NGX_CONF_TAKE1, ngx_http_set_complex_value_slot, host, NULL),
    PLACE("segue_edge_connect_timeout", NGX_CONF_TAKE1, ngx_conf_set_msec_slot, upstream.connect_timeout, NULL),
    PLACE("segue_edge_send_timeout", NGX_CONF_TAKE1, ngx_conf_set_msec_slot, upstream.send_timeout, NULL),
    PLACE("segue_edge_read_timeout", NGX_CONF_TAKE1, ngx_conf_set_msec_slot, upstream.read_timeout, NULL),
    PLACE("segue_edge_least_rate", NGX_CONF_TAKE1, ngx_conf_set_off_slot, least_rate, NULL),
    PLACE("segue_edge_next_upstream", NGX_CONF_1MORE, ngx_conf_set_bitmask_slot, upstream.next_upstream, &next_upstream),
    PLACE("segue_edge_trusted_certificate", NGX_CONF_TAKE1, ngx_conf_set_str_slot, trusted_certificate, NULL),
    ngx_null_command,
};

static ngx_http_module_t context = {NULL, add_filters, create_main, init_main, segue_balance_create, NULL, create_location, merge_location};

ngx_module_t ngx_http_segue_edge_module = {
    NGX_MODULE_V1, &context, commands, NGX_HTTP_MODULE, NULL,        init_module,
    init_process,  NULL,     NULL,     exit_process,    exit_master, NGX_MODULE_V1_PADDING,
};

/* The shared part outlives a reload: the folder is locked by this very process. */
static struct {
  ngx_str_t folder;
  ngx_int_t objects;
  off_t bytes;
  edge_shared* shared;
} opened;

segue_edge_main_t* segue_edge_main(void) {
  return ngx_http_cycle_get_module_main_conf(((ngx_cycle_t*)ngx_cycle), ngx_http_segue_edge_module);
}

static void* create_main(ngx_conf_t* cf) {
  segue_edge_main_t* conf = ngx_pcalloc(cf->pool, sizeof(*conf));
  if (conf == NULL) return NULL;
  conf->stale_if_error = NGX_CONF_UNSET;
  conf->client_directives = NGX_CONF_UNSET;
  conf->largest_object = conf->ahead = NGX_CONF_UNSET;
  conf->own_port = conf->spin = NGX_CONF_UNSET;
  conf->objects = 100000;
  conf->bytes = (off_t)1 << 30;
  conf->open_objects = 1000;
  conf->sendfile_above = 32 << 10;
  conf->sendfile_below = 1 << 20;
  return conf;
}

/* Said while the configuration is read, when nginx still can go on with the one before: later it could only end. */
static char* check_reload(ngx_conf_t* cf, const segue_edge_main_t* main) {
  if (opened.shared == NULL || main->folder.len == 0) return NGX_CONF_OK;
  if (opened.folder.len != main->folder.len || ngx_memcmp(opened.folder.data, main->folder.data, main->folder.len) != 0) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "segue_edge_cache: another folder needs a restart, not a reload");
    return NGX_CONF_ERROR;
  }
  if (opened.objects != main->objects || opened.bytes != main->bytes)
    ngx_log_error(NGX_LOG_WARN, cf->log, 0, "segue_edge_cache: objects= and size= stay as they were until a restart");
  return NGX_CONF_OK;
}

static char* init_main(ngx_conf_t* cf, void* conf) {
  segue_edge_main_t* main = conf;
  if (check_reload(cf, main) != NGX_CONF_OK) return NGX_CONF_ERROR;
  if (main->stale_if_error == NGX_CONF_UNSET) main->stale_if_error = 0;
  ngx_conf_init_value(main->client_directives, 1);
  if (main->largest_object == NGX_CONF_UNSET) main->largest_object = main->bytes;
  if (main->ahead == NGX_CONF_UNSET) main->ahead = 0;
  if (main->own_port == NGX_CONF_UNSET) main->own_port = 0;
  if (main->spin == NGX_CONF_UNSET) main->spin = 50; /* us: two or three answers */
  if (main->spin < 0 || main->spin > 1000) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "segue_edge_spin: expected 0 to 1000 microseconds");
    return NGX_CONF_ERROR;
  }
  if (main->own_port < 0 || main->own_port > 65535) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "segue_edge_preposition: expected a port");
    return NGX_CONF_ERROR;
  }
  if (main->redis.len > 0 && ngx_conf_full_name(cf->cycle, &main->redis, 0) != NGX_OK) return NGX_CONF_ERROR;
  static const ngx_str_t name = ngx_string("segue-edge"), targets = ngx_string("CDN-Cache-Control");
  if (main->name.len == 0) main->name = name; /* ngx_str_set() is two statements */
  if (main->targets.len == 0) main->targets = targets;
  if (main->name.len > 64) {
    ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "segue_edge_name: expected at most 64 bytes");
    return NGX_CONF_ERROR;
  }
  const edge_options options = {.name = segue_text(main->name),
                                .targets = segue_text(main->targets),
                                .ignored_query = segue_text(main->ignored_query),
                                .kept_query = segue_text(main->kept_query),
                                .codings = segue_text(main->codings),
                                .stale_if_error = main->stale_if_error,
                                .client_directives = main->client_directives != 0,
                                .largest_object = (uint64_t)main->largest_object,
                                .sendfile_above = (uint64_t)main->sendfile_above,
                                .sendfile_below = (uint64_t)main->sendfile_below,
                                .ahead_bytes = (uint64_t)main->ahead,
                                .open_objects = (size_t)main->open_objects};
  main->options = options;
  return NGX_CONF_OK;
}

static char* set_parameter(segue_edge_main_t* main, ngx_str_t* text) {
  ngx_str_t value;
  if (text->len > 8 && ngx_strncmp(text->data, "objects=", 8) == 0) {
    main->objects = ngx_atoi(text->data + 8, text->len - 8);
    return main->objects >= 16 && main->objects <= 100000000 ? NGX_CONF_OK : "objects: expected 16 to 100000000";
  }
  if (text->len > 5 && ngx_strncmp(text->data, "size=", 5) == 0) {
    value.data = text->data + 5;
    value.len = text->len - 5;
    main->bytes = ngx_parse_offset(&value);
    return main->bytes >= 1 << 20 ? NGX_CONF_OK : "size: expected at least 1m";
  }
  if (text->len > 5 && ngx_strncmp(text->data, "open=", 5) == 0) {
    main->open_objects = ngx_atoi(text->data + 5, text->len - 5);
    return main->open_objects >= 1 ? NGX_CONF_OK : "open: expected at least 1";
  }
  return "expected objects=, size= or open=";
}

static char* set_cache(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  segue_edge_main_t* main = conf;
  (void)command;
  ngx_str_t* arguments = cf->args->elts;
  if (main->folder.len > 0) return "is duplicate";
  main->folder = arguments[1];
  if (ngx_conf_full_name(cf->cycle, &main->folder, 0) != NGX_OK) return NGX_CONF_ERROR; /* ends it with a NUL, too */
  for (ngx_uint_t i = 2; i < cf->args->nelts; i++) {
    char* wrong = set_parameter(main, &arguments[i]);
    if (wrong != NGX_CONF_OK) return wrong;
  }
  return NGX_CONF_OK;
}

static char* set_sendfile(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  segue_edge_main_t* main = conf;
  (void)command;
  ngx_str_t* arguments = cf->args->elts;
  main->sendfile_above = ngx_parse_offset(&arguments[1]);
  main->sendfile_below = ngx_parse_offset(&arguments[2]);
  return main->sendfile_above < 0 || main->sendfile_below < 0 ? "expected two sizes" : NGX_CONF_OK;
}

static char* set_origin(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  segue_edge_location_t* location = conf;
  (void)command;
  if (location->upstream.upstream != NULL) return "is duplicate";
  ngx_str_t address = ((ngx_str_t*)cf->args->elts)[1];
  const ngx_uint_t ssl = address.len > 8 && ngx_strncasecmp(address.data, (u_char*)"https://", 8) == 0;
  if (!ssl && (address.len <= 7 || ngx_strncasecmp(address.data, (u_char*)"http://", 7) != 0)) return "expected http://… or https://…";
  location->ssl = (ngx_flag_t)ssl;
  ngx_url_t url;
  ngx_memzero(&url, sizeof(url));
  url.url.data = address.data + 7 + ssl;
  url.url.len = address.len - 7 - ssl;
  url.default_port = ssl ? 443 : 80;
  url.uri_part = 1;
  url.no_resolve = 1;
  location->upstream.upstream = ngx_http_upstream_add(cf, &url, 0);
  if (location->upstream.upstream == NULL) return NGX_CONF_ERROR;
  ngx_http_core_loc_conf_t* core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
  core->handler = segue_client_handler;
  return NGX_CONF_OK;
}

static void* create_location(ngx_conf_t* cf) {
  segue_edge_location_t* conf = ngx_pcalloc(cf->pool, sizeof(*conf));
  if (conf == NULL) return NULL;
  conf->upstream.connect_timeout = NGX_CONF_UNSET_MSEC;
  conf->upstream.send_timeout = NGX_CONF_UNSET_MSEC;
  conf->upstream.read_timeout = NGX_CONF_UNSET_MSEC;
  conf->least_rate = NGX_CONF_UNSET;
  return conf;
}

#if (NGX_HTTP_SSL)
static ngx_int_t set_ssl(ngx_conf_t* cf, segue_edge_location_t* location) {
  location->upstream.ssl = segue_tls_client(cf, &location->trusted_certificate);
  location->upstream.ssl_session_reuse = 1;
  location->upstream.ssl_server_name = 1;
  location->upstream.ssl_verify = 1;
  return location->upstream.ssl != NULL ? NGX_OK : NGX_ERROR;
}
#endif

static char* merge_location(ngx_conf_t* cf, void* parent, void* child) {
  segue_edge_location_t* above = parent;
  segue_edge_location_t* conf = child;
  ngx_http_upstream_conf_t* upstream = &conf->upstream;
  if (conf->target == NULL) conf->target = above->target;
  if (conf->host == NULL) conf->host = above->host;
  ngx_conf_merge_str_value(conf->trusted_certificate, above->trusted_certificate, SEGUE_TRUSTED_CERTIFICATES);
  ngx_conf_merge_msec_value(upstream->connect_timeout, above->upstream.connect_timeout, 2000);
  ngx_conf_merge_msec_value(upstream->send_timeout, above->upstream.send_timeout, 15000);
  ngx_conf_merge_msec_value(upstream->read_timeout, above->upstream.read_timeout, 15000);
  ngx_conf_merge_off_value(conf->least_rate, above->least_rate, 1024); /* speech at its lowest has 750 */
  ngx_conf_merge_bitmask_value(
      upstream->next_upstream, above->upstream.next_upstream,
      NGX_CONF_BITMASK_SET | NGX_HTTP_UPSTREAM_FT_ERROR | NGX_HTTP_UPSTREAM_FT_TIMEOUT | NGX_HTTP_UPSTREAM_FT_INVALID_HEADER);
  if (upstream->next_upstream & NGX_HTTP_UPSTREAM_FT_OFF) upstream->next_upstream = NGX_CONF_BITMASK_SET | NGX_HTTP_UPSTREAM_FT_OFF;
  /* A head must fit; bodies go through it as well. */
  upstream->buffer_size = 64 * 1024;
  /* X-Accel-… has no meaning here. */
  upstream->ignore_headers = NGX_HTTP_UPSTREAM_IGN_XA_REDIRECT | NGX_HTTP_UPSTREAM_IGN_XA_EXPIRES | NGX_HTTP_UPSTREAM_IGN_XA_LIMIT_RATE |
                             NGX_HTTP_UPSTREAM_IGN_XA_BUFFERING | NGX_HTTP_UPSTREAM_IGN_XA_CHARSET;
  upstream->request_buffering = 1;
  upstream->pass_request_headers = 1;
  upstream->pass_request_body = 1;
  ngx_str_set(&upstream->module, "segue_edge");
#if (NGX_HTTP_SSL)
  if (conf->ssl && set_ssl(cf, conf) != NGX_OK) return NGX_CONF_ERROR;
#endif
#if (NGX_HTTP_SSL)
  upstream->ssl_name = conf->host; /* the upstream{}'s name is nobody's */
#endif
  conf->fetch = *upstream;
  conf->fetch.ignore_client_abort = 1;
  if (upstream->upstream != NULL) {
    const segue_edge_main_t* main = ngx_http_conf_get_module_main_conf(cf, ngx_http_segue_edge_module);
    if (main->folder.len == 0) {
      ngx_log_error(NGX_LOG_EMERG, cf->log, 0, "segue_edge needs segue_edge_cache in http{}, before it");
      return NGX_CONF_ERROR;
    }
  }
  return NGX_CONF_OK;
}

/* ---- filters ---- */

static ngx_http_output_header_filter_pt next_header_filter;
static ngx_http_output_body_filter_pt next_body_filter;

static ngx_int_t filter_header(ngx_http_request_t* r) {
  segue_context_t* of = ngx_http_get_module_ctx(r, ngx_http_segue_edge_module);
  if (of != NULL && of->role == SEGUE_FETCH) return segue_fetch_header_filter(r);
  if (of != NULL && of->role == SEGUE_PASS && r->upstream != NULL && r->upstream->headers_in.status_n != 0 && r->err_status == 0) {
    if (segue_pass_fill((segue_client_t*)of) != NGX_OK) return NGX_ERROR;
  }
  return next_header_filter(r);
}

static ngx_int_t filter_body(ngx_http_request_t* r, ngx_chain_t* in) {
  const segue_context_t* of = ngx_http_get_module_ctx(r, ngx_http_segue_edge_module);
  return of != NULL && of->role == SEGUE_FETCH ? NGX_OK : next_body_filter(r, in);
}

static ngx_int_t add_filters(ngx_conf_t* cf) {
  next_header_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = filter_header;
  next_body_filter = ngx_http_top_body_filter;
  ngx_http_top_body_filter = filter_body;
  if (segue_work_init(cf) != NGX_OK || segue_figures_init(cf) != NGX_OK) return NGX_ERROR;
  return segue_ahead_init(cf);
}

/* ---- processes ---- */

static segue_edge_main_t* main_of(ngx_cycle_t* cycle) {
  if (ngx_get_conf(cycle->conf_ctx, ngx_http_module) == NULL) return NULL; /* no http{} at all */
  return ngx_http_cycle_get_module_main_conf(cycle, ngx_http_segue_edge_module);
}

static void give_to_workers(ngx_cycle_t* cycle, const segue_edge_main_t* main) {
  /* Workers that run as another user make and remove files here. */
  const ngx_core_conf_t* core = (ngx_core_conf_t*)ngx_get_conf(cycle->conf_ctx, ngx_core_module);
  if (geteuid() != 0 || core->user == (ngx_uid_t)NGX_CONF_UNSET_UINT) return;
  (void)edge_give_folder((const char*)main->folder.data, core->user);
}

static ngx_int_t init_module(ngx_cycle_t* cycle) {
  segue_edge_main_t* main = main_of(cycle);
  if (main == NULL || main->folder.len == 0 || ngx_test_config) return NGX_OK;
  if (opened.shared == NULL) {
    char error[512];
    opened.shared = edge_shared_open((const char*)main->folder.data, (uint32_t)main->objects, (uint64_t)main->bytes, error, sizeof(error));
    if (opened.shared == NULL) {
      ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "segue_edge_cache: %s", error);
      return NGX_ERROR;
    }
    opened.folder.len = main->folder.len;
    opened.folder.data = malloc(main->folder.len);
    if (opened.folder.data == NULL) return NGX_ERROR;
    ngx_memcpy(opened.folder.data, main->folder.data, main->folder.len);
    opened.objects = main->objects;
    opened.bytes = main->bytes;
    give_to_workers(cycle, main);
  }
  main->shared = opened.shared;
  return NGX_OK;
}

static ngx_int_t init_process(ngx_cycle_t* cycle) {
  segue_edge_main_t* main = main_of(cycle);
  if (main == NULL || main->shared == NULL) return NGX_OK;
  if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE) return NGX_OK; /* nginx's cache manager */
  main->worker = edge_worker_create(main->shared, &main->options, (int)ngx_pid);
  segue_fetch_begin();
  segue_cold_start();
  if (main->worker == NULL) {
    ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "segue_edge: this worker cannot join: out of memory, sockets, or more than 128 workers");
    return NGX_ERROR;
  }
  if (segue_purge_start(cycle, main) != NGX_OK) {
    ngx_log_error(NGX_LOG_EMERG, cycle->log, 0, "segue_edge_purges: no thread for them");
    return NGX_ERROR;
  }
  if (ngx_process == NGX_PROCESS_SINGLE || ngx_worker == 0) edge_worker_remove_leftovers(main->worker);
  segue_spin_start((ngx_uint_t)main->spin);
  segue_balance_start(cycle);
  segue_check_start(cycle);
  segue_members_start(cycle);
  return segue_waiting_start(cycle, main->worker);
}

static void exit_process(ngx_cycle_t* cycle) {
  segue_edge_main_t* main = main_of(cycle);
  if (main == NULL || main->worker == NULL) return;
  segue_purge_stop();
  segue_members_stop();
  segue_fetch_stop();
  edge_worker_leave(main->worker);
}

static void exit_master(ngx_cycle_t* cycle) {
  (void)cycle;
  if (opened.shared != NULL) edge_shared_close(opened.shared);
  opened.shared = NULL;
}
