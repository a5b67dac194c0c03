/*
 * Errors: why an operation of ours could not be done.
 *
 * What is wrong with a user's object is not an error but a finding (base/findings.h).
 *
 * A function that can fail returns bool and takes a struct pq_error last; on failure it sets the
 * error and leaves its other outputs untouched, on success it leaves the error untouched. The
 * error is a plain value on the caller's stack: it owns nothing and may be dropped.
 */
#ifndef PQ_BASE_ERROR_H
#define PQ_BASE_ERROR_H

#include "base/compiler.h"
#include "base/string_view.h"

/* Chosen by what the caller does next; pq_error_facts() maps each to the outside world. */
enum pq_error_code {
	PQ_ERROR_NONE,
	PQ_ERROR_USAGE,        /* the command line or configuration is wrong */
	PQ_ERROR_INVALID,      /* malformed input: never retry as it is */
	PQ_ERROR_UNSUPPORTED,  /* a media type, version or feature we do not have */
	PQ_ERROR_TOO_LARGE,    /* a named limit was exceeded */
	PQ_ERROR_UNAUTHORIZED, /* no or bad credentials */
	PQ_ERROR_FORBIDDEN,    /* known, but not allowed */
	PQ_ERROR_NOT_FOUND,
	PQ_ERROR_CONFLICT,    /* exists already or has changed: read again, then retry */
	PQ_ERROR_EXPIRED,     /* a resourceVersion or continue token is too old: list again */
	PQ_ERROR_REJECTED,    /* well-formed, but refused by validation or policy */
	PQ_ERROR_BUSY,        /* overloaded: retry after a while */
	PQ_ERROR_TIMEOUT,     /* the deadline passed */
	PQ_ERROR_UNAVAILABLE, /* a peer cannot be reached or broke off */
	PQ_ERROR_IO,          /* a file or socket of this machine */
	PQ_ERROR_MEMORY,      /* the system has none left */
	PQ_ERROR_STOPPED,     /* asked to stop */
	PQ_ERROR_INTERNAL,    /* a bug here */
	PQ_ERROR_COUNT
};

enum {
	PQ_ERROR_PATH_MAX = 192,
	PQ_ERROR_MESSAGE_MAX = 768,
};

struct pq_error {
	enum pq_error_code code;
	uint32_t line;                      /* from 1; 0 when it does not apply */
	uint32_t column;                    /* from 1, in characters; 0 when it does not apply */
	char path[PQ_ERROR_PATH_MAX];       /* a file or a field path, or "" */
	char message[PQ_ERROR_MESSAGE_MAX]; /* one sentence without a full stop, UTF-8 */
};

struct pq_error_facts {
	const char *name;   /* "not found" */
	int http_status;    /* of an answer of ours */
	const char *reason; /* metav1.StatusReason, or "" */
	int exit_code;      /* of the process: 1 found something, 2 not usable */
	bool retry;         /* trying again later can help */
};

const struct pq_error_facts *pq_error_facts(enum pq_error_code code);

/* The code for an HTTP status of 400 and above. */
enum pq_error_code pq_error_code_from_http(int status);

/* Sets code and message, clears path, line and column. Long texts are cut at a character's end. The
 * arguments may be parts of the error as it was.
 * Returns false always, so that "return pq_error_set(...)" fails in one line. */
bool pq_error_set(struct pq_error *error, enum pq_error_code code, const char *format, ...)
	PQ_PRINTF(3, 4);

/* The same with a path. */
bool pq_error_set_at(struct pq_error *error, enum pq_error_code code, const char *path,
		     const char *format, ...) PQ_PRINTF(4, 5);

/* Adds where it happened; an outer place given later goes before an inner one ("file: path"). */
void pq_error_add_path(struct pq_error *error, struct pq_string path);
/* Adds what to do about it: "message; advice". */
void pq_error_add_advice(struct pq_error *error, const char *advice);

void pq_error_set_position(struct pq_error *error, uint32_t line, uint32_t column);

/* "path:line:column: message", without the parts that are not set. Always NUL-terminated. */
void pq_error_format(const struct pq_error *error, char *text, size_t size);

enum { PQ_ERROR_TEXT_MAX = PQ_ERROR_PATH_MAX + PQ_ERROR_MESSAGE_MAX + 32 };

#endif
