# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += contrib/munin/ticketmilter_
EXTRA_DIST += contrib/demo contrib/check contrib/packages.sh contrib/play/conversation.py \
  contrib/play/play.py
EXTRA_DIST += \
  contrib/postfix/README.md contrib/postfix/keys contrib/postfix/main.cf contrib/postfix/master.cf \
  contrib/postfix/opendkim-desk.conf contrib/postfix/opendkim-submission.conf contrib/postfix/signing \
  contrib/postfix/signing-submission contrib/postfix/submission_header_checks
EXTRA_DIST += \
  contrib/play/bounce.eml contrib/play/foreign.eml contrib/play/how-to.eml contrib/play/html.eml contrib/play/next.eml contrib/play/outage.eml \
  contrib/play/reply.eml contrib/play/request.eml contrib/play/stranger.eml contrib/play/token.eml contrib/play/two-queues.eml \
  contrib/play/vacation.eml
EXTRA_DIST += \
  contrib/policies/forms.yaml contrib/policies/monitoring.yaml contrib/policies/requests-de.yaml \
  contrib/policies/requests-en.yaml contrib/policies/trackers.yaml
EXTRA_DIST += contrib/policies/stakater.yaml contrib/policies/skyscrapers.yaml contrib/policies/freistilbox.yaml

bashcompletiondir = $(datadir)/bash-completion/completions
install-data-local:
	$(MKDIR_P) '$(DESTDIR)$(bashcompletiondir)'
	$(INSTALL_DATA) '$(srcdir)/contrib/completion/ticketctl.bash' '$(DESTDIR)$(bashcompletiondir)/ticketctl'
uninstall-local:
	rm -f '$(DESTDIR)$(bashcompletiondir)/ticketctl'
EXTRA_DIST += contrib/completion/ticketctl.bash
