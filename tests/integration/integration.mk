# SPDX-License-Identifier: BSD-2-Clause
include tests/integration/ctl.mk
