/* SPDX-License-Identifier: Apache-2.0
 * Carries out an origin_plan for an nginx request: header fields, then bytes of memory and a range of a file, by sendfile. */
#ifndef SEGUE_ORIGIN_NGINX_SEND_PLAN_H
#define SEGUE_ORIGIN_NGINX_SEND_PLAN_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "origin/plan.h"

/* `plan` lives in the request's pool, and so do the texts that it borrows. Result: as of a content handler. */
ngx_int_t segue_send_plan(ngx_http_request_t* r, origin_plan* plan);

#endif
