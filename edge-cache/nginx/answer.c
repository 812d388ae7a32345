/* SPDX-License-Identifier: Apache-2.0 */
#include "edge-cache/nginx/segue_edge.h"

static ngx_str_t borrowed(edge_text text) {
  ngx_str_t value = {text.size, (u_char*)text.data};
  return value;
}

static ngx_uint_t named(edge_text name, const char* wanted) {
  return name.size == ngx_strlen(wanted) && (name.data[0] | 0x20) == (wanted[0] | 0x20) &&
         ngx_strncasecmp((u_char*)name.data, (u_char*)wanted, name.size) == 0;
}

static ngx_table_elt_t* add_header(ngx_http_request_t* r, edge_text name, edge_text value) {
  ngx_table_elt_t* header = ngx_list_push(&r->headers_out.headers);
  if (header == NULL) return NULL;
  ngx_memzero(header, sizeof(*header)); /* nginx 1.23 added a member */
  header->hash = 1;
  header->key = borrowed(name);
  header->value = borrowed(value);
  return header;
}

/* Fields that nginx would print itself unless it finds them set. */
static void tell_nginx(ngx_http_request_t* r, edge_text name, ngx_table_elt_t* header) {
  if (named(name, "Date")) r->headers_out.date = header;
  if (named(name, "Server")) r->headers_out.server = header;
  if (named(name, "ETag")) r->headers_out.etag = header;
  if (named(name, "Content-Encoding")) r->headers_out.content_encoding = header;
  if (named(name, "Accept-Ranges")) r->headers_out.accept_ranges = header;
}

static void set_content_type(ngx_http_request_t* r, edge_text value) {
  r->headers_out.content_type = borrowed(value);
  r->headers_out.content_type_len = value.size;
  r->headers_out.content_type_lowcase = NULL;
}

ngx_int_t segue_set_answer(ngx_http_request_t* r, const edge_answer* answer) {
  r->headers_out.status = (ngx_uint_t)answer->status;
  r->headers_out.content_length_n = (off_t)answer->content_length;
  r->headers_out.last_modified_time = -1;
  r->allow_ranges = 0;
  r->disable_not_modified = 1;
  for (size_t i = 0; i < answer->field_count; i++) {
    const edge_field field = answer->fields[i];
    if (named(field.name, "Content-Type")) {
      set_content_type(r, field.value);
      continue;
    }
    ngx_table_elt_t* header = add_header(r, field.name, field.value);
    if (header == NULL) return NGX_ERROR;
    tell_nginx(r, field.name, header);
  }
  return NGX_OK;
}

/* ---- for operators ---- */

/* A proxy on this machine, one that ends TLS, makes the whole world look near. */
static ngx_uint_t came_by_a_proxy(const ngx_http_request_t* r) {
  static const char* const traces[] = {"X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"};
  for (const ngx_list_part_t* part = &r->headers_in.headers.part; part != NULL; part = part->next) {
    const ngx_table_elt_t* headers = part->elts;
    for (ngx_uint_t i = 0; i < part->nelts; i++)
      for (size_t n = 0; n < sizeof(traces) / sizeof(traces[0]); n++)
        if (named(segue_text(headers[i].key), traces[n])) return 1;
  }
  return 0;
}

ngx_uint_t segue_is_of_this_machine(const ngx_http_request_t* r) {
  const struct sockaddr* address = r->connection->sockaddr;
  if (came_by_a_proxy(r)) return 0;
  if (address->sa_family == AF_UNIX) return 1;
  if (address->sa_family == AF_INET) return ntohl(((const struct sockaddr_in*)address)->sin_addr.s_addr) >> 24 == 127;
#if (NGX_HAVE_INET6)
  if (address->sa_family == AF_INET6) return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6*)address)->sin6_addr);
#endif
  return 0;
}

char* segue_operator_location(ngx_conf_t* cf, ngx_http_handler_pt anybody, ngx_http_handler_pt this_machine) {
  const ngx_str_t* arguments = cf->args->elts;
  const ngx_uint_t any = cf->args->nelts == 2;
  if (any && (arguments[1].len != 3 || ngx_strncmp(arguments[1].data, "any", 3) != 0)) return "takes nothing, or any";
  ngx_http_core_loc_conf_t* core = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
  core->handler = any ? anybody : this_machine;
  return NGX_CONF_OK;
}

ngx_int_t segue_send_text(ngx_http_request_t* r, ngx_buf_t* text, const char* type) {
  text->last_buf = 1;
  text->last_in_chain = 1;
  r->headers_out.status = NGX_HTTP_OK;
  r->headers_out.content_length_n = text->last - text->pos;
  r->headers_out.content_type.data = (u_char*)type;
  r->headers_out.content_type.len = ngx_strlen(type);
  r->headers_out.content_type_len = r->headers_out.content_type.len;
  const ngx_int_t rc = ngx_http_send_header(r);
  if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;
  ngx_chain_t out = {text, NULL};
  return ngx_http_output_filter(r, &out);
}
