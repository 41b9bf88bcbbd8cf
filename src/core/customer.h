/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Customers: organisations that people write for, and whose an address is.  By the address itself, else by
 * the longest domain that holds it; the domains of public mail providers are nobody's.  However many there are, a
 * look-up costs one probe for the address and one for each label of its domain.  Pure.
 */
#ifndef TM_CORE_CUSTOMER_H
#define TM_CORE_CUSTOMER_H

#include "core/calendar.h"

#include <glib.h>
#include <stdbool.h>

typedef struct TmServicePlan TmServicePlan;
typedef struct TmTargets TmTargets;

typedef struct
{
  char *id;               /* "acme" */
  char *name;             /* "ACME Inc." */
  GPtrArray *domains;     /* char *, customer_normalize_domain()d; NULL: none */
  GPtrArray *addresses;   /* char *, normalised; NULL: none */
  GPtrArray *writers;     /* char *, normalised: from elsewhere, and may write to his tickets; NULL: none */
  GHashTable *tags;       /* char * → char *, go onto his tickets; NULL: none */
  char *plan;             /* id of a plan, or NULL */
  char *manager, *contact; /* normalised addresses, or NULL */
  GTimeZone *zone;        /* NULL: the queue's */
  char *language;         /* NULL: the queue's */
  GPtrArray *targets;     /* TmTargets (core/service.h): what his contract says instead of the plan; NULL: nothing */
  char *calendar;         /* id, instead of the plan's; NULL: the plan's */
  const TmCalendar *counts_by; /* what it names; borrowed from the site, set by site_index() */
  const TmServicePlan *service_plan; /* what `plan` names; borrowed from the site, set by site_index() */
} TmCustomer;

TmCustomer *customer_new (const char *id);
void customer_free (TmCustomer *customer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmCustomer, customer_free)

/* Those of a priority, made when there are none yet.  Borrowed. */
TmTargets *customer_add_targets (TmCustomer *customer, const char *priority);

bool customer_has_writer (const TmCustomer *customer, const char *address);

/* A domain in the form to compare: lower case, A-labels, no final dot.  NULL when it is none: empty, no dot, characters
 * that no domain has.  The caller frees. */
char *customer_normalize_domain (const char *domain);

/* --- all of them --- */

typedef struct TmCustomers TmCustomers;

/* Without customers; the shipped public domains are in it. */
TmCustomers *customers_new (void);
void customers_free (TmCustomers *customers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TmCustomers, customers_free)

/* Takes the customer over.  False when there is one with that id: then it is kept too, but not found by its id. */
bool customers_add (TmCustomers *customers, TmCustomer *customer);
guint customers_count (const TmCustomers *customers);
const TmCustomer *customers_nth (const TmCustomers *customers, guint nth);
TmCustomer *customers_nth_mutable (TmCustomers *customers, guint nth);
const TmCustomer *customers_by_id (const TmCustomers *customers, const char *id);

/* A normalised domain more whose mail is nobody's. */
void customers_add_public (TmCustomers *customers, const char *domain);

/* Whether the domain itself is on the list; whether its addresses are nobody's, because it or one above it is. */
bool customers_lists_public (const TmCustomers *customers, const char *domain);
bool customers_is_public (const TmCustomers *customers, const char *domain);

/* Enters `key`, which lives as long as `customer`, as his.  Gives NULL, or whose it is already: then nothing is done.
 * A domain on the public list stays nobody's. */
const TmCustomer *customers_put_address (TmCustomers *customers, const char *key, const TmCustomer *customer);
const TmCustomer *customers_put_domain (TmCustomers *customers, const char *key, const TmCustomer *customer);

typedef enum
{
  TM_CUSTOMER_BY_NOTHING,
  TM_CUSTOMER_BY_PUBLIC,  /* nobody's, because the domain is a public one */
  TM_CUSTOMER_BY_DOMAIN,
  TM_CUSTOMER_BY_ADDRESS,
  TM_CUSTOMER_BY_CONTACT  /* a contact on file says so */
} TmCustomerBy;

typedef struct
{
  const TmCustomer *customer; /* NULL: nobody's */
  TmCustomerBy by;
  const char *matched;        /* the address or domain that decided, within `address`; "" none */
  unsigned n_probes;
} TmCustomerMatch;

/* Whose a normalised address is; `address` "" is nobody's. */
void customers_find (const TmCustomers *customers, const char *address, TmCustomerMatch *match_out);

/* "contact", "address", "domain", "public"; NULL for nothing.  Static. */
const char *customer_by_name (TmCustomerBy by);

/* The shipped list, NULL-terminated. */
extern const char *const public_domains[];

#endif
