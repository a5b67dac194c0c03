/* What the documents of ours are compiled by: lists and selectors, and saying where it failed.
 * Private to this folder. */
#ifndef PQ_POLICY_COMPILER_H
#define PQ_POLICY_COMPILER_H

#include "base/arena.h"
#include "base/error.h"
#include "formats/selector.h"
#include "json/value.h"

struct string_list {
	const struct pq_string *items;
	size_t count;
};

struct compiler {
	struct pq_arena *arena;
	uint32_t offset; /* of what is being compiled, or was refused */
	struct pq_error *error;
};

/* Sets the error, and the offset if at has one; false. */
bool compiler_refuse(struct compiler *compiler, const struct pq_value *at, const char *field,
		     const char *message);
bool compiler_fail_memory(struct compiler *compiler);

/* That value, called field in errors, is an object without fields but those known, which NULL ends.
 */
PQ_CHECKED bool compiler_check_fields(struct compiler *compiler, const struct pq_value *value,
				      const char *field, const char *const *known);

/* The same for the fields of a whole document and of its metadata. */
PQ_CHECKED bool compiler_check_document(struct compiler *compiler, const struct pq_value *document);

/* The list of strings, not empty, that parent must have. */
PQ_CHECKED bool compiler_take_list(struct compiler *compiler, const struct pq_value *parent,
				   const char *key, const char *field, struct string_list *list);

/* A LabelSelector; without a source, or when that is null, one that selects everything. */
PQ_CHECKED bool compiler_take_selector(struct compiler *compiler, const struct pq_value *source,
				       const char *field, struct pq_selector *selector);

/* Whether an object has labels that match. */
bool selector_matches_object(const struct pq_selector *selector, const struct pq_value *object);

/* pq_label_lookup on a value; NULL has none. */
bool selector_lookup(const void *labels, struct pq_string key, struct pq_string *value);

#endif
