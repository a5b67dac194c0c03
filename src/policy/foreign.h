/* Documents that are none of ours, and those that were meant to be. */
#ifndef PQ_POLICY_FOREIGN_H
#define PQ_POLICY_FOREIGN_H

#include "base/error.h"
#include "json/value.h"

/* Whether a document that pq_policy_builder_add does not know may be passed over. False, with what
 * is wrong and line and column in text, for one of our kinds in another version, another kind of
 * our groups, and mere text: whoever wrote that does not mean to do without. */
PQ_CHECKED bool pq_policy_is_foreign(const struct pq_value *document, struct pq_string text,
				     struct pq_error *error);

#endif
