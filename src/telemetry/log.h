/*
 * Structured log: one line per event on standard error.
 *
 * Libraries return errors; only server, operator(s) and cli log, each error once. Formats: "text"
 * (logfmt: time level msg key=value) and "json". Thread-safe; a line is written with one write(2)
 * and dropped, and counted, rather than waited for when nobody reads.
 */
#ifndef PQ_TELEMETRY_LOG_H
#define PQ_TELEMETRY_LOG_H

#include "base/compiler.h"
#include "base/string_view.h"

enum pq_log_level { PQ_LOG_DEBUG, PQ_LOG_INFO, PQ_LOG_WARNING, PQ_LOG_ERROR };
enum pq_log_format { PQ_LOG_TEXT, PQ_LOG_JSON };

/* Call once before threads start; file descriptor 2 unless told. */
void pq_log_configure(enum pq_log_level least, enum pq_log_format format, int descriptor);

struct pq_log_field {
	const char *key;
	struct pq_string text;
	int64_t integer;
	bool is_integer;
};

#define PQ_LOG_TEXT_FIELD(key_, text_)                                                             \
	{                                                                                          \
		.key = (key_), .text = (text_)                                                     \
	}
#define PQ_LOG_INTEGER_FIELD(key_, integer_)                                                       \
	{                                                                                          \
		.key = (key_), .integer = (integer_), .is_integer = true                           \
	}

/* message is a constant sentence; what varies goes into fields, so that lines can be grouped. */
void pq_log_fields(enum pq_log_level level, const char *message, const struct pq_log_field *fields,
		   size_t count);

/* pq_log(PQ_LOG_INFO, "listening", PQ_LOG_TEXT_FIELD("address", address)); */
#define pq_log(level, message, ...)                                                                \
	pq_log_fields((level), (message), (const struct pq_log_field[]){ __VA_ARGS__ },            \
		      sizeof((const struct pq_log_field[]){ __VA_ARGS__ }) /                       \
			      sizeof(struct pq_log_field))

#endif
