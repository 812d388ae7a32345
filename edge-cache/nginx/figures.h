/* SPDX-License-Identifier: Apache-2.0
 * What one edge did since it was started, counted by all of its workers in a zone of shared memory; printed for Prometheus by figures.c.
 *   segue_edge_metrics [any];  (location) answers clients of this machine (loopback, unix socket); any: everybody */
#ifndef SEGUE_EDGE_CACHE_NGINX_FIGURES_H
#define SEGUE_EDGE_CACHE_NGINX_FIGURES_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

ngx_int_t segue_figures_init(ngx_conf_t* cf); /* the zone and the log phase */
char* segue_figures_set(ngx_conf_t* cf, ngx_command_t* command, void* conf);
void segue_figures_origin(ngx_msec_t took); /* one answer of an origin */
void segue_figures_purges(uint64_t applied, uint64_t lost, int64_t heard_ms);

#endif
