/*
 * Scalars: from a tag and a text to a typed value, by the rules of go.yaml.in/yaml/v2 (resolve.go):
 * YAML 1.1 booleans, Go's integer literals, decimal floats; and from there to a JSON value or to a
 * key, by those of sigs.k8s.io/yaml (convertToJSONableObject).
 */
#ifndef PQ_YAML_RESOLVE_H
#define PQ_YAML_RESOLVE_H

#include "yaml/read.h"

enum pq_yaml_type {
	PQ_YAML_TYPE_NULL,
	PQ_YAML_TYPE_BOOLEAN,
	PQ_YAML_TYPE_INTEGER,
	PQ_YAML_TYPE_UNSIGNED, /* above INT64_MAX */
	PQ_YAML_TYPE_FLOAT,
	PQ_YAML_TYPE_STRING,
};

struct pq_yaml_scalar {
	enum pq_yaml_type type;
	union {
		bool boolean;
		int64_t integer;
		uint64_t natural;
		double number;
		struct pq_string text; /* in the arena */
	};
};

/* tag is the resolved tag ("tag:yaml.org,2002:int") or NULL; implicit says that without a tag the
 * text decides, which is so for plain scalars. The error has a message only; its place is the
 * caller's to add. */
PQ_CHECKED bool pq_yaml_resolve(struct pq_arena *arena, const char *tag, bool implicit,
				struct pq_string text, struct pq_yaml_scalar *scalar,
				struct pq_error *error);

/* A value without offset. Fails for what JSON cannot say: infinities and not-a-number. */
PQ_CHECKED bool pq_yaml_scalar_to_value(const struct pq_yaml_scalar *scalar,
					enum pq_yaml_conversion conversion, struct pq_value *value,
					struct pq_error *error);

/* The text a key becomes. Fails for null and for integers above INT64_MAX, as sigs.k8s.io/yaml
 * does. */
PQ_CHECKED bool pq_yaml_scalar_to_key(struct pq_arena *arena, const struct pq_yaml_scalar *scalar,
				      struct pq_string *key, struct pq_error *error);

#endif
