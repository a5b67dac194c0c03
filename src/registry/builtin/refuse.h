/*
 * Findings about a place, in the words of field.Error (k8s.io/apimachinery, util/validation/field).
 * Which of the three forms a value is shown in depends on its Go type: an int or a string is shown
 * by fmt, a type of the API's own (core.Protocol, say) by encoding/json.
 *
 * Private to this folder.
 */
#ifndef PQ_REGISTRY_BUILTIN_REFUSE_H
#define PQ_REGISTRY_BUILTIN_REFUSE_H

#include "formats/names.h"
#include "registry/builtin/place.h"

/* detail "": nothing is said but "Required value". */
void refuse_required(const struct place *place, const char *detail);
void refuse_forbidden(const struct place *place, const char *detail);
void refuse_internal(const struct place *place, const char *detail);

/* "Invalid value: <shown>: <detail>", the detail by printf. Shown are: a string as Go quotes it; an
 * API type's string as JSON; a number; any JSON, given as text. */
void refuse_string(const struct place *place, struct pq_string shown, const char *format, ...)
	PQ_PRINTF(3, 4);
void refuse_word(const struct place *place, struct pq_string shown, const char *format, ...)
	PQ_PRINTF(3, 4);
void refuse_number(const struct place *place, int64_t shown, const char *format, ...)
	PQ_PRINTF(3, 4);
void refuse_shown(const struct place *place, struct pq_string json, const char *format, ...)
	PQ_PRINTF(3, 4);

/* "Invalid value: <shown>" */
void refuse_only_shown(const struct place *place, struct pq_string json);

/* "Invalid value: <detail>" */
void refuse_without_value(const struct place *place, const char *detail);

/* The value as encoding/json writes it, null when nothing was sent. */
void refuse_value(const struct place *place, const char *detail);

/* "Unsupported value: "x": supported values: "A", "B"". texts ends in NULL and stands in the order
 * in which the server tells it. */
void refuse_unsupported(const struct place *place, const char *const *texts);
/* The same of a Go string. */
void refuse_unsupported_text(const struct place *place, struct pq_string shown,
			     const char *const *texts);
void refuse_unsupported_json(const struct place *place, struct pq_string json,
			     const char *const *texts);

void refuse_duplicate(const struct place *place, struct pq_string text);
void refuse_duplicate_json(const struct place *place, struct pq_string json);
void refuse_not_found(const struct place *place, struct pq_string text);
void refuse_not_found_among(const struct place *place, struct pq_string text, const char *detail);
void refuse_too_long(const struct place *place, int64_t bytes);
void refuse_too_many(const struct place *place, size_t count, size_t maximum);

/* The text as JSON, in the arena; empty when the arena is exhausted. */
struct pq_string refuse_json(const struct place *place, const struct pq_value *value);
/* That of the place itself, null when nothing was sent. */
struct pq_string refuse_place_json(const struct place *place);

#endif
