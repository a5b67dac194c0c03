/*
 * Loading schemas from files: the *.yaml, *.yml and *.json of folders, as base/walk.h finds them.
 */
#ifndef PQ_POLICY_LOAD_H
#define PQ_POLICY_LOAD_H

#include "policy/policy.h"

/* Told about each document that could not be used; loading goes on. */
typedef void pq_policy_load_report(const struct pq_error *error, void *context);

struct pq_policy_load_counts {
	size_t added;
	size_t ignored; /* documents of other kinds */
	size_t refused;
};

/* Reads every path (a file, a folder) into the builder. report may be NULL. False only when a path
 * itself cannot be read (the error names it); refused documents are reported and counted. */
PQ_CHECKED bool pq_policy_load(struct pq_policy_builder *builder, const char *const *paths,
			       size_t path_count, pq_policy_load_report *report, void *context,
			       struct pq_policy_load_counts *counts, struct pq_error *error);

struct pq_policy_document {
	const struct pq_value *value; /* an item, when the document is a list */
	struct pq_string path;
	struct pq_string text; /* of the file; offsets point into it */
};

/* What it is told of is gone when the call returns. */
struct pq_policy_document_visitor {
	void (*visit)(const struct pq_policy_document *document, void *context);
	pq_policy_load_report *refuse; /* a text that is neither YAML nor JSON */
	void *context;
};

/* Visits the documents that pq_policy_load would read, in its order. False when a path cannot be
 * read. */
PQ_CHECKED bool pq_policy_each_document(const char *const *paths, size_t path_count,
					const struct pq_policy_document_visitor *visitor,
					struct pq_error *error);

/* Whether the name of a file in a folder is one that is read: *.yaml, *.yml, *.json. */
bool pq_policy_is_source(struct pq_string path);

#endif
