/*
 * Writing values as YAML in block style, which reads back as the same value with YAML 1.1 and 1.2:
 * what one of them takes for something other than a string is quoted.
 */
#ifndef PQ_YAML_WRITE_H
#define PQ_YAML_WRITE_H

#include "base/buffer.h"
#include "json/value.h"

/* Appends one document, without "---", that ends in a line feed. Members stand in their order, and
 * texts of several lines as literal blocks where they can. Iterative. Failure shows in the buffer.
 */
void pq_yaml_write(struct pq_buffer *buffer, const struct pq_value *value);

/* Appends a string as it can stand behind a key, on one line: plain or in double quotes. */
void pq_yaml_write_string(struct pq_buffer *buffer, struct pq_string text);

#endif
