/* SPDX-License-Identifier: Apache-2.0
 * segue_origin FOLDER;              (location)  serves the store in FOLDER; the location is /v/
 * segue_origin_cache 128m;          (http)      bound of what each worker keeps in memory of each store
 * segue_origin_open_files 1024;     (http)      bound of track files that each worker keeps open of each store;
 *                                             fewer where the process may not open so many
 * segue_origin_valid 1s;            (http)      for so long what was looked at is not looked at again: a re-published asset is seen then
 *
 * Asks origin/ for a plan and carries it out. Decides nothing: no address, no media word, no header value occurs here. */
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>
#include <sys/resource.h>

#include "origin/nginx/send_plan.h"
#include "origin/plan.h"

typedef struct {
  ngx_str_t folder;
  origin* decider; /* of this worker */
} segue_store_t;

typedef struct {
  ngx_array_t stores; /* segue_store_t* */
  size_t cache_bytes;
  ngx_int_t open_files;
  ngx_msec_t validity;
} segue_main_conf_t;

typedef struct {
  segue_store_t* store; /* null: not a segue_origin location */
} segue_location_conf_t;

static void* create_main_conf(ngx_conf_t* cf);
static char* init_main_conf(ngx_conf_t* cf, void* conf);
static void* create_location_conf(ngx_conf_t* cf);
static char* set_store(ngx_conf_t* cf, ngx_command_t* command, void* conf);
static ngx_int_t init_process(ngx_cycle_t* cycle);
static void exit_process(ngx_cycle_t* cycle);
static ngx_int_t handle(ngx_http_request_t* r);

static ngx_command_t commands[] = {
    {ngx_string("segue_origin"), NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, set_store, NGX_HTTP_LOC_CONF_OFFSET, 0, NULL},
    {ngx_string("segue_origin_cache"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_conf_set_size_slot, NGX_HTTP_MAIN_CONF_OFFSET,
     offsetof(segue_main_conf_t, cache_bytes), NULL},
    {ngx_string("segue_origin_open_files"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_conf_set_num_slot, NGX_HTTP_MAIN_CONF_OFFSET,
     offsetof(segue_main_conf_t, open_files), NULL},
    {ngx_string("segue_origin_valid"), NGX_HTTP_MAIN_CONF | NGX_CONF_TAKE1, ngx_conf_set_msec_slot, NGX_HTTP_MAIN_CONF_OFFSET,
     offsetof(segue_main_conf_t, validity), NULL},
    ngx_null_command,
};

static ngx_http_module_t context = {NULL, NULL, create_main_conf, init_main_conf, NULL, NULL, create_location_conf, NULL};

ngx_module_t ngx_http_segue_origin_module = {
    NGX_MODULE_V1, &context, commands, NGX_HTTP_MODULE, NULL, NULL, init_process, NULL, NULL, exit_process, NULL, NGX_MODULE_V1_PADDING,
};

static void* create_main_conf(ngx_conf_t* cf) {
  segue_main_conf_t* conf = ngx_pcalloc(cf->pool, sizeof(*conf));
  if (conf == NULL || ngx_array_init(&conf->stores, cf->pool, 1, sizeof(segue_store_t*)) != NGX_OK) return NULL;
  conf->cache_bytes = NGX_CONF_UNSET_SIZE;
  conf->open_files = NGX_CONF_UNSET;
  conf->validity = NGX_CONF_UNSET_MSEC;
  return conf;
}

static char* init_main_conf(ngx_conf_t* cf, void* conf) {
  segue_main_conf_t* main = conf;
  ngx_conf_init_size_value(main->cache_bytes, (size_t)128 << 20);
  ngx_conf_init_value(main->open_files, 1024);
  ngx_conf_init_msec_value(main->validity, 1000);
  if (main->open_files < 1) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "segue_origin_open_files: expected at least 1");
    return NGX_CONF_ERROR;
  }
  return NGX_CONF_OK;
}

static void* create_location_conf(ngx_conf_t* cf) { return ngx_pcalloc(cf->pool, sizeof(segue_location_conf_t)); }

/* Locations that name the same folder share what is known of it. */
static segue_store_t* store_of(ngx_conf_t* cf, const ngx_str_t* folder) {
  segue_main_conf_t* main = ngx_http_conf_get_module_main_conf(cf, ngx_http_segue_origin_module);
  segue_store_t** stores = main->stores.elts;
  for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
    if (stores[i]->folder.len == folder->len && ngx_memcmp(stores[i]->folder.data, folder->data, folder->len) == 0) return stores[i];
  }
  segue_store_t* store = ngx_pcalloc(cf->pool, sizeof(*store));
  segue_store_t** place = ngx_array_push(&main->stores);
  if (store == NULL || place == NULL) return NULL;
  store->folder = *folder;
  return *place = store;
}

