/*
 * What `check` found out, on its way to whoever tells it.
 *
 * A run hands every document's outcome to a sink, one after the other, in the order of the inputs
 * and of the documents in them, whatever threads judged them. A format of a report is a sink that
 * streams: an outcome and all it points to is gone when the call returns.
 */
#ifndef PQ_CHECK_SINK_H
#define PQ_CHECK_SINK_H

#include "base/error.h"
#include "base/findings.h"
#include "registry/status.h"

enum pq_check_verdict {
	PQ_CHECK_VALID,
	PQ_CHECK_INVALID,        /* a finding of severity error, or a text that cannot be parsed */
	PQ_CHECK_UNKNOWN,        /* there is no schema for the kind; the finding, if any, says so */
	PQ_CHECK_SKIPPED,        /* --skip and --only leave it out */
	PQ_CHECK_IGNORED,        /* note: the rule of .pratiqueignore, or a comment's reason */
	PQ_CHECK_NOT_A_MANIFEST, /* see note for what it is instead */
	PQ_CHECK_ENCRYPTED,      /* its values cannot be read, so that they are not judged */
	PQ_CHECK_UNREADABLE,     /* a file or folder that could not be read: see the finding */
	PQ_CHECK_VERDICT_COUNT
};

/* "valid", "not a manifest" and so on. */
const char *pq_check_verdict_name(enum pq_check_verdict verdict);

enum pq_check_severity { PQ_CHECK_ERROR, PQ_CHECK_WARNING };

struct pq_check_finding {
	enum pq_check_severity severity;
	struct pq_string field;   /* "spec.ports[0].name"; empty: of the whole document */
	struct pq_string reason;  /* of a StatusCause: "FieldValueRequired"; may be empty */
	struct pq_string message; /* "Required value", without the field */
	struct pq_string schema;  /* name of the AdmissionSchema that says so; else empty */
	uint32_t line;            /* from 1, in the file; 0: it has no place in there */
	uint32_t column;          /* from 1, in characters; 0 as line */
	uint32_t offset;          /* of the same place in the outcome's text, or PQ_OFFSET_NONE */
};

/* One document, or one item of a list. A file or folder that is IGNORED or UNREADABLE as a whole is
 * one outcome, too, of which only file, verdict, note and findings are set; line and column are 0.
 */
struct pq_check_outcome {
	/* As the user named it, or found it in a folder; "-" is standard input. */
	struct pq_string file;
	size_t document; /* in the file, from 0 */
	size_t item;     /* of the list that the document is, or PQ_CHECK_NO_ITEM */
	uint32_t line;   /* where it begins, as in a finding */
	uint32_t column;
	struct pq_string source; /* the file that a comment of `helm template` names, or empty */
	/* Views of what the object says; empty when it does not. */
	struct pq_string api_version;
	struct pq_string kind;
	struct pq_string namespace;
	struct pq_string name; /* generateName when there is no name */
	enum pq_check_verdict verdict;
	bool lacks_crd;        /* UNKNOWN, but a CRD could change that */
	bool is_update;        /* it was judged as an update of what it was */
	struct pq_string note; /* why it was not judged: "values of a Helm chart"; may be empty */
	/* In the order of the text; what has no place of its own comes last and stands at the
	 * document's. */
	const struct pq_check_finding *findings;
	size_t finding_count;
	size_t findings_dropped; /* further ones, beyond the cap */
	size_t findings_ignored; /* taken out, for a comment in their line says so */
	/* What dry-run answers; code 0: it would be stored. NULL when no API server's rules were
	 * applied. */
	const struct pq_status *status;
	const struct pq_string *warnings; /* texts of the API server's Warning headers */
	size_t warning_count;
	struct pq_string text; /* what the offsets of findings point into */
};

#define PQ_CHECK_NO_ITEM SIZE_MAX

struct pq_check_summary {
	size_t documents; /* outcomes in all; the verdicts add up to it */
	size_t verdicts[PQ_CHECK_VERDICT_COUNT];
	size_t lack_crd; /* those of UNKNOWN that a CRD could make known */
	size_t errors;   /* findings of that severity, dropped ones included */
	size_t warnings; /* findings of that severity and the API server's own */
	size_t ignored;  /* findings that comments took out */
	bool has_olds;   /* --old or --git said what was before */
	size_t updates;  /* documents that were judged against it */
};

/* Embedded in whoever implements it. Calls never overlap; they may come from several threads. */
struct pq_check_sink {
	void (*begin)(struct pq_check_sink *sink); /* or NULL */
	void (*tell)(struct pq_check_sink *sink, const struct pq_check_outcome *outcome);
	/* After the last outcome; not called when the run failed. */
	void (*end)(struct pq_check_sink *sink, const struct pq_check_summary *summary);
};

#endif
