/* SPDX-License-Identifier: Apache-2.0
 * This edge as a client of TLS: towards origins that are asked, and those that are only looked at. */
#include "edge-cache/nginx/segue_edge.h"

#if (NGX_HTTP_SSL)

enum { DEPTH = 4 }; /* of a chain of certificates */

ngx_ssl_t* segue_tls_client(ngx_conf_t* cf, ngx_str_t* trusted) {
  ngx_ssl_t* ssl = ngx_pcalloc(cf->pool, sizeof(*ssl));
  if (ssl == NULL) return NULL;
  ssl->log = cf->log;
  if (ngx_ssl_create(ssl, NGX_SSL_TLSv1_2 | NGX_SSL_TLSv1_3, NULL) != NGX_OK) return NULL;
  ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(cf->pool, 0);
  if (cleanup == NULL) return NULL;
  cleanup->handler = ngx_ssl_cleanup_ctx;
  cleanup->data = ssl;
  if (ngx_ssl_trusted_certificate(cf, ssl, trusted, DEPTH) != NGX_OK) return NULL;
  return ngx_ssl_client_session_cache(cf, ssl, 1) == NGX_OK ? ssl : NULL;
}

ngx_int_t segue_tls_start(ngx_connection_t* c, ngx_ssl_t* ssl, ngx_str_t* name) {
  if (ngx_ssl_create_connection(ssl, c, NGX_SSL_BUFFER | NGX_SSL_CLIENT) != NGX_OK) return NGX_ERROR;
  u_char* host = ngx_pnalloc(c->pool, name->len + 1);
  if (host == NULL) return NGX_ERROR;
  (void)ngx_cpystrn(host, name->data, name->len + 1);
  if (SSL_set_tlsext_host_name(c->ssl->connection, (char*)host) == 0) return NGX_ERROR;
  return ngx_ssl_handshake(c);
}

ngx_int_t segue_tls_is_trusted(ngx_connection_t* c, ngx_str_t* name) {
  return c->ssl->handshaked && SSL_get_verify_result(c->ssl->connection) == X509_V_OK && ngx_ssl_check_host(c, name) == NGX_OK;
}

void segue_tls_end(ngx_connection_t* c) {
  if (c->ssl == NULL) return;
  c->ssl->no_wait_shutdown = 1;
  c->ssl->no_send_shutdown = 1;
  (void)ngx_ssl_shutdown(c);
}

#endif
