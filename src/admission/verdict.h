/* What a review comes to, before it is written down. */
#ifndef PQ_ADMISSION_VERDICT_H
#define PQ_ADMISSION_VERDICT_H

#include "base/findings.h"
#include "registry/status.h"
#include "json/patch.h"

enum {
	PQ_AUDIT_VALUE_MAX = 4096, /* bytes of one annotation's value */
	PQ_AUDIT_KEY_MAX = 63,     /* the name part of a qualified name */
};

struct pq_audit_annotation {
	struct pq_string key;
	struct pq_string value;
	struct pq_audit_annotation *next;
};

struct pq_warning {
	struct pq_string text;
	struct pq_warning *next;
};

/* What becomes of a finding. */
enum pq_consequence {
	PQ_CONSEQUENCE_DENY,
	PQ_CONSEQUENCE_WARN,
	PQ_CONSEQUENCE_AUDIT,
	PQ_CONSEQUENCE_COUNT
};

struct pq_verdict {
	struct pq_arena *arena;
	struct pq_status status; /* code 0: allowed */
	struct pq_patch patch;   /* empty: nothing to change */
	struct pq_warning *warnings, **warnings_end;
	size_t warnings_length; /* characters */
	size_t warnings_dropped;
	struct pq_audit_annotation *annotations, **annotations_end;
	struct pq_findings findings[PQ_CONSEQUENCE_COUNT]; /* for telemetry; one may be in two */
	bool unmatched;
	bool held_back; /* would be a denial without the ceiling */
};

/* The key of the annotation that names an exemption; no schema's name has a "_". */
#define PQ_EXEMPTION_ANNOTATION "applied_exemption"

void pq_verdict_init(struct pq_verdict *verdict, struct pq_arena *arena);

/* Adds a warning, with control characters replaced by spaces and cut to PQ_WARNING_LENGTH_MAX; the
 * text lives as long as the arena. What the server would cut for lack of room is only counted. */
void pq_verdict_add_warning(struct pq_verdict *verdict, struct pq_string text);

/* Adds "schema: field: message" for each finding. */
void pq_verdict_warn_of_findings(struct pq_verdict *verdict, struct pq_string schema,
				 const struct pq_findings *findings);

/* Adds one annotation that holds all findings; its key is the schema's name, or what of it makes a
 * valid and distinct key. */
void pq_verdict_annotate(struct pq_verdict *verdict, struct pq_string schema,
			 const struct pq_findings *findings);

/* Adds an annotation with a text of our own, which is cut to its limit. */
void pq_verdict_annotate_text(struct pq_verdict *verdict, struct pq_string key,
			      struct pq_string text);

#endif
