/* Visits what is left of an expression that is wrong. For explain.c and visit.c alone. */
#ifndef PQ_CEL_EXPLAIN_VISIT_H
#define PQ_CEL_EXPLAIN_VISIT_H

#include "cel/build.h"
#include "cel/explain/syntax.h"

struct pq_cel_visitor {
	struct pq_cel_builder builder;
	uint32_t depth;
	bool stopped; /* too deep */
	size_t issues_at_stop;
};

/* Builds the expression of a node, NULL for one that is missing. The trees are never used: what
 * counts is the issues, and what macros see of their arguments. */
struct pq_cel_expression *pq_cel_visit(struct pq_cel_visitor *visitor,
				       const struct pq_cel_parse_node *node);

/* Of the rules of these names. */
struct pq_cel_expression *pq_cel_visit_primary(struct pq_cel_visitor *visitor,
					       const struct pq_cel_parse_node *node);
struct pq_cel_expression *pq_cel_visit_member(struct pq_cel_visitor *visitor,
					      const struct pq_cel_parse_node *node);
struct pq_cel_expression *pq_cel_visit_literal(struct pq_cel_visitor *visitor,
					       const struct pq_cel_parse_node *node);

static inline const struct pq_cel_parse_part *pq_cel_part_next(const struct pq_cel_parse_part *part,
							       enum pq_cel_label label)
{
	while (part != NULL && part->label != label)
		part = part->next;
	return part;
}

/* The first part of that label, or NULL. */
static inline const struct pq_cel_parse_part *pq_cel_part_find(const struct pq_cel_parse_node *node,
							       enum pq_cel_label label)
{
	return pq_cel_part_next(node->parts, label);
}

static inline const struct pq_cel_parse_part *
pq_cel_part_following(const struct pq_cel_parse_part *part)
{
	return pq_cel_part_next(part->next, (enum pq_cel_label)part->label);
}

static inline const struct pq_cel_parse_node *
pq_cel_part_find_node(const struct pq_cel_parse_node *node, enum pq_cel_label label)
{
	const struct pq_cel_parse_part *part = pq_cel_part_find(node, label);
	return part == NULL ? NULL : part->node;
}

static inline struct pq_cel_expression *pq_cel_visit_part(struct pq_cel_visitor *visitor,
							  const struct pq_cel_parse_node *node,
							  enum pq_cel_label label)
{
	return pq_cel_visit(visitor, pq_cel_part_find_node(node, label));
}

static inline uint32_t pq_cel_visitor_id(struct pq_cel_visitor *visitor)
{
	return pq_cel_build_id(&visitor->builder);
}

static inline struct pq_cel_expression *pq_cel_visitor_unspecified(struct pq_cel_visitor *visitor,
								   uint32_t offset)
{
	return pq_cel_build(&visitor->builder, PQ_CEL_UNSPECIFIED, pq_cel_visitor_id(visitor),
			    offset);
}

#endif
