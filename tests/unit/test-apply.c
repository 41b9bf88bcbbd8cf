/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/apply.h"
#include "tests/support/suite.h"

static const struct
{
  TmEditOp op;
  const char *header;
  int index;
  const char *value;
  bool is_clean;
} edits[] = {
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "1042", true },
  { TM_EDIT_ADD, "X-Ticket-Missing", 0, "one,\n two,\n\tthree", true },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "1042\nBcc: eve@example.net", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "1042\r\n fold", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "1042\n\n body", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "1042\n \n body", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "1042\n", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "1042\n ", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "\n 1042", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "a\x1b[2Jb", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "a\x7f", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "a\tb", true },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, "", false },
  { TM_EDIT_ADD, "X-Ticket-ID", 0, " ", false },
  { TM_EDIT_ADD, "X-Ticket-ID: 1\nX", 0, "1", false },
  { TM_EDIT_ADD, "X Ticket", 0, "1", false },
  { TM_EDIT_ADD, "", 0, "1", false },
  { TM_EDIT_CHANGE, "Subject", 1, "[example#1] help", true },
  { TM_EDIT_CHANGE, "Subject", 0, "[example#1] help", false },
  { TM_EDIT_CHANGE, "Subject", 1, "a\nb", false },
  { TM_EDIT_DELETE, "X-Ticket-ID", 3, NULL, true },
  { TM_EDIT_DELETE, "X-Ticket-ID", 0, NULL, false },
  { TM_EDIT_ADD_RCPT, NULL, 0, "hosting@example.com", true },
  { TM_EDIT_ADD_RCPT, NULL, 0, "hosting@example.com> SIZE=1", false },
  { TM_EDIT_DEL_RCPT, NULL, 0, "a\n@example.com", false },
  { TM_EDIT_DEL_RCPT, NULL, 0, "", false },
  { TM_EDIT_SENDER, NULL, 0, "support+1-baaaaaaaaaaaaaaaa@example.com", true },
  { TM_EDIT_SENDER, NULL, 0, "support@example.com> SIZE=1", false },
};

START_TEST (clean)
{
  TmEdit *edit = edit_new (edits[_i].op, edits[_i].header, edits[_i].index, edits[_i].value);
  ck_assert_int_eq (edit_is_clean (edit), edits[_i].is_clean);
  edit_free (edit);
}
END_TEST

/* A body is no command to the MTA: anything may stand in it, but it has to be there. */
START_TEST (clean_body)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("a\0\x1b\n.\r\n", 7);
  TmEdit *edit = edit_new_body (body);
  ck_assert (edit_is_clean (edit));
  edit_free (edit);
  edit = edit_new (TM_EDIT_BODY, NULL, 0, NULL);
  ck_assert (!edit_is_clean (edit));
  edit_free (edit);
}
END_TEST

SUITE_MAIN ("apply", tcase_add_test (tc, clean_body); tcase_add_loop_test (tc, clean, 0, G_N_ELEMENTS (edits));)
