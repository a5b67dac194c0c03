/* The parts of compiling a schema: compile.c, compile_value.c, compile_default.c. */
#ifndef PQ_SCHEMA_COMPILING_H
#define PQ_SCHEMA_COMPILING_H

#include "schema/compile.h"

struct pq_compiling {
	struct pq_schema *schema;
	struct pq_arena *arena; /* the program's */
	enum pq_compile_mode mode;
	bool in_junctor;
	bool in_additional; /* below additionalProperties, where defaults are not checked */
	struct pq_error *error;
};

/* Both are false, with the error set: at a keyword of the schema at path. */
bool pq_compiling_fail_memory(struct pq_compiling *compiling);
bool pq_compiling_fail_at(struct pq_compiling *compiling, const struct pq_path *path,
			  const char *keyword, const char *message);

/* Fill parts of a node from a source, the default after all that it is judged by. False with the
 * error set. */
PQ_CHECKED bool pq_compiling_take_value(struct pq_compiling *compiling,
					const struct pq_source *source, const struct pq_path *path,
					struct pq_node *node);
PQ_CHECKED bool pq_compiling_take_default(struct pq_compiling *compiling,
					  const struct pq_node *node, const struct pq_value *value,
					  struct pq_node_extras *extras);

#endif
