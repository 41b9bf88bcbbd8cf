#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Due times a second for each kind of target, on one core.
#
# Usage: due-times.sh BUILD-DIRECTORY.  From the environment: SECONDS_EACH (1).
set -eu
exec "$1/tests/bench/due-times" "${SECONDS_EACH:-1}"
