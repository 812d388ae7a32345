/* SPDX-License-Identifier: Apache-2.0
 *   segue_cmsd NAME|off;  (http, server, location) adds this node to CMSD-Dynamic (CTA-5006): etp and rtt of the client's connection
 * Variables, for log_format with escape=none:
 *   $segue_cmcd       what the player said about its request (CTA-5004, header fields and query) as a JSON object
 *   $segue_json_NAME  the variable NAME as it stands between quotation marks in JSON; empty where it is not set */
#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "edge-cache/ticket/ticket.h"

#define MOST_JSON 4096
#define MOST_CMSD 1024

typedef struct {
  ngx_str_t node;
} segue_cmcd_t;

extern ngx_module_t ngx_http_segue_cmcd_module;
static ngx_http_output_header_filter_pt next_header_filter;

static ticket_text lent(ngx_str_t text) {
  const ticket_text value = {(const char*)text.data, text.len};
  return value;
}

static ngx_int_t starts(const ngx_table_elt_t* header, const char* name, size_t size) {
  return header->key.len >= size && (header->key.data[0] | 0x20) == (name[0] | 0x20) &&
         ngx_strncasecmp(header->key.data, (u_char*)name, size) == 0;
}

/* The values of CMCD-Object, CMCD-Request, CMCD-Session and CMCD-Status. */
static size_t fields_of(ngx_http_request_t* r, ticket_text* fields, size_t room) {
  size_t count = 0;
  for (ngx_list_part_t* part = &r->headers_in.headers.part; part != NULL; part = part->next) {
    const ngx_table_elt_t* headers = part->elts;
    for (ngx_uint_t i = 0; i < part->nelts && count < room; i++) {
      if (starts(&headers[i], "CMCD-", 5)) fields[count++] = lent(headers[i].value);
    }
  }
  return count;
}

static ngx_int_t get_cmcd(ngx_http_request_t* r, ngx_http_variable_value_t* value, uintptr_t data) {
  (void)data;
  static char json[MOST_JSON]; /* more than a pool gives without asking the system */
  ticket_text fields[4];
  const size_t count = fields_of(r, fields, 4);
  size_t size = ticket_cmcd_json(fields, count, lent(r->args), json, sizeof(json));
  if (size == 0) size = (size_t)(ngx_cpymem(json, "{}", 2) - (u_char*)json);
  value->data = ngx_pnalloc(r->pool, size);
  if (value->data == NULL) return NGX_ERROR;
  ngx_memcpy(value->data, json, size);
  value->len = (unsigned)size & 0xFFFFFFF;
  value->valid = 1;
  value->no_cacheable = 0;
  value->not_found = 0;
  return NGX_OK;
}

static ngx_table_elt_t* find_dynamic(ngx_http_request_t* r) {
  for (ngx_list_part_t* part = &r->headers_out.headers.part; part != NULL; part = part->next) {
    ngx_table_elt_t* headers = part->elts;
    for (ngx_uint_t i = 0; i < part->nelts; i++) {
      if (headers[i].hash != 0 && headers[i].key.len == 12 && starts(&headers[i], "CMSD-Dynamic", 12)) return &headers[i];
    }
  }
  return NULL;
}

/* What the kernel says of a connection, asked once a second: a call to the kernel for each of the small requests of a busy connection is
 * a tenth of what they cost. */
static size_t figures_of(const ngx_connection_t* c, ngx_str_t node, u_char* text) {
  enum { REMEMBERED = 1024, MOST = 128 };
  static struct {
    ngx_atomic_uint_t connection;
    time_t at;
    size_t size;
    ngx_str_t node;
    u_char text[MOST];
  } all[REMEMBERED];
  const ngx_uint_t place = (ngx_uint_t)c->fd % REMEMBERED;
  if (all[place].connection != c->number || all[place].at != ngx_time() || all[place].node.data != node.data) {
    all[place].size = ticket_cmsd_dynamic((ticket_text){"", 0}, lent(node), c->fd, (char*)all[place].text, MOST);
    all[place].connection = c->number;
    all[place].at = ngx_time();
    all[place].node = node;
  }
  ngx_memcpy(text, all[place].text, all[place].size);
  return all[place].size;
}

