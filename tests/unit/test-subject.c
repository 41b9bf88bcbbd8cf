/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/subject.h"
#include "tests/support/suite.h"

static const struct
{
  const char *subject;
  gint64 tag, number;
  const char *tagged; /* with the tag of ticket 7 */
} subjects[] = {
  { "Site down", 0, 0, "[example#7] Site down" },
  { "Re: Site down", 0, 0, "Re: [example#7] Site down" },
  { "AW: Re: Site down", 0, 0, "AW: Re: [example#7] Site down" },
  { "Re:Site down", 0, 0, "Re: [example#7] Site down" },
  { "Re: [example#1042] Site down", 1042, 0, "Re: [example#7] Site down" },
  { "[example#1042] [EXAMPLE#1042] Site down", 1042, 0, "[example#7] Site down" },
  { "Re: [exa[example#13]mple#14] [[example#1]example#2] x", 13, 0, "Re: [example#7] x" },
  { "[Example#1042] Re: Site down", 1042, 0, "Re: [example#7] Site down" },
  { "Re: [example#1042] Re: [example#1042] x", 1042, 0, "Re: Re: [example#7] x" },
  { "[other#5] Site down", 0, 0, "[example#7] [other#5] Site down" },
  { "[example#0] x", 0, 0, "[example#7] [example#0] x" },
  { "[example#99999999999999999999] x", 0, 0, "[example#7] [example#99999999999999999999] x" },
  { "[example#12 x", 0, 0, "[example#7] [example#12 x" },
  { "about #1042, please", 0, 1042, "[example#7] about #1042, please" },
  { "#1042", 0, 1042, "[example#7] #1042" },
  { "C#7 and issue#8 and #9a", 0, 0, "[example#7] C#7 and issue#8 and #9a" },
  { "", 0, 0, "[example#7]" },
  { "Re:", 0, 0, "Re: [example#7]" },
  { "Reply: x", 0, 0, "[example#7] Reply: x" },
};

START_TEST (tags)
{
  ck_assert_int_eq (subject_find_tag (subjects[_i].subject, "example"), subjects[_i].tag);
  ck_assert_int_eq (subject_find_number (subjects[_i].subject), subjects[_i].number);
  g_autofree char *tagged = subject_with_tag (subjects[_i].subject, "example", 7);
  ck_assert_str_eq (tagged, subjects[_i].tagged);
  g_autofree char *again = subject_with_tag (tagged, "example", 7);
  ck_assert_str_eq (again, tagged);
}
END_TEST

START_TEST (unknown_number)
{
  g_autofree char *tagged = subject_with_tag ("x", "example", 0);
  ck_assert_str_eq (tagged, "[example#NEW] x");
}
END_TEST

SUITE_MAIN ("subject", tcase_add_loop_test (tc, tags, 0, G_N_ELEMENTS (subjects)); tcase_add_test (tc, unknown_number);)
