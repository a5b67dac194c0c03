/*
 * ConversionRules as people write them: taking them apart, and saying where they are wrong. Private
 * to this folder.
 *
 * Every function here that fails has set the compiler's error and offset.
 */
#ifndef PQ_CONVERSION_SOURCE_H
#define PQ_CONVERSION_SOURCE_H

#include "conversion/rule.h"

struct compiler {
	struct pq_conversion *conversion;
	struct pq_arena *arena;
	uint32_t *offset; /* where in the source the trouble is */
	struct pq_error *error;
};

enum { KEYS_MAX = 6 };

/* Keys of a mapping, ended by NULL. */
struct keys {
	const char *names[KEYS_MAX];
};

/* Both return false, for "return source_refuse(...)". What is wrong is at; field says where that
 * is. */
bool source_refuse(const struct compiler *compiler, const struct pq_value *at, const char *field,
		   const char *format, ...) PQ_PRINTF(4, 5);
bool source_out_of_memory(const struct compiler *compiler);

/* An object that has no keys but these. */
PQ_CHECKED bool source_expect(const struct compiler *compiler, const struct pq_value *value,
			      const char *field, const struct keys *keys);

/* A member that must be there, or NULL. */
const struct pq_value *source_require(const struct compiler *compiler,
				      const struct pq_value *parent, const char *field,
				      const char *key);

/* The same for a text, which is copied and ends in a NUL, */
PQ_CHECKED bool source_take_text(const struct compiler *compiler, const struct pq_value *parent,
				 const char *field, const char *key, struct pq_string *text);

/* and for a list of at most so many items. */
const struct pq_value *source_take_list(const struct compiler *compiler,
					const struct pq_value *parent, const char *field,
					const char *key, size_t most);

/* A path that rules may change, as a value and as a member. */
PQ_CHECKED bool source_read_path(const struct compiler *compiler, const struct pq_value *value,
				 const char *field, struct steps *path);
PQ_CHECKED bool source_take_path(const struct compiler *compiler, const struct pq_value *parent,
				 const char *field, const char *key, struct steps *path);

/* Whether a path leads to what is not the rules' to change: what the API server keeps for itself,
 * and what a conversion sets. */
bool source_is_reserved(const struct steps *path);

#endif
