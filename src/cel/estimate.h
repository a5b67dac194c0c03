/*
 * Estimates: ranges of sizes and costs, and the estimators that rows of the function tables name.
 *
 * Arithmetic saturates at UINT64_MAX, which stands for "more than can be said".
 *
 * Follows cel-go v0.26 checker/cost.go (SizeEstimate, CostEstimate and functionCost), ext/lists.go
 * and ext/sets.go, and EstimateCallCost of k8s.io/apiserver v0.36 pkg/cel/library/cost.go.
 */
#ifndef PQ_CEL_ESTIMATE_H
#define PQ_CEL_ESTIMATE_H

#include "cel/library.h"

/* common/cost.go */
#define PQ_CEL_COST_OF_CHARACTER 0.1  /* a string or bytes walked through */
#define PQ_CEL_COST_OF_PATTERN   0.25 /* a character of a regular expression */

/* The API server's pkg/cel/library/cost.go: the shortest requirement of a selector that has values
 * is "k,". */
#define PQ_CEL_REQUIREMENTS_OF_CHARACTER 0.5

enum {
	PQ_CEL_COST_OF_CALL = 1,
	PQ_CEL_COST_OF_SELECT = 1, /* or an identifier */
	PQ_CEL_COST_OF_LIST = 10,
	PQ_CEL_COST_OF_MAP = 30,
	PQ_CEL_COST_OF_STRUCT = 40,
	PQ_CEL_COST_OF_AUTHORIZATION = 350000,
};

static inline struct pq_cel_estimate pq_cel_estimate_fixed(uint64_t amount)
{
	return (struct pq_cel_estimate){ .min = amount, .max = amount };
}

static inline struct pq_cel_estimate pq_cel_estimate_unknown(void)
{
	return (struct pq_cel_estimate){ .min = 0, .max = UINT64_MAX };
}

uint64_t pq_cel_saturating_add(uint64_t a, uint64_t b);

struct pq_cel_estimate pq_cel_estimate_add(struct pq_cel_estimate a, struct pq_cel_estimate b);
struct pq_cel_estimate pq_cel_estimate_multiply(struct pq_cel_estimate a, struct pq_cel_estimate b);
/* Each end rounded up, over a double as in Go. */
struct pq_cel_estimate pq_cel_estimate_scale(struct pq_cel_estimate amount, double factor);
struct pq_cel_estimate pq_cel_estimate_union(struct pq_cel_estimate a, struct pq_cel_estimate b);

/* The cost of walking through a text or bytes of the size. */
static inline struct pq_cel_estimate pq_cel_estimate_walk(struct pq_cel_estimate size)
{
	return pq_cel_estimate_scale(size, PQ_CEL_COST_OF_CHARACTER);
}

/* The standard library's: estimate_standard.c. */
pq_cel_estimator pq_cel_estimate_equality;      /* _==_ */
pq_cel_estimator pq_cel_estimate_comparison;    /* _!=_, and order of texts and bytes */
pq_cel_estimator pq_cel_estimate_concatenation; /* of texts and bytes */
pq_cel_estimator pq_cel_estimate_list_concatenation;
pq_cel_estimator pq_cel_estimate_in_list;
pq_cel_estimator pq_cel_estimate_affix; /* startsWith, endsWith */
pq_cel_estimator pq_cel_estimate_contains;
pq_cel_estimator pq_cel_estimate_matches;
pq_cel_estimator pq_cel_estimate_string_to_bytes;
pq_cel_estimator pq_cel_estimate_bytes_to_string;

/* Of texts, the first operand being the text: estimate_text.c. */
pq_cel_estimator pq_cel_estimate_traversal;       /* ip, cidr, quantity, semver, format */
pq_cel_estimator pq_cel_estimate_traversal_twice; /* ip.isCanonical */
pq_cel_estimator pq_cel_estimate_rewriting;       /* lowerAscii, trim, substring, url: as long */
pq_cel_estimator pq_cel_estimate_quote;           /* strings_quote */
pq_cel_estimator pq_cel_estimate_replace;
pq_cel_estimator pq_cel_estimate_split;
pq_cel_estimator pq_cel_estimate_join;
pq_cel_estimator pq_cel_estimate_find; /* find, findAll */
pq_cel_estimator pq_cel_estimate_validate;

/* Of lists, the first operand being the list unless said: estimate_list.c. */
pq_cel_estimator pq_cel_estimate_items;        /* isSorted, sum, min, max, indexOf, lastIndexOf */
pq_cel_estimator pq_cel_estimate_set_relation; /* sets.contains, sets.intersects */
pq_cel_estimator pq_cel_estimate_set_equivalence; /* sets.equivalent */
pq_cel_estimator pq_cel_estimate_slice;
pq_cel_estimator pq_cel_estimate_range; /* lists.range */
pq_cel_estimator pq_cel_estimate_reverse;
pq_cel_estimator pq_cel_estimate_flatten;
pq_cel_estimator pq_cel_estimate_distinct;
pq_cel_estimator pq_cel_estimate_sort;
pq_cel_estimator pq_cel_estimate_sort_texts; /* of strings or bytes */
pq_cel_estimator pq_cel_estimate_sort_by;    /* the second operand has the keys */
pq_cel_estimator pq_cel_estimate_sort_by_texts;

/* Of addresses and authorization: estimate_cluster.c. */
pq_cel_estimator pq_cel_estimate_contains_ip; /* of an IP */
pq_cel_estimator pq_cel_estimate_contains_ip_text;
pq_cel_estimator pq_cel_estimate_contains_cidr;
pq_cel_estimator pq_cel_estimate_contains_cidr_text;
pq_cel_estimator pq_cel_estimate_authorization; /* check */
pq_cel_estimator pq_cel_estimate_selector;      /* fieldSelector, labelSelector */

#endif
