/*
 * Judging manifests as an API server would, without one: what `pratique check` does.
 *
 * The inputs are read twice. The first reading keeps what others are judged by: the CRDs,
 * AdmissionSchemas and ConversionRules among them, the labels of Namespaces, and which files are
 * patches of kustomizations. The second judges each document, hands its outcome to the sink and
 * forgets it, so that memory grows by the names of files only, and by where each old object stands.
 */
#ifndef PQ_CHECK_CHECK_H
#define PQ_CHECK_CHECK_H

#include "check/sink.h"
#include "policy/policy.h"
#include "registry/openapi.h"

enum {
	PQ_CHECK_FILE_BYTES_MAX = 64 * 1024 * 1024, /* of one document, or of a file that is one */
	PQ_CHECK_WORKERS_MAX = 256,
};

/* What a kind without a schema is. */
enum pq_check_unknown { PQ_CHECK_UNKNOWN_ERROR, PQ_CHECK_UNKNOWN_WARN, PQ_CHECK_UNKNOWN_IGNORE };

struct pq_check_texts {
	const char *const *items;
	size_t count;
};

/* Is told of a filter: flag is "only" or "skip", text the filter as it was written behind that. */
typedef void pq_check_visit_filter(const char *flag, struct pq_string text, void *context);

struct pq_check_settings {
	/* Files, folders, patterns of files (base/glob.h), "-" for standard input. */
	struct pq_check_texts paths;
	/* Which objects are judged: "Kind", "group/version/Kind" ("v1/Secret" has no group) or
	 * "namespace/name", patterns all of them; a text may have several, with commas between.
	 * Without only, all that skip does not name. */
	struct pq_check_texts only;
	struct pq_check_texts skip;
	enum pq_check_unknown unknown;
	/* Files and folders with the objects as they were, or a git revision that has them: what
	 * stands there, by group, kind, namespace and name, is judged as an update. At most one. */
	struct pq_check_texts old;
	const char *revision;             /* or NULL */
	const struct pq_openapi *openapi; /* of the built-in kinds */
	unsigned workers;                 /* threads that judge; 0 is as good as 1 */
	/* Told now and then how many of the inputs have been judged; NULL: nobody is. Calls never
	 * overlap; they may come from several threads. */
	void (*progress)(size_t done, size_t total, void *context);
	void *progress_context;
	/* Called at the end for each filter that matched no document; NULL: nobody is told. */
	pq_check_visit_filter *unused_filter;
	void *unused_filter_context;
};

/* Judges all and tells the sink. builder holds the schemas to judge by; those among the inputs are
 * added to it, and it is finished. What cannot be read is told to the sink, too. False when the run
 * as a whole could not be done. */
PQ_CHECKED bool pq_check_run(const struct pq_check_settings *settings,
			     struct pq_policy_builder *builder, struct pq_check_sink *sink,
			     struct pq_error *error);

#endif
