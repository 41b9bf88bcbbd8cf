/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A body → web server by POST (RFC 9110), and how it ended.  By libcurl: certificates are verified, redirects are not
 * followed, proxies are not asked, what the server says is read to a bound.
 */
#ifndef TM_OUTBOX_HTTP_H
#define TM_OUTBOX_HTTP_H

#include "core/sending.h"

/* How long a server may ask to be left alone (Retry-After, RFC 9110 §10.2.3). */
enum { TM_HTTP_RETRY_MAX_S = 3600 };

typedef struct
{
  const char *url;        /* https, or http */
  const char *body;
  const GStrv headers;    /* `Name: value` */
  const char *ca_file;    /* PEM; NULL: the system's */
  unsigned timeout_s;     /* for all of it */
  bool (*is_stopped) (gpointer data); /* asked about once a second; NULL: never */
  gpointer data;
} TmPost;

/* One thread's at a time.  submitter_init() (outbox/smtp.h) comes first. */
typedef struct TmPoster TmPoster;

TmPoster *poster_new (void);
void poster_free (TmPoster *poster);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmPoster, poster_free)

/* Never fails but by its result; the caller clears that.  2xx is done.  Away: no answer, a certificate that does not
 * hold, 429, 502, 503, 504.  Later: 408, 425 and every other 5xx.  Failed: all else, redirects too. */
void poster_post (TmPoster *poster, const TmPost *post, TmSubmitResult *result_out);

#endif
