/* SPDX-License-Identifier: Apache-2.0
 * The origin's boundary: a request in, a plan out, plain data. The plan says which status, which headers, and which bytes: a piece of
 * memory, a range of an open file, or the first and then the second. Whoever executes it (the nginx module, `segue origin explain`) decides
 * nothing. One origin belongs to one thread (an nginx worker has one). No function throws. */
#ifndef SEGUE_ORIGIN_PLAN_H
#define SEGUE_ORIGIN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
  const char* data;
  size_t size;
} origin_text;

typedef struct {
  const char* store;    /* folder, without a trailing slash */
  size_t cache_bytes;   /* bound of what is kept: indexes, printed manifests, asset.json */
  size_t open_files;    /* bound of track files kept open, at least 1 */
  uint32_t validity_ms; /* for so long a file or link that was looked at is not looked at again */
} origin_options;

typedef struct {
  origin_text method;          /* "GET" */
  origin_text path;            /* as in the request line, percent-encoding and all */
  origin_text query;           /* without '?' */
  origin_text accept_encoding; /* field value, size 0: no such field */
  int64_t now_ms;              /* of a clock that never goes back */
} origin_request;

typedef struct {
  origin_text name, value;
} origin_header;

enum { ORIGIN_MAX_HEADERS = 10, ORIGIN_SCRATCH_BYTES = 1024 };

typedef struct {
  int status;
  origin_text content_type;     /* size 0: no body by definition (204) */
  origin_text content_encoding; /* size 0: none */
  origin_text etag;             /* with its quotes; size 0: none */
  int64_t last_modified;        /* Unix seconds; -1: none */
  int cacheable;                /* 1: conditional and Range requests may be answered from this plan */
  size_t header_count;
  origin_header headers[ORIGIN_MAX_HEADERS];

  /* The content: `body`, then `length` bytes from `offset` of `file`. Either may be empty. */
  origin_text body;
  int file;              /* a descriptor; -1: none */
  origin_text file_name; /* NUL-terminated, for logs */
  uint64_t offset, length;

  origin_text fault; /* size 0, or what is wrong with the store, for the log (once) */
  void* held;        /* keeps file and body alive until origin_release() */
  size_t scratch_used;
  char scratch[ORIGIN_SCRATCH_BYTES]; /* what the texts above borrow from: a plan is not copied */
} origin_plan;

typedef struct origin origin;

/* Null when memory is short. Touches no file: a store that is not there yet answers 404. */
origin* origin_create(const origin_options* options);
void origin_destroy(origin* self);

/* Always leaves a plan that can be executed, at worst a 500. */
void origin_make_plan(origin* self, const origin_request* request, origin_plan* plan);
/* After the answer is sent, or given up. */
void origin_release(origin_plan* plan);

#ifdef __cplusplus
}
#endif

#endif
