# SPDX-License-Identifier: BSD-2-Clause
# Who is who: customers, contacts, senders.
UNIT_TESTS += tests/unit/test-customer tests/unit/test-csv tests/unit/test-conf-customers
tests_unit_test_customer_SOURCES = tests/unit/test-customer.c tests/support/suite.h
tests_unit_test_customer_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_customer_LDADD = $(TEST_LIBS)
tests_unit_test_csv_SOURCES = tests/unit/test-csv.c tests/support/suite.h
tests_unit_test_csv_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_csv_LDADD = $(TEST_LIBS)
tests_unit_test_conf_customers_SOURCES = tests/unit/test-conf-customers.c $(CONF_FOLDER)
tests_unit_test_conf_customers_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_customers_LDADD = $(TEST_LIBS)

UNIT_TESTS += tests/unit/test-who tests/unit/test-contact
tests_unit_test_who_SOURCES = tests/unit/test-who.c $(CONF_FOLDER)
tests_unit_test_who_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_who_LDADD = $(TEST_LIBS)
tests_unit_test_contact_SOURCES = tests/unit/test-contact.c $(STORE_TEST_SUPPORT)
tests_unit_test_contact_CPPFLAGS = $(STORE_TEST_CPPFLAGS)
tests_unit_test_contact_LDADD = $(TEST_LIBS)

# What is promised: plans and contracts.
UNIT_TESTS += tests/unit/test-conf-service
tests_unit_test_conf_service_SOURCES = tests/unit/test-conf-service.c $(CONF_FOLDER)
tests_unit_test_conf_service_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_conf_service_LDADD = $(TEST_LIBS)

# Whose tokens are looked at.
UNIT_TESTS += tests/unit/test-guesses
tests_unit_test_guesses_SOURCES = tests/unit/test-guesses.c tests/support/suite.h
tests_unit_test_guesses_CPPFLAGS = $(TEST_CPPFLAGS)
tests_unit_test_guesses_LDADD = $(TEST_LIBS)
