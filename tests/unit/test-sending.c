/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of a row of the outbox by how its sending ended. */
#include "core/backoff.h"
#include "core/sending.h"
#include "tests/support/suite.h"

#include <string.h>

enum { NOW = 1000000, SERVER_AT = NOW + 77 };

typedef struct
{
  TmSubmitOutcome outcome;
  bool may_repeat, is_old; /* it waits for 5 days */
  const char *refused;     /* of eve and joe: '.' taken, '4', '5' */
  TmOutboxState state;
  const char *settled;
  bool is_told;
} Case;

#define EVE "eve@acme.example"
#define JOE "joe@acme.example"

static const Case cases[] = {
  { TM_SUBMIT_DONE, false, false, "..", TM_OUTBOX_SENT, EVE "\n" JOE, false },
  { TM_SUBMIT_DONE, false, true, "..", TM_OUTBOX_SENT, EVE "\n" JOE, false },
  { TM_SUBMIT_DONE, true, false, ".5", TM_OUTBOX_SENT, EVE "\n" JOE, true },
  { TM_SUBMIT_DONE, true, false, ".4", TM_OUTBOX_WAITING, EVE, false },
  { TM_SUBMIT_DONE, false, false, "4.", TM_OUTBOX_WAITING, JOE, false },
  { TM_SUBMIT_DONE, false, true, ".4", TM_OUTBOX_FAILED, EVE, true },
  { TM_SUBMIT_AWAY, false, false, "..", TM_OUTBOX_WAITING, "", false },
  { TM_SUBMIT_AWAY, false, true, "..", TM_OUTBOX_FAILED, "", true },
  { TM_SUBMIT_LATER, false, false, "..", TM_OUTBOX_WAITING, "", false },
  { TM_SUBMIT_LATER, true, false, "54", TM_OUTBOX_WAITING, EVE, true },
  { TM_SUBMIT_LATER, true, true, "..", TM_OUTBOX_FAILED, "", true },
  { TM_SUBMIT_FAILED, true, false, "..", TM_OUTBOX_FAILED, "", true },
  { TM_SUBMIT_FAILED, true, false, "55", TM_OUTBOX_FAILED, EVE "\n" JOE, true },
  { TM_SUBMIT_UNKNOWN, false, false, "..", TM_OUTBOX_UNKNOWN, "", true },
  { TM_SUBMIT_UNKNOWN, true, false, "..", TM_OUTBOX_WAITING, "", false },
  { TM_SUBMIT_UNKNOWN, true, true, "..", TM_OUTBOX_UNKNOWN, "", true },
  { TM_SUBMIT_NEEDLESS, true, false, "..", TM_OUTBOX_CANCELLED, "", false },
  { TM_SUBMIT_NEEDLESS, false, true, "..", TM_OUTBOX_CANCELLED, "", false },
};

static TmOutboxRow *
row_new (const Case *one)
{
  TmOutboxRow *row = g_new0 (TmOutboxRow, 1);
  row->id = 7;
  row->settled = g_ptr_array_new_with_free_func (g_free);
  row->may_repeat = one->may_repeat;
  row->created_at = one->is_old ? NOW - TM_BACKOFF_GIVE_UP_S : NOW - 10;
  row->tries = 1;
  return row;
}

START_TEST (becomes)
{
  const Case *one = &cases[_i];
  static const char *const addresses[] = { EVE, JOE };
  g_autoptr (TmOutboxRow) row = row_new (one);
  g_autoptr (GPtrArray) tried = g_ptr_array_new_with_free_func (g_free);
  g_auto (TmSubmitResult) result = { 0 };
  submit_result_init (&result, one->outcome, "the server's words");
  for (int i = 0; i < 2; i++)
    {
      g_ptr_array_add (tried, g_strdup (addresses[i]));
      if (one->refused[i] != '.')
        submit_result_add (&result, addresses[i], one->refused[i] == '5', "its words");
    }
  g_autoptr (TmSending) sending = sending_decide (row, tried, &result, SERVER_AT, NOW);
  g_autoptr (TmSending) copy = sending_copy (sending);
  ck_assert_int_eq (copy->state, one->state);
  ck_assert_str_eq (copy->settled, one->settled);
  ck_assert_int_eq (copy->told != NULL, one->is_told);
  ck_assert_int_eq (copy->error != NULL, one->state != TM_OUTBOX_SENT || one->is_told);
  if (one->state == TM_OUTBOX_WAITING && one->outcome == TM_SUBMIT_AWAY)
    ck_assert_int_eq (copy->next_at, SERVER_AT);
  else if (one->state == TM_OUTBOX_WAITING)
    ck_assert_int_ge (copy->next_at, NOW + 44);
}
END_TEST

