/* SPDX-License-Identifier: Apache-2.0
 *   segue_access_keys FILE|off;        (http, server; off: location) only who carries a token of these keys gets in
 * (docs/formats/tokens.md) segue_access_issuers NAME,NAME…;   (http, server, location) the issuers that a Common Access Token may name;
 * unless given, any segue_access_audience NAME,NAME…;  (http, server, location) Variables: $segue_token (why it was refused; "none": let
 * through), $segue_token_key, $segue_token_subject.
 *
 * Where a server has keys the token is taken out of the address before a location is chosen: $request_uri, $args, logs of them, the
 * cache's key and what the origin is asked have never seen it. A browser's preflight request (OPTIONS) can carry no
 * token but in the path: it is answered here, whatever the address, and learns nothing of what lies there. */
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "edge-cache/ticket/ticket.h"

typedef struct {
  ngx_str_t keys, issuers, audience;
  ticket_gate* gate; /* null: open */
} segue_access_t;

extern ngx_module_t ngx_http_segue_access_module;
static ngx_http_output_header_filter_pt next_header_filter;

static ticket_text lent(ngx_str_t text) {
  const ticket_text value = {(const char*)text.data, text.len};
  return value;
}

static ngx_str_t borrowed(ticket_text text) {
  const ngx_str_t value = {text.size, (u_char*)text.data};
  return value;
}

static ngx_int_t is_named(const ngx_table_elt_t* header, const char* name) {
  return header->key.len == ngx_strlen(name) && ngx_strncasecmp(header->key.data, (u_char*)name, header->key.len) == 0;
}

/* Every value of a request's field, joined with "; ". Their list, not nginx's shortcut: its type changed in 1.23. */
static ngx_str_t field_of(ngx_http_request_t* r, const char* name) {
  ngx_str_t joined = ngx_null_string;
  for (ngx_list_part_t* part = &r->headers_in.headers.part; part != NULL; part = part->next) {
    const ngx_table_elt_t* headers = part->elts;
    for (ngx_uint_t i = 0; i < part->nelts; i++) {
      if (!is_named(&headers[i], name)) continue;
      if (joined.len == 0) {
        joined = headers[i].value;
        continue;
      }
      u_char* text = ngx_pnalloc(r->pool, joined.len + 2 + headers[i].value.len);
      if (text == NULL) return joined;
      u_char* end = ngx_cpymem(ngx_cpymem(text, joined.data, joined.len), "; ", 2);
      joined.len = (size_t)(ngx_cpymem(end, headers[i].value.data, headers[i].value.len) - text);
      joined.data = text;
    }
  }
  return joined;
}

static ngx_int_t copy(ngx_pool_t* pool, ngx_str_t* to, ticket_text text) {
  to->data = ngx_pnalloc(pool, text.size + 1);
  if (to->data == NULL) return NGX_ERROR;
  ngx_memcpy(to->data, text.data, text.size);
  to->len = text.size;
  return NGX_OK;
}

static void forget(void* data) { ticket_destroy(data); }

/* Kept in the request's pool: an internal redirect clears nginx's own place for it. */
static edge_ticket* ticket_of(const ngx_http_request_t* r) {
  edge_ticket* carried = ngx_http_get_module_ctx(r, ngx_http_segue_access_module);
  for (const ngx_pool_cleanup_t* kept = r->pool->cleanup; carried == NULL && kept != NULL; kept = kept->next)
    if (kept->handler == forget) carried = kept->data;
  return carried;
}

static edge_ticket* make_ticket(ngx_http_request_t* r) {
  ngx_str_t path = r->unparsed_uri, query = ngx_null_string;
  u_char* mark = ngx_strlchr(path.data, path.data + path.len, '?');
  if (mark != NULL) {
    query.data = mark + 1;
    query.len = (size_t)(path.data + path.len - query.data);
    path.len = (size_t)(mark - path.data);
  }
  const ticket_request request = {lent(path), lent(query), lent(field_of(r, "CTA-Common-Access-Token")), lent(field_of(r, "Cookie"))};
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(r->pool, 0);
  if (cleanup == NULL) return NULL;
  edge_ticket* made = ticket_create(&request);
  if (made == NULL) return NULL;
  cleanup->handler = forget;
  cleanup->data = made;
  ngx_http_set_ctx(r, made, ngx_http_segue_access_module);
  return made;
}