static char* set_store(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  segue_location_conf_t* location = conf;
  (void)command;
  if (location->store != NULL) return "is duplicate";
  ngx_str_t* folder = &((ngx_str_t*)cf->args->elts)[1];
  if (ngx_conf_full_name(cf->cycle, folder, 0) != NGX_OK) return NGX_CONF_ERROR; /* ends it with a NUL, too */
  location->store = store_of(cf, folder);
  if (location->store == NULL) return NGX_CONF_ERROR;
  ngx_http_core_loc_conf_t* core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
  core->handler = handle;
  return NGX_CONF_OK;
}

static segue_main_conf_t* main_conf_of(ngx_cycle_t* cycle) {
  if (ngx_get_conf(cycle->conf_ctx, ngx_http_module) == NULL) return NULL; /* no http{} at all */
  return ngx_http_cycle_get_module_main_conf(cycle, ngx_http_segue_origin_module);
}

/* How many of the `wanted` files may really be kept open: connections come first. The process's limit is raised as far as it may be. */
static size_t files_allowed(const ngx_cycle_t* cycle, size_t wanted) {
  const rlim_t others = cycle->connection_n + 256; /* logs, listening sockets, what is open for a moment */
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) == -1) return 1;
  if (limit.rlim_cur < wanted + others) {
    const struct rlimit raised = {ngx_min(limit.rlim_max, wanted + others), limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  if (limit.rlim_cur <= others) return 1;
  return ngx_min(wanted, limit.rlim_cur - others);
}

static ngx_int_t init_process(ngx_cycle_t* cycle) {
  segue_main_conf_t* main = main_conf_of(cycle);
  if (main == NULL || main->stores.nelts == 0) return NGX_OK;
  segue_store_t** stores = main->stores.elts;
  const size_t open_files = files_allowed(cycle, (size_t)main->open_files * main->stores.nelts) / main->stores.nelts;
  for (ngx_uint_t i = 0; i < main->stores.nelts; i++) {
    const origin_options options = {.store = (const char*)stores[i]->folder.data,
                                    .cache_bytes = main->cache_bytes,
                                    .open_files = ngx_max(open_files, 1),
                                    .validity_ms = (uint32_t)main->validity};
    stores[i]->decider = origin_create(&options);
    if (stores[i]->decider == NULL) return NGX_ERROR;
  }
  return NGX_OK;
}

static void exit_process(ngx_cycle_t* cycle) {
  segue_main_conf_t* main = main_conf_of(cycle);
  if (main == NULL) return;
  segue_store_t** stores = main->stores.elts;
  for (ngx_uint_t i = 0; i < main->stores.nelts; i++) origin_destroy(stores[i]->decider);
}

static void release(void* plan) { origin_release(plan); }

static origin_text text_of(ngx_str_t value) {
  const origin_text text = {(const char*)value.data, value.len};
  return text;
}

/* The address as the client wrote it, so that "%2e%2e" is refused and not understood; after a rewrite, as it was rewritten. */
static void set_address(const ngx_http_request_t* r, origin_request* request) {
  request->path = text_of(r->uri);
  request->query = text_of(r->args);
  if (r != r->main || r->internal || !r->valid_unparsed_uri) return;
  request->path = text_of(r->unparsed_uri);
  const char* mark = memchr(request->path.data, '?', request->path.size);
  if (mark != NULL) request->path.size = (size_t)(mark - request->path.data);
}

static ngx_int_t handle(ngx_http_request_t* r) {
  const ngx_int_t discarded = ngx_http_discard_request_body(r);
  if (discarded != NGX_OK) return discarded;

  const segue_location_conf_t* location = ngx_http_get_module_loc_conf(r, ngx_http_segue_origin_module);
  origin_request request = {.method = text_of(r->method_name), .now_ms = (int64_t)ngx_current_msec};
  set_address(r, &request);
  if (r->headers_in.accept_encoding != NULL) request.accept_encoding = text_of(r->headers_in.accept_encoding->value);

  /* A cleanup's memory is its own allocation: the plan lives there as long as the request. */
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(r->pool, sizeof(origin_plan));
  if (cleanup == NULL) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  origin_plan* plan = cleanup->data;
  origin_make_plan(location->store->decider, &request, plan);
  cleanup->handler = release;

  if (plan->fault.size > 0) {
    ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "segue_origin: %*s", plan->fault.size, plan->fault.data);
  }
  return segue_send_plan(r, plan);
}
