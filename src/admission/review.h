/*
 * Admission: the bytes of an AdmissionReview or a ConversionReview in, the bytes of the answer out.
 * Pure; no clock, no socket, no log. (k8s.io/api/admission/v1 and v1beta1, ConversionReview of
 * k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1; docs/semantics.md.)
 */
#ifndef PQ_ADMISSION_REVIEW_H
#define PQ_ADMISSION_REVIEW_H

#include "admission/verdict.h"
#include "base/arena.h"
#include "base/interrupt.h"
#include "policy/policy.h"

enum pq_admission_door {
	PQ_ADMISSION_MUTATE,   /* defaults as a JSON Patch; never removes anything */
	PQ_ADMISSION_VALIDATE, /* a verdict */
	PQ_ADMISSION_CONVERT,  /* a ConversionReview: objects in another version of their kind */
};

enum pq_unmatched { PQ_UNMATCHED_ALLOW, PQ_UNMATCHED_WARN, PQ_UNMATCHED_DENY };

/* The most that may become of a finding: a ceiling over all schemas, for a careful roll-out. */
enum pq_enforcement {
	PQ_ENFORCEMENT_ENFORCE, /* what the schemas say */
	PQ_ENFORCEMENT_WARN,    /* a denial becomes warnings */
	PQ_ENFORCEMENT_AUDIT,   /* denials and warnings become audit annotations */
};

struct pq_admission_options {
	enum pq_enforcement enforcement;
	enum pq_unmatched unmatched; /* for a kind or version without schema */
	size_t findings_max;         /* 0: PQ_FINDINGS_MAX */
	int64_t now; /* wall time, by which exemptions expire; 0: none is in force */
	/* A review whose rules would cost more is not judged, but told of as such; 0: none is. */
	int64_t rules_cost_max;
	/* The same of what conversions cost, in the units of struct pq_conversion_work. */
	int64_t conversion_cost_max;
	/* Counts what is done for rules and conversions; once it has come, the review is not
	 * judged. Or NULL. */
	struct pq_interrupt *interrupt;
};

struct pq_admission_answer {
	bool too_costly;  /* not judged, for one of the costs; there is no answer */
	bool interrupted; /* not judged either */
	int http_status;  /* 200 for every review that was judged, denied or not */
	struct pq_string
		body; /* JSON: the review answered, or a Status when http_status is not 200 */
	/* What telemetry wants to know; views into the request or constants. Of the findings only
	 * path and type: their messages show values. */
	bool judged;
	bool allowed;    /* or converted */
	int denial_code; /* of a denial's status, else 0 */
	bool unmatched;
	bool held_back;             /* allowed only because of the ceiling */
	struct pq_string exemption; /* allowed only because of this one, of the policy; or empty */
	struct pq_string group, version, kind;
	struct pq_string namespace, name; /* empty when the request does not tell */
	struct pq_string operation;
	struct pq_string uid;
	struct pq_string user;  /* userInfo.username */
	struct pq_string error; /* why it was not judged; shows no value of the object */
	struct pq_findings findings[PQ_CONSEQUENCE_COUNT]; /* one may be in two */
	size_t object_count; /* of a ConversionReview; error says why they are not converted */
};

/* Judges one request body. Always gives an answer, whose strings live in the arena or are static;
 * when the arena is exhausted, a 413. Thread-safe for distinct arenas. */
void pq_admission_review(const struct pq_policy *policy, enum pq_admission_door door,
			 struct pq_string request, const struct pq_admission_options *options,
			 struct pq_arena *arena, struct pq_admission_answer *answer);

#endif
