/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Plays an MTA with many connections at once.  Every message is another one.
 *
 * Usage: milter-load -s SOCKET [-c CONNECTIONS] [-t SECONDS] [-n MESSAGES] [-m MESSAGES] [-b BYTES] [-a] [-r RCPT]
 *   -n: at most so many messages on each of the connections; -m: so many, then a new connection takes its place, as
 *   smtpd(8) opens one for each SMTP session; -b: size of a message; -a: nearly all of it is an attachment
 * Prints one line: messages=… failed=… seconds=… rate=… p50_us=… p99_us=…
 */
#include "base/clock.h"
#include "tests/support/milter-client.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

enum { REPLY_WAIT_S = 60, SERIAL_LEN = 20, BASE64_LINE = 76, TEXT_LINE = 72 };

typedef struct
{
  const char *socket, *recipient;
  unsigned n_connections, max_messages;
  unsigned session_messages; /* 0: a connection is kept */
  gint64 duration_us;
  gsize size;
  bool is_attachment;
} Load;

typedef struct
{
  const Load *load;
  unsigned number;
  GArray *times_us;  /* gint64, one for each message */
  unsigned n_failed;
  gint64 end_us;
  char *trouble;     /* NULL: none */
} Connection;

/* All connections stand and greet before the first sends. */
static pthread_barrier_t start_line;
static _Atomic gint64 start_us;

/* --- messages --- */

/* So many bytes that no compression makes smaller, as an attachment has them, in lines of base64. */
static void
append_noise (GString *raw, gsize n, guint32 seed)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  for (gsize i = 0; i < n; i++)
    g_string_append_c (raw, i % (BASE64_LINE + 1) == BASE64_LINE ? '\n' : digits[g_rand_int (rand) >> 26]);
  g_string_append_c (raw, '\n');
}

static void
append_text (GString *raw, gsize n)
{
  static const char *const words[] = {
    "server", "answers", "slowly", "since", "the", "update", "of", "our", "shop", "please",
  };
  gsize end = raw->len + n, line = raw->len;
  for (unsigned i = 0; raw->len < end; i = i * 7 + 3)
    {
      g_string_append_printf (raw, "%s ", words[i % G_N_ELEMENTS (words)]);
      if (raw->len - line > TEXT_LINE)
        {
          g_string_append_c (raw, '\n');
          line = raw->len;
        }
    }
  g_string_append_c (raw, '\n');
}

#define DATE_FIELD "Date: "

/* A message with SERIAL_LEN bytes of '#' wherever its number has to stand. */
static GString *
make_template (const Load *load, unsigned number)
{
  g_autofree char *serial = g_strnfill (SERIAL_LEN, '#');
  GString *raw = g_string_sized_new (load->size + 2048);
  g_string_append_printf (raw,
                          "Received: from mail.customer.example (mail.customer.example [192.0.2.7])\n"
                          "\tby mx.example.com (Postfix) with ESMTPS id 4XyZ%u\n"
                          "From: Bob Meier <bob%u@customer.example>\nTo: Support <%s>\n"
                          "Subject: Shop is slow since %s\n" DATE_FIELD "Fri, 20 Nov 2026 16:00:00 +0000\n"
                          "Message-ID: <%s@customer.example>\nUser-Agent: Mail/1.0\nMIME-Version: 1.0\n",
                          number, number, load->recipient, serial, serial);
  if (!load->is_attachment)
    {
      g_string_append_printf (raw, "Content-Type: text/plain; charset=utf-8\n\nHello,\n\ncase %s.\n\n", serial);
      append_text (raw, load->size > raw->len ? load->size - raw->len : 0);
      return raw;
    }
  g_string_append_printf (raw,
                          "Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\n"
                          "Content-Type: text/plain; charset=utf-8\n\nHello,\n\ncase %s, see the picture.\n\n--b\n"
                          "Content-Type: image/jpeg; name=\"picture.jpg\"\nContent-Transfer-Encoding: base64\n"
                          "Content-Disposition: attachment; filename=\"picture.jpg\"\n\n", serial);
  append_noise (raw, load->size, number);
  g_string_append (raw, "--b--\n");
  return raw;
}

/* Where the '#' stand; the number changes in place, the message is not made anew. */
static GArray *
find_serials (const GString *template)
{
  g_autofree char *serial = g_strnfill (SERIAL_LEN, '#');
  GArray *places = g_array_new (FALSE, FALSE, sizeof (gsize));
  for (const char *at = strstr (template->str, serial); at != NULL; at = strstr (at + 1, serial))
    {
      gsize place = (gsize) (at - template->str);
      g_array_append_val (places, place);
    }
  return places;
}

