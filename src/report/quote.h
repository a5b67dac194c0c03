/* Texts of strangers in the syntax of each format. Nothing that a terminal would obey goes out raw.
 * Private to this folder. */
#ifndef PQ_REPORT_QUOTE_H
#define PQ_REPORT_QUOTE_H

#include "base/buffer.h"

/* A JSON string. Also what JSON lets pass but a terminal obeys (U+009B, U+202E) is written as \u…;
 * invalid UTF-8 becomes \ufffd. */
void report_quote_json(struct pq_buffer *out, struct pq_string text);

/* A JSON document that is known to be valid, with the same care. */
void report_append_json(struct pq_buffer *out, struct pq_string json);

/* ,"key":"text" */
void report_append_json_member(struct pq_buffer *out, const char *key, struct pq_string text);

/* The same three for shown text: escaped as for a terminal (\x1b), then quoted for XML's contents
 * and attributes, or as a YAML scalar in double quotes. */
void report_quote_xml(struct pq_buffer *out, struct pq_string text);
void report_quote_yaml(struct pq_buffer *out, struct pq_string text);

/* A path as a relative reference of RFC 3986, or as a file URI when it is absolute. */
void report_quote_uri(struct pq_buffer *out, struct pq_string path);

#endif
