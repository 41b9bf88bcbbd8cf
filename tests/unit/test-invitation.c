/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/invitation.h"
#include "tests/support/suite.h"

#include <string.h>

#define ZONE "BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:STANDARD\n" \
  "DTSTART:16010101T030000\nEND:STANDARD\nEND:VTIMEZONE\n"
#define EVENT(more) "BEGIN:VCALENDAR\nMETHOD:REQUEST\n" ZONE "BEGIN:VEVENT\n" more "END:VEVENT\nEND:VCALENDAR\n"

static const struct
{
  const char *calendar, *method, *text;
} cases[] = {
  { EVENT ("SUMMARY:Fire drill\nDTSTART;TZID=Europe/Berlin:20261201T100000\nDTEND;TZID=Europe/Berlin:20261201T113000\n"
           "LOCATION:Room 7\\, first floor\nORGANIZER;CN=\"Desk: first\":MAILTO:desk@example.com\n"),
    NULL, "Invitation (REQUEST): Fire drill; 2026-12-01 10:00 to 11:30 Europe/Berlin; place: Room 7, first floor; "
          "from desk@example.com" },
  { EVENT ("SUMMARY:Fire\n  drill\\nfor all\nDTSTART:20261201T100000Z\nDTEND:20261202T100000Z\n"), "CANCEL",
    "Invitation (REQUEST): Fire drill for all; 2026-12-01 10:00 UTC to 2026-12-02 10:00 UTC" },
  { EVENT ("BEGIN:VALARM\nSUMMARY:alarm\nEND:VALARM\nDTSTART;VALUE=DATE:20261201\nSUMMARY:all day\n"), NULL,
    "Invitation (REQUEST): all day; 2026-12-01" },
  { EVENT ("DTSTART;TZID=\"Europe/Berlin\":20261201T100000\nDTEND;TZID=Asia/Tokyo:20261201T190000\nDURATION:PT1H\n"
           "RRULE:FREQ=WEEKLY\n"), NULL,
    "Invitation (REQUEST); 2026-12-01 10:00 Europe/Berlin to 2026-12-01 19:00 Asia/Tokyo; for PT1H; "
    "again FREQ=WEEKLY" },
  { "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nATTENDEE;PARTSTAT=DECLINED:mailto:bob@a.example\r\n"
    "SUMMARY:x\r\nEND:VEVENT\r\n", NULL, "Invitation (REPLY): x; bob@a.example: DECLINED" },
  { "BEGIN:VCALENDAR\nBEGIN:VTODO\nDUE:20261201T100000\nEND:VTODO\nBEGIN:VEVENT\nSUMMARY:second\nEND:VEVENT\n",
    "publish", "Invitation (publish); due 2026-12-01 10:00" },
  { "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:soon\nSUMMARY:\x1b[2Jx\xe2\x80\xae\n", NULL, "Invitation: [2Jx; soon" },
  { "BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nEND:VFREEBUSY\n", NULL, NULL },
  { "SUMMARY:outside\nEND:VEVENT\n", NULL, NULL },
  { "", "REQUEST", "Invitation (REQUEST)" },
  { "", NULL, NULL },
};

START_TEST (describe)
{
  g_autofree char *text = invitation_describe (cases[_i].calendar, cases[_i].method);
  ck_assert_pstr_eq (text, cases[_i].text);
}
END_TEST

/* Whatever is cut off or bent, one clean line comes of it. */
START_TEST (cut)
{
  g_autofree char *whole = g_strdup (cases[_i].calendar);
  for (gsize len = strlen (whole); len > 0; len--)
    {
      g_autofree char *head = g_utf8_make_valid (whole, (gssize) len);
      g_autofree char *text = invitation_describe (head, NULL);
      ck_assert (text == NULL || (strchr (text, '\n') == NULL && g_utf8_validate (text, -1, NULL)));
    }
}
END_TEST

SUITE_MAIN ("invitation", tcase_add_loop_test (tc, describe, 0, G_N_ELEMENTS (cases));
            tcase_add_loop_test (tc, cut, 0, G_N_ELEMENTS (cases));)
