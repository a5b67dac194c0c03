/* The schemas that a command's --schemas names. */
#ifndef PQ_CLI_SCHEMAS_H
#define PQ_CLI_SCHEMAS_H

#include "config/option.h"
#include "policy/load.h"

/* Rows of a command's option table. at is the offset of its field: a struct pq_option_list for the
 * first, a const char * for the second. */
#define PQ_SCHEMAS_OPTION(at)                                                                      \
	{                                                                                          \
		.name = "schemas", .letter = 's', .type = PQ_OPTION_LIST,                          \
		.sources = PQ_OPTION_FLAG, .offset = (at), .value_name = "DIR_OR_FILE",            \
		.help = "Read CRDs and AdmissionSchemas from here, folders recursively; may be "   \
			"repeated",                                                                \
	}
#define PQ_OPENAPI_OPTION(at)                                                                      \
	{                                                                                          \
		.name = "openapi", .type = PQ_OPTION_TEXT, .sources = PQ_OPTION_FLAG,              \
		.offset = (at), .value_name = "FILE",                                              \
		.help = "Built-in kinds of another API server: what its /openapi/v3/... answers, " \
			"or that by tools/openapi_compact.py",                                     \
	}

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
