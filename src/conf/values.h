/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kinds of scalars that options have.
 */
#ifndef TM_CONF_VALUES_H
#define TM_CONF_VALUES_H

#include "conf/table.h"

extern const TmScalarType type_text, type_name, type_code, type_path, type_yes_no, type_number, type_size,
  type_duration, type_choice, type_mode, type_character, type_zone, type_language, type_display,
  type_socket, type_submit, type_facility, type_address, type_domain, type_address_or_domain, type_tag,
  type_condition, type_effect, type_type, type_priority, type_agent, type_plan, type_calendar, type_metric, type_target,
  type_url, type_receiver, type_rota, type_escalation;

#endif
