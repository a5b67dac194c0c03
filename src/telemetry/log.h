/*
 * Structured log: one line per event on standard error.
 *
 * Libraries return errors; only server, operator(s) and cli log, each error once. Formats: "text"
 * (logfmt: time level msg key=value) and "json". Thread-safe; a line is written with one write(2)
 * and dropped, and counted, rather than waited for when nobody reads.
 */
#ifndef PQ_TELEMETRY_LOG_H
#define PQ_TELEMETRY_LOG_H

#include "base/findings.h"

enum pq_log_level { PQ_LOG_DEBUG, PQ_LOG_INFO, PQ_LOG_WARNING, PQ_LOG_ERROR };
enum pq_log_format { PQ_LOG_TEXT, PQ_LOG_JSON };

enum {
	PQ_LOG_FINDINGS_MAX = 10,
	PQ_LOG_LINES_PER_SECOND_MAX = 1000,   /* of verdicts */
	PQ_LOG_REFUSALS_PER_SECOND_MAX = 100, /* of what a stranger can bring about */
};

/* Call once before threads start; file descriptor 2 unless told. */
void pq_log_configure(enum pq_log_level least, enum pq_log_format format, int descriptor);

struct pq_log_field {
	const char *key;
	struct pq_string text;
	int64_t integer;
	bool is_integer;
	const struct pq_findings *findings; /* when given, the first PQ_LOG_FINDINGS_MAX */
};

#define PQ_LOG_TEXT_FIELD(key_, text_)                                                             \
	{                                                                                          \
		.key = (key_), .text = (text_)                                                     \
	}
#define PQ_LOG_INTEGER_FIELD(key_, integer_)                                                       \
	{                                                                                          \
		.key = (key_), .integer = (integer_), .is_integer = true                           \
	}

/* Path and reason of each finding. Their messages show values of the object, so no line has them.
 */
#define PQ_LOG_FINDINGS_FIELD(key_, findings_)                                                     \
	{                                                                                          \
		.key = (key_), .findings = (findings_)                                             \
	}

/* Lines within a second; but for most, all zero to begin with. */
struct pq_log_rate {
	size_t most; /* lines that are allowed */
	_Atomic int64_t second;
	_Atomic size_t count;
};

/* Whether one more line may be logged at the monotonic time now. What may not is counted as
 * dropped. */
PQ_CHECKED bool pq_log_rate_allows(struct pq_log_rate *rate, int64_t now);

/* message is a constant sentence; what varies goes into fields, so that lines can be grouped. */
void pq_log_fields(enum pq_log_level level, const char *message, const struct pq_log_field *fields,
		   size_t count);

/* pq_log(PQ_LOG_INFO, "listening", PQ_LOG_TEXT_FIELD("address", address)); */
#define pq_log(level, message, ...)                                                                \
	pq_log_fields((level), (message), (const struct pq_log_field[]){ __VA_ARGS__ },            \
		      sizeof((const struct pq_log_field[]){ __VA_ARGS__ }) /                       \
			      sizeof(struct pq_log_field))

#endif
