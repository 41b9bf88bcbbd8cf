/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes by hand to people on file, through the writer thread.
 */
#ifndef TM_STORE_PERSON_H
#define TM_STORE_PERSON_H

#include "store/recount.h"
#include "store/store.h"

typedef enum
{
  TM_PERSON_CONFIRM,   /* he is who he says: his held tickets become new ones */
  TM_PERSON_BLOCK,     /* nothing is taken from him any more */
  TM_PERSON_UNBLOCK,
  TM_PERSON_SILENCE,   /* nothing is sent to him any more, at none of his addresses */
  TM_PERSON_UNSILENCE,
  TM_PERSON_ADD        /* he is on file, with what is given of `customer` and `name` */
} TmPersonVerb;

/* All strings are borrowed for the time of the call, normalised where they are addresses. */
typedef struct
{
  TmPersonVerb verb;
  const char *address;  /* NULL: `id` says who */
  gint64 id;
  const char *customer; /* ADD: an id, "" none, NULL: as it is */
  const char *name;     /* ADD: NULL: as it is */
  const char *actor;    /* of the events; "agent:ID", "user:NAME" */
  const char *why;      /* SILENCE */
  TmPolicyHold hold;    /* the policy that clocks go by; borrowed, too */
} TmPersonChange;

typedef struct
{
  gint64 contact;        /* 0: nobody on file */
  GPtrArray *addresses;  /* char *: all of his, or the one that was named */
  bool is_changed;       /* false: everything was so already */
  GArray *released;      /* gint64: tickets that CONFIRM made new */
  gint64 n_left;         /* held tickets of his that store_release() has yet to make new */
} TmPersonOutcome;

void person_outcome_free (TmPersonOutcome *outcome);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmPersonOutcome, person_outcome_free)

/* CONFIRM, BLOCK and ADD put whoever has `address` on file if need be.  TM_ERROR_NOT_FOUND: nobody on file with `id`,
 * or with `address` to unblock.  Else it fails like store_change(). */
bool store_change_person (TmStore *store, const TmPersonChange *change, gint64 deadline_us,
                          TmPersonOutcome **outcome_out, GError **error) TM_WARN_UNUSED;

#endif
