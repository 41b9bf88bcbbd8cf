/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/sending.h"

#include "core/backoff.h"

static void
refused_free (gpointer data)
{
  TmRefused *refused = data;
  g_free (refused->address);
  g_free (refused->text);
  g_free (refused);
}

void
submit_result_init (TmSubmitResult *result, TmSubmitOutcome outcome, const char *text)
{
  *result = (TmSubmitResult) { outcome, g_strdup (text), g_ptr_array_new_with_free_func (refused_free), 0 };
}

void
submit_result_add (TmSubmitResult *result, const char *address, bool is_final, const char *text)
{
  TmRefused *refused = g_new0 (TmRefused, 1);
  refused->address = g_strdup (address);
  refused->is_final = is_final;
  refused->text = g_strdup (text);
  g_ptr_array_add (result->refused, refused);
}

void
submit_result_clear (TmSubmitResult *result)
{
  g_clear_pointer (&result->text, g_free);
  g_clear_pointer (&result->refused, g_ptr_array_unref);
}

TmSending *
sending_copy (const TmSending *sending)
{
  TmSending *copy = g_new0 (TmSending, 1);
  *copy = (TmSending) { sending->state, sending->next_at, g_strdup (sending->error), g_strdup (sending->settled),
                        g_strdup (sending->told) };
  return copy;
}

void
sending_free (TmSending *sending)
{
  if (sending == NULL)
    return;
  g_free (sending->error);
  g_free (sending->settled);
  g_free (sending->told);
  g_free (sending);
}

/* --- recipients --- */

static const TmRefused *
find_refused (const TmSubmitResult *result, const char *address)
{
  for (guint i = 0; i < result->refused->len; i++)
    if (g_str_equal (((const TmRefused *) g_ptr_array_index (result->refused, i))->address, address))
      return g_ptr_array_index (result->refused, i);
  return NULL;
}

static void
append_line (GString *list, const char *text)
{
  g_string_append_printf (list, "%s%s", list->len > 0 ? "\n" : "", text);
}

/* Who has it, and who will not get it; gives how many are to be tried again. */
static guint
settle (const TmOutboxRow *row, const GPtrArray *tried, const TmSubmitResult *result, char **settled_out)
{
  bool was_taken = result->outcome == TM_SUBMIT_DONE;
  GString *settled = g_string_new (NULL);
  guint n_again = 0;
  for (guint i = 0; i < row->settled->len; i++)
    append_line (settled, g_ptr_array_index (row->settled, i));
  for (guint i = 0; i < tried->len; i++)
    {
      const char *address = g_ptr_array_index (tried, i);
      const TmRefused *refused = find_refused (result, address);
      if (refused != NULL ? refused->is_final : was_taken)
        append_line (settled, address);
      else
        n_again++;
    }
  *settled_out = g_string_free (settled, FALSE);
  return n_again;
}

/* "joe@acme.example: 550 5.1.1 unknown; …"; NULL: nobody was refused for good. */
static char *
name_refused (const TmSubmitResult *result)
{
  GString *names = g_string_new (NULL);
  for (guint i = 0; i < result->refused->len; i++)
    {
      const TmRefused *refused = g_ptr_array_index (result->refused, i);
      if (refused->is_final)
        g_string_append_printf (names, "%s%s: %s", names->len > 0 ? "; " : "", refused->address, refused->text);
    }
  bool is_empty = names->len == 0;
  return is_empty ? g_string_free (names, TRUE) : g_string_free (names, FALSE);
}

/* --- states --- */

static void
end (TmSending *sending, TmOutboxState state, const char *error, const char *told)
{
  sending->state = state;
  g_free (sending->error);
  sending->error = g_strdup (error);
  g_free (sending->told);
  sending->told = g_strdup (told);
}

static bool
is_over (const TmOutboxRow *row, gint64 now)
{
  return row->receiver != NULL ? now - row->created_at >= TM_BACKOFF_GIVE_UP_PAGE_S
                               : backoff_is_over (row->created_at, now);
}

