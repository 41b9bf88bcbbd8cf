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

# Units and what they need of users and directories; the paths in them are this build's.  Packages name other places:
# make install systemdsystemunitdir=/lib/systemd/system.
systemdsystemunitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
systemdsystemunit_DATA = contrib/systemd/ticketmilter.service contrib/systemd/ticketmilter.socket
sysusers_DATA = contrib/systemd/sysusers.d/ticketmilter.conf
tmpfiles_DATA = contrib/systemd/tmpfiles.d/ticketmilter.conf
# Not installed: who wants to be confined by AppArmor puts it into /etc/apparmor.d.
noinst_DATA = contrib/apparmor/ticketmilter
GENERATED_UNITS = contrib/systemd/ticketmilter.service contrib/systemd/tmpfiles.d/ticketmilter.conf \
  contrib/apparmor/ticketmilter
EXTRA_DIST += contrib/systemd/ticketmilter.socket $(sysusers_DATA) $(GENERATED_UNITS:=.in)
CLEANFILES += $(GENERATED_UNITS)
$(GENERATED_UNITS): Makefile
	$(AM_V_GEN)$(MKDIR_P) "$$(dirname $@)" && $(SED) -e 's,[@]sbindir@,$(sbindir),g' -e 's,[@]bindir@,$(bindir),g' \
	  -e 's,[@]sysconfdir@,$(sysconfdir),g' '$(srcdir)/$@.in' >$@.part && mv -f $@.part $@
contrib/systemd/ticketmilter.service: $(srcdir)/contrib/systemd/ticketmilter.service.in
contrib/systemd/tmpfiles.d/ticketmilter.conf: $(srcdir)/contrib/systemd/tmpfiles.d/ticketmilter.conf.in
contrib/apparmor/ticketmilter: $(srcdir)/contrib/apparmor/ticketmilter.in
