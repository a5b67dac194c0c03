/* What webhooks and admission policies share. Private to this folder. */
#ifndef PQ_REGISTRY_BUILTIN_ADMISSION_H
#define PQ_REGISTRY_BUILTIN_ADMISSION_H

#include "registry/builtin/checks.h"

extern const char *const admission_match_policies[];
extern const char *const admission_failure_policies[];

/* Whether there is nothing but white space. */
bool admission_is_blank(const struct place *place);

/* validateRuleWithOperations, validateMatchConditions */
void admission_check_rule(const struct place *rule);
void admission_check_conditions(const struct place *conditions);

#endif