static void
wait_or_give_up (const TmOutboxRow *row, const char *text, gint64 next_at, gint64 now, TmSending *sending)
{
  if (is_over (row, now))
    {
      g_autofree char *told
        = g_strdup_printf ("given up after %s: %s", row->receiver != NULL ? "a day" : "5 days", text);
      end (sending, TM_OUTBOX_FAILED, told, told);
      return;
    }
  g_autofree char *told = g_steal_pointer (&sending->told);
  end (sending, TM_OUTBOX_WAITING, text, told);
  sending->next_at = next_at;
}

static void
end_unknown (const char *text, TmSending *sending)
{
  g_autofree char *told = g_strconcat ("nobody knows whether it arrived, and it is not sent twice: ", text, NULL);
  end (sending, TM_OUTBOX_UNKNOWN, text, told);
}

TmSending *
sending_decide (const TmOutboxRow *row, const GPtrArray *tried, const TmSubmitResult *result, gint64 server_at,
                gint64 now)
{
  TmSending *sending = g_new0 (TmSending, 1);
  gint64 next_at = now + backoff_delay (&backoff_mail, row->tries, (guint64) row->id);
  guint n_again = settle (row, tried, result, &sending->settled);
  g_autofree char *refused = name_refused (result);
  sending->told = g_strdup (refused);
  switch (result->outcome)
    {
    case TM_SUBMIT_DONE:
      if (n_again > 0)
        wait_or_give_up (row, "some recipients have to wait", next_at, now, sending);
      else
        end (sending, TM_OUTBOX_SENT, refused, refused);
      break;
    case TM_SUBMIT_AWAY:
      wait_or_give_up (row, result->text, MAX (server_at, now + 1), now, sending);
      break;
    case TM_SUBMIT_LATER:
      wait_or_give_up (row, result->text, next_at, now, sending);
      break;
    case TM_SUBMIT_FAILED:
      end (sending, TM_OUTBOX_FAILED, refused != NULL ? refused : result->text,
           refused != NULL ? refused : result->text);
      break;
    case TM_SUBMIT_UNKNOWN:
      if (row->may_repeat && !backoff_is_over (row->created_at, now))
        wait_or_give_up (row, result->text, next_at, now, sending);
      else
        end_unknown (result->text, sending);
      break;
    case TM_SUBMIT_NEEDLESS:
      end (sending, TM_OUTBOX_CANCELLED, result->text, NULL);
      break;
    }
  return sending;
}

TmSending *
sending_decide_page (const TmOutboxRow *row, const TmSubmitResult *result, gint64 receiver_at, gint64 now)
{
  TmSending *sending = g_new0 (TmSending, 1);
  gint64 again_at = now + MAX (backoff_delay (&backoff_page, row->tries, (guint64) row->id), result->retry_s);
  sending->settled = g_strdup ("");
  switch (result->outcome)
    {
    case TM_SUBMIT_DONE:
      end (sending, TM_OUTBOX_SENT, NULL, NULL);
      break;
    case TM_SUBMIT_AWAY:
      wait_or_give_up (row, result->text, MAX (receiver_at, now + 1), now, sending);
      break;
    case TM_SUBMIT_LATER:
    case TM_SUBMIT_UNKNOWN:
      wait_or_give_up (row, result->text, again_at, now, sending);
      break;
    case TM_SUBMIT_FAILED:
      end (sending, TM_OUTBOX_FAILED, result->text, result->text);
      break;
    case TM_SUBMIT_NEEDLESS:
      end (sending, TM_OUTBOX_CANCELLED, result->text, NULL);
      break;
    }
  return sending;
}

TmSending *
sending_interrupted (const TmOutboxRow *row, gint64 now)
{
  static const char why[] = "the daemon ended while it was being sent";
  TmSending *sending = g_new0 (TmSending, 1);
  g_autoptr (GString) settled = g_string_new (NULL);
  for (guint i = 0; i < row->settled->len; i++)
    append_line (settled, g_ptr_array_index (row->settled, i));
  sending->settled = g_strdup (settled->str);
  if (row->may_repeat)
    {
      end (sending, TM_OUTBOX_WAITING, why, NULL);
      sending->next_at = now;
    }
  else
    end_unknown (why, sending);
  return sending;
}
