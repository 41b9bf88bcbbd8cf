# SPDX-License-Identifier: BSD-2-Clause
noinst_LIBRARIES += src/libconf.a
src_libconf_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_builddir)/src $(YAML_CFLAGS) $(ICAL_CFLAGS)
src_libconf_a_SOURCES = \
  src/conf/policy.c src/conf/policy.h \
  src/conf/findings.c src/conf/findings.h \
  src/conf/yaml.c src/conf/yaml.h src/conf/node.c \
  src/conf/escalations.c src/conf/escalations.h \
  src/conf/files.c src/conf/files.h \
  src/conf/table.c src/conf/table.h \
  src/conf/values.c src/conf/values.h \
  src/conf/tables.c src/conf/tables_items.c src/conf/tables.h \
  src/conf/calendars.c src/conf/calendars.h \
  src/conf/check.c src/conf/check.h src/conf/check_service.c src/conf/check_queues.c \
  src/conf/csv.c src/conf/csv.h \
  src/conf/customers.c src/conf/customers.h \
  src/conf/customer_table.c \
  src/conf/ical.c src/conf/ical.h \
  src/conf/keyring.c src/conf/keyring.h \
  src/conf/rotas.c src/conf/rotas.h \
  src/conf/receivers.c src/conf/receivers.h \
  src/conf/secret.c src/conf/secret.h \
  src/conf/templates.c src/conf/templates.h
EXTRA_DIST += contrib/policies/example.yaml

# The shipped templates are files, and the programs carry them: nothing has to be installed for them.
SHIPPED_TEMPLATES = \
  src/conf/templates/ack.de.html src/conf/templates/ack.de.txt \
  src/conf/templates/ack.en.html src/conf/templates/ack.en.txt \
  src/conf/templates/confirm.de.html src/conf/templates/confirm.de.txt \
  src/conf/templates/confirm.en.html src/conf/templates/confirm.en.txt \
  src/conf/templates/resolved.de.html src/conf/templates/resolved.de.txt \
  src/conf/templates/resolved.en.html src/conf/templates/resolved.en.txt \
  src/conf/templates/remind.de.html src/conf/templates/remind.de.txt \
  src/conf/templates/remind.en.html src/conf/templates/remind.en.txt \
  src/conf/templates/closing.de.html src/conf/templates/closing.de.txt \
  src/conf/templates/closing.en.html src/conf/templates/closing.en.txt
EXTRA_DIST += $(SHIPPED_TEMPLATES)
BUILT_SOURCES += src/conf/shipped_templates.inc
CLEANFILES += src/conf/shipped_templates.inc
src/conf/shipped_templates.inc: $(SHIPPED_TEMPLATES)
	$(AM_V_GEN)$(MKDIR_P) src/conf && for file in $(SHIPPED_TEMPLATES); do \
	  printf '{ "%s",\n' "$${file##*/}" && \
	  sed -e 's/[\\"]/\\&/g' -e 's/^/  "/' -e 's/$$/\\n"/' "$(srcdir)/$$file" && printf '},\n' || exit 1; \
	done > $@.new && mv $@.new $@
src/conf/libconf_a-templates.$(OBJEXT): src/conf/shipped_templates.inc
