/* SPDX-License-Identifier: Apache-2.0 */
#include "edge-cache/nginx/segue_edge.h"

static ngx_str_t borrowed(edge_text text) {
  ngx_str_t value = {text.size, (u_char*)text.data};
  return value;
}

static ngx_uint_t named(edge_text name, const char* wanted) {
  return name.size == ngx_strlen(wanted) && ngx_strncasecmp((u_char*)name.data, (u_char*)wanted, name.size) == 0;
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
