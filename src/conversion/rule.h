/* The compiled form of rules. Private to this folder. */
#ifndef PQ_CONVERSION_RULE_H
#define PQ_CONVERSION_RULE_H

#include "conversion/conversion.h"

#include <stdatomic.h>

/* A step of a path: into a member, or into each item of a list and each value of a map. */
struct step {
	struct pq_string name; /* data NULL: each */
};

struct steps {
	const struct step *items;
	size_t count;
};

/* Where something is in the object that a rule works on: names of members, from outside to inside.
 * None: the value itself, which is an item of a list or a value of a map. */
struct place {
	const struct step *steps; /* all have names */
	size_t count;
	size_t lasting; /* so many objects on the way stay when they become empty: the spec does */
};

enum rule_kind { RULE_MOVE, RULE_SPLIT, RULE_DEFAULT, RULE_CONSTANT };

struct part {
	struct place at;
	bool is_integer;
};

/* A rule works on every value that its scope leads to. All places of a rule are in that value. */
struct rule {
	enum rule_kind kind;
	struct steps scope; /* empty: the object itself; else it ends with a step into each */
	struct place at;    /* of move and split: where it comes from */
	struct place to;    /* of move */
	struct pq_string separator;
	const struct part *parts;
	size_t part_count;
	struct pq_value value; /* of default and constant */
	bool is_for_first;     /* default and constant: in the first of the two versions */
};

/* From one version to another, and back. */
struct pairing {
	struct pq_string first;
	struct pq_string second;
	const struct rule *rules;
	size_t rule_count;
};

struct pq_conversion {
	atomic_size_t references;
	struct pq_arena arena;
	struct pq_string name; /* metadata.name */
	struct pq_string group;
	struct pq_string kind;
	const struct pairing *pairings;
	size_t pairing_count;
};

#endif
