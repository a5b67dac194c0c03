/*
 * What documents are judged by: the schemas that were given, and what the inputs themselves hold of
 * that kind. It is filled by a first reading of the inputs and does not change afterwards, so that
 * threads may share it. Private to this folder.
 */
#ifndef PQ_CHECK_WORLD_H
#define PQ_CHECK_WORLD_H

#include "base/map.h"
#include "check/check.h"
#include "check/filter.h"
#include "check/olds.h"
#include "check/patches.h"
#include "check/source.h"

struct check_world {
	const struct pq_check_settings *settings;
	struct check_filters only;
	struct check_filters skip;
	const struct check_olds *olds;     /* NULL: all are created */
	struct pq_policy_builder *builder; /* until it is finished */
	const struct pq_policy *policy;    /* then */
	struct pq_map namespaces;          /* name -> struct pq_value, their labels */
	struct pq_map refused;             /* where a schema stands -> struct pq_error */
	struct pq_map refused_kinds;  /* "GROUP/KIND" of a CRD that is refused -> "FILE:LINE" */
	struct check_patches patches; /* of kustomizations */
	size_t last_schema_input;     /* the input whose schema was added last */
	struct pq_arena arena;
};

/* Takes the settings' texts apart; nothing is owned of them, of the working directory and of the
 * builder. On failure, done is to be called, too. */
PQ_CHECKED bool check_world_init(struct check_world *world,
				 const struct pq_check_settings *settings,
				 const struct check_working_directory *working_directory,
				 struct pq_policy_builder *builder, struct pq_error *error);
void check_world_done(struct check_world *world);

/* Keeps what others are judged by: schemas, unless the builder has the same already, labels of
 * namespaces, and which files are patches. False without memory. */
PQ_CHECKED bool check_world_add(struct check_world *world, const struct check_source *source,
				const struct check_document *document, struct pq_error *error);

PQ_CHECKED bool check_world_finish(struct check_world *world, struct pq_error *error);

/* Why a schema of the inputs is not used, or NULL. Code CONFLICT: there is another one. */
const struct pq_error *check_world_find_refusal(const struct check_world *world,
						const struct check_source *source,
						const struct check_document *document);

/* Where a CRD of the inputs stands that is for a kind and refused, "FILE:LINE", or NULL. */
const char *check_world_find_refused_kind(const struct check_world *world, struct pq_string group,
					  struct pq_string kind);

/* The labels of a namespace that stands among the inputs; NULL when they are not known. */
const struct pq_value *check_world_find_labels(const struct check_world *world,
					       struct pq_string namespace);

#endif
