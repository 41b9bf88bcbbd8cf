# SPDX-License-Identifier: BSD-2-Clause
EXTRA_DIST += docs/ARCHITECTURE.md
dist_man_MANS += docs/man/ticketctl.1