START_TEST (goes_on_where_it_stood)
{
  for (int may_repeat = 0; may_repeat <= 1; may_repeat++)
    {
      g_autoptr (TmOutboxRow) row = row_new (&(Case){ .may_repeat = may_repeat });
      g_ptr_array_add (row->settled, g_strdup (EVE));
      g_autoptr (TmSending) sending = sending_interrupted (row, NOW);
      ck_assert_int_eq (sending->state, may_repeat ? TM_OUTBOX_WAITING : TM_OUTBOX_UNKNOWN);
      ck_assert_int_eq (sending->told == NULL, may_repeat);
      ck_assert_str_eq (sending->settled, EVE);
      ck_assert (!may_repeat || sending->next_at == NOW);
    }
}
END_TEST

static const struct
{
  TmSubmitOutcome outcome;
  gint64 retry_s, age_s;
  TmOutboxState state;
  gint64 least, most; /* until it is tried again */
} pages[] = {
  { TM_SUBMIT_DONE, 0, 0, TM_OUTBOX_SENT, 0, 0 },
  { TM_SUBMIT_DONE, 0, 999999, TM_OUTBOX_SENT, 0, 0 },
  { TM_SUBMIT_FAILED, 0, 0, TM_OUTBOX_FAILED, 0, 0 },
  { TM_SUBMIT_LATER, 0, 0, TM_OUTBOX_WAITING, 7, 13 },
  { TM_SUBMIT_LATER, 3000, 0, TM_OUTBOX_WAITING, 3000, 3000 },
  { TM_SUBMIT_LATER, 1, 0, TM_OUTBOX_WAITING, 7, 13 },
  { TM_SUBMIT_AWAY, 0, 0, TM_OUTBOX_WAITING, 77, 77 },
  { TM_SUBMIT_UNKNOWN, 0, 0, TM_OUTBOX_WAITING, 7, 13 },
  { TM_SUBMIT_NEEDLESS, 0, 0, TM_OUTBOX_CANCELLED, 0, 0 },
  { TM_SUBMIT_AWAY, 0, TM_BACKOFF_GIVE_UP_PAGE_S - 1, TM_OUTBOX_WAITING, 77, 77 },
  { TM_SUBMIT_AWAY, 0, TM_BACKOFF_GIVE_UP_PAGE_S, TM_OUTBOX_FAILED, 0, 0 },
  { TM_SUBMIT_LATER, 0, TM_BACKOFF_GIVE_UP_PAGE_S, TM_OUTBOX_FAILED, 0, 0 },
};

START_TEST (becomes_of_pages)
{
  g_autoptr (TmOutboxRow) row = row_new (&(Case){ .may_repeat = true });
  g_auto (TmSubmitResult) result = { 0 };
  submit_result_init (&result, pages[_i].outcome, "the server's words");
  result.retry_s = pages[_i].retry_s;
  row->receiver = g_strdup ("oncall");
  row->tries = 1;
  row->created_at = NOW - pages[_i].age_s;
  g_autoptr (TmSending) sending = sending_decide_page (row, &result, SERVER_AT, NOW);
  ck_assert_int_eq (sending->state, pages[_i].state);
  ck_assert_int_eq (sending->told != NULL, pages[_i].state == TM_OUTBOX_FAILED);
  ck_assert_str_eq (sending->settled, "");
  if (sending->state == TM_OUTBOX_SENT)
    ck_assert_ptr_null (sending->error);
  else
    ck_assert_ptr_nonnull (strstr (sending->error, "the server's words"));
  if (sending->state == TM_OUTBOX_FAILED && pages[_i].age_s > 0)
    ck_assert_str_eq (sending->told, "given up after a day: the server's words");
  if (sending->state != TM_OUTBOX_WAITING)
    return;
  ck_assert_int_ge (sending->next_at - NOW, pages[_i].least);
  ck_assert_int_le (sending->next_at - NOW, pages[_i].most);
}
END_TEST

SUITE_MAIN ("sending", tcase_add_loop_test (tc, becomes_of_pages, 0, (int) G_N_ELEMENTS (pages));
            tcase_add_loop_test (tc, becomes, 0, (int) G_N_ELEMENTS (cases));
            tcase_add_test (tc, goes_on_where_it_stood);)
