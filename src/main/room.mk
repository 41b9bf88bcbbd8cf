# SPDX-License-Identifier: BSD-2-Clause
include src/main/ctl.mk
