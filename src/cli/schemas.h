/* The schemas that a command's --schemas names. */
#ifndef PQ_CLI_SCHEMAS_H
#define PQ_CLI_SCHEMAS_H

#include "config/option.h"
#include "policy/load.h"

/* Adds every file and folder to a builder. Documents that cannot be used are told of on standard
 * error in the name of the command, and then the whole fails. */
PQ_CHECKED bool pq_command_add_schemas(struct pq_policy_builder *builder, const char *command,
				       const struct pq_option_list *paths, struct pq_error *error);

/* Loads every file and folder into one snapshot, which the caller owns. Documents that cannot be
 * used are told to report and left out; NULL only when a path cannot be read or memory runs out. */
const struct pq_policy *pq_command_load_schemas(const struct pq_option_list *paths,
						pq_policy_load_report *report, void *context,
						struct pq_policy_load_counts *counts,
						struct pq_error *error);

#endif
