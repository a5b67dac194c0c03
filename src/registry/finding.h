/* Findings that show a value (field.Invalid of k8s.io/apimachinery). Private to this folder. */
#ifndef PQ_REGISTRY_FINDING_H
#define PQ_REGISTRY_FINDING_H

#include "base/buffer.h"
#include "base/findings.h"
#include "json/value.h"

/* "Invalid value: <value>: <detail>", where detail may have NULs in it, of the document. Its data
 * NULL: the arena had no room for it, and the finding is counted as dropped. */
void finding_add_invalid(struct pq_findings *findings, const struct pq_path *path,
			 const struct pq_value *value, struct pq_string detail);

/* The same for a value that Go has as a struct: its fields keep their order. */
void finding_add_invalid_typed(struct pq_findings *findings, const struct pq_path *path,
			       const struct pq_value *value, struct pq_string detail);

/* The same for a value that has been shown already; its place is taken from value. */
void finding_add_invalid_shown(struct pq_findings *findings, const struct pq_path *path,
			       const struct pq_value *value, const struct pq_buffer *shown,
			       struct pq_string detail);

/* The same for a string that may stand nowhere in the document. */
void finding_add_invalid_text(struct pq_findings *findings, const struct pq_path *path,
			      struct pq_string shown, uint32_t offset, struct pq_string detail);

/* The same for a string of a type of its own in Go, or behind a pointer: it is shown as JSON. */
void finding_add_invalid_named(struct pq_findings *findings, const struct pq_path *path,
			       struct pq_string shown, uint32_t offset, struct pq_string detail);

#endif
