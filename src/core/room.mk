# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libcore.a
src_libcore_a_CPPFLAGS = $(AM_CPPFLAGS) $(PCRE2_CFLAGS)
src_libcore_a_SOURCES = \
  src/core/address.c src/core/address.h \
  src/core/after.c src/core/after.h \
  src/core/acknowledge.c src/core/acknowledge.h src/core/plan_acknowledge.c \
  src/core/plan_confirm.c src/core/plan_release.c src/core/release.h \
  src/core/backoff.c src/core/backoff.h \
  src/core/edit_apply.c src/core/edit_apply.h \
  src/core/letter.c src/core/letter.h \
  src/core/receiver.c src/core/receiver.h \
  src/core/sending.c src/core/sending.h \
  src/core/standing.c src/core/standing.h \
  src/core/mail.c src/core/mail.h
src_libcore_a_SOURCES += \
  src/core/alert.c src/core/alert.h \
  src/core/plan_page.c \
  src/core/audience.c src/core/audience.h \
  src/core/author.c src/core/author.h \
  src/core/footer.c src/core/footer.h \
  src/core/agents.c src/core/agents.h src/core/plan_asked.c src/core/plan_reply.c \
  src/core/reply.c src/core/reply.h src/core/reply_edits.c src/core/reply_edits.h \
  src/core/reply_readers.c src/core/reply_readers.h \
  src/core/command.c src/core/command.h src/core/command_changes.c \
  src/core/command_words.c src/core/command_words.h \
  src/core/classify_stated.c src/core/classify_stated.h \
  src/core/calendar.c src/core/calendar.h src/core/calendar_inside.h src/core/calendar_count.c \
  src/core/calendar_days.c src/core/calendar_parse.c src/core/calendar_walk.c src/core/date.c src/core/date.h \
  src/core/change.c src/core/change_set.c src/core/change_share.c src/core/change_clocks.c \
  src/core/change_reply.c src/core/change_guard.c src/core/plan_change.c \
  src/core/change.h \
  src/core/clock.c src/core/clock.h src/core/clock_inside.h src/core/clockwork.c \
  src/core/clock_causes.c src/core/clock_terms.c \
  src/core/customer.c src/core/customer.h src/core/public_domains.c \
  src/core/dedup.c src/core/dedup.h \
  src/core/detail.c src/core/detail.h \
  src/core/edit.c src/core/edit.h src/core/marks.c \
  src/core/envelope.c src/core/envelope.h \
  src/core/escalation.c src/core/escalation.h \
  src/core/facts.c src/core/facts.h \
  src/core/feedback.c src/core/feedback.h src/core/plan_feedback.c \
  src/core/failure.c src/core/failure.h \
  src/core/fields.c src/core/fields.h \
  src/core/figures.c src/core/figures.h src/core/figures_satisfaction.c \
  src/core/recurrence.c src/core/recurrence.h \
  src/core/report.c src/core/report.h src/core/report_chart.c src/core/report_chart.h src/core/report_html.c \
  src/core/report_style.c src/core/report_words.c src/core/report_words.h \
  src/core/report_mail.c src/core/report_mail.h \
  src/core/handover.c src/core/handover.h \
  src/core/inbound.c src/core/inbound.h \
  src/core/keys.c src/core/keys.h \
  src/core/language.c src/core/language.h \
  src/core/limits.h \
  src/core/match.c src/core/match.h \
  src/core/notice.c src/core/notice.h \
  src/core/outgoing.c src/core/outgoing.h \
  src/core/page.c src/core/page.h src/core/page_body.c \
  src/core/plan.c src/core/plan.h src/core/plan_inbound.c src/core/plan_clocks.c src/core/plan_stated.c \
  src/core/plan_agent.c src/core/plan_duplicate.c src/core/plan_marks.c \
  src/core/plan_bounce.c src/core/plan_bounce.h \
  src/core/bounce_names.c src/core/bounce_names.h src/core/bounce_status.c src/core/bounce_status.h \
  src/core/refusal.c src/core/refusal.h \
  src/core/guard.c src/core/guard.h \
  src/core/rota.c src/core/rota.h \
  src/core/sender.c src/core/sender.h \
  src/core/service.c src/core/service.h \
  src/core/shingle.c src/core/shingle.h \
  src/core/site.c src/core/site.h \
  src/core/stated.c src/core/stated.h src/core/stated_words.c src/core/stated_words.h \
  src/core/subject.c src/core/subject.h \
  src/core/template.c src/core/template.h src/core/template_html.c src/core/template_html.h \
  src/core/templates.c src/core/templates.h \
  src/core/ticket.c src/core/ticket.h \
  src/core/target.c src/core/target.h \
  src/core/thread.c src/core/thread.h \
  src/core/token.c src/core/token.h \
  src/core/when.c src/core/when.h \
  src/core/workaround.c src/core/workaround.h \
  src/core/zone.c src/core/zone.h
