/*
 * What the author of a schema wrote, keyword by keyword: JSONSchemaProps of apiextensions.k8s.io/v1
 * as Go's decoder fills it. Checks and the compiler read schemas through it alone.
 *
 * A source is a view: its strings and values are those of the document it was read from.
 */
#ifndef PQ_SCHEMA_SOURCE_H
#define PQ_SCHEMA_SOURCE_H

#include "base/buffer.h"
#include "schema/schema.h"
#include "json/value.h"

/* Keywords that are pointers in Go: given or not is more than their value. */
enum pq_source_given {
	PQ_GIVEN_MAXIMUM = 1 << 0,
	PQ_GIVEN_MINIMUM = 1 << 1,
	PQ_GIVEN_MULTIPLE_OF = 1 << 2,
	PQ_GIVEN_MAX_LENGTH = 1 << 3,
	PQ_GIVEN_MIN_LENGTH = 1 << 4,
	PQ_GIVEN_MAX_ITEMS = 1 << 5,
	PQ_GIVEN_MIN_ITEMS = 1 << 6,
	PQ_GIVEN_MAX_PROPERTIES = 1 << 7,
	PQ_GIVEN_MIN_PROPERTIES = 1 << 8,
	PQ_GIVEN_REF = 1 << 9,
	PQ_GIVEN_LIST_TYPE = 1 << 10,
	PQ_GIVEN_MAP_TYPE = 1 << 11,
	PQ_GIVEN_PRESERVE_UNKNOWN = 1 << 12,
	PQ_GIVEN_ITEMS = 1 << 13,
	PQ_GIVEN_ADDITIONAL_PROPERTIES = 1 << 14,
	PQ_GIVEN_ADDITIONAL_ITEMS = 1 << 15,
	PQ_GIVEN_DEPENDENCIES = 1 << 16,
};

struct pq_source;

struct pq_source_list {
	struct pq_source **items;
	size_t count;
};

struct pq_source_member {
	struct pq_string name;
	struct pq_source *schema;
};

struct pq_source_members {
	struct pq_source_member *items;
	size_t count;
};

struct pq_source_names {
	struct pq_string *items;
	size_t count;
};

struct pq_source {
	const struct pq_value *value; /* the schema's object, or a null */
	unsigned given;               /* enum pq_source_given */
	struct pq_string id;
	struct pq_string schema;
	struct pq_string ref;
	struct pq_string description;
	struct pq_string type;
	struct pq_string format;
	struct pq_string title;
	struct pq_string pattern;
	struct pq_string list_type;
	struct pq_string map_type;
	const struct pq_value *default_value; /* NULL for none and for null, which count alike */
	const struct pq_value *example;
	const struct pq_value *external_docs;
	const struct pq_value *enumeration; /* an array, or NULL */
	const struct pq_value *rules; /* x-kubernetes-validations: an array of objects, or NULL */
	double maximum;
	double minimum;
	double multiple_of;
	int64_t max_length;
	int64_t min_length;
	int64_t max_items;
	int64_t min_items;
	int64_t max_properties;
	int64_t min_properties;
	bool exclusive_maximum;
	bool exclusive_minimum;
	bool unique_items;
	bool nullable;
	bool preserve_unknown_fields;
	bool embedded_resource;
	bool int_or_string;
	bool additional_allowed; /* additionalProperties: true or a schema */
	struct pq_source_names required;
	struct pq_source_names list_map_keys;
	struct pq_source *items;          /* NULL also when it is given as something else */
	struct pq_source_list items_list; /* items: [ … ], which no CRD may have */
	struct pq_source *additional_properties;
	struct pq_source *additional_items;
	struct pq_source * not ;
	struct pq_source_list all_of;
	struct pq_source_list any_of;
	struct pq_source_list one_of;
	struct pq_source_members properties;
	struct pq_source_members pattern_properties;
	struct pq_source_members definitions;
	struct pq_source_members dependencies; /* those that are schemas */
};

/* Reads a schema and all schemas below it into the arena. Keywords nobody knows are ignored, as the
 * API server does. Fails with PQ_ERROR_INVALID when a keyword has a value of a wrong type, with
 * PQ_ERROR_TOO_LARGE for PQ_SCHEMA_DEPTH_MAX, PQ_SCHEMA_NODES_MAX and an exhausted arena. An
 * INVALID error has a path, which is below path. */
PQ_CHECKED bool pq_source_read(struct pq_arena *arena, const struct pq_value *value,
			       const struct pq_path *path, struct pq_source **source,
			       struct pq_error *error);

/* The same for a schema of a kind; that of an AdmissionSchema (PQ_SCHEMA_OVERLAY) is read strictly:
 * it is an INVALID error, too, when nobody knows a keyword or a field of a rule or of externalDocs,
 * or when items, externalDocs or such a field has a value of a wrong type. On failure *offset is
 * the place of what was refused. */
PQ_CHECKED bool pq_source_read_as(struct pq_arena *arena, const struct pq_value *value,
				  const struct pq_path *path, enum pq_schema_kind kind,
				  struct pq_source **source, uint32_t *offset,
				  struct pq_error *error);

/* pq_schema_check of a schema that has been read. */
void pq_schema_check_source(const struct pq_source *source, const struct pq_path *path,
			    const struct pq_schema_check_options *options,
			    struct pq_findings *findings);

/* Whether a keyword other than those named says anything: zero values of Go's struct do not. */
bool pq_source_has_other(const struct pq_source *source, const struct pq_string *names,
			 size_t count);

/* Asks about a schema, and about each one below it, also in keywords that no CRD may have, until
 * the answer is true (SchemaHas of apis/apiextensions/validation). */
typedef bool pq_source_test(const struct pq_source *source, void *context);
bool pq_source_any(const struct pq_source *source, pq_source_test *test, void *context);

/* Whether a field path of a rule, ".a['b'].c", names a field of the schema. */
bool pq_source_has_field(const struct pq_source *source, struct pq_string path);

/* A field of what a schema describes. */
struct pq_source_field {
	struct pq_string text;         /* as findings have it: "a.b[key]" */
	const struct pq_string *names; /* of the members on the way */
	size_t count;
};

/* The field that a path of a rule names, made in the arena; nothing when it names none. False when
 * the arena is exhausted. */
PQ_CHECKED bool pq_source_read_field(const struct pq_source *source, struct pq_string path,
				     struct pq_arena *arena, struct pq_source_field *field);

/* The schema of a property, or NULL. */
struct pq_source *pq_source_find_property(const struct pq_source *source, struct pq_string name);

#endif
