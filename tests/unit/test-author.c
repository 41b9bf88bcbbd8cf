/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/author.h"
#include "tests/support/suite.h"

/* What the plans of tests/data/plans.golden do not show: names that want to be something else. */
static const struct
{
  const char *name, *queue, *display;
} names[] = {
  { "Joe", "Example Support", "\"Joe via Example Support\"" },
  { "joe@acme.example", "Example Support", "\"joe via Example Support\"" },
  { "", "Example Support", "\"Example Support\"" },
  { "@", "Example Support", "\"Example Support\"" },
  { "Doe, Joe (Acme); x: y", "Support", "\"Doe, Joe (Acme); x: y via Support\"" },
  { "Joe\" <boss@acme.example>, \"", "Support", "\"Joe boss via Support\"" },
  { "back\\slash\\", "\"Our\" Support", "\"backslash via Our Support\"" },
  { "Joe\r\nBcc: x", "Support", "\"Joe Bcc: x via Support\"" },
  { "=?utf-8?q?Joe?=", "Support", "\"utf-8?q?Joe?= via Support\"" },
  { "==??utf-8?q?Joe", "Support", "\"utf-8?q?Joe via Support\"" },
  { "=<?utf-8", "Support", "\"utf-8 via Support\"" },
  { "J\xc3\xb6rg\xe2\x80\xae", "Support", "=?UTF-8?B?SsO2cmcgdmlhIFN1cHBvcnQ=?=" },
  { "0123456789012345678901234567890123456789012345678901234567890123456789", "Support",
    "\"0123456789012345678901234567890123456789012345678901234567890123 via Support\"" },
  { "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
    "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "Support",
    "=?UTF-8?B?w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOkw6TDpCB2aWEg?= =?UTF-8?B?U3VwcG9ydA==?=" },
};

START_TEST (display)
{
  g_autofree char *made = author_display (names[_i].name, names[_i].queue);
  ck_assert_str_eq (made, names[_i].display);
}
END_TEST

SUITE_MAIN ("author", tcase_add_loop_test (tc, display, 0, G_N_ELEMENTS (names));)
