/*
 * Which texts are JSON. All that is read here may be JSON or YAML, whatever its file is called, and
 * the flow style of YAML begins as JSON does: what begins so is read as JSON and, when that fails,
 * as YAML, as kubectl reads it.
 */
#ifndef PQ_JSON_DETECT_H
#define PQ_JSON_DETECT_H

#include "base/string_view.h"

/* Whether a text begins as JSON, behind a byte order mark and white space. */
bool pq_json_begins(struct pq_string text);

/* Whether a text is JSON to the end, with numbers perhaps that no double holds: these are refused
 * when it is read, but do not make it YAML, of which they would be texts. Slow. */
bool pq_json_is_well_formed(struct pq_string text);

/* Of a text that is neither JSON nor YAML, whether it was meant to be JSON, so that the error of
 * the JSON reader is the one to tell: the name of its file says so, or a first key in quotes. */
bool pq_json_is_meant(struct pq_string text, struct pq_string file);

#endif