static void
set_serial (GString *raw, const GArray *places, guint64 serial)
{
  char digits[SERIAL_LEN + 1];
  g_snprintf (digits, sizeof digits, "%0*" G_GUINT64_FORMAT, SERIAL_LEN, serial);
  for (guint i = 0; i < places->len; i++)
    memcpy (raw->str + g_array_index (places, gsize, i), digits, SERIAL_LEN);
}

/* Mail carries the time at which it was sent, which is what keys of the idempotency table begin with. */
static void
set_date (GString *raw, gint64 now_s)
{
  const time_t now = (time_t) now_s;
  char date[sizeof "Fri, 20 Nov 2026 16:00:00 +0000"];
  struct tm parts;
  strftime (date, sizeof date, "%a, %d %b %Y %H:%M:%S +0000", gmtime_r (&now, &parts));
  memcpy (strstr (raw->str, DATE_FIELD) + strlen (DATE_FIELD), date, strlen (date));
}

/* --- one connection --- */

static bool
greet (MilterClient *client, unsigned number, GError **error)
{
  g_autofree char *address = g_strdup_printf ("192.0.2.%u", 1 + number % 250);
  if (!milter_client_negotiate (client, MILTER_CLIENT_ACTIONS, MILTER_CLIENT_PROTOCOL, error))
    return false;
  milter_client_macros (client, SMFIC_CONNECT,
                        (const char *const[]){ "j", "mx.example.com", "{client_name}", "mail.customer.example", NULL });
  if (!milter_client_connect (client, "mail.customer.example", address, error))
    return false;
  return (client->protocol & SMFIP_NOHELO) != 0 || milter_client_helo (client, "mail.customer.example", error);
}

/* The commands of one message, with the macros that Postfix sends before them. */
static bool
send_message (MilterClient *client, const char *queue_id, const char *sender, const char *recipient, const GString *raw,
              GError **error)
{
  const char *const id[] = { "i", queue_id, NULL }, *const none[] = { NULL };
  milter_client_macros (client, SMFIC_MAIL, none);
  if (!milter_client_mail (client, sender, error))
    return false;
  milter_client_macros (client, SMFIC_RCPT, none);
  if (!milter_client_rcpt (client, recipient, error))
    return false;
  milter_client_macros (client, SMFIC_DATA, id);
  if (!milter_client_data (client, error))
    return false;
  milter_client_macros (client, SMFIC_EOH, id);
  milter_client_macros (client, SMFIC_BODYEOB, id);
  return milter_client_content (client, raw->str, raw->len, error);
}

/* Timed from MAIL to the reply at end of message, which is what a client waits for. */
static bool
send_one (Connection *connection, MilterClient *client, const GString *raw, unsigned k, GError **error)
{
  g_autofree char *queue_id = g_strdup_printf ("4XyZ%u%06u", connection->number, k);
  g_autofree char *sender = g_strdup_printf ("<bob%u@customer.example>", connection->number);
  g_autofree char *recipient = g_strdup_printf ("<%s>", connection->load->recipient);
  gint64 before = clock_monotonic_us ();
  if (!send_message (client, queue_id, sender, recipient, raw, error))
    return false;
  gint64 time_us = clock_monotonic_us () - before;
  g_array_append_val (connection->times_us, time_us);
  bool is_taken = client->reply.kind == SMFIR_CONTINUE || client->reply.kind == SMFIR_ACCEPT;
  connection->n_failed += !is_taken || client->reply.edits->len == 0;
  return true;
}

static bool
open_session (const Connection *connection, MilterClient **client_out, GError **error)
{
  return milter_client_open (connection->load->socket, REPLY_WAIT_S, client_out, error)
         && greet (*client_out, connection->number, error);
}

static bool
renew_session (const Connection *connection, MilterClient **client, GError **error)
{
  if (!milter_client_quit (*client, error))
    return false;
  g_clear_pointer (client, milter_client_free);
  return open_session (connection, client, error);
}

static bool
send_all (Connection *connection, MilterClient **client, GError **error)
{
  const Load *load = connection->load;
  g_autoptr (GString) raw = make_template (load, connection->number);
  g_autoptr (GArray) places = find_serials (raw);
  pthread_barrier_wait (&start_line);
  atomic_store (&start_us, clock_monotonic_us ());
  gint64 end_us = atomic_load (&start_us) + load->duration_us;
  const guint64 base = (guint64) g_get_real_time () * 1000 + connection->number;
  gint64 date_s = 0;
  for (unsigned k = 0; k < load->max_messages && clock_monotonic_us () < end_us; k++)
    {
      gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;
      if (now_s != date_s)
        set_date (raw, date_s = now_s);
      set_serial (raw, places, base + (guint64) k * 1000000000000);
      if (k > 0 && load->session_messages > 0 && k % load->session_messages == 0
          && !renew_session (connection, client, error))
        return false;
      if (!send_one (connection, *client, raw, k, error))
        return false;
    }
  connection->end_us = clock_monotonic_us ();
  return milter_client_quit (*client, error);
}

