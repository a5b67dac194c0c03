/*
 * Inside of the static estimate: what its files share.
 */
#ifndef PQ_CEL_ESTIMATING_H
#define PQ_CEL_ESTIMATING_H

#include "cel/estimate_expression.h"
#include "cel/size_path.h"

/* Sizes of what a list or map holds. */
struct pq_cel_entry_size {
	bool known;
	bool is_list;
	struct pq_cel_estimate key;
	struct pq_cel_estimate value;
};

struct pq_cel_size {
	bool known;
	struct pq_cel_estimate range;
};

/* What is known of an expression, by its id. */
struct pq_cel_size_facts {
	struct pq_cel_size_path path;
	struct pq_cel_size size;
	struct pq_cel_entry_size entries;
};

/* A variable of a comprehension; lives on the stack of the walk. */
struct pq_cel_local {
	const struct pq_cel_local *outer;
	struct pq_string name;
	struct pq_cel_size_path path;
	struct pq_cel_size size;
	struct pq_cel_entry_size entries;
};

struct pq_cel_coster {
	const struct pq_cel_environment *environment;
	struct pq_arena *arena;
	struct pq_cel_size_facts *facts;
	const struct pq_cel_local *locals; /* innermost first */
};

struct pq_cel_estimate pq_cel_coster_visit(struct pq_cel_coster *coster,
					   const struct pq_cel_expression *node);
struct pq_cel_estimate pq_cel_coster_visit_call(struct pq_cel_coster *coster,
						const struct pq_cel_expression *node);

/* The variable that a node names, or NULL. */
const struct pq_cel_local *pq_cel_coster_find_local(const struct pq_cel_coster *coster,
						    const struct pq_cel_expression *node);

struct pq_cel_size_facts *pq_cel_coster_facts(struct pq_cel_coster *coster,
					      const struct pq_cel_expression *node);

/* Where a node points into the data, what is declared there and what else says how large it is. */
struct pq_cel_size_path pq_cel_coster_path(struct pq_cel_coster *coster,
					   const struct pq_cel_expression *node);
struct pq_cel_size pq_cel_coster_size_at(struct pq_cel_coster *coster,
					 struct pq_cel_size_path path);
struct pq_cel_size pq_cel_coster_size(struct pq_cel_coster *coster,
				      const struct pq_cel_expression *node);
struct pq_cel_estimate pq_cel_coster_size_or_unknown(struct pq_cel_coster *coster,
						     const struct pq_cel_expression *node);
struct pq_cel_entry_size pq_cel_coster_entries(struct pq_cel_coster *coster,
					       const struct pq_cel_expression *node);

/* Remembers what is known, and nothing when it is not. */
void pq_cel_coster_set_size(struct pq_cel_coster *coster, const struct pq_cel_expression *node,
			    struct pq_cel_size size);
void pq_cel_coster_set_entries(struct pq_cel_coster *coster, const struct pq_cel_expression *node,
			       struct pq_cel_entry_size entries);

/* Known when both are. */
struct pq_cel_entry_size pq_cel_unite_entries(struct pq_cel_entry_size a,
					      struct pq_cel_entry_size b);

#endif
