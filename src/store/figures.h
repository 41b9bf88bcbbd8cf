/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the figures of a report are made of, read a few tickets at a time: no read lasts so long that it keeps the WAL
 * from being begun anew.
 */
#ifndef TM_STORE_FIGURES_H
#define TM_STORE_FIGURES_H

#include "core/figures.h"
#include "store/care.h"

typedef struct
{
  gint64 from_at, to_at;  /* when its tickets came: [from_at, to_at) */
  const char *queue;      /* id: those that are in this queue; NULL: in any */
  const char *customer;   /* id; NULL: anybody's */
  bool is_thorough;       /* every ticket is looked at, whatever its number */
} TmFiguresScope;

/* Adds the tickets of the span and those that are open now to `maker`.  Tickets have their numbers in the order in
 * which they came, but for those that were taken over from elsewhere with the time of their arrival: unless
 * `is_thorough`, of a run of 1024 numbers no ticket is looked at when both its ends came more than a day outside the
 * span, on the same side. */
bool reader_read_figures (TmReader *reader, const TmFiguresScope *scope, TmFiguresMaker *maker, TmProgress progress,
                          gpointer data, GError **error) TM_WARN_UNUSED;

#endif