/* The address without the token, in every form in which nginx keeps it. */
static ngx_int_t strip(ngx_http_request_t* r, const edge_ticket* ticket) {
  const ticket_text path = ticket_path(ticket), query = ticket_query(ticket);
  const size_t cut = ticket_path_cut(ticket);
  if (cut > 0) {
    /* A token has no character that nginx decodes: what was cut of the raw path stands in the decoded one as it is. */
    if (r->uri.len <= cut || ngx_memcmp(r->uri.data, r->unparsed_uri.data, cut) != 0 || r->uri.data[cut] != '/')
      return NGX_HTTP_BAD_REQUEST;
    r->uri.data += cut;
    r->uri.len -= cut;
  }
  if (copy(r->pool, &r->args, query) != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  r->unparsed_uri.data = ngx_pnalloc(r->pool, path.size + 1 + query.size);
  if (r->unparsed_uri.data == NULL) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  u_char* end = ngx_cpymem(r->unparsed_uri.data, path.data, path.size);
  if (query.size > 0) {
    *end++ = '?';
    end = ngx_cpymem(end, query.data, query.size);
  }
  r->unparsed_uri.len = (size_t)(end - r->unparsed_uri.data);
  ngx_http_set_exten(r);
  return NGX_DECLINED;
}

static ngx_int_t take_token(ngx_http_request_t* r) {
  const segue_access_t* conf = ngx_http_get_module_loc_conf(r, ngx_http_segue_access_module);
  if (conf->gate == NULL || r != r->main || r->internal || ngx_http_get_module_ctx(r, ngx_http_segue_access_module) != NULL)
    return NGX_DECLINED;
  const edge_ticket* made = make_ticket(r);
  return made == NULL ? NGX_HTTP_INTERNAL_SERVER_ERROR : strip(r, made);
}

static ngx_str_t port_of(ngx_http_request_t* r) {
  ngx_str_t text = ngx_null_string;
  if (ngx_connection_local_sockaddr(r->connection, NULL, 0) != NGX_OK) return text;
  text.data = ngx_pnalloc(r->pool, NGX_INT_T_LEN);
  if (text.data != NULL)
    text.len = (size_t)(ngx_sprintf(text.data, "%ui", (ngx_uint_t)ngx_inet_get_port(r->connection->local_sockaddr)) - text.data);
  return text;
}

static void complain(ngx_http_request_t* r, ticket_gate* gate) {
  const ngx_str_t complaint = borrowed(ticket_gate_complaint(gate));
  if (complaint.len > 0) ngx_log_error(NGX_LOG_ERR, r->connection->log, 0, "segue_access_keys: %V; the last good keys stay", &complaint);
}

static ngx_int_t add_field(ngx_http_request_t* r, ticket_text name, ticket_text value) {
  if (value.size == 0) return NGX_OK;
  ngx_table_elt_t* header = ngx_list_push(&r->headers_out.headers);
  if (header == NULL) return NGX_ERROR;
  ngx_memzero(header, sizeof(*header)); /* nginx 1.23 added a member */
  header->hash = 1;
  header->key = borrowed(name);
  header->value = borrowed(value);
  return NGX_OK;
}

#define TEXT(literal) \
  { literal, sizeof(literal) - 1 }

/* Fetch standard 3.2.2: to whom media may be shown, and with which fields it may be asked for. */
static ngx_int_t answer_preflight(ngx_http_request_t* r) {
  static const ticket_text fields[][2] = {
      {TEXT("Allow"), TEXT("GET, HEAD, OPTIONS")},
      {TEXT("Access-Control-Allow-Origin"), TEXT("*")},
      {TEXT("Access-Control-Allow-Methods"), TEXT("GET, HEAD, OPTIONS")},
      {TEXT("Access-Control-Allow-Headers"), TEXT("Range, If-Range, If-Match, If-None-Match, If-Modified-Since, CMCD-Object, CMCD-Request, "
                                                  "CMCD-Session, CMCD-Status, CTA-Common-Access-Token")},
      {TEXT("Access-Control-Max-Age"), TEXT("86400")},
  };
  ngx_int_t rc = ngx_http_discard_request_body(r);
  if (rc != NGX_OK) return rc;
  for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
    if (add_field(r, fields[i][0], fields[i][1]) != NGX_OK) return NGX_HTTP_INTERNAL_SERVER_ERROR;
  r->headers_out.status = NGX_HTTP_NO_CONTENT;
  r->header_only = 1;
  rc = ngx_http_send_header(r);
  ngx_http_finalize_request(r, rc);
  return NGX_DONE;
}

static ngx_int_t check_token(ngx_http_request_t* r) {
  segue_access_t* conf = ngx_http_get_module_loc_conf(r, ngx_http_segue_access_module);
  if (conf->gate == NULL || r != r->main) return NGX_DECLINED;
  if (r->method == NGX_HTTP_OPTIONS) return answer_preflight(r);
  edge_ticket* carried = ticket_of(r);
  /* Without a ticket: the error's page of a request that could not be read. That a request is internal says nothing: a rewrite makes it so,
   * before anybody has looked. Once is enough: what comes after is that request's own page, of an error too. */
  if (carried == NULL) return r->error_page ? NGX_DECLINED : NGX_HTTP_INTERNAL_SERVER_ERROR;
  if (ticket_is_checked(carried)) return NGX_DECLINED;
  ticket_asker asker = {
      lent(r->method_name),         {"http", 4},        lent(r->headers_in.server), lent(port_of(r)), lent(r->connection->addr_text),
      lent(field_of(r, "Referer")), (int64_t)ngx_time()};
#if (NGX_HTTP_SSL)
  if (r->connection->ssl != NULL) asker.scheme = (ticket_text){"https", 5};
#endif
  const int status = ticket_check(carried, conf->gate, &asker);
  complain(r, conf->gate);
  return status == NGX_HTTP_OK ? NGX_DECLINED : status;
}

static ngx_int_t filter_header(ngx_http_request_t* r) {
  const edge_ticket* carried = r == r->main ? ngx_http_get_module_ctx(r, ngx_http_segue_access_module) : NULL;
  if (carried != NULL) {
    const ticket_text cookie = {"Set-Cookie", 10};
    if (add_field(r, cookie, ticket_set_cookie(carried)) != NGX_OK) return NGX_ERROR;
    if (add_field(r, ticket_field_name(carried), ticket_field_value(carried)) != NGX_OK) return NGX_ERROR;
  }
  return next_header_filter(r);
}

/* ---- variables ---- */

typedef ticket_text (*part_of)(const edge_ticket* ticket);
static const part_of parts[] = {ticket_reason, ticket_key_id, ticket_subject};
static ngx_str_t names[] = {ngx_string("segue_token"), ngx_string("segue_token_key"), ngx_string("segue_token_subject")};

static ngx_int_t get_variable(ngx_http_request_t* r, ngx_http_variable_value_t* value, uintptr_t part) {
  const edge_ticket* carried = ticket_of(r);
  const ticket_text text = carried == NULL ? (ticket_text){"", 0} : parts[part](carried);
  value->data = (u_char*)text.data;
  value->len = (unsigned)text.size & 0xFFFFFFF;
  value->valid = 1;
  value->no_cacheable = 0;
  value->not_found = text.size == 0;
  return NGX_OK;
}

static ngx_int_t add_variables(ngx_conf_t* cf) {
  for (ngx_uint_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
    ngx_http_variable_t* variable = ngx_http_add_variable(cf, &names[i], NGX_HTTP_VAR_NOCACHEABLE);
    if (variable == NULL) return NGX_ERROR;
    variable->get_handler = get_variable;
    variable->data = i;
  }
  return NGX_OK;
}

/* ---- configuration ---- */

static ngx_int_t add_phases(ngx_conf_t* cf) {
  ngx_http_core_main_conf_t* core = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
  ngx_http_handler_pt* handler = ngx_array_push(&core->phases[NGX_HTTP_SERVER_REWRITE_PHASE].handlers);
  if (handler == NULL) return NGX_ERROR;
  *handler = take_token;
  /* Before nginx's limits, which so can count by listener: of a phase, what a module that was loaded adds comes first. */
  handler = ngx_array_push(&core->phases[NGX_HTTP_PREACCESS_PHASE].handlers);
  if (handler == NULL) return NGX_ERROR;
  *handler = check_token;
  next_header_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = filter_header;
  return NGX_OK;
}

static void* create_location(ngx_conf_t* cf) { return ngx_pcalloc(cf->pool, sizeof(segue_access_t)); }

static void close_gate(void* data) { ticket_gate_destroy(data); }

static char* merge_location(ngx_conf_t* cf, void* parent, void* child) {
  const segue_access_t* above = parent;
  segue_access_t* conf = child;
  const ngx_uint_t own = conf->keys.len + conf->issuers.len + conf->audience.len > 0;
  ngx_conf_merge_str_value(conf->keys, above->keys, "off");
  ngx_conf_merge_str_value(conf->issuers, above->issuers, "");
  ngx_conf_merge_str_value(conf->audience, above->audience, "");
  if (conf->keys.len == 3 && ngx_strncmp(conf->keys.data, "off", 3) == 0) return NGX_CONF_OK;
  if (!own && above->gate != NULL) {
    conf->gate = above->gate;
    return NGX_CONF_OK;
  }
  if (ngx_conf_full_name(cf->cycle, &conf->keys, 0) != NGX_OK) return NGX_CONF_ERROR;
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(cf->pool, 0);
  if (cleanup == NULL) return NGX_CONF_ERROR;
  conf->gate = ticket_gate_create(lent(conf->keys), lent(conf->issuers), lent(conf->audience));
  if (conf->gate == NULL) return NGX_CONF_ERROR;
  cleanup->handler = close_gate;
  cleanup->data = conf->gate;
  const ngx_str_t complaint = borrowed(ticket_gate_complaint(conf->gate));
  if (complaint.len > 0) ngx_conf_log_error(NGX_LOG_WARN, cf, 0, "segue_access_keys: %V; until then every token is refused", &complaint);
  return NGX_CONF_OK;
}

/* A location of its own keys would choose its cache key before the token is out of the address. */
static char* set_keys(ngx_conf_t* cf, ngx_command_t* command, void* conf) {
  const ngx_str_t* value = &((ngx_str_t*)cf->args->elts)[1];
  const ngx_uint_t off = value->len == 3 && ngx_strncmp(value->data, "off", 3) == 0;
  if ((cf->cmd_type & NGX_HTTP_LOC_CONF) != 0 && !off) return "is only turned off in a location; keys are the server's";
  return ngx_conf_set_str_slot(cf, command, conf);
}

#define ANYWHERE (NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1)
#define PLACE(name, set, member) \
  { ngx_string(name), ANYWHERE, set, NGX_HTTP_LOC_CONF_OFFSET, offsetof(segue_access_t, member), NULL }

static ngx_command_t commands[] = {
    PLACE("segue_access_keys", set_keys, keys),
    PLACE("segue_access_issuers", ngx_conf_set_str_slot, issuers),
    PLACE("segue_access_audience", ngx_conf_set_str_slot, audience),
    ngx_null_command,
};

static ngx_http_module_t context = {add_variables, add_phases, NULL, NULL, NULL, NULL, create_location, merge_location};

ngx_module_t ngx_http_segue_access_module = {
    NGX_MODULE_V1, &context, commands, NGX_HTTP_MODULE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NGX_MODULE_V1_PADDING,
};
