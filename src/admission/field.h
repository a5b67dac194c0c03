/* Reading the fields of a review. Private to this folder. Errors are PQ_ERROR_INVALID and have the
 * path of the field. */
#ifndef PQ_ADMISSION_FIELD_H
#define PQ_ADMISSION_FIELD_H

#include "json/value.h"

/* Returns false, for "return field_refuse(...)". */
bool field_refuse(struct pq_error *error, const char *path, const char *message);

bool field_is_absent(const struct pq_value *value); /* NULL, or a null */

/* A string that may be absent, and is empty then. */
PQ_CHECKED bool field_take_string(const struct pq_value *parent, const char *key, const char *path,
				  struct pq_string *text, struct pq_error *error);

/* An object that may be absent, and is NULL then. */
PQ_CHECKED bool field_take_object(const struct pq_value *parent, const char *key, const char *path,
				  const struct pq_value **object, struct pq_error *error);

#endif
