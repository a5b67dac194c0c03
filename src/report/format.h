/* The formats, one file each. Private to this folder. */
#ifndef PQ_REPORT_FORMAT_H
#define PQ_REPORT_FORMAT_H

#include "report/gather.h"
#include "report/kinds.h"
#include "report/report.h"
#include "report/words.h"

struct report_format {
	void (*begin)(struct pq_report *report); /* or NULL */
	void (*tell)(struct pq_report *report, const struct pq_check_outcome *outcome);
	void (*end)(struct pq_report *report); /* or NULL; the summary is there by then */
	/* It says of documents that were not judged why, so that nobody else needs to. */
	bool tells_all;
};

extern const struct report_format report_text;
extern const struct report_format report_json;
extern const struct report_format report_junit;
extern const struct report_format report_sarif;
extern const struct report_format report_github;
extern const struct report_format report_tap;

/* A suite of JUnit: the documents of one file. */
struct report_suite {
	struct pq_buffer file;
	struct pq_buffer cases;
	size_t tests;
	size_t failures;
	size_t errors;
	size_t skipped;
};

struct pq_report {
	struct pq_check_sink sink;
	struct pq_report_options options;
	const struct report_format *format;
	struct pq_buffer out;     /* on its way to options.out */
	bool failed;              /* which takes no more */
	size_t told;              /* documents, or findings where a format has no others */
	struct pq_buffer title;   /* of the document, by report_write_title */
	struct pq_buffer message; /* for a text that is quoted before it goes out */
	struct report_suite suite;
	struct report_gathering gathering;
	struct report_kinds kinds;
	struct pq_check_summary summary;
};

/* What report_write_finding writes, into report->message. */
struct pq_string report_message(struct pq_report *report, const struct pq_check_finding *finding);

#endif
