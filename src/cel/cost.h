/*
 * What calls cost when they run: functions that rows of the tables name. A row without one costs 1.
 *
 * Follows cel-go v0.26 interpreter/runtimecost.go, ext/lists.go and ext/sets.go, and CallCost of
 * k8s.io/apiserver v0.36 pkg/cel/library/cost.go.
 */
#ifndef PQ_CEL_COST_H
#define PQ_CEL_COST_H

#include "cel/library.h"

enum { PQ_CEL_COST_DEPTH_MAX = 1000 }; /* lists and maps in each other whose items count */

/* The standard library's. */
pq_cel_cost pq_cel_cost_equality;      /* _==_ */
pq_cel_cost pq_cel_cost_comparison;    /* _!=_, and order of texts and bytes */
pq_cel_cost pq_cel_cost_concatenation; /* of texts and bytes */
pq_cel_cost pq_cel_cost_in_list;
pq_cel_cost pq_cel_cost_standard_traversal; /* startsWith, bytes, string, quote, format */
pq_cel_cost pq_cel_cost_contains;
pq_cel_cost pq_cel_cost_matches;

/* Of texts, the first argument being the text. */
pq_cel_cost pq_cel_cost_traversal;       /* also ip, quantity and the like */
pq_cel_cost pq_cel_cost_traversal_twice; /* replace, split, ip.isCanonical */
pq_cel_cost pq_cel_cost_join;
pq_cel_cost pq_cel_cost_find; /* find, findAll */
pq_cel_cost pq_cel_cost_validate;

/* Of lists, the first argument being the list unless said. */
pq_cel_cost pq_cel_cost_items;           /* isSorted, sum, min, max, indexOf, lastIndexOf */
pq_cel_cost pq_cel_cost_set_relation;    /* sets.contains, sets.intersects */
pq_cel_cost pq_cel_cost_set_equivalence; /* sets.equivalent */
pq_cel_cost pq_cel_cost_new_list;        /* slice, reverse, lists.range */
pq_cel_cost pq_cel_cost_flatten;         /* a second argument is how deep */
pq_cel_cost pq_cel_cost_self_comparison; /* distinct, sort */
pq_cel_cost pq_cel_cost_sort_by;         /* the second argument has the keys */

/* Of addresses and authorization. */
pq_cel_cost pq_cel_cost_contains_ip;
pq_cel_cost pq_cel_cost_contains_ip_text;
pq_cel_cost pq_cel_cost_contains_cidr;
pq_cel_cost pq_cel_cost_contains_cidr_text;
pq_cel_cost pq_cel_cost_authorization;
pq_cel_cost pq_cel_cost_selector;

#endif
