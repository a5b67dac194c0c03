/*
 * Writing values, in the forms that Go's encoding/json, strconv and fmt have.
 */
#ifndef PQ_JSON_WRITE_H
#define PQ_JSON_WRITE_H

#include "base/buffer.h"
#include "json/value.h"

enum pq_json_style {
	PQ_JSON_COMPACT = 0,
	PQ_JSON_SORT_KEYS = 1 << 0,   /* by bytes, as Go writes maps; else source order */
	PQ_JSON_ESCAPE_HTML = 1 << 1, /* <, > and & as \u003c …, as json.Marshal */
	PQ_JSON_INDENT = 1 << 2,      /* two spaces, for people */
	/* What json.Marshal writes for a decoded value. */
	PQ_JSON_GO = PQ_JSON_SORT_KEYS | PQ_JSON_ESCAPE_HTML,
};

/* Iterative. Failure shows in the buffer; a buffer on the heap may be used for any depth. */
void pq_json_write(struct pq_buffer *buffer, const struct pq_value *value, unsigned style);

/* A JSON string with quotes, as encoding/json (Go 1.22 and later) escapes it: U+2028 and U+2029
 * always, <, > and & when style has PQ_JSON_ESCAPE_HTML; invalid UTF-8 becomes \ufffd. */
void pq_json_write_string(struct pq_buffer *buffer, struct pq_string text, unsigned style);

/* A double as encoding/json writes it: shortest digits that read back, exponent form below 1e-6
 * and from 1e21 ("1e-7", "1e+21"). */
void pq_json_write_double(struct pq_buffer *buffer, double number);

/* A double as fmt's %v writes it: shortest digits, exponent form below 1e-4 and from 1e6, two
 * digits of exponent at least ("1e-05", "1.5e+06"). */
void pq_go_write_double(struct pq_buffer *buffer, double number);

/* strconv.Quote: %q of a string. */
void pq_go_quote(struct pq_buffer *buffer, struct pq_string text);

/* A value as field.Error shows it since Kubernetes 1.34: booleans, integers and doubles as %v,
 * strings as %q, null as "null", arrays and objects as json.Marshal writes them. */
void pq_go_write_value(struct pq_buffer *buffer, const struct pq_value *value);

/* The Go type of a decoded value, as fmt's %T writes it: "map[string]interface {}". */
const char *pq_go_type(const struct pq_value *value);

#endif