static ngx_int_t filter_header(ngx_http_request_t* r) {
  const segue_cmcd_t* conf = ngx_http_get_module_loc_conf(r, ngx_http_segue_cmcd_module);
  const ngx_int_t off = conf->node.len == 3 && ngx_strncmp(conf->node.data, "off", 3) == 0;
  if (off || r != r->main || r->connection->fd == (ngx_socket_t)-1) return next_header_filter(r);
  ngx_table_elt_t* header = find_dynamic(r);
  u_char* text = ngx_pnalloc(r->pool, header == NULL ? 128 : MOST_CMSD);
  if (text == NULL) return NGX_ERROR;
  const size_t size = header == NULL
                          ? figures_of(r->connection, conf->node, text)
                          : ticket_cmsd_dynamic(lent(header->value), lent(conf->node), r->connection->fd, (char*)text, MOST_CMSD);
  if (size == 0) return next_header_filter(r);
  if (header == NULL) {
    header = ngx_list_push(&r->headers_out.headers);
    if (header == NULL) return NGX_ERROR;
    ngx_memzero(header, sizeof(*header)); /* nginx 1.23 added a member */
    header->hash = 1;
    ngx_str_set(&header->key, "CMSD-Dynamic");
  }
  header->value.data = text;
  header->value.len = size;
  return next_header_filter(r);
}

static ngx_str_t json_prefix = ngx_string("segue_json_");

/* `data`: the variable's whole name. */
static ngx_int_t get_json(ngx_http_request_t* r, ngx_http_variable_value_t* value, uintptr_t data) {
  const ngx_str_t* whole = (const ngx_str_t*)data;
  ngx_str_t name = {whole->len - json_prefix.len, whole->data + json_prefix.len};
  const ngx_http_variable_value_t* plain = ngx_http_get_variable(r, &name, ngx_hash_key(name.data, name.len));
  if (plain == NULL) return NGX_ERROR;
  const size_t size = plain->not_found ? 0 : plain->len;
  const size_t longer = size == 0 ? 0 : (size_t)ngx_escape_json(NULL, plain->data, size);
  value->data = longer == 0 && size > 0 ? plain->data : ngx_pnalloc(r->pool, size + longer + 1);
  if (value->data == NULL) return NGX_ERROR;
  if (longer > 0) (void)ngx_escape_json(value->data, plain->data, size);
  value->len = (unsigned)(size + longer) & 0xFFFFFFF;
  value->valid = 1;
  value->no_cacheable = 1; /* as fresh as what it shows */
  value->not_found = 0;
  return NGX_OK;
}

static ngx_int_t add_variables(ngx_conf_t* cf) {
  ngx_str_t name = ngx_string("segue_cmcd");
  ngx_http_variable_t* variable = ngx_http_add_variable(cf, &name, 0);
  if (variable == NULL) return NGX_ERROR;
  variable->get_handler = get_cmcd;
  variable = ngx_http_add_variable(cf, &json_prefix, NGX_HTTP_VAR_PREFIX | NGX_HTTP_VAR_NOCACHEABLE);
  if (variable == NULL) return NGX_ERROR;
  variable->get_handler = get_json;
  return NGX_OK;
}

static ngx_int_t add_filter(ngx_conf_t* cf) {
  (void)cf;
  next_header_filter = ngx_http_top_header_filter;
  ngx_http_top_header_filter = filter_header;
  return NGX_OK;
}

static void* create_location(ngx_conf_t* cf) { return ngx_pcalloc(cf->pool, sizeof(segue_cmcd_t)); }

static char* merge_location(ngx_conf_t* cf, void* parent, void* child) {
  const segue_cmcd_t* above = parent;
  segue_cmcd_t* conf = child;
  (void)cf;
  ngx_conf_merge_str_value(conf->node, above->node, "off");
  for (size_t i = 0; i < conf->node.len; i++) {
    const u_char c = conf->node.data[i];
    if (c < 0x20 || c > 0x7E || c == '"' || c == '\\') return "segue_cmsd: expected a name of printable characters";
  }
  return NGX_CONF_OK;
}

static ngx_command_t commands[] = {
    {ngx_string("segue_cmsd"), NGX_HTTP_MAIN_CONF | NGX_HTTP_SRV_CONF | NGX_HTTP_LOC_CONF | NGX_CONF_TAKE1, ngx_conf_set_str_slot,
     NGX_HTTP_LOC_CONF_OFFSET, offsetof(segue_cmcd_t, node), NULL},
    ngx_null_command,
};

static ngx_http_module_t context = {add_variables, add_filter, NULL, NULL, NULL, NULL, create_location, merge_location};

ngx_module_t ngx_http_segue_cmcd_module = {
    NGX_MODULE_V1, &context, commands, NGX_HTTP_MODULE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NGX_MODULE_V1_PADDING,
};
