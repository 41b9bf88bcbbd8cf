# SPDX-License-Identifier: BSD-2-Clause
CONF_FOLDER = tests/unit/conf-folder.c tests/unit/conf-folder.h tests/support/suite.h

UNIT_TESTS += tests/unit/test-conf
tests_unit_test_conf_SOURCES = tests/unit/test-conf.c $(CONF_FOLDER)
tests_unit_test_conf_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-conf-policy
tests_unit_test_conf_policy_SOURCES = tests/unit/test-conf-policy.c $(CONF_FOLDER)
tests_unit_test_conf_policy_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_policy_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-conf-calendars
tests_unit_test_conf_calendars_SOURCES = tests/unit/test-conf-calendars.c $(CONF_FOLDER)
tests_unit_test_conf_calendars_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_calendars_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-keyring
tests_unit_test_keyring_SOURCES = tests/unit/test-keyring.c $(CONF_FOLDER)
tests_unit_test_keyring_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_keyring_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-conf-docs
tests_unit_test_conf_docs_SOURCES = tests/unit/test-conf-docs.c $(CONF_FOLDER)
tests_unit_test_conf_docs_CPPFLAGS = $(TEST_CPPFLAGS) -DTM_TOP_SRCDIR='"$(abs_top_srcdir)"'
tests_unit_test_conf_docs_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-conf-agents
tests_unit_test_conf_agents_SOURCES = tests/unit/test-conf-agents.c $(CONF_FOLDER)
tests_unit_test_conf_agents_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_agents_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-conf-receivers
tests_unit_test_conf_receivers_SOURCES = tests/unit/test-conf-receivers.c $(CONF_FOLDER)
tests_unit_test_conf_receivers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_receivers_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-conf-templates
tests_unit_test_conf_templates_SOURCES = tests/unit/test-conf-templates.c $(CONF_FOLDER)
tests_unit_test_conf_templates_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_templates_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-conf-rotas
tests_unit_test_conf_rotas_SOURCES = tests/unit/test-conf-rotas.c $(CONF_FOLDER)
tests_unit_test_conf_rotas_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_rotas_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-conf-escalations
tests_unit_test_conf_escalations_SOURCES = tests/unit/test-conf-escalations.c $(CONF_FOLDER)
tests_unit_test_conf_escalations_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_escalations_LDADD = $(TEST_LIBS)
UNIT_TESTS += tests/unit/test-conf-reports
tests_unit_test_conf_reports_SOURCES = tests/unit/test-conf-reports.c $(CONF_FOLDER)
tests_unit_test_conf_reports_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_reports_LDADD = $(TEST_LIBS)
