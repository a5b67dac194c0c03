/* Numbers of YAML texts, as Go's strconv reads them with base 0 and underscores taken out. */
#ifndef PQ_YAML_NUMBER_H
#define PQ_YAML_NUMBER_H

#include "yaml/resolve.h"

/* Integers (0x, 0o, 0b and a leading 0 give the base) and decimal floats, with or without a sign.
 * text ends in a NUL. False when it is neither, or out of a double's range: then it is a string. */
bool pq_yaml_parse_number(const char *text, struct pq_yaml_scalar *scalar);

/* A decimal float alone. */
bool pq_yaml_parse_float(const char *text, double *number);

/* A time stamp in one of the forms go-yaml takes: a date, or a date and a time. */
bool pq_yaml_is_timestamp(struct pq_string text);

/* What a double becomes after strconv.FormatFloat(number, 'g', -1, 32); size at least 32. */
void pq_yaml_format_float_key(double number, char *text, size_t size);

/* The integer that a double's JSON text reads back as; false when that is no int64. */
bool pq_yaml_float_to_integer(double number, int64_t *integer);

#endif
