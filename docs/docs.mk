# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += docs/ARCHITECTURE.md docs/benchmarks.md
dist_man_MANS += docs/man/ticketmilter.yaml.5 docs/man/ticketmilter-policy.5
dist_man_MANS += docs/man/ticketctl.1
EXTRA_DIST += docs/log-messages.md
EXTRA_DIST += docs/json-schema.md docs/receivers.md
EXTRA_DIST += docs/SECURITY.md
EXTRA_DIST += docs/reports.md docs/report.png
dist_man_MANS += docs/man/ticketmilter.8
EXTRA_DIST += docs/RELIABILITY.md
