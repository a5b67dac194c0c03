/*
 * Findings: what is wrong with a user's object.
 *
 * A finding is a field.Error of k8s.io/apimachinery (validation/field/errors.go), and one becomes
 * one entry of Status.details.causes. The list lives in an arena, is capped, and counts what came
 * after the cap. Not thread-safe.
 */
#ifndef PQ_BASE_FINDINGS_H
#define PQ_BASE_FINDINGS_H

#include "base/arena.h"
#include "base/path.h"

enum pq_finding_type {
	PQ_FINDING_REQUIRED,
	PQ_FINDING_INVALID,
	PQ_FINDING_TYPE_INVALID,
	PQ_FINDING_NOT_SUPPORTED,
	PQ_FINDING_NOT_FOUND,
	PQ_FINDING_DUPLICATE,
	PQ_FINDING_FORBIDDEN,
	PQ_FINDING_TOO_LONG,
	PQ_FINDING_TOO_SHORT,
	PQ_FINDING_TOO_MANY,
	PQ_FINDING_INTERNAL,
	/* The rest are found while decoding; field validation decides what they mean. */
	PQ_FINDING_UNKNOWN_FIELD,
	PQ_FINDING_DUPLICATE_FIELD,
	PQ_FINDING_INVALID_UTF8, /* bytes or a lone surrogate replaced by U+FFFD */
	PQ_FINDING_TYPE_COUNT
};

#define PQ_OFFSET_NONE UINT32_MAX

struct pq_finding {
	enum pq_finding_type type;
	struct pq_string field;   /* "spec.ports[0].name"; "<nil>" for errors of a whole schema */
	struct pq_string message; /* "Invalid value: 5: should be …", without the field */
	uint32_t offset;          /* into the source text, or PQ_OFFSET_NONE */
};

/* Which values of the object the messages of a list may not show. Set on a list when it is begun;
 * whoever renders messages that show values heeds it. */
enum pq_concealment {
	PQ_CONCEAL_NOTHING,   /* as an API server, whose answer goes to whoever sent the object */
	PQ_CONCEAL_PASSWORDS, /* strings of format: password, and what they are part of */
	PQ_CONCEAL_ALL,       /* a Secret */
};

struct pq_findings {
	struct pq_arena *arena;
	struct pq_finding *items;
	size_t count;
	size_t capacity;
	size_t limit;   /* cap on count */
	size_t dropped; /* found after the cap */
	enum pq_concealment concealment;
};

/* limit 0 means PQ_FINDINGS_MAX. */
enum { PQ_FINDINGS_MAX = 1000 };
void pq_findings_init(struct pq_findings *findings, struct pq_arena *arena, size_t limit);

/* Adds one; field and message must live as long as the arena. A finding that cannot be stored is
 * counted in dropped, so that an object with findings never looks clean. */
void pq_findings_add(struct pq_findings *findings, struct pq_finding finding);

/* Adds all of another list, what it dropped included; the findings are not copied. */
void pq_findings_add_all(struct pq_findings *findings, const struct pq_findings *more);

/* Renders path and message into the arena and adds. */
void pq_findings_add_format(struct pq_findings *findings, enum pq_finding_type type,
			    const struct pq_path *path, uint32_t offset, const char *format, ...)
	PQ_PRINTF(5, 6);

static inline bool pq_findings_is_empty(const struct pq_findings *findings)
{
	return findings->count == 0 && findings->dropped == 0;
}

/* "spec.replicas: Required value"; data NULL when the arena is exhausted. */
struct pq_string pq_finding_render(struct pq_arena *arena, const struct pq_finding *finding);

/* The reason of a metav1.StatusCause: "FieldValueRequired" and so on. */
const char *pq_finding_type_reason(enum pq_finding_type type);

/* What field.Error prints after the field: "Required value", "Invalid value" and so on. */
const char *pq_finding_type_text(enum pq_finding_type type);

#endif
