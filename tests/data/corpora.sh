#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The corpora stand outside of the project; TM_SHARED says where, or ../shared beside it.
exec "${PYTHON3:-python3}" "${srcdir:-.}/tests/data/corpora.py" tests/data/mail-facts \
  "${srcdir:-.}/tests/data/exceptions.tsv" "${TM_SHARED:-${srcdir:-.}/../shared}"
