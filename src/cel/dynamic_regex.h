/* Regular expressions that a rule makes while it runs. */
#ifndef PQ_CEL_DYNAMIC_REGEX_H
#define PQ_CEL_DYNAMIC_REGEX_H

#include "cel/evaluate.h"
#include "regex/regex.h"

/* What is wrong with a pattern that pq_regex_compile refuses, behind prefix. */
struct pq_cel_value pq_cel_regex_error(struct pq_arena *arena, const char *prefix,
				       struct pq_string pattern, const struct pq_error *error);

/* Compiles a pattern and takes steps in proportion to what that took, for its cost only counts the
 * bytes. NULL with an error in *result that begins with prefix, or with the run over. The reference
 * belongs to the caller. */
const struct pq_regex *pq_cel_compile_regex(struct pq_cel_run *run, struct pq_string pattern,
					    const char *prefix, struct pq_cel_value *result);

/* Counts a search through so many bytes as steps: what it takes at worst depends on the program,
 * which no cost measures. False, and the run is over, when there were too many. */
bool pq_cel_take_search(struct pq_cel_run *run, const struct pq_regex *regex, size_t length);

#endif
