/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenarios of test-plan.c: who is told that his request arrived, and what makes that needless. */
  { .name = "acknowledged", .from = "eve@gold.example", .sender = "eve@gold.example", .message_id = "n@gold.example",
    .subject = "Secret words", SUPPORT, .priority = "P1", .type = "problem", .missing = "environment", .acks = true },
  { .name = "acknowledged with his subject", EVE, .sender = "eve@acme.example", SUPPORT, .authenticated = true,
    .acks = true },
  { .name = "acknowledged, explained", EVE, .sender = "eve@acme.example", SUPPORT, .explain = true, .acks = true },
  { .name = "not acknowledged, automatic", EVE, .sender = "eve@acme.example", SUPPORT, .is_auto = true, .acks = true },
  { .name = "not acknowledged, an answer", EVE, .recipients = "@r12", .sender = "eve@acme.example",
    .status = TM_STATUS_OPEN, .acks = true },
  { .name = "an acknowledgement waits anew", EVE, SUPPORT, .earlier = true, .acks = true },
  { .name = "an answer needs no acknowledgement", ANNA, .recipients = "@r12", .status = TM_STATUS_NEW, .acks = true },
  { .name = "a note is no answer", ANNA, .recipients = "@n12", .status = TM_STATUS_NEW, .acks = true },
