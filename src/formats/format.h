/*
 * String formats of OpenAPI schemas as k8s.io/kube-openapi/pkg/validation/strfmt (v0.36) decides
 * them: one table for schemas, CEL and the registry.
 */
#ifndef PQ_FORMATS_FORMAT_H
#define PQ_FORMATS_FORMAT_H

#include "base/string_view.h"

struct pq_format {
	const char *name; /* as the table has it, without dashes: "datetime" */
	bool (*check)(struct pq_string text);
	uint8_t since; /* first minor of Kubernetes 1.x that knows it; 0: all */
};

/* Finds a format by the name a schema gives, dashes ignored ("date-time" is "datetime"); NULL for
 * one that is not known, which validation then ignores. */
const struct pq_format *pq_format_find(struct pq_string name);

/* Whether a format means anything to the API server for a schema type, which may be empty
 * (k8s.io/apiextensions-apiserver/pkg/apiserver/validation/formats.go). */
bool pq_format_counts(struct pq_string type, struct pq_string name);

/* Enumeration for docs and completion; ended by a row whose name is NULL. */
extern const struct pq_format pq_formats[];

#endif
