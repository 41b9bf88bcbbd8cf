# SPDX-License-Identifier: BSD-2-Clause
src_libcore_a_SOURCES += \
  src/core/classification.c src/core/classify.c src/core/classify.h \
  src/core/condition.c src/core/condition.h src/core/condition_match.c \
  src/core/effect.c \
  src/core/forward.c src/core/forward.h \
  src/core/literals.c src/core/literals.h \
  src/core/needles.c src/core/needles.h \
  src/core/network.c src/core/network.h \
  src/core/pattern.c src/core/pattern.h \
  src/core/plan_rules.c src/core/draft.h \
  src/core/rule.c src/core/rule.h \
  src/core/rule_apply.c src/core/rule_apply.h \
  src/core/rule_index.c src/core/rule_index.h \
  src/core/rule_values.c src/core/rule_values.h \
  src/core/scan.c src/core/scan.h
EXTRA_DIST += docs/rules.md
