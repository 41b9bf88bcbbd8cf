/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One mail with something in every field, and a site around it, for the tests
 * of conditions and rules.
 */
#ifndef TM_TESTS_RULES_SAMPLE_H
#define TM_TESTS_RULES_SAMPLE_H

#include "core/classify.h"

typedef struct
{
  TmSite *site;
  TmMail *mail;
  TmEnvelope *envelope;
  TmCustomer *customer; /* acme */
  TmServicePlan *plan;  /* Gold */
  TmRuleInput input;
} Sample;

/* Queue support (type problem, priority P3), queue billing (neither); types problem (P1 P2 P3, needs environment
 * and steps) and question (P3 P4 only, P1 → P4); agents anna and bob. */
void sample_init (Sample *sample);
void sample_clear (Sample *sample);

/* Both fail the test when `text` is refused. */
TmCondition *sample_condition (const char *text);
TmEffect *sample_effect (const char *text);

#endif