static void *
run_connection (void *data)
{
  Connection *connection = data;
  g_autoptr (MilterClient) client = NULL;
  g_autoptr (GError) error = NULL;
  bool ok = open_session (connection, &client, &error);
  if (ok)
    ok = send_all (connection, &client, &error);
  else
    pthread_barrier_wait (&start_line);
  if (!ok)
    connection->trouble = g_strdup (error->message);
  return NULL;
}

/* --- all of them --- */

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

static gint64
quantile (const GArray *sorted, double share)
{
  return sorted->len == 0 ? 0 : g_array_index (sorted, gint64, (guint) (share * (sorted->len - 1)));
}

static int
report (Connection *connections, unsigned n)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (gint64));
  unsigned n_failed = 0;
  gint64 end_us = 0;
  for (unsigned i = 0; i < n; i++)
    {
      if (connections[i].trouble != NULL)
        {
          fprintf (stderr, "milter-load: connection %u: %s\n", i, connections[i].trouble);
          return EX_UNAVAILABLE;
        }
      g_array_append_vals (times, connections[i].times_us->data, connections[i].times_us->len);
      n_failed += connections[i].n_failed;
      end_us = MAX (end_us, connections[i].end_us);
    }
  g_array_sort (times, compare_times);
  double seconds = (double) (end_us - atomic_load (&start_us)) / G_USEC_PER_SEC;
  printf ("messages=%u failed=%u seconds=%.3f rate=%.1f p50_us=%" G_GINT64_FORMAT " p99_us=%" G_GINT64_FORMAT "\n",
          times->len, n_failed, seconds, times->len / seconds, quantile (times, 0.5), quantile (times, 0.99));
  return n_failed == 0 ? EX_OK : EX_TEMPFAIL;
}

static int
run (const Load *load)
{
  g_autofree Connection *connections = g_new0 (Connection, load->n_connections);
  g_autofree pthread_t *threads = g_new0 (pthread_t, load->n_connections);
  pthread_barrier_init (&start_line, NULL, load->n_connections);
  for (unsigned i = 0; i < load->n_connections; i++)
    {
      connections[i] = (Connection){ .load = load, .number = i };
      connections[i].times_us = g_array_new (FALSE, FALSE, sizeof (gint64));
      if (pthread_create (&threads[i], NULL, run_connection, &connections[i]) != 0)
        {
          fputs ("milter-load: cannot start a thread\n", stderr);
          exit (EX_OSERR);
        }
    }
  for (unsigned i = 0; i < load->n_connections; i++)
    pthread_join (threads[i], NULL);
  int code = report (connections, load->n_connections);
  for (unsigned i = 0; i < load->n_connections; i++)
    {
      g_array_unref (connections[i].times_us);
      g_free (connections[i].trouble);
    }
  return code;
}

static unsigned
to_number (const char *text)
{
  char *end;
  unsigned long value = strtoul (text, &end, 10);
  return *text != '\0' && *end == '\0' && value <= G_MAXINT ? (unsigned) value : 0;
}

int
main (int argc, char **argv)
{
  Load load = { .recipient = "support@example.com", .n_connections = 1, .max_messages = G_MAXUINT, .size = 2048 };
  double seconds = 1;
  int option;
  while ((option = getopt (argc, argv, "s:c:t:n:m:b:ar:")) != -1)
    switch (option)
      {
      case 's': load.socket = optarg; break;
      case 'c': load.n_connections = to_number (optarg); break;
      case 't': seconds = g_ascii_strtod (optarg, NULL); break;
      case 'n': load.max_messages = to_number (optarg); break;
      case 'm': load.session_messages = to_number (optarg); break;
      case 'b': load.size = to_number (optarg); break;
      case 'a': load.is_attachment = true; break;
      case 'r': load.recipient = optarg; break;
      default: return EX_USAGE;
      }
  if (load.socket == NULL || load.n_connections == 0 || load.max_messages == 0 || !(seconds > 0) || optind != argc)
    {
      fputs ("usage: milter-load -s SOCKET [-c CONNECTIONS] [-t SECONDS] [-n MESSAGES] [-m MESSAGES] [-b BYTES] [-a] "
             "[-r RCPT]\n",
             stderr);
      return EX_USAGE;
    }
  load.duration_us = (gint64) (seconds * G_USEC_PER_SEC);
  return run (&load);
}
