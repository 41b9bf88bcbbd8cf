/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/support/failpoints.h"

#include <glib.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FAILPOINT_TEXT(id, name) name,
static const char *const names[] = { FAILPOINTS (FAILPOINT_TEXT) };
#undef FAILPOINT_TEXT

/* Written once, before main(). */
static struct
{
  enum { NOTHING, KILL, HOLD, ERROR, ERRORS } action;
  gint nth;
  char *until; /* of HOLD: seconds, or the file that it waits for to go */
} orders[N_FAILPOINTS];

static gint n_passed[N_FAILPOINTS]; /* atomic */

static void
refuse (const char *order)
{
  fprintf (stderr, "TM_FAILPOINT: cannot read `%s`; NAME:kill|hold=SECONDS|hold=PATH|error|errors[:NTH], or `list`\n",
           order);
  exit (64);
}

static void
read_order (const char *order)
{
  g_auto (GStrv) parts = g_strsplit (order, ":", 3);
  guint n_parts = g_strv_length (parts);
  Failpoint point = 0;
  while (point < N_FAILPOINTS && n_parts >= 2 && strcmp (names[point], parts[0]) != 0)
    point++;
  if (n_parts < 2 || point == N_FAILPOINTS)
    refuse (order);
  orders[point].nth = n_parts == 3 ? atoi (parts[2]) : 1;
  if (strcmp (parts[1], "kill") == 0)
    orders[point].action = KILL;
  else if (strcmp (parts[1], "error") == 0)
    orders[point].action = ERROR;
  else if (strcmp (parts[1], "errors") == 0)
    orders[point].action = ERRORS;
  else if (g_str_has_prefix (parts[1], "hold="))
    orders[point].action = HOLD;
  else
    refuse (order);
  orders[point].until = g_strdup (orders[point].action == HOLD ? parts[1] + strlen ("hold=") : NULL);
}

static void __attribute__ ((constructor))
read_environment (void)
{
  const char *text = getenv ("TM_FAILPOINT");
  if (text == NULL)
    return;
  if (strcmp (text, "list") == 0)
    {
      for (Failpoint point = 0; point < N_FAILPOINTS; point++)
        puts (names[point]);
      exit (0);
    }
  g_auto (GStrv) each = g_strsplit (text, ",", -1);
  for (char **order = each; *order != NULL; order++)
    read_order (*order);
}

static void
hold (const char *name, const char *until)
{
  enum { POLL_US = 20000 };
  fprintf (stderr, "failpoint: %s holds\n", name); /* who reads this may count on it */
  if (*until != '/')
    g_usleep ((gulong) (g_ascii_strtod (until, NULL) * G_USEC_PER_SEC));
  while (*until == '/' && access (until, F_OK) == 0)
    g_usleep (POLL_US);
}

bool
failpoint (Failpoint point)
{
  if (orders[point].action == NOTHING)
    return false;
  gint n = g_atomic_int_add (&n_passed[point], 1) + 1;
  bool is_met = n == orders[point].nth;
  switch (orders[point].action)
    {
    case NOTHING:
      break;
    case KILL:
      if (is_met)
        raise (SIGKILL);
      break;
    case HOLD:
      if (is_met)
        hold (names[point], orders[point].until);
      break;
    case ERROR:
      return is_met;
    case ERRORS:
      return n >= orders[point].nth;
    }
  return false;
}
