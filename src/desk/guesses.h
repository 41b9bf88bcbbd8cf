/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clients that send mail to tokens which do not hold, counted in memory: who sends too many has none of his looked at
 * for a while.  One of IPv4 counts by its address, one of IPv6 by its /64 (RFC 6177, what a site has at least).  Not
 * counted are who logged in, what has no SMTP client, and private and loopback addresses, from which a content filter
 * or a relay hands over everybody's mail.  Any thread may call.
 */
#ifndef TM_DESK_GUESSES_H
#define TM_DESK_GUESSES_H

#include "core/envelope.h"

#include <pthread.h>

/* Clients that are remembered; one more takes the place of who was heard of longest ago. */
enum { TM_GUESSES_CLIENTS = 1024, TM_GUESSES_WINDOW_S = 600 };

typedef struct
{
  guint8 network[16];
  gint64 since_us;        /* of the first one that is counted */
  gint64 barred_until_us; /* 0: is not */
  unsigned n;
} TmGuesser;

typedef struct
{
  pthread_mutex_t mutex; /* guards all of it */
  unsigned n_clients;
  TmGuesser clients[TM_GUESSES_CLIENTS];
} TmGuesses;

/* Statically zeroed memory is enough for the rest. */
void guesses_init (TmGuesses *guesses);

/* Before the message is read: takes the tokens of a barred client away, envelope_bar_tokens().  `most`: so many bad
 * tokens within the window bar a client for as long; 0: none.  `now_us` is monotonic. */
void guesses_bar (TmGuesses *guesses, TmEnvelope *envelope, const TmSite *site, unsigned most, gint64 now_us);

/* Afterwards, when it is known whom personal tokens hold for: counts the bad ones, and logs who is barred now. */
void guesses_count (TmGuesses *guesses, const TmEnvelope *envelope, const TmSite *site, unsigned most, gint64 now_us);

#endif
